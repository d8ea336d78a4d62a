"""What can be wrong with a record, or make it none."""

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.sources.dialect import Dialect
from analysis.sources.structure import Structure

_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})
_LATE_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")  # U+0080 to U+009F


class Kind(StrEnum):
    """What a record is if it is no row: the first two are left out, the others set aside."""

    BLANK = "blank_line"
    COMMENT = "comment_line"
    EXTRA = "extra_field"
    SHORT = "short_row"
    CONTROL = "control_character"
    SUMMARY = "summary_row"


@dataclass(frozen=True)
class Fault:
    """A record that cannot be used as it stands.

    Attributes
    ----------
    row, line : int
        Number of the record in its file, and of the line on which it begins, from 1.
    kind : Kind
        What is wrong.
    text : bytes
        The record as it stands.
    width : int
        How many columns it has.
    """

    row: int
    line: int
    kind: Kind
    text: bytes
    width: int


class FaultFinder:
    """Finds the odd records of a block of text.

    Parameters
    ----------
    dialect : Dialect
        How records are taken apart, and how many columns they have.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._width = len(dialect.names)
        self._comment = dialect.comment.encode() if dialect.comment else None
        self._controls = _CONTROLS.replace(dialect.delimiter.encode(), b"")

    def find(self, found: Structure, text: bytes) -> dict[int, Kind]:
        """Number of each odd record within the block, in order, and what it is."""
        starts = found.starts
        is_empty = found.ends - starts == found.n_delimiters
        is_odd = (found.n_delimiters != self._width - 1) | is_empty
        if self._comment:
            is_odd |= found.signs[starts] == self._comment[0]
        is_odd[self._with_controls(found, text)] = True
        kinds = (
            (int(i), self._judge(text[starts[i] : found.ends[i]], int(found.n_delimiters[i])))
            for i in np.flatnonzero(is_odd)
        )
        return {i: kind for i, kind in kinds if kind}

    def _with_controls(self, found: Structure, text: bytes) -> list[int]:
        """Records with control characters, of which most files have none."""
        places: list[int] = []
        if len(text.translate(None, self._controls)) < len(text):
            controls = np.frombuffer(self._controls, np.uint8)
            places += np.flatnonzero(np.isin(found.signs[: len(text)], controls)).tolist()
        if b"\xc2" in text:
            places += [match.start() for match in _LATE_CONTROL.finditer(text)]
        return np.searchsorted(found.ends, places).tolist() if places else []

    def _judge(self, record: bytes, n_delimiters: int) -> Kind | None:
        if len(record) == n_delimiters or not record.strip():
            return Kind.BLANK
        if self._comment and record.startswith(self._comment):
            return Kind.COMMENT
        if n_delimiters + 1 != self._width:
            # An id may begin with #, but not a sentence.
            if record.startswith(b"# "):
                return Kind.COMMENT
            return Kind.SHORT if n_delimiters + 1 < self._width else Kind.EXTRA
        has_control = len(record.translate(None, self._controls)) < len(record)
        return Kind.CONTROL if has_control or _LATE_CONTROL.search(record) else None
