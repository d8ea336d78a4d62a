"""How a source writes numbers, dates and ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from babel.numbers import get_currency_symbol

from analysis.params.source_models import Source

_RENMINBI = ("¥", "￥", "元", "RMB")


@dataclass(frozen=True)
class Dialect:
    """What cleaning takes from the declaration of a source.

    Attributes
    ----------
    date_formats : tuple of str
        strptime formats, ``iso``, ``epoch_ms``, ``epoch_s`` or ``excel``.
    time_zone : str or None
        IANA name of the zone whose days count for moments with an offset.
    decimal, thousands : str
        Signs of numbers; ``thousands`` is None where there is none.
    currency_signs : tuple of str
        Signs and codes that may stand beside an amount: those of the review's currency.
    values : mapping
        Contract column → source's value → the kit's; ``*`` is any other value, "" no value.
    percent : tuple of str
        Columns that are written in percent.
    only : tuple of tuple of str
        For each column that selects rows, the values whose rows are wanted.
    ids : str
        ``text``; ``salesforce``: ids of 15 signs become the 18 of the same record; ``zoho``: the
        prefix that exports put before ids is left out.
    """

    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    time_zone: str | None = None
    decimal: str = "."
    thousands: str | None = None
    currency_signs: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    percent: tuple[str, ...] = ()
    only: tuple[tuple[str, ...], ...] = ()
    ids: str = "text"

    @classmethod
    def of(cls, source: Source, currency: str | None = None) -> "Dialect":
        """The dialect of a declared source, whose money may carry the signs of a currency."""
        return cls(
            date_formats=source.date_format,
            time_zone=source.time_zone,
            decimal=source.decimal,
            thousands=source.thousands,
            currency_signs=currency_signs(currency) if currency else (),
            values=source.values,
            percent=source.percent,
            only=tuple(source.only.values()),
            ids=source.ids,
        )


def currency_signs(currency: str) -> tuple[str, ...]:
    """The signs and the code that people write beside amounts in a currency, longest first.

    Examples
    --------
    >>> currency_signs("EUR")
    ('EUR', '€')
    """
    signs = {currency, *(get_currency_symbol(currency, locale=name) for name in ("en_US", "zh"))}
    if currency == "CNY":
        signs |= set(_RENMINBI)
    return tuple(sorted(signs, key=lambda sign: (-len(sign), sign)))
