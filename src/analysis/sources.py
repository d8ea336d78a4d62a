"""Files → raw tables: every column as it stands in the file, with the row's origin.

Nothing is guessed. A file is read in its declared dialect, its columns are found by name, and
text stays text until :mod:`analysis.cleaning` casts it, so that what cannot be read is counted
instead of vanishing.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from duckdb import Error as DuckDBError
from ibis.backends.duckdb import Backend

from analysis.params.source_models import CsvSource, ParquetSource
from analysis.schemas import TableSchema

WHITESPACE = "whitespace"
NO_DELIMITER = "\x1f"
"""ASCII's unit separator: with it a whole line arrives as one column."""

CHUNK_BYTES = 1 << 24


class SourceError(Exception):
    """A file cannot be read as declared; the text says what to change."""


@dataclass(frozen=True)
class RawTable:
    """An input table as it stands in its file.

    Attributes
    ----------
    schema : TableSchema
        The contract that the columns are named after.
    table : ibis table
        The contract's columns that the file has, uncast, and ``source_row``: the record's number
        in the file, from 1, not counting the header.
    source : CsvSource or ParquetSource
        Where it came from and in which dialect.
    """

    schema: TableSchema
    table: ir.Table
    source: CsvSource | ParquetSource

    @property
    def file_name(self) -> str:
        """Name of the file, without its folder."""
        return self.source.path.name


def read_table(
    connection: Backend, schema: TableSchema, source: CsvSource | ParquetSource, scratch: Path
) -> RawTable:
    """Open one input table.

    Parameters
    ----------
    schema : TableSchema
        The contract of the table.
    source : CsvSource or ParquetSource
        Location and dialect from params.
    scratch : Path
        Folder for a UTF-8 copy of a file in another encoding.

    Raises
    ------
    SourceError
        If the file lacks a required column or does not follow the declared dialect. The message
        names the file, what was found and what to change.
    """
    if isinstance(source, CsvSource):
        found = _read_csv(connection, source, scratch)
    else:
        found = _read_parquet(connection, source)
    columns = _contract_columns(schema, source, found)
    table = found.mutate(source_row=ibis.row_number() + 1).select("source_row", **columns)
    return RawTable(schema, table, source)


def count_lines(raw: RawTable, records: ir.Table) -> ir.Table:
    """Add ``source_line``, the line of the file on which each record begins.

    Parameters
    ----------
    records : ibis table
        Records of ``raw`` with ``source_row``.

    Notes
    -----
    A record is a line unless a field holds a line break or a line is blank. Only then is the file
    walked once more to find where its records begin. A row of a Parquet file counts as a line.
    """
    if not isinstance(raw.source, CsvSource):
        return records.mutate(source_line=records.source_row)
    n_header = 1 if raw.source.header is True else 0
    if _n_line_breaks(raw.source.path) <= raw.table.count().execute() + n_header:
        return records.mutate(source_line=records.source_row + n_header)
    lines = pa.array([line for line, _ in islice(_records(raw.source), n_header, None)])
    places = pa.table({"source_row": pa.array(range(1, len(lines) + 1)), "source_line": lines})
    return records.left_join(ibis.memtable(places), "source_row").drop("source_row_right")


def _read_csv(connection: Backend, source: CsvSource, scratch: Path) -> ir.Table:
    path = _as_utf8(source, scratch)
    whole_lines = source.delimiter == WHITESPACE
    names = _column_names(source)
    try:
        table = connection.read_csv(
            path,
            columns=dict.fromkeys(["line"] if whole_lines else names, "VARCHAR"),
            auto_detect=False,
            delim=NO_DELIMITER if whole_lines else source.delimiter,
            quote="" if whole_lines or source.quote is None else source.quote,
            escape="" if whole_lines or source.quote is None else source.quote,
            header=source.header is True,
            nullstr="",
            strict_mode=True,
        )
        return _split_lines(table, names, source) if whole_lines else table
    except DuckDBError as error:
        raise SourceError(_explain(error, source)) from None


def _split_lines(table: ir.Table, names: list[str], source: CsvSource) -> ir.Table:
    """Columns of a whitespace-delimited file, whose delimiter is any run of blanks."""
    lines = table.filter(table.line.strip() != "")
    fields = lines.line.strip().re_split(r"\s+")
    uneven = lines.filter(fields.length() != len(names)).limit(1).to_pyarrow().to_pylist()
    if uneven:
        found = len(uneven[0]["line"].split())
        raise SourceError(
            f"{source.path.name}: a line has {found} columns where {len(names)} are declared "
            f"({', '.join(names)}). Correct 'header' or 'delimiter' in the params file."
        )
    return lines.select(**{name: fields[i] for i, name in enumerate(names)})


