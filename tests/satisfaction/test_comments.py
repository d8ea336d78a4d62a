"""Comments in two languages: their words, sentiment, themes, topics and quotes."""

import re
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis import satisfaction
from analysis.params.satisfaction_models import Theme
from analysis.satisfaction import Masker
from analysis.satisfaction.dictionaries import LANGUAGES, ThemeWords, kit_themes, lexicon
from analysis.satisfaction.sentiment import CLEAR_FROM, score_words
from analysis.satisfaction.themes import OTHER, theme_pattern
from analysis.satisfaction.tokens import language_of, split_clauses, split_words
from analysis.satisfaction.topics import factorize, weigh_words
from analysis.schemas import CUSTOMERS, SURVEYS

from .conftest import QUARTER, make_table

Q, BEFORE = str(QUARTER), str(QUARTER.previous())

# Written before the dictionaries were: theme, sentiment, text.
LABELLED = [
    ("delivery", -1, "It took almost two weeks until my parcel finally arrived."),
    ("delivery", -1, "Shipping is always delayed lately."),
    ("delivery", 1, "Super fast shipping, arrived the next day."),
    ("service", 1, "Your support team is friendly and competent."),
    ("service", -1, "Nobody replied to my mail, terrible service."),
    ("service", -1, "The hotline was rude and not helpful at all."),
    ("price", -1, "Far too expensive for what you get."),
    ("price", 1, "Fair prices and good discounts."),
    ("quality", -1, "The cup was broken and the material feels flimsy."),
    ("quality", 1, "Excellent quality, I love the aroma."),
    ("ease", -1, "The website is confusing and checkout is complicated."),
    ("ease", 1, "Ordering on the app is easy and convenient."),
    ("packaging", 1, "Beautifully wrapped in a lovely gift box."),
    ("returns", -1, "I am still waiting for my refund."),
    ("assortment", -1, "My favourite is out of stock again, disappointing."),
    ("delivery", -1, "快递太慢了，等了十多天"),
    ("delivery", 1, "发货很快，第二天就收到了，点赞"),
    ("delivery", -1, "物流一直不更新，送货还迟到"),
    ("service", 1, "客服非常耐心，解答很专业"),
    ("service", -1, "售后态度恶劣，没人理我"),
    ("service", -1, "咨询了半天都没有回复，失望"),
    ("price", -1, "价格偏贵，性价比不高"),
    ("price", 1, "活动价很划算，实惠"),
    ("quality", -1, "质量很差，用了几天就坏了"),
    ("quality", 1, "口感醇厚，品质一流"),
    ("ease", -1, "小程序操作太复杂，经常闪退"),
    ("ease", 1, "下单流程方便快捷"),
    ("packaging", 1, "包装精美，送礼有面子"),
    ("returns", -1, "退款拖了一个月还没到账"),
    ("trust", -1, "感觉是假货，被骗了"),
]


def surveys_of(comments, quarter=QUARTER, **columns):
    return [
        {
            "response_id": f"{quarter}-{n}",
            "date": quarter.first_day,
            "item": "nps",
            "score": 5.0,
            "comment": comment,
            **{name: values[n] for name, values in columns.items()},
        }
        for n, comment in enumerate(comments)
    ]


def read(rows, names=()):
    comments = satisfaction.mask_comments(
        make_table(SURVEYS, rows), [QUARTER.previous(), QUARTER], Masker(names)
    )
    return comments, satisfaction.split_comments(comments)


def mentions_of(rows, themes=None):
    return satisfaction.find_themes(read(rows)[1], themes or kit_themes())


def test_words_and_clauses_of_both_languages():
    assert split_words("The staff didn't answer!") == ["the", "staff", "didn't", "answer"]
    assert split_words("物流太慢了 123") == ["物流", "太慢", "了"]
    assert split_clauses("Good tea, but late. Sorry") == ["Good tea", "late", "Sorry"]
    assert [language_of(text) for text in ("tea", "茶 tea", "")] == ["en", "zh", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lexicon_words_weigh_once(language):
    known = lexicon(language)
    assert len(known.weights) > 150
    assert not known.negators & known.weights.keys()
    assert not known.intensifiers & known.weights.keys()


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("good", 1), ("not good", -1), ("not bad", 1), ("very good", 1), ("nobody was rude", 1),
        ("table", 0), ("好", 1), ("不好", -1), ("不太满意", -1), ("太慢", -1), ("不慢", 1),
        ("茶叶", 0), ("没有问题", 1), ("并不便宜", -1),
    ],
)  # fmt: skip
def test_negation_turns_sentiment_round(text, sign):
    assert np.sign(score_words(split_words(text), language_of(text))) == sign


def test_emphasis_raises_and_length_saturates():
    good, very_good = (score_words(words.split(), "en") for words in ("good", "very good"))
    many = score_words(["good"] * 50, "en")
    assert 0 < good < very_good < many < 1


