"""Personal data in comments: found and replaced before anything else reads them.

Names that the review knows are found whatever stands around them; others by what introduces
them. What is quoted in a report passes a second, stricter gate
(:func:`analysis.satisfaction.quotes.looks_personal`).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

Kind = Literal["email", "link", "phone", "account", "id", "name"]
PLACEHOLDERS: dict[Kind, tuple[str, str]] = {
    "email": ("[e-mail]", "【邮箱】"),
    "link": ("[link]", "【链接】"),
    "phone": ("[phone]", "【电话】"),
    "account": ("[account]", "【账号】"),
    "id": ("[id]", "【编号】"),
    "name": ("[name]", "【姓名】"),
}
"""What stands in place of personal data, in an English and in a Chinese comment."""
PLACEHOLDER = re.compile("|".join(re.escape(p) for pair in PLACEHOLDERS.values() for p in pair))

BEGINNING = 2
"""Signs of a name by which it is looked for."""
HAN = re.compile(r"[㐀-鿿]")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余"
    "潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = "欧阳|司马|上官|诸葛|慕容|东方|皇甫|尉迟|公孙|令狐"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
_TITLE = (
    "先生|女士|小姐|太太|老师|经理|总监|主管|主任|店长|老板|师傅|医生|阿姨|大哥|大姐|同学|工程师"
    "|总(?![是共体之的])"
)
_SIGN = r"[A-Za-z0-9_.+-]"
_SPOKEN_DIGIT = "[零〇一二三四五六七八九幺两]"

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("email", re.compile(rf"{_SIGN}+\s?(?:@|\(at\)|\[at\])\s?{_SIGN}+\.[A-Za-z]{{2,}}", re.I)),
    ("link", re.compile(r"(?:https?://|www\.)\S+", re.I)),
    (
        "account",
        re.compile(
            r"((?:微信|weixin|wechat|whatsapp|telegram|qq|vx|wx|id)\s*(?:号|no\.?|number)?"
            r"\s*(?:is|是|为|[:：])?\s*)[A-Za-z0-9][\w-]{4,}",
            re.I,
        ),
    ),
    ("id", re.compile(r"(?<![A-Za-z0-9])[1-9]\d{16}[\dXx](?![A-Za-z0-9])")),
    ("phone", re.compile(r"(?<![A-Za-z0-9])\+?\(?\d(?:[\s().–-]{0,2}\d){6,14}(?!\d)")),
    ("phone", re.compile(f"{_SPOKEN_DIGIT}{{7,}}")),
    ("id", re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,6}[-_#]?\d{3,}[A-Za-z0-9-]*|#?\d{5,}")),
    (
        "name",
        re.compile(
            r"((?:我叫|本人|名叫|叫做|姓名|联系人|收件人|署名|落款)(?:是|为)?[:：,，]?\s*)"
            rf"{_SURNAME}[㐀-鿿]{{1,2}}"
        ),
    ),
    (
        "name",
        re.compile(rf"((?:我是|找|联系)\s*){_SURNAME}[㐀-鿿]{{1,2}}(?=[\s，。,.!！？?；;、的]|$)"),
    ),
    ("name", re.compile(rf"{_SURNAME}[㐀-鿿]{{0,2}}(?={_TITLE})")),
    (
        "name",
        re.compile(
            r"((?<![A-Za-z])(?:[Nn]ame is|[Cc]all me|[Aa]sk for|[Tt]his is|I am|I'm|[Rr]egards,?"
            r"|[Ss]incerely,?|[Ss]igned,?|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Prof\.?)\s+)"
            r"[A-Z][a-zà-ÿ'’-]+(?:\s+[A-Z][a-zà-ÿ'’.-]*){0,2}"
        ),
    ),
)
_PLAIN = {sign: sign - 0xFEE0 for sign in range(0xFF10, 0xFF5B) if chr(sign).isalnum()} | {
    ord("＠"): "@", ord("＋"): "+", ord("－"): "-", ord("．"): "."
}  # fmt: skip
"""Full-width letters and digits → plain ones; punctuation stays as each language has it."""
_TELLING_SIGN = re.compile(rf"[\d@(\[/]|www\.|{_SPOKEN_DIGIT}{{7}}", re.I)
_NEED_SIGNS = frozenset({"email", "link", "phone", "id"})
"""Most comments have none of these signs: then these kinds need not be looked for."""
_WORD_SIGN = re.compile(r"\w")


class Masker:
    """Replaces personal data in comments.

    Parameters
    ----------
    names : iterable of str
        Names to find wherever they stand, in any case: customers, contacts, account owners.
    ids : iterable of str
        Ids to find as whole words.

    Examples
    --------
    >>> mask = Masker(names=["Anna Lindqvist", "苏锦书"], ids=["C00042"])
    >>> mask("Call anna lindqvist on +46 70 123 45 67, please")
    'Call [name] on [phone], please'
    >>> mask("我是苏锦书，电话13800001234，客户号C00042")
    '我是【姓名】，电话【电话】，客户号【编号】'
    """

    def __init__(self, names: Iterable[str] = (), ids: Iterable[str] = ()) -> None:
        self._names = frozenset(_fold(name) for name in names if name and len(name.strip()) > 1)
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._names:
            lengths[name[:BEGINNING]].add(len(name))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}
        self._ids = frozenset(_fold(one) for one in ids if one and len(one) > 2)

    def __call__(self, text: str) -> str:
        """The comment without personal data, its full-width letters and digits made plain."""
        plain = text.translate(_PLAIN)
        place = 1 if HAN.search(plain) else 0
        plain = self._mask_known(plain, PLACEHOLDERS["name"][place])
        has_signs = bool(_TELLING_SIGN.search(plain))
        for kind, pattern in _PATTERNS:
            if kind in _NEED_SIGNS and not has_signs:
                continue
            # What introduces it (the first group) may stay.
            introduction = r"\1" if pattern.groups else ""
            plain = pattern.sub(introduction + PLACEHOLDERS[kind][place], plain)
        if self._ids:
            put = PLACEHOLDERS["id"][place]
            plain = re.sub(
                r"[A-Za-z0-9_-]{3,}", lambda m: put if m[0].casefold() in self._ids else m[0], plain
            )
        return plain

    def _mask_known(self, text: str, put: str) -> str:
        """Replace known names, the longest that begins at a place first.

        However many names begin alike, a place costs one look a length of theirs.
        """
        folded = text.casefold()
        if len(folded) != len(text):
            return text
        found, begin = [], 0
        for place in range(len(folded) - 1):
            if place < begin or folded[place : place + BEGINNING] not in self._lengths:
                continue
            name = self._name_at(folded, place)
            if name:
                found += [text[begin:place], put]
                begin = place + len(name)
        return "".join([*found, text[begin:]])

    def _name_at(self, folded: str, place: int) -> str | None:
        for length in self._lengths[folded[place : place + BEGINNING]]:
            name = folded[place : place + length]
            if name in self._names and _stands_alone(folded, place, name):
                return name
        return None


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _stands_alone(text: str, place: int, name: str) -> bool:
    """A name of letters is a word of its own; Chinese has no blanks between words."""
    if HAN.search(name):
        return True
    before, after = text[place - 1 : place], text[place + len(name) : place + len(name) + 1]
    return not any(_WORD_SIGN.match(sign) and not HAN.match(sign) for sign in (before, after))
