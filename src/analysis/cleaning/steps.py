"""Cleaning from raw tables to judged ones, in the order in which they need each other.

Exchange rates come first, then customers and transactions, which say who is known, then the rest.
Each table is stored twice or three times on its way (typed, judged row by row, compared), so that
every expression stays flat: the engine gets simple queries and runs them out of core.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis import sources
from analysis.cleaning.casting import MERGED_IDS, type_columns, type_table
from analysis.cleaning.cleaned import Cleaned
from analysis.cleaning.comparisons import find_copies, set_rules
from analysis.cleaning.fx import (
    CONVERTED,
    convert,
    find_rates,
    name_rate_day,
    require_rates,
)
from analysis.cleaning.ids import find_merges, merge_ids
from analysis.cleaning.judging import (
    append_found,
    applicable,
    apply_row_rules,
    apply_set_rules,
    conclude,
    is_sound,
)
from analysis.cleaning.netting import match_returns, name_returned_orders, return_rules
from analysis.cleaning.reading_rules import helper_columns, reading_rules
from analysis.cleaning.rules import DATE_COLUMNS, SetRule, schema_rules
from analysis.cleaning.settings import CleaningSettings
from analysis.cleaning.table_rules import table_rules
from analysis.sources import RawTable, SourceError

Store = Callable[[str, ir.Table], ir.Table]
"""Computes a table once, under a name of its own, and returns it as stored."""

FIRST = ("fx_rates", "customers", "transactions")
"""Tables that others are compared with."""
_WITH_CUSTOMERS = ("customers", "transactions")
"""Tables that say who is a customer."""

MOST_NAMED = 10
"""How many faults a message lists."""


class DuplicateIdError(SourceError):
    """Two rows of the customers' table are about one customer: a join would double its orders."""


@dataclass(frozen=True)
class _Typed:
    """A raw table with its typed rows."""

    raw: RawTable
    table: ir.Table


def clean_tables(
    raw_tables: Mapping[str, RawTable], settings: CleaningSettings, store: Store
) -> dict[str, Cleaned]:
    """Type, judge and compare every row of every table.

    Parameters
    ----------
    raw_tables : mapping
        Name of the table → its rows as they stand in their source.
    settings : CleaningSettings
        What the review has decided.
    store : callable
        Computes a table once, under a name of its own.

    Returns
    -------
    dict
        Name → cleaned table, in the order in which they were cleaned.

    Raises
    ------
    SourceError
        A customer stands twice in the customers' table, or money in another currency has no rate.
    """
    typed = {
        name: _Typed(raw, store(f"{name}.typed", type_table(raw, settings)))
        for name, raw in raw_tables.items()
    }
    merges = _find_merges(typed, store)
    cleaned: dict[str, Cleaned] = {}
    everybody: ir.Table | None = None
    for name in sorted(typed, key=_place):
        if name not in FIRST and everybody is None and cleaned.keys() & set(_WITH_CUSTOMERS):
            everybody = store("everybody", _everybody(cleaned))
        known = _customers_of(cleaned) if name == "transactions" else everybody
        rates = cleaned["fx_rates"].kept if "fx_rates" in cleaned else None
        cleaned[name] = _clean(typed[name], settings, store, merges, known, rates)
    return cleaned


def find_first_and_last_day(raw: RawTable, exported_on: date | None) -> tuple[date, date] | None:
    """First and last order date that can be read, or None if none can.

    Parameters
    ----------
    raw : RawTable
        Transactions as they stand in their source.
    exported_on : date or None
        Later dates are mistakes and do not count.
    """
    day = type_columns(raw, ("order_date",)).order_date
    is_past = None if exported_on is None else day <= exported_on
    ends = day.as_table().agg(first=day.min(where=is_past), last=day.max(where=is_past))
    found = ends.to_pyarrow().to_pylist()[0]
    return (found["first"], found["last"]) if found["first"] else None


def _place(name: str) -> tuple[int, str]:
    return (FIRST.index(name) if name in FIRST else len(FIRST), name)


def _find_merges(typed: Mapping[str, _Typed], store: Store) -> ir.Table | None:
    """Spellings of customers' ids that are given up, over all tables; None if there are none."""
    spellings = []
    for name, one in typed.items():
        for column in MERGED_IDS:
            if column not in one.table.columns:
                continue
            grouped = one.table.filter(one.table[column].notnull()).group_by(
                spelling=column, folded=f"{column}_folded"
            )
            is_master = ibis.literal(name == "customers" and column == "customer_id")
            spellings.append(grouped.agg(n=ibis._.count()).mutate(is_master=is_master))
    if not spellings:
        return None
    merges = store("merges", find_merges(ibis.union(*spellings)))
    return merges if merges.count().execute() else None


def _customers_of(cleaned: Mapping[str, Cleaned]) -> ir.Table | None:
    """Everybody in the customers' table; None without one."""
    return cleaned["customers"].kept.select("customer_id") if "customers" in cleaned else None


def _everybody(cleaned: Mapping[str, Cleaned]) -> ir.Table:
    """Everybody in the customers' table or with a transaction."""
    known = [
        cleaned[name].kept.select("customer_id") for name in _WITH_CUSTOMERS if name in cleaned
    ]
    return ibis.union(*known).distinct()