def _read_parquet(connection: Backend, source: ParquetSource) -> ir.Table:
    try:
        return connection.read_parquet(source.path)
    except DuckDBError as error:
        raise SourceError(_explain(error, source)) from None


def _contract_columns(
    schema: TableSchema, source: CsvSource | ParquetSource, found: ir.Table
) -> dict[str, ir.Value]:
    """The contract's columns as expressions over what the file has."""
    declared = source.columns.mapping()
    columns: dict[str, ir.Value] = {}
    for name in schema.names:
        parts = declared.get(name, (name,))
        absent = [part for part in parts if part not in found.columns]
        if not absent:
            columns[name] = _joined([found[part] for part in parts])
        elif name in schema.required or name in declared:
            raise SourceError(_absent_column(name, absent[0], source, found))
    return columns


def _joined(parts: list[ir.Value]) -> ir.Value:
    """One column as it is; several as one id, their texts joined by a hyphen."""
    if len(parts) == 1:
        return parts[0]
    return ibis.literal("-").join([part.cast("string") for part in parts])


def _column_names(source: CsvSource) -> list[str]:
    """Names of a CSV file's columns: declared, or read from its first line."""
    if not isinstance(source.header, bool):
        return list(source.header)
    line, first = next(_records(source), (0, []))
    if not first:
        raise SourceError(f"{source.path.name}: the file is empty; a header line was expected.")
    names = [name.strip() for name in first]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(
            f"{source.path.name}, line {line}: more than one column is named {', '.join(twice)}."
        )
    return names


def _records(source: CsvSource) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins on, as Python reads the file; blank lines left out.

    The engine does not tell line numbers. This slower walk does, for a header or for rejects.
    """
    with source.path.open(encoding=_python_encoding(source), newline="") as file:
        if source.delimiter == WHITESPACE:
            yield from ((n, line.split()) for n, line in enumerate(file, start=1) if line.strip())
            return
        reader = csv.reader(
            file,
            delimiter=source.delimiter,
            quotechar=source.quote,
            quoting=csv.QUOTE_MINIMAL if source.quote else csv.QUOTE_NONE,
        )
        begins = 1
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1


def _n_line_breaks(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK_BYTES), b""))


def _as_utf8(source: CsvSource, scratch: Path) -> Path:
    """The file itself, or a UTF-8 copy if it is in another encoding: the engine reads UTF-8."""
    if source.encoding == "utf-8":
        return source.path
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / f"{source.path.name}.utf-8"
    line = 0
    try:
        with (
            source.path.open(encoding=source.encoding, newline="") as original,
            copy.open("w", encoding="utf-8", newline="") as utf8,
        ):
            for line, text in enumerate(original, start=1):  # noqa: B007
                utf8.write(text)
    except UnicodeError:
        raise SourceError(
            f"{source.path.name}, line {line + 1}: this is not {source.encoding} text. "
            "Correct 'encoding' in the params file, or export the file again as utf-8."
        ) from None
    return copy


def _python_encoding(source: CsvSource) -> str:
    return "utf-8-sig" if source.encoding == "utf-8" else source.encoding


def _absent_column(
    name: str, wanted: str, source: CsvSource | ParquetSource, found: ir.Table
) -> str:
    hint = get_close_matches(wanted, found.columns, n=1)
    return (
        f"{source.path.name}: there is no column {wanted!r}, which {name!r} is to be read from."
        + (f" Did you mean {hint[0]!r}?" if hint else "")
        + f" The file has: {', '.join(found.columns)}."
        + f" Name the right one under 'columns: {{{name}: …}}' in the params file."
    )


def _explain(error: DuckDBError, source: CsvSource | ParquetSource) -> str:
    """The engine's message in words for the person who made the file; never a row's content."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    where = f"{source.path.name}, line {line[1]}" if line else source.path.name
    reasons = {
        "Expected Number of Columns": "the line has more or fewer columns than the header",
        "unterminated quote": "a quotation mark is opened and not closed",
        "not utf-8": "the text is not utf-8; declare its encoding under 'encoding'",
        "No magic bytes": "this is not a Parquet file",
        "too small to be a Parquet": "this is not a Parquet file",
    }
    lowered = text.lower()
    why = next((why for sign, why in reasons.items() if sign.lower() in lowered), None)
    return f"{where}: {why or 'the file does not follow the declared format'}."
