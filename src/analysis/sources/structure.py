"""Where the records of a block of text end, and how many columns each has."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
NEWLINE = 0x0A


@dataclass(frozen=True)
class Structure:
    """The whole records of a block.

    Attributes
    ----------
    ends : array of int
        Place of the line feed after each record.
    n_delimiters : array of int
        How many delimiters each has, those in quotes aside.
    line_ends : array of int
        Place of each line feed; more than ``ends`` where a field holds some.
    quotes : array of int
        Place of each quotation mark, also after the last whole record.
    signs : array of uint8
        The block.
    """

    ends: Integers
    n_delimiters: Integers
    line_ends: Integers
    quotes: Integers
    signs: NDArray[np.uint8]

    @property
    def n_bytes(self) -> int:
        """Length of the whole records."""
        return int(self.ends[-1]) + 1 if len(self.ends) else 0

    @cached_property
    def starts(self) -> Integers:
        """Place at which each record begins."""
        return np.concatenate(([0], self.ends[:-1] + 1)) if len(self.ends) else self.ends

    @cached_property
    def first_lines(self) -> Integers:
        """How many lines of the block stand before each record."""
        return np.searchsorted(self.line_ends, self.starts)

    def misplaced_quote(self, delimiter: int) -> int | None:
        """Place of the mark that opens the first field whose quotation marks make no sense.

        A mark opens a field at its beginning, closes it at its end, or stands doubled within.
        """
        quotes = self.quotes[: np.searchsorted(self.quotes, self.n_bytes)]
        opening, closing = quotes[0::2], quotes[1::2]
        edges = np.array([delimiter, NEWLINE], np.uint8)
        before = np.where(opening > 0, self.signs[opening - 1], NEWLINE)
        continues = np.isin(opening - 1, closing, assume_unique=True)
        is_stray = ~np.isin(before, edges) & ~continues
        opens_late = opening[is_stray]
        is_doubled = np.isin(closing + 1, opening, assume_unique=True)
        closes_early = opening[~np.isin(self.signs[closing + 1], edges) & ~is_doubled]
        stray = np.concatenate((opens_late, closes_early))
        return int(stray.min()) if len(stray) else None


def find_structure(block: bytes, delimiter: int, quote: int | None) -> Structure:
    """Find the whole records of a block that begins with a record.

    Parameters
    ----------
    block : bytes
        Text whose lines end with a line feed.
    delimiter, quote : int
        The signs, as bytes.
    """
    signs = np.frombuffer(block, np.uint8)
    places = np.flatnonzero((signs == NEWLINE) | (signs == delimiter))
    line_ends = places[signs[places] == NEWLINE]
    quotes = places[:0]
    if quote is not None and quote in block:
        quotes = np.flatnonzero(signs == quote)
        # Inside a quoted field an odd number of marks stands before a sign.
        places = places[np.searchsorted(quotes, places) % 2 == 0]
    is_end = signs[places] == NEWLINE
    ends = places[is_end]
    n_delimiters = np.diff(np.flatnonzero(is_end), prepend=-1) - 1
    n_bytes = int(ends[-1]) + 1 if len(ends) else 0
    line_ends = line_ends[: np.searchsorted(line_ends, n_bytes)]
    return Structure(ends, n_delimiters, line_ends, quotes, signs)
