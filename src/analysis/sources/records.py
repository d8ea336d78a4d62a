"""The records of a text file: each counted, and those that cannot be used as they stand set apart.

The engine then gets a text in which every record has as many columns as the header. A record that
has not keeps its place there, without values, so that no row moves.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from analysis.sources.dialect import Dialect, parse_record
from analysis.sources.faults import Fault, FaultFinder, Kind
from analysis.sources.part import FAULTS, PLACES
from analysis.sources.raw import SourceError
from analysis.sources.structure import NEWLINE, Integers, Structure, find_structure
from analysis.sources.summary_rows import LAST_ROWS, is_summary

MAX_RECORD_BYTES = 1 << 20
"""No table has a row of a megabyte: it is a quotation mark that is not closed, or not a table."""

ENOUGH_RECORDS = 10_000
"""After so many records a dialect that does not fit is given up at once."""


class RecordScanner:
    """One walk over the records of a text file.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    dialect : Dialect
        How its records are taken apart.
    required : sequence of int
        Positions of the columns that no row can do without.

    Attributes
    ----------
    n_records, n_blank, n_comments : int
        Records, blank lines and comments so far; the latter two are no records.
    n_inner_lines : int
        Line ends that stand within a value.
    """

    def __init__(self, file: str, dialect: Dialect, required: Sequence[int]) -> None:
        self.file = file
        self.n_records = self.n_blank = self.n_comments = self.n_inner_lines = 0
        self._dialect = dialect
        self._width = len(dialect.names)
        self._required = required
        self._delimiter = ord(dialect.delimiter)
        self._quote = ord(dialect.quote) if dialect.quote else None
        self._finder = FaultFinder(dialect)
        self._line = dialect.first_line
        self._faults: list[Fault] = []
        self._places: list[pa.Table] = []
        self._shift = -1  # no record stands above its own number: the first is a place
        self._last: list[Fault] = []
        self._is_cut = False

    def scan(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the text of all records, in which each has the width of the header.

        Raises
        ------
        SourceError
            If quotation marks make no sense, a record is too long, most records have another
            width than the header, or the last line is cut off.
        """
        held = b""
        for block in blocks:
            held += block
            text, n_bytes = self._scan_block(held)
            held = held[n_bytes:]
            if len(held) > MAX_RECORD_BYTES:
                raise self._endless(held)
            yield text
            if self.n_records > ENOUGH_RECORDS:
                self._refuse_wrong_width()
        if held:
            self._is_cut = True
            text, n_bytes = self._scan_block(held + b"\n")
            if not n_bytes:
                raise self._endless(held)
            yield text
        self._judge_last_rows()
        self._refuse_wrong_width()

    @property
    def faults(self) -> pa.Table:
        """Records that cannot be used as they stand, in the file's order."""
        faults = sorted(self._faults, key=lambda fault: fault.row)
        columns = zip(*((f.row, str(f.kind), f.text.decode()) for f in faults), strict=True)
        return pa.table(list(columns), schema=FAULTS) if faults else FAULTS.empty_table()

    @property
    def places(self) -> pa.Table:
        """Where lines and records stop running in step."""
        return pa.concat_tables(self._places)

    def _scan_block(self, block: bytes) -> tuple[bytes, int]:
        """Text of the block's whole records, and how many of its bytes they are."""
        found = find_structure(block, self._delimiter, self._quote)
        if not found.n_bytes:
            return b"", 0
        self._refuse_quotes(found)
        self._refuse_long(found)
        text = block[: found.n_bytes]
        odd = self._finder.find(found, text)
        is_record = np.ones(len(found.ends), bool)
        is_record[[i for i, kind in odd.items() if kind in (Kind.BLANK, Kind.COMMENT)]] = False
        rows = self.n_records + np.cumsum(is_record)
        lines = self._line + found.first_lines
        kept = np.flatnonzero(is_record)
        self._faults += [
            self._fault(i, kind, rows, lines, found, text)
            for i, kind in odd.items()
            if is_record[i]
        ]
        last = [self._fault(i, Kind.SUMMARY, rows, lines, found, text) for i in kept[-LAST_ROWS:]]
        self._last = [*self._last, *last][-LAST_ROWS:]
        self._note_places(rows[kept], lines[kept])
        self.n_records += len(kept)
        self.n_blank += sum(kind is Kind.BLANK for kind in odd.values())
        self.n_comments += sum(kind is Kind.COMMENT for kind in odd.values())
        self.n_inner_lines += len(found.line_ends) - len(found.ends)
        self._line += len(found.line_ends)
        return self._even(text, found, odd), found.n_bytes

    @staticmethod
    def _fault(
        i: int, kind: Kind, rows: Integers, lines: Integers, found: Structure, text: bytes
    ) -> Fault:
        record = text[found.starts[i] : found.ends[i]]
        return Fault(int(rows[i]), int(lines[i]), kind, record, int(found.n_delimiters[i]) + 1)

    def _even(self, text: bytes, found: Structure, odd: dict[int, Kind]) -> bytes:
        """The text without what is no record, and with empty records in place of odd widths."""
        empty = self._dialect.delimiter.encode() * (self._width - 1) + b"\n"
        pieces = {Kind.BLANK: b"", Kind.COMMENT: b"", Kind.EXTRA: empty, Kind.SHORT: empty}
        starts, at, whole = found.starts, 0, []
        for i, kind in odd.items():
            if kind in pieces:
                whole += [text[at : starts[i]], pieces[kind]]
                at = found.ends[i] + 1
        return b"".join([*whole, text[at:]]) if whole else text

    def _note_places(self, rows: Integers, lines: Integers) -> None:
        """Remember each record before which lines were not records, or values had lines."""
        shifts = lines - rows
        is_new = np.diff(shifts, prepend=self._shift) != 0
        self._shift = int(shifts[-1]) if len(shifts) else self._shift
        self._places.append(pa.table([rows[is_new], lines[is_new]], schema=PLACES))

    def _judge_last_rows(self) -> None:
        """Find sums among the last rows, and a last line that ends before its time."""
        for last in self._last:
            lines = last.text.decode().split("\n")
            fields, _ = parse_record(lines, self._dialect.delimiter, self._dialect.quote)
            if is_summary(fields, self._required):
                self._faults = [fault for fault in self._faults if fault.row != last.row]
                self._faults.append(last)
            elif self._is_cut and last.row == self.n_records and last.width < self._width:
                raise SourceError(
                    f"{self.file}, line {last.line}: the file ends in the middle of this line, "
                    f"after {last.width} of {self._width} columns. Export it again, and copy it "
                    "as a whole."
                )

    def _refuse_wrong_width(self) -> None:
        wrong = [fault for fault in self._faults if fault.kind in (Kind.EXTRA, Kind.SHORT)]
        if len(wrong) * 2 <= self.n_records:
            return
        raise SourceError(
            f"{self.file}, line {wrong[0].line}: the line has {wrong[0].width} columns where "
            f"the header has {self._width}, and {len(wrong)} of {self.n_records} rows do not fit. "
            "Correct the header or the rows, or 'header', 'delimiter' or 'quote' in the params "
            "file."
        )

    def _refuse_quotes(self, found: Structure) -> None:
        place = found.misplaced_quote(self._delimiter)
        if place is not None:
            raise self._misquoted(self._line + int(np.searchsorted(found.line_ends, place)))

    def _refuse_long(self, found: Structure) -> None:
        lengths = found.ends - found.starts
        longest = int(lengths.argmax())
        if lengths[longest] > MAX_RECORD_BYTES:
            raise self._too_long(self._line + int(found.first_lines[longest]))

    def _endless(self, held: bytes) -> SourceError:
        """What to say of text that begins a record and does not end it."""
        found = find_structure(held, self._delimiter, self._quote)
        if self._quote is None or len(found.quotes) % 2 == 0:
            return self._too_long(self._line)
        closed = find_structure(held + bytes([self._quote, NEWLINE]), self._delimiter, self._quote)
        place = closed.misplaced_quote(self._delimiter)
        opened = int(found.quotes[-1]) if place is None else place
        return self._misquoted(self._line + held.count(b"\n", 0, opened))

    def _misquoted(self, line: int) -> SourceError:
        return SourceError(
            f"{self.file}, line {line}: a quotation mark is opened and not closed, or stands "
            "within a value. Correct the line (a mark within a quoted value is written twice), or "
            "write 'quote: null' in the params file if such marks are plain text."
        )

    def _too_long(self, line: int) -> SourceError:
        return SourceError(
            f"{self.file}, line {line}: the line is longer than 1 MB. Look there for a value that "
            "does not belong into a table, or a quotation mark that is not closed."
        )
