"""What tables and pictures show, put in the shape in which they show it."""

import pandas as pd

from analysis.satisfaction.answers import DIMENSIONS
from analysis.satisfaction.small_cells import FEWEST_SHOWN

LEVELS_SHOWN = 12
"""Levels of one dimension that a picture shows at most, those with most answers."""


def trend_of(scores: pd.DataFrame) -> pd.DataFrame:
    """The headline scores by quarter, those of too few answers left out.

    Parameters
    ----------
    scores : DataFrame
        From :func:`analysis.satisfaction.score_all`.
    """
    is_shown = (scores["group"] == "headline") & (scores["n"] >= FEWEST_SHOWN)
    return scores[is_shown].reset_index(drop=True)


def join_changes(scores: pd.DataFrame, changes: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Scores of a quarter with their changes; figures of too few answers left out.

    Returns
    -------
    DataFrame
        One row a measure: the columns of ``scores``, ``change`` and ``verdict``.
    """
    now = scores[(scores["quarter"] == quarter) & (scores["n"] >= FEWEST_SHOWN)]
    keys = ["group", "measure"]
    joined = now.merge(changes[[*keys, "change", "verdict"]], on=keys, how="left")
    return joined.assign(verdict=joined["verdict"].fillna("unknown"))


def shown_groups(groups: pd.DataFrame, measure: str = "nps") -> pd.DataFrame:
    """One measure of the groups that are not hidden, in the order of the dimensions."""
    rows = groups[(groups["measure"] == measure) & ~groups["is_hidden"]]
    rows = rows[rows["dimension"].isin(DIMENSIONS)]
    place = rows["dimension"].map({name: place for place, name in enumerate(DIMENSIONS)})
    rows = rows.assign(place=place).sort_values(
        ["place", "n", "level"], ascending=[True, False, True]
    )
    largest = rows.groupby("dimension", sort=False).head(LEVELS_SHOWN)
    ordered = largest.sort_values(["place", "value"], ascending=[True, False])
    return ordered.drop(columns="place").reset_index(drop=True)


def pivot_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Headline scores of each group side by side.

    Returns
    -------
    DataFrame
        One row a dimension and level: ``dimension``, ``level``, ``n`` (the most answers of any
        score; null where hidden), a column a headline, and ``units``: a mapping of their units.
    """
    rows = groups[groups["group"] == "headline"]
    if rows.empty:
        return pd.DataFrame(columns=["dimension", "level", "n", "units"])
    names = list(dict.fromkeys(rows["measure"]))
    wide = rows.pivot(index=["dimension", "level"], columns="measure", values="value")[names]
    shown = rows.assign(n=rows["n"].astype("float64").mask(rows["is_hidden"]))
    wide.insert(0, "n", shown.groupby(["dimension", "level"])["n"].max())
    units = dict(zip(rows["measure"], rows["unit"], strict=True))
    frame = wide.reset_index()
    order = frame["dimension"].map({name: place for place, name in enumerate(DIMENSIONS)})
    frame = frame.assign(order=order, units=[units] * len(frame))
    frame = frame.sort_values(["order", "n", "level"], ascending=[True, False, True])
    return frame.drop(columns="order").reset_index(drop=True)


def map_drivers(drivers: pd.DataFrame) -> pd.DataFrame:
    """Drivers with the lines that part the quadrants: the means of all items."""
    return drivers.assign(
        importance_split=drivers["importance"].astype("float64").mean(),
        performance_split=drivers["performance"].astype("float64").mean(),
    )


def balance_themes(themes: pd.DataFrame) -> pd.DataFrame:
    """Shares of all comments that praise a theme, and below 0 that blame it."""
    return themes.assign(
        positive_share=themes["share"] * themes["positive"],
        negative_share=-themes["share"] * themes["negative"],
    )


def pivot_themes(crossed: pd.DataFrame, themes: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Groups by themes: ``level``, ``comments``, and the share of each frequent theme."""
    names = list(themes["theme"].head(most))
    if crossed.empty:
        return pd.DataFrame(columns=["level", "comments", *names])
    wide = crossed.pivot(index=["level", "comments"], columns="theme", values="share")
    frame = wide.reindex(columns=names).reset_index()
    return frame.sort_values(["comments", "level"], ascending=[False, True], ignore_index=True)
