"""Arrays of numbers → the columns of a table."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)


def number_ids(prefix: str, numbers: Integers, width: int = 5) -> pa.Array:
    """Ids such as C00042; an empty text stands before none of them.

    Examples
    --------
    >>> number_ids("C", np.array([42])).to_pylist()
    ['C00042']
    """
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def calendar_days(first_day: date, days: Integers, known: Booleans | None = None) -> pa.Array:
    """Dates of day numbers, null where they are not known."""
    since_epoch = (days + (first_day - _EPOCH).days).astype(np.int32)
    return pa.array(since_epoch, mask=None if known is None else ~known).cast(pa.date32())


def moments(first_day: date, minutes: Integers, known: Booleans | None = None) -> pa.Array:
    """Timestamps of minutes since day 0 began, null where they are not known."""
    seconds = minutes * 60 + (first_day - _EPOCH).days * 86_400
    return pa.array(seconds, mask=None if known is None else ~known).cast(pa.timestamp("s"))


def money(cents: Integers, known: Booleans | None = None) -> pa.Array:
    """Exact money of two places from whole cents.

    Examples
    --------
    >>> money(np.array([1250, -5])).to_pylist()
    [Decimal('12.50'), Decimal('-0.05')]
    """
    # A decimal is an integer of 128 bits: the cents, and above them 64 bits of their sign.
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = np.where(cents < 0, -1, 0)
    exact = pa.Array.from_buffers(
        pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(words.tobytes())]
    )
    return exact if known is None else pc.if_else(pa.array(known), exact, None)


def choose(words: Sequence[str], codes: Integers, known: Booleans | None = None) -> pa.Array:
    """The word of each code, null where it is not known."""
    return pa.array(words, pa.string()).take(
        pa.array(codes, mask=None if known is None else ~known)
    )


def draw_codes(rng: np.random.Generator, weights: Sequence[float], n: int) -> Integers:
    """Numbers 0, 1, … drawn in proportion to their weights."""
    shares = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(shares, rng.random(n), side="right").astype(np.int64)
