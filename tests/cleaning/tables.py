"""Raw tables from Python lists, as sources would hand them on, and what became of their rows."""

from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from analysis.cleaning import Cleaned, CleaningSettings
from analysis.params.source_models import ParquetSource
from analysis.schemas import TABLES
from analysis.sources import RawTable

AS_OF, EXPORTED_ON = date(2026, 9, 30), date(2026, 10, 5)
_ORIGIN = ("source_file", "read_fault", "line")


def raw_table(name: str, columns: dict[str, list[Any]], **declared: Any) -> RawTable:
    """A table of the contract with these columns; a row stands on the line after its number."""
    n_rows = len(next(iter(columns.values())))
    arrays = {key: pa.array(values) if isinstance(values, list) else values
              for key, values in columns.items()}  # fmt: skip
    arrays = {
        key: array.cast(pa.string()) if pa.types.is_null(array.type) else array
        for key, array in arrays.items()
    }
    origin = {
        "source_file": pa.array([f"{name}.csv"] * n_rows),
        "read_fault": pa.array([None] * n_rows, pa.string()),
        "line": pa.array([None] * n_rows, pa.string()),
    }
    table = pa.table({"source_row": range(1, n_rows + 1)} | origin | arrays)
    known = {"source_row", *_ORIGIN, *TABLES[name].names}
    return RawTable(
        schema=TABLES[name],
        table=ibis.memtable(table),
        source=ParquetSource.model_validate(
            {"format": "parquet", "location": f"{name}.parquet", **declared}
        ),
        notes=(),
        extra_columns=tuple(
            key for key in columns if key not in known and not key.startswith("only_")
        ),
        places=pa.table({"place_row": [1], "place_line": [2]}),
    )


def orders(*lines: tuple[Any, ...], **declared: Any) -> RawTable:
    """Transactions of (order, customer, day, amount); further columns come by keyword."""
    names = ("order_id", "customer_id", "order_date", "amount")
    more = {key: declared.pop(key) for key in tuple(declared) if isinstance(declared[key], list)}
    columns = {name: [line[i] for line in lines] for i, name in enumerate(names)}
    return raw_table("transactions", columns | more, **declared)


def settings(**changed: Any) -> CleaningSettings:
    """Settings of a review as of 2026-09-30 in CNY."""
    return CleaningSettings(**({"as_of": AS_OF, "currency": "CNY"} | changed))


def judged(cleaned: Cleaned) -> list[tuple[str, list[str]]]:
    """Outcome and reasons of each row, in the order of the source."""
    found = cleaned.table.order_by("source_row").select("outcome", "reasons")
    return [tuple(row.values()) for row in found.to_pyarrow().to_pylist()]


def reasons(cleaned: Cleaned) -> list[list[str]]:
    """Reasons of each row, in the order of the source."""
    return [found for _, found in judged(cleaned)]


def column_of(rows: Any, name: str) -> list[Any]:
    """Values of a column, in the order of the source."""
    return rows.order_by("source_row").to_pyarrow()[name].to_pylist()
