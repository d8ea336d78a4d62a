"""How wide the columns of a table had better be, by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

FIRST_WIDE = 0x2E80
"""The first code point of the scripts whose characters are twice as wide as a letter."""
GAP = 3  # letters of a column's margins
LONGEST = 34  # letters after which a cell had better break its lines
WORD = re.compile(rf"[{chr(FIRST_WIDE)}-\U0010ffff]{{1,4}}|[^\s{chr(FIRST_WIDE)}-\U0010ffff]+")


def column_shares(rows: Sequence[Sequence[str]], letters: int) -> list[float]:
    """The share of the width that each column of a table gets, by the texts of its cells.

    Each column has room for its longest word; what is left goes to those whose texts below the
    head want more.

    Parameters
    ----------
    rows
        Texts of the cells, the head first.
    letters
        How many letters fit beside each other into the whole width.

    Examples
    --------
    >>> column_shares([["Segment", "n"], ["Champions", "12"]], letters=17)
    [0.7058823529411765, 0.29411764705882354]
    >>> column_shares([["a", "b"], ["one two three four", "7"]], letters=12)
    [0.6666666666666666, 0.3333333333333333]
    """
    columns = list(zip(*rows, strict=True))
    least = _longest_words(rows)
    texts = [max((_letters(text) for text in column[1:]), default=0) for column in columns]
    wanted = [max(low, min(text, LONGEST) + GAP) for low, text in zip(least, texts, strict=True)]
    room = letters - sum(least)
    asked = sum(wanted) - sum(least)
    given = min(1.0, max(0.0, room / asked)) if asked else 0.0
    widths = [low + given * (want - low) for low, want in zip(least, wanted, strict=True)]
    return [width / sum(widths) for width in widths]


def least_letters(rows: Sequence[Sequence[str]]) -> int:
    """How many letters must fit beside each other for no word of a table to be broken.

    Examples
    --------
    >>> least_letters([["Segment", "n"], ["At risk", "12"]])
    15
    """
    return sum(_longest_words(rows))


def _longest_words(rows: Sequence[Sequence[str]]) -> list[int]:
    """The longest word of each column with the column's margins, in letters."""
    return [
        max(_letters(word) for text in column for word in _words(text)) + GAP
        for column in zip(*rows, strict=True)
    ]


def _words(text: str) -> list[str]:
    """Other scripts break between words; Chinese anywhere, but better not within short words."""
    return WORD.findall(text) or [""]


def _letters(text: str) -> int:
    return sum(2 if ord(sign) >= FIRST_WIDE else 1 for sign in text)
