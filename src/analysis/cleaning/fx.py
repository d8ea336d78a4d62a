"""Money in other currencies: the rate of the day, and a stop where there is none.

A line takes the last rate on or before its day. Its amount as it stood and the rate stay beside
the converted amount.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from analysis.schemas import MONEY, RATE, TRANSACTIONS
from analysis.sources import SourceError

CONVERTED = ("amount", "cost")
"""Columns of transactions that are in the line's currency."""


class RateError(SourceError):
    """Lines are in a currency of which no rate is known on their day."""


def find_rates(lines: ir.Table, fx_rates: ir.Table | None, currency: str, as_of: date) -> ir.Table:
    """The rate of each currency and day that lines need.

    Parameters
    ----------
    lines : ibis table
        Typed transactions with ``currency`` and ``order_date``.
    fx_rates : ibis table or None
        Cleaned rates: ``currency``, ``date``, ``rate``, ``source``.
    currency : str
        The review's currency, which needs none.
    as_of : date
        Last day of the review: later lines do without.

    Returns
    -------
    ibis table
        One row a currency and day: ``currency``, ``order_date``, ``is_needed`` (whether a line
        without gaps asks for it), ``fx_rate`` (null if there is none), ``fx_source``.
    """
    foreign = lines.filter((lines.currency != currency) & lines.order_date.notnull())
    is_whole = [foreign.order_date <= as_of] + [
        foreign[name].notnull() for name in TRANSACTIONS.required
    ]
    wanted = foreign.group_by("currency", "order_date").agg(is_needed=ibis.and_(*is_whole).any())
    if fx_rates is None:
        return wanted.mutate(fx_rate=ibis.null(RATE), fx_source=ibis.null("string"))
    candidates = wanted.left_join(
        fx_rates, ["currency", fx_rates.date <= wanted.order_date]
    ).select("currency", "order_date", "is_needed", "date", "rate", fx_source="source")
    return candidates.group_by("currency", "order_date").agg(
        is_needed=candidates.is_needed.any(),
        fx_rate=candidates.rate.argmax(candidates.date),
        fx_source=candidates.fx_source.argmax(candidates.date),
    )


def require_rates(rates: ir.Table, currency: str) -> None:
    """Stop where a rate is missing.

    Raises
    ------
    RateError
        The message names each currency with the days that lack a rate.
    """
    lacking = rates.filter(rates.is_needed & rates.fx_rate.isnull())
    days = lacking.group_by("currency").agg(
        first=lacking.order_date.min(), last=lacking.order_date.max(), n=lacking.count()
    )
    found = days.order_by("currency").to_pyarrow().to_pylist()
    if not found:
        return
    lists = "; ".join(
        f"{row['currency']} on {row['n']} days from {row['first']} to {row['last']}"
        for row in found
    )
    raise RateError(
        f"transactions: no exchange rate to {currency} is known for {lists}. Add rates to "
        "sources.fx_rates, each with the first day on which it holds."
    )


def convert(lines: ir.Table, rates: ir.Table, currency: str) -> ir.Table:
    """Convert lines to the review's currency.

    Returns
    -------
    ibis table
        The lines with ``amount`` (and ``cost``) converted, and beside them ``original_…``
        (money in ``currency``), ``fx_rate`` (1 for the review's own), ``fx_source`` and
        ``is_converted``.
    """
    joined = lines.left_join(rates, ["currency", "order_date"])
    joined = joined.drop("currency_right", "order_date_right", "is_needed")
    is_foreign = (joined.currency != currency).fill_null(False)
    rate = is_foreign.ifelse(joined.fx_rate, ibis.literal(1).cast(RATE))
    names = [name for name in CONVERTED if name in lines.columns]
    originals = {f"original_{name}": joined[name] for name in names}
    converted = {
        name: is_foreign.ifelse((joined[name] * rate).round(4).cast(MONEY), joined[name])
        for name in names
    }
    return joined.mutate(
        is_converted=is_foreign,
        currency=joined.currency.fill_null(currency),
        fx_rate=rate,
        **originals,
        **converted,
    )
