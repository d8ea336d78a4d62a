"""Files → raw tables: every column as it stands in the file, with the row's origin.

Nothing is guessed. A file is read in its declared dialect, its columns are found by name, and
text stays text until :mod:`analysis.cleaning` casts it, so that what cannot be read is counted
instead of vanishing.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from io import IncrementalNewlineDecoder
from itertools import islice
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from duckdb import Error as DuckDBError
from ibis.backends.duckdb import Backend

from analysis import engine
from analysis.params.source_models import CsvSource, ParquetSource, Source
from analysis.schemas import TableSchema

WHITESPACE = "whitespace"
NO_DELIMITER = "\x1f"
"""ASCII's unit separator: with it a whole line arrives as one column."""

MAX_FIELD_BYTES = 1 << 21
"""The engine reads no longer lines; Python's own limit for a field is lower."""


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
    text : Path or None
        The file's text in UTF-8, line by line as it stands there; None if it is no text.
    """

    schema: TableSchema
    table: ir.Table
    source: CsvSource | ParquetSource
    text: Path | None

    @property
    def file_name(self) -> str:
        """Name of the file, without its folder."""
        return self.source.paths[0].name


def read_table(connection: Backend, schema: TableSchema, source: Source, scratch: Path) -> RawTable:
    """Read one input table, from its first row to its last.

    Parameters
    ----------
    schema : TableSchema
        The contract of the table.
    source : CsvSource or ParquetSource
        Location and dialect from params.
    scratch : Path
        Folder for the rows as they were read, and for the file's text.

    Raises
    ------
    SourceError
        If the file lacks a required column or does not follow the declared dialect. The message
        names the file, the line, what was found and what to change.
    """
    if not isinstance(source, CsvSource | ParquetSource):
        raise SourceError(f"{schema.name}: {source.format} cannot be read yet.")
    text = None
    path = scratch / f"{schema.name}.parquet"
    try:
        if isinstance(source, CsvSource):
            text = _copy_text(source, scratch / f"{schema.name}.txt")
            found = _read_csv(connection, source, text)
        else:
            found = connection.read_parquet(source.paths[0])
        columns = _contract_columns(schema, source, found)
        table = found.mutate(source_row=ibis.row_number() + 1).select("source_row", **columns)
        # The engine meets a broken line when it reads it: here, not in the middle of an analysis.
        engine.write_parquet(connection, table, path)
    except DuckDBError as error:
        raise SourceError(_explain(error, source, text)) from None
    return RawTable(schema, engine.read_parquet(connection, path), source, text)


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
    if raw.text is None or not isinstance(raw.source, CsvSource):
        return records.mutate(source_line=records.source_row)
    n_header = 1 if raw.source.header is True else 0
    if _n_lines(raw.text) == raw.table.count().execute() + n_header:
        return records.mutate(source_line=records.source_row + n_header)
    lines = pa.array(
        [line for line, _ in islice(_records(raw.source, raw.text), n_header, None)], pa.int64()
    )
    places = pa.table({"source_row": pa.array(range(1, len(lines) + 1)), "source_line": lines})
    return records.left_join(ibis.memtable(places), "source_row").drop("source_row_right")


def _copy_text(source: CsvSource, copy: Path) -> Path:
    """The file's text in UTF-8 with lines that all end alike: the engine reads nothing else."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8-sig" if source.encoding in (None, "utf-8") else source.encoding
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    line = 1
    try:
        with (
            source.paths[0].open("rb") as original,
            copy.open("w", encoding="utf-8", newline="") as utf8,
        ):
            for part in original:
                text = decoder.decode(part)
                line += text.count("\n")
                utf8.write(text)
            utf8.write(decoder.decode(b"", final=True))
    except UnicodeDecodeError as error:
        line += len(re.findall(rb"\r\n?|\n", error.object[: error.start]))
        raise SourceError(
            f"{source.paths[0].name}, line {line}: this is not {source.encoding or 'utf-8'} text. "
            "Correct 'encoding' in the params file, or export the file again as utf-8."
        ) from None
    return copy


def _read_csv(connection: Backend, source: CsvSource, text: Path) -> ir.Table:
    names, n_before = _column_names(source, text)
    whole_lines = source.delimiter == WHITESPACE
    quote = "" if whole_lines or source.quote is None else source.quote
    table = connection.read_csv(
        text,
        columns=dict.fromkeys(["line"] if whole_lines else names, "VARCHAR"),
        auto_detect=False,
        delim=NO_DELIMITER if whole_lines else source.delimiter or ",",
        quote=quote,
        escape=quote,
        header=source.header is True,
        skip=n_before,
        nullstr="",
        strict_mode=True,
    )
    if not whole_lines:
        return table
    lines = table.filter(table.line.strip() != "")
    fields = lines.line.strip().re_split(r"\s+")
    if lines.filter(fields.length() != len(names)).count().execute():
        raise SourceError(_uneven_line(source, text))
    return lines.select(**{name: fields[i] for i, name in enumerate(names)})


