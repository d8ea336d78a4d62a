"""Files and databases → raw tables: every column as it stands there, with the row's origin.

Nothing is guessed in silence. What is not declared is detected and noted; columns are found by
name; text stays text until :mod:`analysis.cleaning` casts it, so that what cannot be read is
counted instead of vanishing. :func:`~analysis.sources.reading.read_table` is where to begin.
"""

from analysis.sources.lines import count_lines
from analysis.sources.notes import list_notes
from analysis.sources.raw import RawTable, ReadNote, SourceError
from analysis.sources.reading import read_table, read_tables

__all__ = [
    "RawTable",
    "ReadNote",
    "SourceError",
    "count_lines",
    "list_notes",
    "read_table",
    "read_tables",
]