def test_labelled_comments_are_understood():
    rows = surveys_of([text for *_, text in LABELLED])
    found = mentions_of(rows).to_pandas()
    themes = found.groupby("response_id")["theme"].apply(set)
    wanted = [(f"{Q}-{n}", theme) for n, (theme, *_) in enumerate(LABELLED)]
    hits = sum(theme in themes[response] for response, theme in wanted)
    assert hits / len(wanted) >= 0.9  # recall
    assert hits / len(found[found["theme"] != OTHER]) >= 0.7  # precision: a comment may say more
    feeling = found.groupby("response_id")["sentiment"].mean()
    right = [
        np.sign(feeling[f"{Q}-{n}"]) == sign and abs(feeling[f"{Q}-{n}"]) > CLEAR_FROM
        for n, (_, sign, _) in enumerate(LABELLED)
    ]
    assert np.mean(right) >= 0.85


def test_each_theme_has_the_sentiment_of_its_own_clause():
    rows = surveys_of(["质量很好，但是物流太慢", "Great quality but slow delivery"])
    found = mentions_of(rows).to_pandas().set_index(["response_id", "theme"])["sentiment"]
    for response in (f"{Q}-0", f"{Q}-1"):
        assert found[response, "quality"] > 0 > found[response, "delivery"]


def test_a_comment_beside_every_answer_is_one_comment():
    rows = surveys_of(["late"] * 3)
    same = [row | {"response_id": "r", "item": f"i{n}"} for n, row in enumerate(rows)]
    found = mentions_of(same).to_pandas()
    assert found["theme"].tolist() == ["delivery"]


def test_a_theme_is_counted_once_a_comment_and_the_rest_is_other():
    rows = surveys_of(["Late. Late again. Late parcel", "I have nothing to add", "  ", None])
    found = mentions_of(rows).to_pandas()
    assert sorted(found["theme"]) == ["delivery", OTHER]


def test_a_review_s_own_themes_add_and_replace():
    own = {
        "loyalty": Theme(label="Loyalty", en=("points",), zh=("积分",)),
        "delivery": Theme(label="Delivery", en=("drone",)),
    }
    themes = satisfaction.choose_themes(own)
    found = mentions_of(surveys_of(["my points", "积分少", "late", "drone"]), themes).to_pandas()
    assert found.sort_values("response_id")["theme"].tolist() == [
        "loyalty", "loyalty", OTHER, "delivery",
    ]  # fmt: skip


def test_signs_in_words_are_plain_text():
    pattern = re.compile(theme_pattern(ThemeWords(en=("a.b*",), zh=("(好)",))))
    assert pattern.search("an a.bcd")
    assert pattern.search("很(好)")
    assert not pattern.search("an axb, 很好")
    assert not re.search(theme_pattern(ThemeWords((), ())), "any text")


class TestSummaries:
    @pytest.fixture(scope="class")
    def rows(self):
        before = ["The tea is fresh"] * 80 + ["late parcel"] * 20 + ["too expensive"] * 5
        now = ["The tea is fresh"] * 60 + ["late parcel"] * 50 + ["too expensive"] * 5
        return surveys_of(before, QUARTER.previous()) + surveys_of(now)

    def test_shares_changes_and_verdicts(self, rows):
        mentions = mentions_of(rows)
        answers = ibis.memtable({"response_id": [f"{Q}-{n}" for n in range(115)],
                                 "score_nps": [9.0] * 60 + [3.0] * 55})  # fmt: skip
        themes = satisfaction.summarize_themes(mentions, answers, "score_nps", Q, BEFORE)
        themes = themes.set_index("theme")
        assert list(themes.index) == ["quality", "delivery"]  # price has fewer than 11
        assert themes.loc["delivery", "share"] == pytest.approx(50 / 115)
        assert themes.loc["delivery", "share_before"] == pytest.approx(20 / 105)
        assert themes.loc["delivery", "verdict"] == "up"
        assert themes.loc["quality", "verdict"] == "down"
        assert themes.loc["delivery", "negative"] == themes.loc["quality", "positive"] == 1
        assert themes["score"].tolist() == [9.0, 3.0]
        assert (themes["low"] < themes["share"]).all()
        results = satisfaction.theme_results(themes.reset_index(), mentions, Q)
        assert results["satisfaction.comments"].value == 115
        assert results["satisfaction.themes.praised"].value == "theme.quality"
        assert results["satisfaction.themes.blamed"].value == "theme.delivery"

    def test_without_an_earlier_quarter_there_is_no_verdict(self, rows):
        mentions = mentions_of([row for row in rows if row["response_id"].startswith(Q)])
        answers = ibis.memtable({"response_id": ["x"]})
        themes = satisfaction.summarize_themes(mentions, answers, None, Q, BEFORE)
        assert set(themes["verdict"]) == {"unknown"}
        assert themes["score"].isna().all()

    def test_groups_with_few_comments_are_left_out(self, rows):
        mentions = mentions_of(rows)
        levels = ibis.memtable({"response_id": [f"{Q}-{n}" for n in range(115)],
                                "level": ["old"] * 90 + ["new"] * 25})  # fmt: skip
        crossed = satisfaction.cross_themes(mentions, levels, Q)
        assert set(crossed["level"]) == {"old"}
        cells = crossed.set_index("theme")
        assert cells.loc["delivery", "mentions"] == 30
        assert cells.loc["delivery", "share"] == pytest.approx(30 / 90)

    def test_no_comments_give_no_themes(self):
        mentions = mentions_of([])
        answers = ibis.memtable({"response_id": ["x"]})
        themes = satisfaction.summarize_themes(mentions, answers, None, Q, BEFORE)
        assert themes.empty
        results = satisfaction.theme_results(themes, mentions, Q)
        assert results["satisfaction.comments"].value == 0
        assert results["satisfaction.themes.blamed_share"].value is None


