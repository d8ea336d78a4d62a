"""No personal data survives the mask, in either language, and ordinary words do."""

import pytest

from analysis.satisfaction import Masker, looks_personal

NAMES = ["Anna Lindqvist", "苏锦书", "上海晨光贸易有限公司", "Moonlake Tea House", "o'Brien, Pat"]
MASK = Masker(names=[*NAMES, None, ""], ids=["C00042", "ACME-HQ", None])


@pytest.mark.parametrize(
    "secret",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "+86 138 0000 1234",
        "+46 70 123 45 67",
        "(212) 555-0187",
        "0571-8765 4321",
        "１３８００００１２３４",
        "一三八零零零零一二三四",
        "tea.friend0042@example.com",
        "tea.friend@mail.example.co.uk",
        "anna (at) example.com",
        "ｔｅａ＠example.com",
        "https://example.com/u/anna?id=3",
        "11010519491231002X",
        "6222021234567890123",
        "C00042",
        "c00042",
        "ACME-HQ",
        "order 20260930",
        "微信号：tea_lover88",
        "WeChat: tea_lover88",
        "Anna Lindqvist",
        "ANNA LINDQVIST",
        "苏锦书",
        "上海晨光贸易有限公司",
        "moonlake tea house",
        "My name is Per Holm",
        "Mrs Holm",
        "我叫李小明",
        "我是欧阳明",
        "王女士",
        "张经理",
        "联系人：陈大文",
    ],
)
@pytest.mark.parametrize(
    "around", ["Please note: {}, thanks", "请注意，{}，谢谢", "{}", "发给{}的快递晚了"]
)
def test_personal_data_are_masked(secret, around):
    masked = MASK(around.format(secret))
    for known in (
        "1234",
        "tea",
        "anna",
        "lindqvist",
        "锦书",
        "晨光",
        "holm",
        "小明",
        "大文",
        "9876",
    ):
        if known in secret.casefold().replace("moonlake tea house", "moonlake"):
            assert known not in masked.casefold()
    numbers = [part for part in secret.replace("：", " ").split() if any(map(str.isdigit, part))]
    assert not any(part in masked for part in numbers)
    assert "[" in masked or "【" in masked


@pytest.mark.parametrize(
    "text",
    [
        "Delivery took 10 days and cost 25 euros",
        "Great tea, the best in 2026!",
        "包装很好，等了10天，花了250元",
        "质量总是很好，高档大气，方便快捷",
        "我是老客户，一直很满意",
        "总体满意，价格合理",
        "This is great, I am very happy with the Longjing",
    ],
)
def test_ordinary_words_stay(text):
    assert MASK(text) == text


def test_each_kind_has_its_placeholder_in_the_comment_s_language():
    assert MASK("I am Anna Lindqvist, 13800001234") == "I am [name], [phone]"
    assert MASK("我叫苏锦书，邮箱a.b@example.com") == "我叫【姓名】，邮箱【邮箱】"


def test_a_name_inside_a_longer_word_is_none():
    mask = Masker(names=["Ann"])
    assert mask("The annual planning by ann") == "The annual planning by [name]"


def test_the_longest_name_is_taken():
    assert Masker(names=["陈大", "陈大文"])("客户陈大文说") == "客户【姓名】说"


def test_masking_twice_changes_nothing():
    once = MASK("我叫苏锦书，电话13800001234，Anna Lindqvist at anna@example.com")
    assert MASK(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "I spoke to Anna there",
        "The code is 4711",
        "write to me @anna",
        "昨天找了李建国处理",
        "和王小明说过了",
    ],
)
def test_what_may_be_personal_is_not_quoted(text):
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text",
    ["The tea was fresh. Delivery was slow.", "Call [phone] please", "物流太慢，箱子也压坏了"],
)
def test_what_is_not_personal_may_be_quoted(text):
    assert not looks_personal(text)
