"""What reading hands on: a raw table, notes on how it was read, and the error that stops it."""

from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir
import pyarrow as pa

from analysis.params.source_models import Source
from analysis.schemas import TableSchema


class SourceError(Exception):
    """A source cannot be read as it stands; the text says where, why and what to change.

    It names columns and places, and never shows what stands in a row.
    """


@dataclass(frozen=True)
class ReadNote:
    """Something that was detected, or mended, while a file was read.

    Attributes
    ----------
    name : str
        Key of its words in the locales, under ``read_note``.
    outcome : str
        ``fixed``: dealt with. ``warning``: somebody should look at it.
    file : str
        Name of the file, or of the database's table.
    detail : str
        What was detected, such as ``gb18030`` or ``;``.
    rows : int, optional
        How many rows or lines it concerns.
    """

    name: str
    outcome: Literal["fixed", "warning"]
    file: str
    detail: str
    rows: int | None = None


@dataclass(frozen=True)
class RawTable:
    """An input table as it stands in its source.

    Attributes
    ----------
    schema : TableSchema
        The contract that the columns are named after.
    table : ibis table
        The contract's columns that the source has, uncast: text from CSV, typed where the source
        types them. A column of the source that ``only`` names is there as ``only_0``, ``only_1``,
        … in the order of ``only``. Beside them:

        - ``source_file``: name of the file without its folder, or of the database's table;
        - ``source_row``: the record's number in the whole table, from 1, in the order of files
          and rows; headers, blank lines and comments are no records;
        - ``read_fault``: why the row cannot be used as it stands, or null: ``extra_field``,
          ``short_row`` (its values are null), ``control_character`` or ``summary_row``;
        - ``line``: the row as it stands in its file, if it has a fault, or null.
    source : Source
        Where it came from.
    notes : tuple of ReadNote
        Everything that was detected or mended.
    extra_columns : tuple of str
        Columns of the source that the contract does not know.
    places : arrow table
        The places at which lines and records stop running in step; see
        :func:`analysis.sources.lines.count_lines`.
    """

    schema: TableSchema
    table: ir.Table
    source: Source
    notes: tuple[ReadNote, ...]
    extra_columns: tuple[str, ...]
    places: pa.Table

    @property
    def file_name(self) -> str:
        """Name of the file, or of the database's table; the first of several files."""
        return name_source(self.source)


def name_source(source: Source) -> str:
    """How messages call a source: by its file without the folder, or its table."""
    if source.format == "sql":
        return source.table or "query"
    first, *others = source.paths
    return f"{first.name} (and {len(others)} more)" if others else first.name
