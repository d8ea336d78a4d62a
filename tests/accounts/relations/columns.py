"""Small tables of any columns."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa


def columns(rows: Sequence[tuple[object, ...]], **types: str) -> ir.Table:
    """A table of rows, with its columns in the order of their types."""
    schema = ibis.schema(types)
    records = [dict(zip(types, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(records, schema=schema.to_pyarrow()), schema=schema)
