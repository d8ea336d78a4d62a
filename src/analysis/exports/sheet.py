"""One sheet of a workbook, on which text stays text and nothing is cut.

A spreadsheet takes text that begins with ``=`` for a formula and an address for a link, and
programs that write workbooks follow it unless they are told not to. What a sheet cannot hold is
refused with its place.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from analysis.exports.errors import ExportError

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet."""
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
"""Characters of one cell, counted as Excel does: in UTF-16."""

LINE_HEIGHT, MOST_HEIGHT = 14.0, 409.0
"""Points of a line, and of the highest row that Excel allows."""
SIGNS_IN_A_WIDTH = 1.15
"""A column's width counts digits of 11 points; text is of 10."""

OPTIONS = {
    "in_memory": True,  # a file of its own would carry the rights and the zone of whoever runs it
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def open_workbook(path: Path) -> Workbook:
    """A new workbook in which no text becomes a formula, a link or a number."""
    return xlsxwriter.Workbook(str(path), OPTIONS)


class Sheet:
    """Writes cells of one sheet.

    Parameters
    ----------
    book : Workbook
        From :func:`open_workbook`.
    file : str
        The workbook's name, for messages.
    title : str
        The sheet's name.
    """

    def __init__(self, book: Workbook, file: str, title: str) -> None:
        self.page: Worksheet = book.add_worksheet(title)
        self.title = title
        self._file = file

    def write(self, row: int, column: int, value: Any, style: Format | None = None) -> None:
        """Write a text, a number or a day; nothing where there is no value.

        Raises
        ------
        ExportError
            If the sheet cannot hold it.
        """
        self._require_place(row, column)
        if value is None or value != value:  # NaN is the only value unlike itself
            done = self.page.write_blank(row, column, None, style)
        elif isinstance(value, str):
            self._require_short(row, column, value)
            done = self.page.write_string(row, column, value, style)
        elif isinstance(value, date):
            done = self.page.write_datetime(row, column, value, style)
        else:
            done = self.page.write_number(row, column, float(value), style)
        if done:
            raise ExportError(f"{self._place(row, column)}: the cell cannot be written.")

    def write_row(self, row: int, values: Sequence[Any], style: Format | None = None) -> None:
        """Write a row from the first column on."""
        for column, value in enumerate(values):
            self.write(row, column, value, style)

    def fit_row(self, row: int, texts: Iterable[tuple[Any, float]]) -> None:
        """Make a row as high as its longest text needs, each in a column of a width."""
        wide = [(text, width * SIGNS_IN_A_WIDTH) for text, width in texts]
        lines = max((count_lines(text, width) for text, width in wide), default=1)
        if lines > 1:
            self.page.set_row(row, min(lines * LINE_HEIGHT, MOST_HEIGHT))

    def _require_place(self, row: int, column: int) -> None:
        if row >= MOST_ROWS or column >= MOST_COLUMNS:
            raise ExportError(
                f"{self._file}, sheet {self.title}: row {row + 1:,} and column {column + 1:,} do "
                f"not fit; Excel holds {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns. Nothing is "
                "cut: take fewer customers, or the Parquet files of exports/bi."
            )

    def _require_short(self, row: int, column: int, text: str) -> None:
        length = len(text.encode("utf-16-le", "surrogatepass")) // 2
        if length > MOST_CHARACTERS:
            raise ExportError(
                f"{self._place(row, column)}: the text has {length:,} characters, and an Excel "
                f"cell holds {MOST_CHARACTERS:,}. Nothing is cut: shorten it in its source."
            )

    def _place(self, row: int, column: int) -> str:
        return f"{self._file}, sheet {self.title}, cell {xl_col_to_name(column)}{row + 1}"


def count_lines(text: Any, width: float) -> int:
    """How many lines a text takes in a column; a Chinese sign is as wide as two others.

    Examples
    --------
    >>> count_lines("four", 2.0), count_lines("客户", 4.0), count_lines("a\\nb", 9.0)
    (2, 1, 2)
    """
    if not isinstance(text, str):
        return 1
    return sum(max(ceil(_width(line) / width), 1) for line in text.split("\n"))


def _width(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)
