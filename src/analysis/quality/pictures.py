"""The numbers behind the pictures of data quality."""

import pandas as pd

from analysis.quality.dimensions import Dimension
from analysis.quality.scorecard import grade_of

_STEPS = ("read", "quarantined", "excluded", "fixed", "kept")


def waterfall_steps(money: pd.DataFrame) -> pd.DataFrame:
    """Bars from the money that was read down to the money that is kept.

    Parameters
    ----------
    money : DataFrame
        ``outcome``, ``rows``, ``amount`` (money): :attr:`analysis.quality.Quality.money`.

    Returns
    -------
    DataFrame
        One row a step: ``outcome``, ``rows``, ``amount``, and ``bottom`` and ``height`` (money)
        of its bar. What was set aside, left out and fixed hangs from what came before; what was
        kept as it stood is what remains.

    Examples
    --------
    >>> money = pd.DataFrame({"outcome": ["read", "kept", "fixed", "quarantined", "excluded"],
    ...                       "rows": [10, 6, 1, 2, 1], "amount": [100, 60, 10, 25, 5]})
    >>> waterfall_steps(money)["bottom"].tolist()
    [0.0, 75.0, 70.0, 60.0, 0.0]
    """
    steps = money.set_index("outcome").loc[list(_STEPS)].astype({"amount": float})
    level = float(steps.loc["read", "amount"])
    bottoms, heights = [], []
    for outcome, amount in steps["amount"].items():
        if outcome in ("read", "kept"):
            bottoms.append(0.0)
        else:
            level -= amount
            bottoms.append(level)
        heights.append(float(amount))
    return steps.assign(bottom=bottoms, height=heights).reset_index()


def score_cells(scores: pd.DataFrame) -> pd.DataFrame:
    """The scorecard cell by cell, each with the grade that it would earn alone.

    Returns
    -------
    DataFrame
        One row a table and dimension: ``table``, ``dimension``, ``share`` (of 1), ``grade``; both
        null where the dimension does not apply.
    """
    cells = scores.melt("table", [str(d) for d in Dimension], "dimension", "share")
    cells["share"] = cells["share"].astype(float)
    grades = [grade_of(None if share != share else share) for share in cells["share"]]
    return cells.assign(grade=grades)
