"""Small input tables by hand."""

from collections.abc import Iterable
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from analysis.params import Quarter
from analysis.schemas import TableSchema

QUARTER = Quarter.parse("2026Q3")
AS_OF = QUARTER.last_day


def make_table(schema: TableSchema, rows: Iterable[dict[str, object]] = ()) -> ir.Table:
    """Rows of an input table; columns that a row does not name are empty."""
    types = ibis.schema({column.name: column.dtype for column in schema.columns})
    arrow = types.to_pyarrow()
    return ibis.memtable(pa.Table.from_pylist(list(rows), schema=arrow), schema=types)


def day(text: str) -> date:
    """A day of 2026, written as 07-31."""
    return date.fromisoformat(f"2026-{text}")
