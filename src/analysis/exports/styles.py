"""How a workbook looks: one set of colours and number formats for all of its sheets."""

from typing import Any

from babel.numbers import get_currency_symbol
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from analysis.locales import BABEL_LOCALES, Words

INK, MUTED, RULE, PAPER = "#1d2b36", "#5b6b78", "#d5dce2", "#f4f6f8"
BRAND, BAR, FILL_IN, FILL_IN_HEAD = "#0f4c5c", "#a9c6cf", "#fffbe8", "#8a6d1a"

SIGNALS = {
    "good": ("#d9ead9", "#1e5631"),
    "mild": ("#dcebef", "#0f4c5c"),
    "warn": ("#fbe9c6", "#7a4b00"),
    "bad": ("#f6d3cb", "#8c2313"),
}
"""Background and ink of cells that a colour rule marks; ink and words say the same without it."""

MARKS = {
    "tier": {"high": "good", "potential": "mild"},
    "risk": {"lost": "bad", "watch": "warn"},
}
"""Which labels of which columns are marked, and how."""

FONTS = {"en": "Calibri", "zh": "Microsoft YaHei"}
COUNT, SCORE, POINTS, RATIO, DAY = "#,##0", "0.0", "0", "0.0%", "yyyy-mm-dd"


class Styles:
    """Formats of one workbook, each made once.

    Parameters
    ----------
    book : Workbook
        The workbook.
    words : Words
        Its language and currency.
    """

    def __init__(self, book: Workbook, words: Words) -> None:
        self._book = book
        self._base = {"font_name": FONTS[words.language], "font_size": 10, "font_color": INK}
        self._made: dict[str, Format] = {}
        symbol = get_currency_symbol(words.currency, locale=BABEL_LOCALES[words.language])
        money = f'"{symbol}"#,##0;[Red]-"{symbol}"#,##0'
        self._numbers = {
            "money": money, "count": COUNT, "days": COUNT, "score": SCORE, "ratio": RATIO,
            "points": POINTS, "date": DAY,
        }  # fmt: skip

    def title(self) -> Format:
        """The name of a sheet."""
        return self._make("title", font_size=16, bold=True, font_color=BRAND)

    def note(self) -> Format:
        """What explains."""
        return self._make("note", font_color=MUTED, text_wrap=True, valign="top")

    def note_line(self) -> Format:
        """What explains, on one line."""
        return self._make("note line", font_color=MUTED, italic=True)

    def part(self) -> Format:
        """The name of a part of a sheet."""
        return self._make("part", bold=True, font_size=12, font_color=BRAND)

    def head(self) -> Format:
        """The heading of a column."""
        return self._make("head", **_HEAD, bg_color=BRAND)

    def fill_head(self) -> Format:
        """The heading of a column that people fill in."""
        return self._make("fill_head", **_HEAD, bg_color=FILL_IN_HEAD)

    def cell(self, kind: str) -> Format:
        """A cell of the table, by what it holds."""
        return self._make(f"cell {kind}", **_CELL, **self._number(kind))

    def fill_cell(self, kind: str) -> Format:
        """A cell that people fill in."""
        number = self._number(kind)
        return self._make(f"fill {kind}", **_CELL, **_SIDES, **number, bg_color=FILL_IN)

    def signal(self, name: str) -> Format:
        """What a colour rule lays over a cell."""
        background, ink = SIGNALS[name]
        return self._make(f"signal {name}", is_plain=True, bg_color=background, font_color=ink)

    def _number(self, kind: str) -> dict[str, Any]:
        if kind in self._numbers:
            return {"num_format": self._numbers[kind]}
        return {"text_wrap": True, "align": "left", "indent": 1}

    def _make(self, name: str, is_plain: bool = False, **properties: Any) -> Format:
        if name not in self._made:
            base = {} if is_plain else self._base
            self._made[name] = self._book.add_format(base | properties)
        return self._made[name]


_HEAD: dict[str, Any] = {
    "bold": True, "font_color": "#ffffff", "text_wrap": True, "valign": "vcenter", "border": 1,
    "border_color": RULE,
}  # fmt: skip
_CELL: dict[str, Any] = {"valign": "top", "bottom": 1, "bottom_color": RULE}
_SIDES: dict[str, Any] = {"left": 1, "left_color": RULE, "right": 1, "right_color": RULE}
