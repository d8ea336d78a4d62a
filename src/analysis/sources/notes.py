"""Notes of reading as a table: printed where files are read, and recorded with the run."""

from collections.abc import Iterable

import pandas as pd

from analysis.sources.raw import RawTable


def list_notes(tables: Iterable[RawTable]) -> pd.DataFrame:
    """Everything that was detected or mended while these tables were read.

    Returns
    -------
    DataFrame
        One row a note, in the order of tables and files: ``table``, ``file``, ``note`` (key of
        its words under ``read_note``), ``detail``, ``outcome`` (``fixed`` or ``warning``).
    """
    notes = [
        (raw.schema.name, note.file, note.name, note.detail, note.outcome)
        for raw in tables
        for note in raw.notes
    ]
    return pd.DataFrame(notes, columns=["table", "file", "note", "detail", "outcome"])
