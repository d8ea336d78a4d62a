"""Small cells: what would tell of few customers is put together with more."""

import pandas as pd

FEWEST_SHOWN = 30
"""Figures of fewer answers are hidden."""
UNCERTAIN_BELOW = 60
"""Figures of fewer answers are flagged."""
FEWEST_NOT_DERIVABLE = 11
"""Counts of fewer customers are not told, nor may they follow by subtraction."""
REST = "other"


def pool_small(levels: pd.DataFrame, count: str) -> "pd.Series[str]":
    """For each level the name under which it is shown.

    Levels with fewer than :data:`FEWEST_NOT_DERIVABLE` become ``other``; where these are together
    too few as well, the smallest of those that are shown joins them.

    Parameters
    ----------
    levels : DataFrame
        One row a level: ``level`` (null: of no level) and the column ``count``.

    Examples
    --------
    >>> levels = pd.DataFrame({"level": ["a", "b", "c"], "n": [40, 15, 4]})
    >>> pool_small(levels, "n").tolist()
    ['a', 'other', 'other']
    """
    counts = levels[count]
    is_pooled = levels["level"].isna() | (counts < FEWEST_NOT_DERIVABLE)
    if 0 < counts[is_pooled].sum() < FEWEST_NOT_DERIVABLE and not is_pooled.all():
        is_pooled[counts[~is_pooled].idxmin()] = True
    return levels["level"].mask(is_pooled, REST)


def too_small(counts: "pd.Series[int]") -> "pd.Series[bool]":
    """Which parts of a known total to hide: the small ones, and one more if that gives them away.

    Examples
    --------
    >>> too_small(pd.Series([90, 12, 5])).tolist()
    [False, True, True]
    """
    levels = pd.DataFrame({"level": counts.index.astype(str), "n": counts.to_numpy()})
    is_hidden = pool_small(levels, "n") == REST
    return pd.Series(is_hidden.to_numpy(), index=counts.index)
