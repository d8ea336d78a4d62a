"""Tables and queries of databases → parts: streamed into Parquet, a batch at a time.

PostgreSQL is read through ADBC, whose driver brings what it needs and hands over Arrow batches as
the server sends them; a DuckDB file through the engine's own library. The URL comes from the
environment and appears in no message.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.params.source_models import SqlSource
from analysis.schemas import TableSchema
from analysis.sources.column_types import refuse_odd_type
from analysis.sources.header import Header, match_header
from analysis.sources.part import FAULTS, Part, in_step, part_columns, stored_columns
from analysis.sources.raw import SourceError, name_source

BATCH_ROWS = 50_000

_CONNECT_REASONS = (
    (r"password|authentication|role .* does not exist", "the database refuses the user or the "
     "password. Correct the URL in the environment variable {url}."),
    (r"database .* does not exist", "the server has no such database. Correct the URL in the "
     "environment variable {url}."),
    (r"", "the database cannot be reached. Check that it runs, and the URL in the environment "
     "variable {url}."),
)  # fmt: skip
# SQLSTATE of PostgreSQL, or the name of an exception of DuckDB.
_QUERY_REASONS = (
    (r"42P01|42501|3F000|CatalogException", "there is no such table, or it may not be read. "
     "Correct 'table' or 'query' in the params file (schema.table), or ask for the right to read "
     "it."),
    (r"25006|InvalidInputException|PermissionException", "the query would change something. Only "
     "a SELECT may stand in the params file."),
    (r"42...|ParserException|BinderException", "the database does not accept the query. Try it in "
     "a database program, and correct 'query' in the params file."),
    (r"IOException", "the database's file cannot be opened. Correct the URL in the environment "
     "variable {url}."),
    (r"", "the database did not finish the query. Try it in a database program, or export the "
     "table as CSV or Parquet."),
)  # fmt: skip
_HUNDREDTHS = b"money"
"""PostgreSQL's type that arrives as a whole number of cents, and looks like any other number."""


def read_database(schema: TableSchema, source: SqlSource, target: Path) -> Part:
    """Read a table or query into Parquet, in the order in which its rows arrive.

    Parameters
    ----------
    target : Path
        Where the rows go.

    Raises
    ------
    SourceError
        If the database cannot be reached, refuses the query, or lacks a column. No message holds
        the URL or a part of it.
    """
    name = name_source(source)
    with _plain_errors(name, source), _open_batches(name, source) as batches:
        header = match_header(schema, source, batches.schema.names, name)
        n_rows = _write(name, header, batches, target)
    if not n_rows:
        raise SourceError(
            f"{name}: the database gives no rows. Correct 'table' or 'query' in the params file, "
            "or leave the table out."
        )
    return Part(
        file=name,
        path=target,
        n_rows=n_rows,
        columns=part_columns(header.columns),
        extra=header.extra,
        faults=FAULTS.empty_table(),
        places=in_step(),
        notes=header.notes,
    )


def _write(name: str, header: Header, batches: pa.RecordBatchReader, target: Path) -> int:
    parts = stored_columns(header.columns)
    kinds = {key: _plain_type(name, batches.schema.field(part)) for key, part in parts.items()}
    n_rows = 0
    with pq.ParquetWriter(target, pa.schema(list(kinds.items())), compression="zstd") as writer:
        for batch in batches:
            columns = [_plain(batch.column(part)) for part in parts.values()]
            writer.write_batch(pa.record_batch(columns, schema=writer.schema))
            n_rows += batch.num_rows
    return n_rows


def _plain_type(name: str, field: pa.Field) -> pa.DataType:
    """The type that a column has in Parquet: exact numbers and UUIDs arrive as text."""
    if (field.metadata or {}).get(b"POSTGRESQL:type") == _HUNDREDTHS:
        raise SourceError(
            f"{name}: column {field.name!r} has the type money, whose unit cannot be told. Write "
            "a 'query' in the params file in which it is cast: amount::numeric."
        )
    if isinstance(field.type, pa.UuidType):
        return pa.string()
    plain = field.type.storage_type if isinstance(field.type, pa.BaseExtensionType) else field.type
    refuse_odd_type(name, field.name, plain)
    return plain


def _plain(column: pa.Array) -> pa.Array:
    if isinstance(column.type, pa.UuidType):
        texts = (value and str(value) for value in column.to_pylist())
        return pa.array(texts, pa.string())
    return column.storage if isinstance(column, pa.ExtensionArray) else column


@contextmanager
def _open_batches(name: str, source: SqlSource) -> Iterator[pa.RecordBatchReader]:
    """The rows, as the database sends them."""
    url = os.environ.get(source.url)
    if not url:
        raise SourceError(
            f"{name}: the environment variable {source.url} is not set. Put the database's URL "
            "into it."
        )
    scheme = urlsplit(url).scheme
    if scheme in ("postgresql", "postgres"):
        with _connect_postgres(name, source, url) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(_statement(source))
            yield cursor.fetch_record_batch()
    elif scheme == "duckdb":
        file = url.removeprefix("duckdb://").removeprefix("/")
        safely = {"enable_external_access": "false"}
        with duckdb.connect(file, read_only=True, config={**safely}) as database:
            yield database.sql(_statement(source)).to_arrow_reader(BATCH_ROWS)
    else:
        raise SourceError(
            f"{name}: the URL in the environment variable {source.url} must begin with "
            "postgresql:// or duckdb://. Export tables of another database as CSV or Parquet."
        )


def _connect_postgres(name: str, source: SqlSource, url: str) -> Any:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise SourceError(
            f"{name}: the driver for PostgreSQL is not installed. Install it with: "
            "pip install 'customer-review-kit[postgresql]'"
        ) from None
    try:
        return dbapi.connect(url)
    except dbapi.Error as error:
        raise _explained(name, source, _CONNECT_REASONS, str(error)) from None


def _statement(source: SqlSource) -> str:
    if source.query is not None:
        return source.query.strip().rstrip(";")
    names = (source.table or "").split(".")
    quoted = ".".join('"' + name.replace('"', '""') + '"' for name in names)
    return f"SELECT * FROM {quoted}"  # noqa: S608 (a name, quoted)


@contextmanager
def _plain_errors(name: str, source: SqlSource) -> Iterator[None]:
    """A driver's errors in words that hold no part of the URL."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise _explained(name, source, _QUERY_REASONS, type(error).__name__) from None
    except Exception as error:
        state = getattr(error, "sqlstate", None)
        if not type(error).__module__.startswith("adbc_driver_manager"):
            raise
        raise _explained(name, source, _QUERY_REASONS, state or "") from None


def _explained(
    name: str, source: SqlSource, reasons: tuple[tuple[str, str], ...], sign: str
) -> SourceError:
    why = next(why for pattern, why in reasons if re.search(pattern, sign))
    return SourceError(f"{name}: {why.format(url=source.url)}")
