"""Money in other currencies: the rate of the day, and a stop where there is none.

A line takes the last rate on or before its day: that of the order, the invoice or the creation of
the deal. Its amount as it stood and the rate stay beside the converted amount.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from analysis.schemas import MONEY, RATE, TABLES, TRANSACTIONS
from analysis.sources import SourceError

CONVERTED = {
    "transactions": ("order_date", ("amount", "cost")),
    "opportunities": ("created_at", ("amount",)),
    "receivables": ("issued_at", ("amount", "paid_amount")),
}
"""Tables with a currency of each row: the day of its rate, and the columns that are in it."""


class RateError(SourceError):
    """Lines are in a currency of which no rate is known on their day."""


def name_rate_day(rows: ir.Table, table: str, as_of: date) -> ir.Table:
    """The rows of a table of :data:`CONVERTED` with ``rate_day``, the day whose rate they take.

    A deal whose day of creation is not known takes the rate of the as-of date.
    """
    day, _ = CONVERTED[table]
    known = rows[day] if day in rows.columns else ibis.null("date")
    is_required = day in TABLES[table].required
    return rows.mutate(rate_day=known if is_required else known.fill_null(as_of))


def find_rates(
    lines: ir.Table,
    fx_rates: ir.Table | None,
    currency: str,
    as_of: date,
    table: str = TRANSACTIONS.name,
) -> ir.Table:
    """The rate of each currency and day that lines need.

    Parameters
    ----------
    lines : ibis table
        Typed rows with ``currency`` and ``rate_day`` (:func:`name_rate_day`).
    fx_rates : ibis table or None
        Cleaned rates: ``currency``, ``date``, ``rate``, ``source``.
    currency : str
        The review's currency, which needs none.
    as_of : date
        Last day of the review: later lines do without.
    table : str
        The table that they are of.

    Returns
    -------
    ibis table
        One row a currency and day: ``currency``, ``rate_day``, ``is_needed`` (whether a line
        without gaps asks for it), ``fx_rate`` (null if there is none), ``fx_source``.
    """
    foreign = lines.filter((lines.currency != currency) & lines.rate_day.notnull())
    is_whole = [foreign.rate_day <= as_of] + [
        foreign[name].notnull() for name in TABLES[table].required
    ]
    wanted = foreign.group_by("currency", "rate_day").agg(is_needed=ibis.and_(*is_whole).any())
    if fx_rates is None:
        return wanted.mutate(fx_rate=ibis.null(RATE), fx_source=ibis.null("string"))
    candidates = wanted.left_join(fx_rates, ["currency", fx_rates.date <= wanted.rate_day]).select(
        "currency", "rate_day", "is_needed", "date", "rate", fx_source="source"
    )
    return candidates.group_by("currency", "rate_day").agg(
        is_needed=candidates.is_needed.any(),
        fx_rate=candidates.rate.argmax(candidates.date),
        fx_source=candidates.fx_source.argmax(candidates.date),
    )


def require_rates(rates: ir.Table, currency: str, table: str = TRANSACTIONS.name) -> None:
    """Stop where a rate is missing.

    Raises
    ------
    RateError
        The message names each currency with the days that lack a rate.
    """
    lacking = rates.filter(rates.is_needed & rates.fx_rate.isnull())
    days = lacking.group_by("currency").agg(
        first=lacking.rate_day.min(), last=lacking.rate_day.max(), n=lacking.count()
    )
    found = days.order_by("currency").to_pyarrow().to_pylist()
    if not found:
        return
    lists = "; ".join(
        f"{row['currency']} on {row['n']} days from {row['first']} to {row['last']}"
        for row in found
    )
    raise RateError(
        f"{table}: no exchange rate to {currency} is known for {lists}. Add rates to "
        "sources.fx_rates, each with the first day on which it holds."
    )


def convert(
    lines: ir.Table, rates: ir.Table, currency: str, table: str = TRANSACTIONS.name
) -> ir.Table:
    """Convert lines to the review's currency.

    Returns
    -------
    ibis table
        The lines with the money columns of :data:`CONVERTED` converted, and beside them
        ``original_…`` (money in ``currency``), ``fx_rate`` (1 for the review's own), ``fx_source``
        and ``is_converted``.
    """
    joined = lines.left_join(rates, ["currency", "rate_day"])
    joined = joined.drop("currency_right", "rate_day", "rate_day_right", "is_needed")
    is_foreign = (joined.currency != currency).fill_null(False)
    rate = is_foreign.ifelse(joined.fx_rate, ibis.literal(1).cast(RATE))
    names = [name for name in CONVERTED[table][1] if name in lines.columns]
    originals = {f"original_{name}": joined[name] for name in names}
    converted = {
        name: is_foreign.ifelse((joined[name] * rate).round(4).cast(MONEY), joined[name])
        for name in names
    }
    return joined.mutate(
        is_converted=is_foreign,
        currency=joined.currency.fill_null(currency),
        fx_rate=rate,
        original_currency=joined.currency,
        **originals,
        **converted,
    )
