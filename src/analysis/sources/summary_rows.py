"""Rows that sum up the others: an export's "Total" would count every sale twice."""

import re
from collections.abc import Sequence

LAST_ROWS = 10
"""A summary is looked for among the last rows of a file."""

_SUMMARY = re.compile(
    r"((grand|sub)[ -]?)?totals?|sum(mary)?|summe|gesamt(summe)?"
    r"|合计|总计|共计|小计|累计|汇总|总和",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(r"[\s*=.\-–—]+|[(（\[:：].*$")


def is_summary(fields: Sequence[str], required: Sequence[int]) -> bool:
    """Whether a row sums up those above it.

    Its first value says so, and it lacks something that every row needs: a customer may well be
    called Total.

    Parameters
    ----------
    fields : sequence of str
        The row's values, from left to right.
    required : sequence of int
        Positions of the columns that no row can do without.

    Examples
    --------
    >>> is_summary(["合计：", "", "", "1234.50"], required=[0, 1, 2, 3])
    True
    >>> is_summary(["Total", "C12", "2026-01-02", "12.50"], required=[0, 1, 2, 3])
    False
    """
    first = next((field for field in fields if field.strip()), "")
    if not _SUMMARY.fullmatch(_ORNAMENT.sub("", first)):
        return False
    return any(place >= len(fields) or not fields[place].strip() for place in required)
