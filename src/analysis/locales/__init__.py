"""Words and number formats, in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from babel.dates import format_date
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)
from ruamel.yaml import YAML

from analysis.params import Params
from analysis.params.texts import Language
from analysis.results import Unit

BABEL_LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}
COMPACT_FROM = 1_000_000
"""Money from here on is written short ($1.23M, ¥123万): nobody reads nine digits."""
CENTS_BELOW = 100
_SHORT_FROM = {"en": 1_000, "zh": 10_000}
"""The least money that each language has a shorter way to write: 1K, 1万."""
UNKNOWN = "–"
MINUS = "−"
DECIMALS: dict[Unit, int] = {
    "parameter": 4,
    "index": 2,
    "log_likelihood": 2,
    "points": 1,
    "score": 2,
}


@dataclass(frozen=True)
class Words:
    """One language's words and its way to write numbers.

    Attributes
    ----------
    language : str
        ``en`` or ``zh``.
    currency : str
        ISO 4217 code of the review's money.
    own : mapping
        The review's own words, by key: names of its segments, survey items and themes.
    """

    language: Language
    currency: str
    own: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, params: Params, language: Language) -> "Words":
        """The words of a review in one of its languages."""
        survey, custom_map = params.satisfaction, params.rfm.custom_map
        labels = {f"item.{item}": label for item, label in survey.labels.items()}
        labels |= {f"theme.{theme}": entry.label for theme, entry in survey.themes.items()}
        if custom_map:
            labels |= {f"segment.{name}": label for name, label in custom_map.labels.items()}
        own = {key: label.in_language(language) for key, label in labels.items()}
        return cls(language, params.review.currency, own)

    def __call__(self, key: str, **values: Any) -> str:
        """The words under ``key``, with ``{placeholders}`` filled in.

        Raises
        ------
        KeyError
            If there are no words under that key: add them to both languages' files.
        """
        if key in self.own:
            return self.own[key]
        entry: Any = _entries(self.language)
        for part in key.split("."):
            entry = entry[part]
        return str(entry).format(**values)

    def named(self, group: str, name: str) -> str:
        """What a thing of the review's data is called: its own name if nobody worded it."""
        entries = _entries(self.language)
        worded = entries.get(group) or entries["label"].get(group, {})  # Classes have labels.
        named = worded.get(name, name)
        return self.own.get(f"{group}.{name}", str(named))

    def format(self, value: Any, unit: Unit) -> str:
        """Write a value in its unit; a label by its words, nothing by a dash."""
        if value is None or value != value:  # NaN is the only value unlike itself
            return UNKNOWN
        if unit == "label":
            return self(value)
        if unit == "text":
            return str(value)
        if unit == "date":
            return format_date(value, "yyyy-MM-dd", locale=self._locale)
        if unit == "money":
            return self.money(value)
        if unit == "ratio":
            return self.percent(value)
        if unit == "days":
            return self("unit.days", value=self.decimal(value, 0))
        if unit == "orders" and isinstance(value, float):
            return self.decimal(value, 1)
        return self.decimal(value, DECIMALS.get(unit, 0))

    def signed(self, value: Any, unit: Unit) -> str:
        """A change in its unit, with its sign; that of a share is in percentage points."""
        return _sign(value, self.size(value, unit))

    def interval(self, low: Any, high: Any, unit: Unit) -> str:
        """From one change to another; what both are measured in stands once."""
        if unit not in ("ratio", "points"):
            return self(
                "quantity.interval", low=self.signed(low, unit), high=self.signed(high, unit)
            )
        scale = 100 if unit == "ratio" else 1
        ends = {"low": low * scale, "high": high * scale}
        told = {name: _sign(end, self.decimal(abs(end), 1)) for name, end in ends.items()}
        key = "quantity.percentage_points" if unit == "ratio" else "quantity.points"
        return self(key, value=self("quantity.interval", **told))

    def size(self, value: Any, unit: Unit) -> str:
        """How large a change is, whichever way it goes."""
        if unit == "ratio":
            points = self.decimal(abs(value) * 100, 1)
            return self("quantity.percentage_points", value=points)
        if unit == "points":
            return self("quantity.points", value=self.decimal(abs(value), 1))
        return self.format(abs(value), unit)

    def money(self, value: Any) -> str:
        """Money with its sign: cents when small, short when large."""
        if abs(value) >= COMPACT_FROM:
            return self.short_money(value, digits=2)
        return self._plain_money(value, ".00" if abs(value) < CENTS_BELOW else "")

    def short_money(self, value: Any, digits: int = 1) -> str:
        """Money in thousands, millions, 万 or 亿, as for an axis or a bar's label."""
        if abs(value) < _SHORT_FROM[self.language]:
            return self._plain_money(value, ".##" if abs(value) < CENTS_BELOW else "")
        return _set_minus(
            format_compact_currency(
                value, self.currency, locale=self._locale, fraction_digits=digits
            )
        )

    def _plain_money(self, value: Any, decimals: str) -> str:
        """Money in full; ``decimals`` is the end of the pattern, such as .00, or nothing."""
        symbol = get_currency_symbol(self.currency, locale=self._locale)
        sign = "¤ " if symbol.isalpha() else "¤"
        return _set_minus(
            format_currency(
                value,
                self.currency,
                f"{sign}#,##0{decimals}",
                locale=self._locale,
                currency_digits=False,
            )
        )

    def percent(self, value: Any, digits: int = 1) -> str:
        """A share of 1 as a percentage."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        return _set_minus(format_percent(value, pattern, locale=self._locale))

    def decimal(self, value: Any, digits: int) -> str:
        """A plain number with grouped thousands and a fixed number of decimals."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return _set_minus(format_decimal(value, pattern, locale=self._locale))

    def date(self, day: date) -> str:
        """A date in full."""
        return format_date(day, "long", locale=self._locale)

    @property
    def _locale(self) -> str:
        return BABEL_LOCALES[self.language]


def _set_minus(text: str) -> str:
    """A number with a minus as wide as its digits, by which no line breaks."""
    return text.replace("-", MINUS)


def _sign(value: Any, size: str) -> str:
    """What is printed as zero has no sign."""
    if not any(digit in size for digit in "123456789"):
        return size
    return f"{'+' if value > 0 else MINUS}{size}"


def warm_up() -> None:
    """Read every language's words ahead."""
    for language in BABEL_LOCALES:
        _entries(language)


@cache
def _entries(language: str) -> dict[str, Any]:
    """All words of a language: a file a section, whose groups are put together."""
    loader = YAML(typ="safe", pure=True)
    entries: dict[str, Any] = {}
    for file in resources.files(__name__).joinpath(language).iterdir():
        for group, words in loader.load(file.read_text(encoding="utf-8")).items():
            entries[group] = entries.get(group, {}) | words if isinstance(words, dict) else words
    return entries