class TestTopics:
    def test_planted_topics_come_apart(self):
        delivery = ["parcel late courier slow", "courier late parcel again", "slow courier parcel"]
        taste = ["tea aroma sweet taste", "taste aroma lovely tea", "sweet tea aroma"]
        rows = surveys_of([*delivery * 20, *taste * 15])
        topics = satisfaction.find_topics(read(rows)[1], Q, 2)
        assert topics["comments"].tolist() == [60, 45]
        first, second = (set(terms) for terms in topics["terms"])
        assert {"parcel", "courier"} <= first
        assert {"tea", "aroma"} <= second

    def test_chinese_topics(self):
        rows = surveys_of(["物流快递太慢"] * 20 + ["茶叶香气口感"] * 20)
        topics = satisfaction.find_topics(read(rows)[1], Q, 2)
        assert set(topics["language"]) == {"zh"}
        assert len(topics) == 2

    def test_few_comments_have_no_topics(self):
        assert satisfaction.find_topics(read(surveys_of(["late parcel"] * 29))[1], Q, 2).empty
        assert satisfaction.find_topics(read(surveys_of(["late parcel"] * 40))[1], Q, 0).empty

    def test_words_of_few_are_left_out(self):
        matrix = weigh_words([["parcel", "holm"]] * 4 + [["parcel", "the", "x"]] * 4)
        assert matrix.words == ("parcel",)

    def test_the_error_of_the_factors_shrinks(self):
        rng = np.random.default_rng(0)
        exact = rng.random((40, 2)) @ rng.random((2, 12))
        comments, words = factorize(sparse.csr_array(exact), 2)
        assert np.linalg.norm(comments @ words - exact) < 0.1 * np.linalg.norm(exact)
        assert (comments >= 0).all()
        assert (words >= 0).all()


class TestQuotes:
    def quote(self, rows, names=()):
        comments, clauses = read(rows, names)
        mentions = satisfaction.find_themes(clauses, kit_themes())
        answers = ibis.memtable({"response_id": ["x"]})
        themes = satisfaction.summarize_themes(mentions, answers, None, Q, BEFORE)
        return satisfaction.choose_quotes(comments, mentions, themes, Q)

    def test_the_typical_comment_is_quoted_as_it_was_written(self):
        typical = "The parcel was late again."
        rows = surveys_of([typical] * 15 + ["Late, my dog barked at a purple moon parcel"])
        quotes = self.quote(rows)
        assert quotes["quote"].tolist() == [typical]
        assert quotes["tone"].tolist() == ["negative"]

    def test_personal_data_are_never_quoted(self):
        secrets = ["Anna Lindqvist", "13800001234", "anna@example.com", "苏锦书", "Holm"]
        english = "The parcel was late, my name is Per Holm, call Anna Lindqvist on 13800001234"
        chinese = "快递太慢，我叫苏锦书，打13800001234或anna@example.com"
        rows = surveys_of([english] * 15 + [chinese] * 15)
        quotes = " ".join(self.quote(rows, names=["Anna Lindqvist"])["quote"])
        assert not any(secret in quotes for secret in secrets)

    def test_nobody_is_quoted_on_a_theme_of_few(self):
        assert self.quote(surveys_of(["The parcel was late."] * 10)).empty

    def test_no_comments_no_quotes(self):
        assert list(self.quote([]).columns) == ["theme", "tone", "language", "quote"]


def test_the_masker_knows_customers_and_owners():
    customers = make_table(
        CUSTOMERS, [{"customer_id": "KX-HQ", "name": "Moonlake", "owner": "Ida Berg"}]
    )
    masker = satisfaction.gather_masker(customers)
    assert masker("Ida Berg of Moonlake, KX-HQ") == "[name] of [name], [id]"


def test_comments_of_other_quarters_are_not_read():
    rows = [row | {"date": date(2025, 1, 1)} for row in surveys_of(["late"])]
    assert read(rows)[0].count().execute() == 0


def test_reading_in_another_order_gives_the_same(monkeypatch):
    monkeypatch.setattr("analysis.satisfaction.comments.BATCH", 2)
    rows = surveys_of([text for *_, text in LABELLED])
    one, other = (
        read(some)[1].to_pandas().sort_values(["response_id", "text"], ignore_index=True)
        for some in (rows, rows[::-1])
    )
    pd.testing.assert_frame_equal(one, other)