def _contract_columns(
    schema: TableSchema, source: CsvSource | ParquetSource, found: ir.Table
) -> dict[str, ir.Value]:
    """The contract's columns as expressions over what the file has."""
    columns: dict[str, ir.Value] = {}
    for name in schema.names:
        candidates = source.candidates(name)
        there = [parts for parts in candidates if set(parts) <= set(found.columns)]
        if there:
            columns[name] = _joined([found[part] for part in there[0]])
        elif name in schema.required or name in source.columns:
            absent = next(part for part in candidates[0] if part not in found.columns)
            raise SourceError(_absent_column(name, absent, source, found))
    return columns


def _joined(parts: list[ir.Value]) -> ir.Value:
    """One column as it is; several as one id, joined by a hyphen, or null if a part is missing."""
    if len(parts) == 1:
        return parts[0]
    first, *others = [part.cast("string").strip().nullif("") for part in parts]
    return reduce(lambda joined, part: joined + "-" + part, others, first)


def _column_names(source: CsvSource, text: Path) -> tuple[list[str], int]:
    """Names of a CSV file's columns, declared or from its header, and the blank lines before it."""
    if not isinstance(source.header, bool):
        return list(source.header), 0
    line, first = next(_records(source, text), (0, []))
    if not first:
        raise SourceError(f"{source.paths[0].name}: the file is empty; a header line was expected.")
    names = [name.strip() for name in first]
    where = f"{source.paths[0].name}, line {line}"
    if "" in names:
        raise SourceError(
            f"{where}: column {names.index('') + 1} of {len(names)} has no name. "
            "Name it, or leave out the delimiter that begins it, in every line."
        )
    counted = Counter(name.casefold() for name in names)
    if twice := [name for name in names if counted[name.casefold()] > 1]:
        raise SourceError(f"{where}: more than one column has the same name: {', '.join(twice)}.")
    return names, line - 1


def _records(
    source: CsvSource, text: Path, strict: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins on; blank lines left out.

    The engine does not tell line numbers, or miscounts them after a line break in a field. This
    slower walk does, for a header, for rejects and for errors. If it is strict, it ends with an
    empty record where quotation marks make no sense.
    """
    with text.open(encoding="utf-8", newline="") as file:
        if source.delimiter == WHITESPACE:
            lines = ((n, re.findall(r"\S+", line, re.ASCII)) for n, line in enumerate(file, 1))
            yield from ((n, fields) for n, fields in lines if fields)
            return
        csv.field_size_limit(MAX_FIELD_BYTES)
        reader = csv.reader(
            file,
            delimiter=source.delimiter or ",",
            quotechar=source.quote,
            quoting=csv.QUOTE_MINIMAL if source.quote else csv.QUOTE_NONE,
            strict=strict,
        )
        begins = 1
        try:
            for record in reader:
                if record:
                    yield begins, record
                begins = reader.line_num + 1
        except csv.Error:
            yield begins, []


def _n_lines(text: Path) -> int:
    with text.open("rb") as file:
        return sum(1 for _ in file)


def _absent_column(
    name: str, wanted: str, source: CsvSource | ParquetSource, found: ir.Table
) -> str:
    hint = get_close_matches(wanted, found.columns, n=1)
    return (
        f"{source.paths[0].name}: there is no column {wanted!r}, which {name!r} is to be read from."
        + (f" Did you mean {hint[0]!r}?" if hint else "")
        + f" The file has: {', '.join(found.columns)}."
        + f" Name the right one under 'columns: {{{name}: …}}' in the params file."
    )


def _explain(error: DuckDBError, source: CsvSource | ParquetSource, text: Path | None) -> str:
    """The engine's message in words for the person who made the file; never a row's content."""
    message = str(error).lower()
    reasons = {
        "unterminated quote": "a quotation mark is opened and not closed",
        "maximum line size": "the line is longer than 2 MB",
        "no magic bytes": "this is not a Parquet file",
        "too small to be a parquet": "this is not a Parquet file",
    }
    if text is None or not isinstance(source, CsvSource):
        why = next((why for sign, why in reasons.items() if sign in message), None)
        return f"{source.paths[0].name}: {why or 'the file cannot be read'}."
    if "expected number of columns" in message:
        return _uneven_line(source, text)
    why = next((why for sign, why in reasons.items() if sign in message), "it cannot be read")
    line, _ = _broken_record(source, text)
    return f"{source.paths[0].name}{f', line {line}' if line else ''}: {why}."


def _uneven_line(source: CsvSource, text: Path) -> str:
    names, _ = _column_names(source, text)
    line, record = _broken_record(source, text)
    return (
        f"{source.paths[0].name}, line {line}: the line has {len(record)} columns where "
        f"{len(names)} are declared. Correct the line, or 'header', 'delimiter' or 'quote' in the "
        "params file."
    )


def _broken_record(source: CsvSource, text: Path) -> tuple[int, list[str]]:
    """Line and fields of the first record with too few columns, too many, or an open quote."""
    names, _ = _column_names(source, text)
    n = len(names)
    broken = (
        (line, record)
        for line, record in _records(source, text, strict=True)
        if len(record) < n or any(record[n:])
    )
    return next(broken, (0, []))
