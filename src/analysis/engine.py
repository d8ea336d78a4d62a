"""The engine that carries Ibis expressions: embedded DuckDB, out of core and memory-capped."""

import os
from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

MEMORY_SHARE = 0.6
"""Share of the machine's memory that the engine may take before it spills to disk."""
MOST_MEMORY_MIB = 1536
"""And never more than this, so that a review leaves room for others: more makes it no faster."""

SPARK_ACCURACY = 1_000_000_000
"""Spark's quantile errs by the number of rows over this, that is, not at all."""


def connect(scratch: Path) -> Backend:
    """Open an embedded engine that spills to ``scratch`` when memory runs short.

    Parameters
    ----------
    scratch : Path
        Folder for spilled data; made when it does not exist.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
    limit = min(memory * MEMORY_SHARE, MOST_MEMORY_MIB)
    connection = ibis.duckdb.connect(temp_directory=str(scratch), memory_limit=f"{limit:.0f}MiB")
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


def exact_sum(values: ir.Column, where: ir.BooleanValue | None = None) -> ir.FloatingScalar:
    """The sum of floating-point values, the same in whatever order the engine meets them.

    Each value counts to its tenth decimal, in its own unit. The engine refuses values of 1e28 or
    more and those that are no number; nulls are left out, and nothing but nulls is null. With
    ``where``, only the rows count for which it holds.
    """
    return values.cast("decimal(38, 10)").sum(where=where).cast("float64")


def exact_mean(values: ir.Column) -> ir.FloatingScalar:
    """The mean of floating-point values, added as :func:`exact_sum` adds them."""
    return exact_sum(values) / values.count()


def quantile(values: ir.Column, share: float) -> ir.Scalar:
    """The smallest of ``values`` at or below which at least ``share`` of them lie.

    Unlike an interpolated quantile it is always one of the values, so that exact money stays
    exact.
    """
    dtype = values.type()
    if ibis.get_backend(values).name == "pyspark":
        return _quantile_on_spark(values, share)

    @ibis.udf.agg.builtin(name="quantile_disc", signature=((dtype, "float64"), dtype))
    def quantile_disc(values, share): ...  # type: ignore[no-untyped-def]

    return quantile_disc(values, share)


def _quantile_on_spark(values: ir.Column, share: float) -> ir.Scalar:
    """Spark's own, at an accuracy at which it keeps every value."""
    dtype = values.type()

    @ibis.udf.agg.builtin(name="percentile_approx", signature=((dtype, "float64", "int64"), dtype))
    def percentile_approx(values, share, accuracy): ...  # type: ignore[no-untyped-def]

    return percentile_approx(values, share, SPARK_ACCURACY)
