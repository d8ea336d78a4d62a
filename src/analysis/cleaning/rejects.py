"""What a person needs to find and mend each rejected row, and which spellings were given up."""

from collections.abc import Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir

from analysis import sources
from analysis.cleaning.cleaned import Cleaned
from analysis.cleaning.privacy import protect
from analysis.cleaning.texts import guard_formulas, strip_blanks
from analysis.sources import RawTable

MADE_ON_PURPOSE = "not_selected"
"""Rows that the params file leaves out are counted; nobody has to mend them."""


def describe_rejects(
    cleaned: Mapping[str, Cleaned], raw_tables: Mapping[str, RawTable], key: bytes | None
) -> ir.Table:
    """Every rejected row of every table with its place and what stood there.

    Parameters
    ----------
    key : bytes or None
        Key of the pseudonyms that ids are shown as; None shows them as they stood.

    Returns
    -------
    ibis table
        One row a rejected row, by table and in the source's order: ``table``, ``file``, ``line``,
        ``outcome``, ``reasons``, and ``stood`` (the required columns as they stood there).
    """
    parts = [_describe(cleaned[name], raw_tables[name], key) for name in cleaned]
    return ibis.union(*parts).order_by("table", "place").drop("place")


def _describe(cleaned: Cleaned, raw: RawTable, key: bytes | None) -> ir.Table:
    rejects = cleaned.rejects
    rejects = rejects.filter(rejects.reasons.join(";") != MADE_ON_PURPOSE)
    placed = sources.count_lines(
        raw, rejects.select("source_row", "source_file", "outcome", "reasons")
    )
    joined = placed.inner_join(_as_it_stood(raw, key), "source_row")
    return joined.select(
        table=ibis.literal(raw.schema.name),
        file=guard_formulas(joined.source_file),
        line=joined.source_line,
        outcome=joined.outcome,
        reasons=joined.reasons.join("; "),
        stood=guard_formulas(joined.stood),
        place=joined.source_row,
    )


def _as_it_stood(raw: RawTable, key: bytes | None) -> ir.Table:
    """The required columns of each row as ``column: value``; the whole line if it is broken."""
    parts = []
    for name in raw.schema.required:
        text = protect(strip_blanks(raw.table[name]), raw.schema[name], key)
        parts.append(ibis.literal(f"{name}: ") + text.fill_null(""))
    values = reduce(lambda joined, part: joined + ", " + part, parts)
    # Nobody knows which parts of a broken line are ids and names.
    line = raw.table.line if key is None else ibis.null("string")
    stood = raw.table.read_fault.isnull().ifelse(values, line)
    return raw.table.select("source_row", stood=stood)


def list_merges(cleaned: Mapping[str, Cleaned]) -> ir.Table:
    """Every spelling of a customer's id that was given up.

    Returns
    -------
    ibis table
        One row a table and spelling: ``table``, ``spelling`` (as it stood), ``customer_id`` (what
        it became), ``rows``.
    """
    parts = []
    for name, one in cleaned.items():
        if "customer_id_stood" not in one.table.columns:
            continue
        rows = one.table.filter(one.table.customer_id_stood.notnull())
        counted = rows.group_by("customer_id", "customer_id_stood").agg(rows=rows.count())
        parts.append(
            counted.select(
                table=ibis.literal(name),
                spelling=guard_formulas(counted.customer_id_stood),
                customer_id=guard_formulas(counted.customer_id),
                rows=counted.rows,
            )
        )
    return ibis.union(*parts).order_by("table", "customer_id", "spelling")
