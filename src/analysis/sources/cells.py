"""Cells of a worksheet → columns of one type each."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

Cell = Any
"""Text, float, bool, date, datetime, time or timedelta; empty text where there is nothing."""

NUMBER, BOOLEAN, MOMENT = pa.float64(), pa.bool_(), pa.timestamp("us")
TEXT = pa.string()

EXACT_BELOW = 10**15
"""Excel keeps 15 digits of a number; the others become zeros."""


def type_of(cell: Cell) -> pa.DataType | None:
    """The type that suits a cell, or None if it is empty."""
    if cell == "":
        return None
    if isinstance(cell, bool):
        return BOOLEAN
    if isinstance(cell, int | float):
        return NUMBER
    return MOMENT if isinstance(cell, date) else TEXT


def common_type(types: set[pa.DataType]) -> pa.DataType:
    """The type of a column: that of all its cells, or text; none where all are empty."""
    return next(iter(types), pa.null()) if len(types) < 2 else TEXT


def to_array(cells: Sequence[Cell], dtype: pa.DataType, date_format: str, decimal: str) -> pa.Array:
    """One column of cells.

    Parameters
    ----------
    dtype : arrow type
        One of the types above.
    date_format, decimal : str
        How the source writes days and numbers as text: in a column of text cells and others, all
        are written alike.
    """
    filled = [None if cell == "" else cell for cell in cells]
    if dtype == TEXT:
        return pa.array([as_text(cell, date_format, decimal) for cell in filled], TEXT)
    if dtype == MOMENT:
        filled = [day and datetime(*day.timetuple()[:6]) for day in filled]
    return pa.array(filled, dtype)


def as_text(cell: Cell, date_format: str = "%Y-%m-%d", decimal: str = ".") -> str | None:
    """A cell as somebody would have written it.

    Examples
    --------
    >>> as_text(123.0), as_text(12.5, decimal=","), as_text(True), as_text(date(2026, 1, 2))
    ('123', '12,5', 'true', '2026-01-02')
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        whole = cell == int(cell) if abs(cell) < EXACT_BELOW else False
        text = str(int(cell)) if whole else format(Decimal(repr(cell)), "f")
        return text.removesuffix(".0").replace(".", decimal)
    if isinstance(cell, date):
        return cell.strftime(date_format if "%" in date_format else "%Y-%m-%d")
    return None if cell is None else str(cell)
