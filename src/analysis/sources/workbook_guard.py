"""Whether an Excel workbook can be opened without harm: checked before anything parses it.

A workbook is a zip archive of XML. A few kilobytes of it can unpack to gigabytes, and one cell far
away from the others makes a table of billions of empty ones.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analysis.sources.content import OLD_EXCEL, XLSX, recognize
from analysis.sources.raw import SourceError
from analysis.sources.structure import Integers

MOST_UNPACKED_BYTES = 1 << 30
MOST_RATIO = 200
"""Worksheets shrink to a tenth or, at best, a hundredth."""
RATIO_MATTERS_FROM = 10 << 20
MOST_PARTS = 10_000
MOST_CELLS = 20_000_000
MOST_CELL_TEXT = 1 << 30
"""Bytes of text in all cells: a text that a thousand cells share is read a thousand times."""

_BLOCK_BYTES = 1 << 22
_FILLED_CELL = re.compile(rb'<c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_ERROR_CELL = re.compile(rb'<c\s[^>]*\bt="e"')
_SHARED_CELL = re.compile(rb'<c\s[^>]*\bt="s"[^>]*><v>([0-9]{1,9})</v>')
_REMEDY = "Copy the table into a new workbook, save it as .xlsx, and use that."


def require_safe_workbook(path: Path) -> None:
    """Refuse what is no workbook, and a workbook that would fill the memory.

    Raises
    ------
    SourceError
        With what was found and what to do.
    """
    kind = recognize(path)
    if kind == OLD_EXCEL:
        raise SourceError(f"{path.name}: this is {kind}. Open it in Excel, and save it as .xlsx.")
    if kind != XLSX:
        raise SourceError(
            f"{path.name}: this is no Excel workbook"
            + (f" but {kind}. " if kind else ". ")
            + "Export it again as .xlsx, or correct 'format' in the params file."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_large(path, archive)
            _refuse_other_archive(path, archive)
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_entities(path, archive, part)
            _refuse_far_cells(path, archive)
            _refuse_much_text(path, archive)
    # A RuntimeError is zipfile's word for a password, and for a compression that it cannot undo.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        raise SourceError(
            f"{path.name}: the workbook is damaged, or only a part of it. Copy it as a whole, or "
            "save it again as .xlsx without a password."
        ) from None


def count_error_cells(path: Path) -> int:
    """How many cells of a workbook hold an error such as #N/A, which is read as nothing."""
    with zipfile.ZipFile(path) as archive:
        return sum(
            len(_ERROR_CELL.findall(block))
            for name in _sheets(archive)
            for block in _blocks(archive, name)
        )


def _refuse_large(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
        raise SourceError(
            f"{path.name}: the workbook unpacks to {unpacked >> 20:,} MB in {len(parts):,} parts, "
            f"more than {MOST_UNPACKED_BYTES >> 20:,} MB or {MOST_PARTS:,} parts. Export the table "
            "as CSV or Parquet."
        )
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > RATIO_MATTERS_FROM and ratio > MOST_RATIO:
            raise SourceError(
                f"{path.name}: {part.filename} unpacks to {ratio:,.0f} times its size, as no table "
                f"does. {_REMEDY}"
            )


def _refuse_other_archive(path: Path, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise SourceError(
            f"{path.name}: this is a workbook in another format (.xlsb or .ods). Save it as .xlsx."
        )
    raise SourceError(
        f"{path.name}: this is a zip archive without a workbook. Unpack it, and name the file "
        "inside under 'location' in the params file."
    )


def _refuse_entities(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No program writes a document type into a workbook; bombs are made of it."""
    for block in _blocks(archive, part.filename):
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block or b"\0" in block:
            raise SourceError(
                f"{path.name}: {part.filename} declares XML entities, as no workbook does. "
                f"{_REMEDY}"
            )


def _refuse_far_cells(path: Path, archive: zipfile.ZipFile) -> None:
    for name in _sheets(archive):
        last_row, last_column, farthest = 0, 0, ""
        for block in _blocks(archive, name):
            cells = set(_FILLED_CELL.findall(block))
            rows = [int(row) for row in {row for _, row in cells}]
            columns = [_column_number(letters) for letters in {letters for letters, _ in cells}]
            last_row = max(last_row, *rows, 0)
            last_column = max(last_column, *columns, 0)
        if last_row * last_column > MOST_CELLS:
            farthest = f"row {last_row:,} and column {last_column:,}"
            raise SourceError(
                f"{path.name}, {Path(name).name}: the table reaches to {farthest}, which makes more"
                f" than {MOST_CELLS:,} cells. Delete what stands far away from the table, or "
                "export it as CSV or Parquet."
            )


def _refuse_much_text(path: Path, archive: zipfile.ZipFile) -> None:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    lengths = _text_lengths(archive)
    for name in _sheets(archive):
        total = 0
        for block in _blocks(archive, name):
            used = np.array(_SHARED_CELL.findall(block)).astype(np.int64)
            total += int(lengths[used[used < len(lengths)]].sum())
        if total > MOST_CELL_TEXT:
            raise SourceError(
                f"{path.name}, {Path(name).name}: the cells hold {total >> 20:,} MB of text, as no "
                f"table does. {_REMEDY}"
            )


def _text_lengths(archive: zipfile.ZipFile) -> Integers:
    """Bytes of each text that cells share, in the order of their numbers."""
    ends, n_before = [0], 0
    for block in _blocks(archive, "xl/sharedStrings.xml"):
        ends += [n_before + match.start() for match in re.finditer(rb"</si>", block)]
        n_before += len(block)
    places = np.array(ends, np.int64)
    return places[1:] - places[:-1]


def _sheets(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part of the archive in blocks that each end with a cell, a text or another tag."""
    with archive.open(name) as file:
        held = b""
        while block := file.read(_BLOCK_BYTES):
            whole, end, rest = (held + block).rpartition(b"</")
            yield whole
            held = end + rest
        yield held


def _column_number(letters: bytes) -> int:
    """Number of a column, from 1.

    Examples
    --------
    >>> _column_number(b"AA")
    27
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
