"""Excel workbooks → parts: the cells of one sheet, with the types that Excel gives them."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.params.problems import closest, shorten
from analysis.params.source_models import ExcelSource
from analysis.schemas import TableSchema
from analysis.sources.cells import (
    EXACT_BELOW,
    TEXT,
    Cell,
    as_text,
    common_type,
    to_array,
    type_of,
)
from analysis.sources.header import Header, count_matches, match_header
from analysis.sources.part import FAULTS, PLACES, Part, part_columns, stored_columns
from analysis.sources.raw import ReadNote, SourceError
from analysis.sources.summary_rows import LAST_ROWS, is_summary
from analysis.sources.workbook_guard import count_error_cells, require_safe_workbook

MOST_TITLE_ROWS = 20
BATCH_ROWS = 50_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

Row = list[Cell]


def read_excel_file(schema: TableSchema, source: ExcelSource, path: Path, target: Path) -> Part:
    """Read one sheet of a workbook into Parquet.

    Parameters
    ----------
    path : Path
        The workbook.
    target : Path
        Where its rows go.

    Raises
    ------
    SourceError
        If it is no workbook that can be read, or lacks the sheet or a column.
    """
    require_safe_workbook(path)
    sheet, notes = _open_sheet(source, path)
    header_row = _find_header(sheet, schema, source)
    names = _header_names(sheet, header_row)
    if not names:
        raise _without_rows(path.name, sheet.name)
    header = match_header(schema, source, names, path.name, header_row)
    walk = _SheetWalk(path.name, sheet, header_row, names, header, schema)
    walk.look()
    walk.write(target, source)
    if source.skip_rows == 0 and (n_titles := _count_filled(sheet, header_row - 1)):
        notes.append(ReadNote("skipped_title_rows", "fixed", path.name, f"{n_titles}", n_titles))
    if n_errors := count_error_cells(path):
        notes.append(ReadNote("error_cells", "warning", path.name, f"{n_errors}"))
    notes += walk.notes()
    return Part(
        file=path.name,
        path=target,
        n_rows=walk.n_rows,
        columns=part_columns(header.columns),
        extra=header.extra,
        faults=walk.faults,
        places=walk.places,
        notes=(*notes, *header.notes),
    )


class _SheetWalk:
    """Two walks over the rows below a header: one to see what they hold, one to write it."""

    def __init__(
        self,
        file: str,
        sheet: CalamineSheet,
        header_row: int,
        names: list[str],
        header: Header,
        schema: TableSchema,
    ) -> None:
        self._file = file
        self._sheet = sheet
        self._header_row = header_row
        self._width = len(names)
        stored = stored_columns(header.columns)
        self._columns = {key: names.index(part) for key, part in stored.items()}
        self._required = header.places(schema.required, names)
        as_text = {column.name for column in schema.columns if column.dtype == "string"}
        self._types: dict[str, set[pa.DataType]] = {
            key: set() if key in schema.names and key not in as_text else {TEXT}
            for key in self._columns
        }
        self._ids = [place for key, place in self._columns.items() if "_id" in key]
        self._faults: dict[int, tuple[str, str]] = {}
        self._places: list[tuple[int, int]] = []
        self.n_rows = self._n_blank = self._n_imprecise = 0

    def look(self) -> None:
        """Count the rows, find the type of each column, and rows that cannot be used."""
        last: list[tuple[int, Row]] = []
        shift = None
        for line, row in self._records():
            self.n_rows += 1
            if line - self.n_rows != shift:
                shift = line - self.n_rows
                self._places.append((self.n_rows, line))
            for key, place in self._columns.items():
                if (kind := type_of(row[place])) is not None:
                    self._types[key].add(kind)
            self._n_imprecise += any(
                isinstance(row[i], float) and abs(row[i]) >= EXACT_BELOW for i in self._ids
            )
            if fault := self._fault(row):
                self._faults[self.n_rows] = (fault, _line(row))
            last = [*last, (self.n_rows, row)][-LAST_ROWS:]
        for number, row in last:
            if is_summary([as_text(cell) or "" for cell in row], self._required):
                self._faults[number] = ("summary_row", _line(row))
        if not self.n_rows:
            raise _without_rows(self._file, self._sheet.name)

    def write(self, target: Path, source: ExcelSource) -> None:
        """Write the columns that the table is made of."""
        types = {key: common_type(kinds) for key, kinds in self._types.items()}
        rows = (row for _, row in self._records())
        with pq.ParquetWriter(target, pa.schema(list(types.items())), compression="zstd") as file:
            while batch := list(islice(rows, BATCH_ROWS)):
                columns = [
                    to_array(
                        [row[self._columns[key]] for row in batch],
                        dtype,
                        source.date_format[0],
                        source.decimal,
                    )
                    for key, dtype in types.items()
                ]
                file.write_batch(pa.record_batch(columns, schema=file.schema))

    def notes(self) -> Iterator[ReadNote]:
        """What was mended, and what should be looked at."""
        if n := self._n_blank:
            yield ReadNote("blank_lines", "fixed", self._file, f"{n}", n)
        if n := self._n_imprecise:
            yield ReadNote("imprecise_ids", "warning", self._file, f"{n}", n)

    @property
    def faults(self) -> pa.Table:
        """Rows that cannot be used as they stand."""
        rows = [
            {"row": row, "read_fault": fault, "line": line}
            for row, (fault, line) in sorted(self._faults.items())
        ]
        return pa.Table.from_pylist(rows, schema=FAULTS)

    @property
    def places(self) -> pa.Table:
        """Where rows of the sheet and records stop running in step."""
        rows = [{"row": row, "line": line} for row, line in self._places]
        return pa.Table.from_pylist(rows, schema=PLACES)

    def _records(self) -> Iterator[tuple[int, Row]]:
        """Each row that is not blank, with its number in the sheet."""
        self._n_blank = 0
        rows = enumerate(self._sheet.iter_rows(), 1)
        for line, row in islice(rows, self._header_row, None):
            if any(cell != "" for cell in row):
                yield line, row
            else:
                self._n_blank += 1

    def _fault(self, row: Row) -> str | None:
        if any(cell != "" for cell in row[self._width :]):
            return "extra_field"
        texts = (cell for cell in row if isinstance(cell, str))
        return "control_character" if any(map(_CONTROL.search, texts)) else None


def _open_sheet(source: ExcelSource, path: Path) -> tuple[CalamineSheet, list[ReadNote]]:
    """The declared sheet, or the first that is shown."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [
            sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
        ]
        shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        names = [sheet.name for sheet in sheets]
        name = source.sheet or next(iter(shown or names), None)
        if name is None or name not in names:
            hint = closest(name or "", names)
            raise SourceError(
                f"{path.name}: there is no sheet {shorten(name or '')!r}."
                + (f" Did you mean {shorten(hint)!r}?" if hint else "")
                + f" The workbook has: {', '.join(map(shorten, names))}."
                + " Correct 'sheet' in the params file."
            )
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError:
        raise SourceError(
            f"{path.name}: the workbook cannot be read. Open it in Excel, and save it again as "
            ".xlsx without a password."
        ) from None
    is_choice = source.sheet is None and len(shown) > 1
    return sheet, [ReadNote("detected_sheet", "fixed", path.name, name)] if is_choice else []


