"""One file of a table, as far as every format is alike: rows in Parquet, and what was noticed."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from analysis.sources.raw import ReadNote

FAULTS = pa.schema([("row", pa.int64()), ("read_fault", pa.string()), ("line", pa.string())])
"""One row a record that cannot be used: its number in the file, why, and its text."""

PLACES = pa.schema([("row", pa.int64()), ("line", pa.int64())])
"""From this record on, and up to the next place, record and line number grow together."""


@dataclass(frozen=True)
class Part:
    """The rows of one file, in its order.

    Attributes
    ----------
    file : str
        Name of the file without its folder, or of the database's table.
    path : Path
        Parquet file with one row a record.
    n_rows : int
        How many there are.
    columns : dict
        Column of the table → the columns of ``path`` that it is made of; several are joined to an
        id.
    extra : tuple of str
        The file's columns that nothing asks for.
    faults, places : arrow table
        See :data:`FAULTS` and :data:`PLACES`.
    notes : tuple of ReadNote
        What was detected or mended.
    """

    file: str
    path: Path
    n_rows: int
    columns: dict[str, tuple[str, ...]]
    extra: tuple[str, ...]
    faults: pa.Table
    places: pa.Table
    notes: tuple[ReadNote, ...]


def in_step() -> pa.Table:
    """Places of a file in which each row counts as a line."""
    return pa.Table.from_pylist([{"row": 1, "line": 1}], schema=PLACES)


def stored_columns(columns: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Each column that a reader writes into the part's Parquet file → the file's name for it.

    Examples
    --------
    >>> stored_columns({"order_id": ("shop", "number"), "amount": ("net",)})
    {'order_id.0': 'shop', 'order_id.1': 'number', 'amount': 'net'}
    """
    return {
        key: part
        for name, parts in columns.items()
        for key, part in zip(part_columns({name: parts})[name], parts, strict=True)
    }


def part_columns(columns: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Names in the part's Parquet file for columns that a reader writes there itself.

    Examples
    --------
    >>> part_columns({"order_id": ("shop", "number"), "amount": ("net",)})
    {'order_id': ('order_id.0', 'order_id.1'), 'amount': ('amount',)}
    """
    return {
        name: (name,) if len(parts) == 1 else tuple(f"{name}.{i}" for i in range(len(parts)))
        for name, parts in columns.items()
    }
