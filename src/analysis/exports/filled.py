"""What people filled into last quarter's workbook, found again by its hidden row and column."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from analysis.exports.columns import BLANKS, KEY, OWN, STATUSES, Blank
from analysis.exports.errors import ExportError
from analysis.exports.table_sheet import HEAD_ROW, NAMES_ROW
from analysis.locales import Words
from analysis.sources.cells import as_text
from analysis.sources.workbook_guard import require_safe_workbook

SEARCHED_ROWS = 20
"""The hidden row of names is looked for among so many: people put titles above a table."""

Fills = Mapping[str, Any]
Row = list[Any]


@dataclass(frozen=True)
class Unmatched:
    """A row with something filled in that belongs to no customer.

    Attributes
    ----------
    sheet : str
        The sheet of last quarter's workbook.
    row : int
        Its number there, as the spreadsheet shows it.
    why : str
        ``no_key`` (a row that people added) or ``twice`` (a customer's second row).
    key : str or None
        The customer, where there is one.
    fills : mapping
        What was filled in.
    """

    sheet: str
    row: int
    why: str
    key: str | None
    fills: Fills


@dataclass(frozen=True)
class Filled:
    """What came back.

    Attributes
    ----------
    rows : mapping
        What was filled in for each customer, by the fields of :data:`BLANKS` and of ``own``.
    own : tuple of Blank
        Columns that people added.
    unmatched : tuple of Unmatched
        What belongs to no customer.
    """

    rows: Mapping[str, Fills] = field(default_factory=dict)
    own: tuple[Blank, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()


def read_filled(path: Path, languages: Sequence[Words]) -> Filled:
    """Read what people filled into a workbook of an earlier quarter.

    Parameters
    ----------
    path : Path
        A workbook that the review wrote, in whatever language and order of rows.
    languages : sequence of Words
        Every language in which a status may be written.

    Raises
    ------
    SourceError
        If it is no workbook that can be opened without harm.
    ExportError
        If no sheet of it has the hidden row by which columns are found.
    """
    require_safe_workbook(path)
    statuses = {words(f"workbook.status.{name}"): name for name in STATUSES for words in languages}
    rows: dict[str, Fills] = {}
    own: dict[str, Blank] = {}
    unmatched: list[Unmatched] = []
    sheets = [sheet for sheet in _read_sheets(path) if sheet.columns]
    if not sheets:
        raise ExportError(
            f"{path.name}: no sheet has the hidden first row that names its columns ({KEY}, "
            f"{BLANKS[0].field}, …). Take the workbook as the review wrote it and people filled it "
            "in, or take exports.last_workbook out of the params file."
        )
    for sheet in sheets:
        own |= {blank.field: blank for blank in sheet.own}
        seen: set[str] = set()
        for number, key, fills in sheet.filled(statuses):
            if key is None or key in seen:
                why = "no_key" if key is None else "twice"
                unmatched.append(Unmatched(sheet.title, number, why, key, fills))
            elif key not in rows:  # the table stands before the sheet of those who left
                rows[key] = fills
            seen |= {key} if key else set()
    return Filled(rows, tuple(own.values()), tuple(unmatched))


@dataclass(frozen=True)
class _Sheet:
    """One sheet with the hidden row of names."""

    title: str
    cells: list[Row]
    names_row: int
    columns: Mapping[str, int]
    own: tuple[Blank, ...]

    def filled(self, statuses: Mapping[str, str]) -> Iterator[tuple[int, str | None, Fills]]:
        """Each row in which something was filled in: its number, the customer, what."""
        kinds = {blank.field: blank.kind for blank in (*BLANKS, *self.own)}
        first = self.names_row + HEAD_ROW - NAMES_ROW + 1
        for place, row in enumerate(self.cells[first:], first):
            fills = {
                name: _read(kinds[name], row[column], statuses)
                for name, column in self.columns.items()
                if name != KEY and row[column] != ""
            }
            if fills:
                yield place + 1, as_text(row[self.columns[KEY]]) or None, fills


def _read_sheets(path: Path) -> Iterator[_Sheet]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        for title in workbook.sheet_names:
            cells = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
            yield _find_columns(title, cells)
    except CalamineError:
        raise ExportError(
            f"{path.name}: the workbook cannot be read. Open it in Excel, and save it again as "
            ".xlsx without a password."
        ) from None


def _find_columns(title: str, cells: list[Row]) -> _Sheet:
    """Find the hidden row, what it names, and the columns that people added beside it."""
    wanted = {KEY, *(blank.field for blank in BLANKS)}
    for place, row in enumerate(cells[:SEARCHED_ROWS]):
        named = {str(cell): column for column, cell in enumerate(row) if cell in wanted}
        if KEY in named and len(named) > 1:
            heads = cells[place + HEAD_ROW - NAMES_ROW] if place + HEAD_ROW < len(cells) else []
            own: dict[str, int] = {}
            for column, head in enumerate(heads):
                if isinstance(head, str) and head.strip() and row[column] == "":
                    own[_unused(f"{OWN}{head.strip()}", own)] = column
            blanks = tuple(Blank(name, "text") for name in own)
            return _Sheet(title, cells, place, named | own, blanks)
    return _Sheet(title, cells, 0, {}, ())


def _unused(name: str, taken: Container[str]) -> str:
    """The name, or the name with a number behind it where another column has it."""
    tries = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(each for each in tries if each not in taken)


def _read(kind: str, cell: Any, statuses: Mapping[str, str]) -> Any:
    """A cell as the next workbook holds it; what does not fit its column stays as written."""
    if kind == "status":
        return statuses.get(str(cell).strip(), as_text(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | date):
        return as_text(cell)
    return cell
