"""CSV files → parts: text in any declared or detected dialect, every value as it stands."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq
from duckdb import Error as DuckDBError
from ibis.backends.duckdb import Backend

from analysis import engine
from analysis.params.source_models import CsvSource
from analysis.schemas import TableSchema
from analysis.sources.content import require_text
from analysis.sources.dialect import Dialect, find_dialect
from analysis.sources.encoding import find_encoding
from analysis.sources.header import Header, match_header
from analysis.sources.part import Part, part_columns, stored_columns
from analysis.sources.raw import ReadNote, SourceError
from analysis.sources.records import RecordScanner
from analysis.sources.text import TextFile, squeeze_blanks

HEAD_BYTES = 1 << 18


def read_csv_file(
    connection: Backend, schema: TableSchema, source: CsvSource, path: Path, target: Path
) -> Part:
    """Read one CSV file into Parquet.

    Parameters
    ----------
    path : Path
        The file.
    target : Path
        Where its rows go.

    Raises
    ------
    SourceError
        If it cannot be read as declared, or in no way that could be detected.
    """
    _refuse_wide_signs(source, path)
    require_text(path)
    text = TextFile(path, find_encoding(path, source.encoding))
    blocks = text.blocks()
    if source.delimiter == "whitespace":
        blocks = squeeze_blanks(blocks)
    first = next(blocks, b"")
    head = first[:HEAD_BYTES].decode(errors="ignore")
    dialect = find_dialect(head, schema, source, path.name)
    header = match_header(schema, source, dialect.names, path.name, dialect.header_line)
    required = header.places(schema.required, dialect.names)
    scanner = RecordScanner(path.name, dialect, required)
    rows = _skip_lines(chain([first], blocks), dialect.first_line - 1)
    copy = target.with_suffix(".txt")
    with copy.open("wb") as file:
        file.writelines(scanner.scan(rows))
    if not scanner.n_records:
        raise SourceError(
            f"{path.name}: the file has no rows below its header. Export it again, or leave the "
            "table out of the params file."
        )
    _write_rows(connection, copy, dialect, header, path.name, target)
    _require_all_rows(path.name, target, scanner.n_records)
    copy.unlink()
    return Part(
        file=path.name,
        path=target,
        n_rows=scanner.n_records,
        columns=part_columns(header.columns),
        extra=header.extra,
        faults=scanner.faults,
        places=scanner.places,
        notes=(*_text_notes(text, scanner), *dialect.notes, *header.notes),
    )


def _refuse_wide_signs(source: CsvSource, path: Path) -> None:
    for key in ("delimiter", "quote", "comment"):
        sign = getattr(source, key)
        if sign and not sign.isascii():
            raise SourceError(
                f"{path.name}: '{key}' in the params file must be an ASCII sign. Export the file "
                "again with a comma, semicolon or tab between the columns."
            )


def _skip_lines(blocks: Iterator[bytes], n_lines: int) -> Iterator[bytes]:
    """The text without its first lines, which stand in the first block."""
    first = next(blocks, b"")
    for _ in range(n_lines):
        first = first.partition(b"\n")[2]
    yield first
    yield from blocks


def _write_rows(
    connection: Backend, copy: Path, dialect: Dialect, header: Header, file: str, target: Path
) -> None:
    """Let the engine, which guesses nothing, turn text of one width into columns of text."""
    quote = dialect.quote or ""
    places = {name: f"column_{i}" for i, name in enumerate(dialect.names)}
    try:
        table = connection.read_csv(
            str(copy),
            columns=dict.fromkeys(places.values(), "VARCHAR"),
            auto_detect=False,
            delim=dialect.delimiter,
            quote=quote,
            escape=quote,
            header=False,
            nullstr="",
            strict_mode=True,
        )
        stored = stored_columns(header.columns)
        columns = {key: table[places[part]] for key, part in stored.items()}
        engine.write_parquet(connection, table.select(**columns), target)
    except DuckDBError:
        raise SourceError(
            f"{file}: the engine cannot read the file's rows. Convert the file to Parquet, and "
            "report this as a defect of the kit."
        ) from None


def _require_all_rows(file: str, target: Path, n_records: int) -> None:
    """Two counts by different means: what the scan found, and what the engine wrote."""
    n_rows = pq.read_metadata(target).num_rows
    if n_rows != n_records:
        raise SourceError(
            f"{file}: {n_records} rows were counted, and {n_rows} arrived. Convert the file to "
            "Parquet, and report this as a defect of the kit."
        )


def _text_notes(text: TextFile, scanner: RecordScanner) -> Iterator[ReadNote]:
    file = text.path.name
    if text.encoding.is_detected:
        yield ReadNote("detected_encoding", "fixed", file, text.encoding.name)
    n_unusual = text.n_cr + min(text.n_crlf, max(text.n_lf - scanner.n_inner_lines, 0))
    if n_unusual:
        yield ReadNote("mended_line_ends", "fixed", file, f"{n_unusual}", n_unusual)
    if scanner.n_blank:
        yield ReadNote("blank_lines", "fixed", file, f"{scanner.n_blank}", scanner.n_blank)
    if scanner.n_comments:
        yield ReadNote("comment_lines", "fixed", file, f"{scanner.n_comments}", scanner.n_comments)
