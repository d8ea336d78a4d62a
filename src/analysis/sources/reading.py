"""Read one input table, whatever it comes from."""

from collections.abc import Mapping
from functools import reduce
from itertools import accumulate, chain
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from analysis.params.source_models import Source
from analysis.schemas import TABLES, TableSchema
from analysis.sources.column_types import kind_of
from analysis.sources.csv_files import read_csv_file
from analysis.sources.excel import read_excel_file
from analysis.sources.lines import place_parts
from analysis.sources.parquet_files import literal_path, read_parquet_file
from analysis.sources.part import Part
from analysis.sources.raw import RawTable, SourceError
from analysis.sources.sql import read_database


def read_table(connection: Backend, schema: TableSchema, source: Source, scratch: Path) -> RawTable:
    """Read one input table, from its first row to its last.

    Parameters
    ----------
    schema : TableSchema
        The contract of the table.
    source : Source
        Where it comes from, and what is declared about it.
    scratch : Path
        Folder for the rows as they were read. The table needs it, and a Parquet file that it
        comes from, for as long as it is used.

    Returns
    -------
    RawTable
        One row a record of the source.

    Raises
    ------
    SourceError
        If the source cannot be read as it stands. The message names file, line and column, what
        was found and what to change.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    parts = _read_parts(connection, schema, source, scratch / schema.name)
    _refuse_different_columns(parts)
    return RawTable(
        schema=schema,
        table=_union(connection, schema, parts),
        source=source,
        notes=tuple(chain.from_iterable(part.notes for part in parts)),
        extra_columns=tuple(dict.fromkeys(chain.from_iterable(part.extra for part in parts))),
        places=place_parts(parts),
    )


def read_tables(
    connection: Backend, sources: Mapping[str, Source], scratch: Path
) -> dict[str, RawTable]:
    """Read several input tables, each as :func:`read_table` does, and return them by name."""
    return {
        name: read_table(connection, TABLES[name], source, scratch)
        for name, source in sources.items()
    }


def _read_parts(connection: Backend, schema: TableSchema, source: Source, stem: Path) -> list[Part]:
    if source.format == "sql":
        return [read_database(schema, source, stem.with_suffix(".0.parquet"))]
    try:
        paths = source.paths
    except FileNotFoundError as error:
        raise SourceError(f"{schema.name}: {error}") from None
    parts = []
    for i, path in enumerate(paths):
        target = stem.with_suffix(f".{i}.parquet")
        if source.format == "csv":
            parts.append(read_csv_file(connection, schema, source, path, target))
        elif source.format == "excel":
            parts.append(read_excel_file(schema, source, path, target))
        else:
            parts.append(read_parquet_file(connection, schema, source, path))
    return parts


def _refuse_different_columns(parts: list[Part]) -> None:
    """Stop if a file lacks a column that another has: its rows would be without it unnoticed.

    Also if a column is text in one file and a number in another: nobody knows how to read it.
    """
    first, *others = parts
    for part in others:
        for having, lacking in ((first, part), (part, first)):
            if missing := [name for name in having.columns if name not in lacking.columns]:
                raise SourceError(
                    f"{lacking.file}: there is no column for {', '.join(missing)}, which "
                    f"{having.file} has. All files of one table need the same columns."
                )
        _refuse_different_kinds(first, part)


def _refuse_different_kinds(first: Part, part: Part) -> None:
    types, other_types = pq.read_schema(first.path), pq.read_schema(part.path)
    for name in chain.from_iterable(first.columns.values()):
        kind, other = (kind_of(found.field(name).type) for found in (types, other_types))
        if kind and other and kind != other:
            raise SourceError(
                f"{part.file}: column {name!r} holds {other}, but {kind} in {first.file}. All "
                "files of one table need the same kind of values in a column. Export them alike."
            )


def _union(connection: Backend, schema: TableSchema, parts: list[Part]) -> ir.Table:
    """The rows of all parts, in their order, as the contract names their columns."""
    found = connection.read_parquet(
        [literal_path(part.path) for part in parts],
        filename=True,
        file_row_number=True,
        union_by_name=True,
        hive_partitioning=False,
    )
    numbers_before = list(accumulate((part.n_rows for part in parts), initial=0))
    paths = [str(part.path) for part in parts]
    file = found.filename.cases(*zip(paths, (part.file for part in parts), strict=True))
    before = found.filename.cases(*zip(paths, numbers_before[:-1], strict=True))
    rows = found.select(
        source_file=file,
        source_row=found.file_row_number + before + 1,
        **{name: _column(found, schema, name, parts[0].columns[name]) for name in parts[0].columns},
    )
    return _with_faults(rows, parts, numbers_before)


def _column(found: ir.Table, schema: TableSchema, name: str, parts: tuple[str, ...]) -> ir.Value:
    """One column as it is; several as one id, joined by a hyphen, or null if a part is missing."""
    if len(parts) > 1:
        first, *others = [_id_text(found[part]).strip().nullif("") for part in parts]
        return reduce(lambda joined, part: joined + "-" + part, others, first)
    is_id = name in schema.names and schema[name].is_id
    column = found[parts[0]]
    return _id_text(column) if is_id and column.type().is_floating() else column


def _id_text(column: ir.Value) -> ir.StringValue:
    """An id as text; a number that some program has made of it without its decimal point."""
    if not column.type().is_floating():
        return column.cast("string")
    is_whole = (column == column.floor()) & (column.abs() < 2.0**63)
    return is_whole.ifelse(column.try_cast("int64").cast("string"), column.cast("string"))


def _with_faults(rows: ir.Table, parts: list[Part], numbers_before: list[int]) -> ir.Table:
    tables = [
        part.faults.set_column(0, "row", pc.add(part.faults["row"], before))
        for part, before in zip(parts, numbers_before[:-1], strict=True)
    ]
    faults = pa.concat_tables(tables).rename_columns(["fault_row", "read_fault", "line"])
    if not faults.num_rows:
        nothing = ibis.null("string")
        return rows.mutate(read_fault=nothing, line=nothing)
    table = ibis.memtable(faults)
    return rows.left_join(table, rows.source_row == table.fault_row).drop("fault_row")
