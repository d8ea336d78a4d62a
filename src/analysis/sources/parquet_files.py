"""Parquet files → parts: read where they are, with the types that they have."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import Error as DuckDBError
from ibis.backends.duckdb import Backend

from analysis.params.source_models import ParquetSource
from analysis.schemas import TableSchema
from analysis.sources.column_types import refuse_odd_type
from analysis.sources.content import recognize
from analysis.sources.header import match_header
from analysis.sources.part import FAULTS, Part, in_step
from analysis.sources.raw import SourceError


def read_parquet_file(
    connection: Backend, schema: TableSchema, source: ParquetSource, path: Path
) -> Part:
    """Check one Parquet file from its first page to its last; its rows stay where they are.

    Raises
    ------
    SourceError
        If it is no Parquet file, a part of one, or lacks a column or a type that can be used.
    """
    recognize(path)
    try:
        metadata = pq.read_metadata(path)
        types = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError):
        raise SourceError(
            f"{path.name}: this is not a Parquet file, or only a part of one. Export it again, "
            "and copy it as a whole."
        ) from None
    header = match_header(schema, source, types.names, path.name)
    for name in header.used:
        refuse_odd_type(path.name, name, types.field(name).type)
    if not metadata.num_rows:
        raise SourceError(
            f"{path.name}: the file has no rows. Export it again, or leave the table out of the "
            "params file."
        )
    _read_through(connection, path, header.used)
    return Part(
        file=path.name,
        path=path,
        n_rows=metadata.num_rows,
        columns=header.columns,
        extra=header.extra,
        faults=FAULTS.empty_table(),
        places=in_step(),
        notes=header.notes,
    )


def literal_path(path: Path) -> str:
    """A path in which ``*``, ``?`` and ``[`` stand for themselves."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def _read_through(connection: Backend, path: Path, columns: tuple[str, ...]) -> None:
    """Meet a broken page here, not in the middle of an analysis."""
    try:
        table = connection.read_parquet(literal_path(path))
        table.agg(**{f"c{i}": table[name].hash().max() for i, name in enumerate(columns)}).execute()
    except DuckDBError:
        raise SourceError(
            f"{path.name}: a part of the file cannot be read. Export it again, and copy it as a "
            "whole."
        ) from None