def _clean(
    typed: _Typed,
    settings: CleaningSettings,
    store: Store,
    merges: ir.Table | None,
    known: ir.Table | None,
    rates: ir.Table | None,
) -> Cleaned:
    schema, rows = typed.raw.schema, typed.table
    if merges is not None and "customer_id" in rows.columns:
        rows = merge_ids(rows, merges, MERGED_IDS)
    if schema.name == "transactions":
        rows = _name_returns(rows)
    if schema.name in CONVERTED and "currency" in rows.columns:
        rows = _convert(rows, schema.name, rates, settings, store)
    row_rules = applicable(
        (
            *reading_rules(schema),
            *schema_rules(schema, settings),
            *table_rules(schema.name, settings),
        ),
        rows,
    )
    judged = apply_row_rules(rows, row_rules)
    rows = store(f"{schema.name}.judged", judged.drop(*helper_columns(judged)))
    if schema.name == "customers":
        _require_unique_ids(rows, typed.raw, settings)
    read = _measure(typed.raw, rows, settings)
    rows, compared = _compare(rows, typed.raw, settings, store, known)
    return Cleaned(schema, conclude(rows), (*row_rules, *compared), **read)


def _compare(
    rows: ir.Table,
    raw: RawTable,
    settings: CleaningSettings,
    store: Store,
    known: ir.Table | None,
) -> tuple[ir.Table, tuple[SetRule, ...]]:
    """Apply the rules that compare rows; a table in which they find nothing stays as it is."""
    name = raw.schema.name
    rules = applicable(set_rules(raw.schema, settings, known), rows)
    matches = None
    if name == "transactions":
        matches = store(f"{name}.returns", match_returns(rows))
        rules = (*rules, *return_rules(matches))
    found = store(f"{name}.found", apply_set_rules(rows, rules)) if rules else None
    if matches is not None:
        rows = name_returned_orders(rows, matches)
    if found is not None and found.count().execute():
        rows = append_found(rows, found)
    elif matches is None:
        return rows, rules
    return store(f"{name}.compared", rows), rules


def _name_returns(rows: ir.Table) -> ir.Table:
    """A line is a return if the source says so, or if its amount is below zero."""
    is_negative = (rows.amount < 0).fill_null(False)
    if "is_return" not in rows.columns:
        return rows.mutate(is_return=is_negative)
    is_return = is_negative | rows.is_return.fill_null(False)
    return rows.mutate(is_return=is_return, original_is_return=rows.is_return)


def _convert(
    rows: ir.Table, table: str, fx_rates: ir.Table | None, settings: CleaningSettings, store: Store
) -> ir.Table:
    """Bring lines into the review's currency."""
    dated = name_rate_day(rows, table, settings.as_of)
    found = find_rates(dated, fx_rates, settings.currency, settings.as_of, table)
    rates = store(f"{table}.rates", found)
    require_rates(rates, settings.currency, table)
    return convert(dated, rates, settings.currency, table)


def _require_unique_ids(rows: ir.Table, raw: RawTable, settings: CleaningSettings) -> None:
    """Stop if a customer stands in more than one row.

    Raises
    ------
    DuplicateIdError
        The message names the lines, never the customers.
    """
    sound = rows.filter(is_sound(rows))
    if settings.duplicates == "exclude":
        sound = sound.anti_join(find_copies(sound, raw.schema), "source_row")
    twice = sound.group_by("customer_id").having(sound.count() > 1).agg(n=sound.count())
    n_twice = twice.count().execute()
    if not n_twice:
        return
    places = sources.count_lines(
        raw, sound.semi_join(twice, "customer_id").select("source_row", "source_file")
    )
    lines = places.order_by("source_row").limit(MOST_NAMED).to_pyarrow().to_pylist()
    named = ", ".join(f"{line['source_file']} line {line['source_line']}" for line in lines)
    raise DuplicateIdError(
        f"customers: {n_twice} customers stand in more than one row, and joined with them orders "
        f"would count twice. See {named}. Keep one row for each customer_id; ids that differ "
        "only in capitals or blanks name the same customer."
    )


def _measure(raw: RawTable, rows: ir.Table, settings: CleaningSettings) -> dict[str, Any]:
    """What was read of a table: its rows, its money, and whether its newest row is too old."""
    day = DATE_COLUMNS.get(raw.schema.name)
    measures = {}
    if "amount" in rows.columns:
        measures["amount_read"] = rows.amount.sum().coalesce(0)
    if day in rows.columns:
        newest = rows[day].max(where=is_sound(rows))
        measures["newest"] = newest.date() if newest.type().is_timestamp() else newest
    found = rows.agg(**measures).to_pyarrow().to_pylist()[0] if measures else {}
    newest_day = found.pop("newest", None)
    oldest_fresh = settings.as_of - timedelta(days=settings.stale_after_days)
    is_stale = newest_day is not None and newest_day < oldest_fresh
    return {
        "rows_read": raw.table.count().execute(),
        "given": tuple(name for name in raw.schema.names if name in raw.table.columns),
        "stale_since": newest_day if is_stale else None,
        **found,
    }
