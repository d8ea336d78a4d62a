"""The engine that carries Ibis expressions: embedded DuckDB, out of core and memory-capped."""

import os
from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

MEMORY_SHARE = 0.6
"""Share of the machine's memory that the engine may take before it spills to disk."""


def connect(scratch: Path) -> Backend:
    """Open an embedded engine that spills to ``scratch`` when memory runs short.

    Parameters
    ----------
    scratch : Path
        Folder for spilled data; made when it does not exist.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    connection = ibis.duckdb.connect(
        temp_directory=str(scratch), memory_limit=f"{memory * MEMORY_SHARE / 2**20:.0f}MiB"
    )
    # A moment with a zone falls on the same day wherever the review is run.
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


def read_parquet(connection: Backend, path: Path) -> ir.Table:
    """Open a Parquet file as a table expression; its rows stay on disk until they are asked for."""
    return connection.read_parquet(path)


def empty_table(columns: Mapping[str, str]) -> ir.Table:
    """A table without rows; ``columns`` maps names to Ibis types."""
    schema = ibis.schema(columns)
    return ibis.memtable(schema.to_pyarrow().empty_table(), schema=schema)


def complete_table(table: ir.Table, columns: Mapping[str, str]) -> ir.Table:
    """A table with all of some columns; those that it lacks are empty."""
    missing = {name: ibis.null(dtype) for name, dtype in columns.items() if name not in table}
    return table.mutate(**missing) if missing else table


def write_parquet(connection: Backend, table: ir.Table, path: Path) -> None:
    """Write a table expression to one Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.to_parquet(table, path, COMPRESSION="zstd")


def write_csv(connection: Backend, table: ir.Table, path: Path) -> None:
    """Write a table expression to one CSV file with a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.to_csv(table, path, header=True)


def parse_timestamp(text: ir.StringValue, pattern: str) -> ir.TimestampValue:
    """Read text as a timestamp; null where it does not fit the strptime ``pattern``."""

    @ibis.udf.scalar.builtin(name="try_strptime", signature=(("string", "string"), "timestamp"))
    def try_strptime(text, pattern): ...  # type: ignore[no-untyped-def]

    return try_strptime(text, pattern)


def quantile(values: ir.Column, share: float) -> ir.Scalar:
    """The smallest of ``values`` at or below which at least ``share`` of them lie.

    Unlike an interpolated quantile it is always one of the values, so that exact money stays
    exact.
    """
    dtype = values.type()

    @ibis.udf.agg.builtin(name="quantile_disc", signature=((dtype, "float64"), dtype))
    def quantile_disc(values, share): ...  # type: ignore[no-untyped-def]

    return quantile_disc(values, share)