def _find_header(sheet: CalamineSheet, schema: TableSchema, source: ExcelSource) -> int:
    """Number of the row that names the columns; if none does, of the first that holds anything."""
    rows = enumerate(islice(sheet.iter_rows(), source.skip_rows + MOST_TITLE_ROWS), 1)
    filled = [
        (number, _names(row))
        for number, row in rows
        if number > source.skip_rows and any(cell != "" for cell in row)
    ]
    if source.skip_rows:
        filled = filled[:1]
    scores = {number: count_matches(schema, source, names) for number, names in filled}
    return max(scores, key=lambda number: (scores[number], -number), default=1)


def _without_rows(file: str, sheet: str) -> SourceError:
    return SourceError(
        f"{file}: the sheet {shorten(sheet)!r} has no rows below a header. Name the right 'sheet' "
        "in the params file, or export the workbook again."
    )


def _header_names(sheet: CalamineSheet, header_row: int) -> list[str]:
    row = next(islice(sheet.iter_rows(), header_row - 1, None), [])
    return _names(row)


def _names(row: list[Any]) -> list[str]:
    """The texts of a row, as far as it holds any."""
    texts = [as_text(cell) or "" for cell in row]
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def _count_filled(sheet: CalamineSheet, n_rows: int) -> int:
    rows = islice(sheet.iter_rows(), n_rows)
    return sum(1 for row in rows if any(cell != "" for cell in row))


def _line(row: Row) -> str:
    return "\t".join(as_text(cell) or "" for cell in row)
