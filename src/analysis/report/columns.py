"""How wide the columns of a table had better be, by what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

FIRST_WIDE = 0x2E80
"""The first code point of the scripts whose characters are twice as wide as a letter."""
GAP = 2  # letters of a column's margins
LONGEST = 34  # letters after which a cell had better break its lines


def column_shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """The share of the width that each column of a table needs, by the texts of its cells.

    A column is as wide as its longest text below the head, up to a limit, and never narrower
    than its longest word.

    Examples
    --------
    >>> column_shares([["Segment", "n"], ["Champions", "12"]])
    [0.7333333333333333, 0.26666666666666666]
    """
    columns = list(zip(*rows, strict=True))
    words = [max(_letters(word) for text in column for word in _words(text)) for column in columns]
    texts = [max((_letters(text) for text in column[1:]), default=0) for column in columns]
    needs = [max(word, min(text, LONGEST)) + GAP for word, text in zip(words, texts, strict=True)]
    return [need / sum(needs) for need in needs]


def _words(text: str) -> list[str]:
    """Chinese breaks anywhere, other scripts between words."""
    spaced = "".join(f" {sign} " if ord(sign) >= FIRST_WIDE else sign for sign in text)
    return spaced.split() or [""]


def _letters(text: str) -> int:
    return sum(2 if ord(sign) >= FIRST_WIDE else 1 for sign in text)
