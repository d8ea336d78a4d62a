"""Scores with their intervals: for the quarter, as a trend, and by group.

The engine sums the answers once a dimension; everything else is arithmetic on those few sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.satisfaction.answers import count_population, known_dimensions
from analysis.satisfaction.intervals import (
    finite_population_factor,
    normal_interval,
    standard_error,
    wilson_interval,
)
from analysis.satisfaction.measures import Measure
from analysis.satisfaction.small_cells import (
    FEWEST_NOT_DERIVABLE,
    FEWEST_SHOWN,
    UNCERTAIN_BELOW,
)
from analysis.satisfaction.weighting import Estimate, post_stratify, weigh_equally

STRATUM = "segment"
SCORE_COLUMNS = (
    "quarter",
    "dimension",
    "level",
    "group",
    "measure",
    "unit",
    "value",
    "low",
    "high",
    "error",
    "n",
    "n_eff",
    "unweighted",
    "is_weighted",
)


@dataclass(frozen=True)
class AnswerSums:
    """The sums that all scores are made of.

    Attributes
    ----------
    sums : DataFrame
        One row a quarter, dimension, level and measure: ``quarter``, ``dimension``, ``level``,
        ``group``, ``measure``, ``n`` answers, ``total`` and ``squares`` of their numbers. Of the
        stratum a null level holds the answers of no known segment.
    populations : mapping
        Dimension → customers of each level who bought in the window.
    """

    sums: pd.DataFrame
    populations: Mapping[str, "pd.Series[int]"]


def sum_answers(answers: ir.Table, profile: ir.Table, measures: Sequence[Measure]) -> AnswerSums:
    """Sum the answers by quarter and level of each dimension.

    Parameters
    ----------
    answers : ibis table
        One row a questionnaire, from :func:`analysis.satisfaction.collect_answers`.
    profile : ibis table
        One row a customer, from :func:`analysis.satisfaction.profile_customers`.
    measures : sequence of Measure
        What to sum.
    """
    dimensions = dict.fromkeys((STRATUM, *known_dimensions(answers)))
    parts = [_sum_dimension(answers, measures, dimension) for dimension in dimensions]
    populations = {
        name: count_population(profile, name) for name in dimensions if name in profile.columns
    }
    return AnswerSums(pd.concat(parts, ignore_index=True), populations)


def _sum_dimension(answers: ir.Table, measures: Sequence[Measure], dimension: str) -> pd.DataFrame:
    aggregates = {}
    for place, measure in enumerate(measures):
        number = measure.of(answers)
        aggregates[f"n_{place}"] = number.count()
        aggregates[f"total_{place}"] = exact_sum(number)
        aggregates[f"squares_{place}"] = exact_sum(number * number)
    # Somebody who did not buy in the window is no part of the population that is spoken of.
    level = answers.is_active.ifelse(answers[dimension], None) if dimension == STRATUM else None
    keyed = answers.mutate(level=answers[dimension] if level is None else level)
    wide = keyed.group_by("quarter", "level").agg(**aggregates).to_pandas()
    parts = []
    for place, measure in enumerate(measures):
        columns = [f"{name}_{place}" for name in ("n", "total", "squares")]
        part = wide[["quarter", "level", *columns]].set_axis(
            ["quarter", "level", "n", "total", "squares"], axis=1
        )
        parts.append(part.assign(dimension=dimension, group=measure.group, measure=measure.name))
    found = pd.concat(parts, ignore_index=True)
    return found[found["n"] > 0].sort_values(["quarter", "level"], ignore_index=True)


def score_all(
    answers: AnswerSums, measures: Sequence[Measure], is_weighted: bool = True
) -> pd.DataFrame:
    """Every measure of all answers together, by quarter.

    Parameters
    ----------
    answers : AnswerSums
        From :func:`sum_answers`.
    measures : sequence of Measure
        The measures that were summed.
    is_weighted : bool
        Whether answers are weighted to the segments of the customers who bought in the window.
        Where no answer belongs to a known segment they have equal weights all the same.

    Returns
    -------
    DataFrame
        One row a quarter and measure, oldest first: :data:`SCORE_COLUMNS`. ``value``, ``low``,
        ``high`` in the measure's unit, ``unweighted`` the value with equal weights, ``error`` the
        standard error that comparisons use.

    Notes
    -----
    The interval speaks of these customers in this quarter: the more of them answered, the less is
    left to chance (finite-population correction). A comparison asks whether something changed that
    made them answer so; for that even a census is a sample, and ``error`` is not corrected
    (Deming 1953, "On the distinction between enumerative and analytic surveys", JASA 48).
    """
    population = answers.populations.get(STRATUM, pd.Series(dtype="int64"))
    strata = answers.sums[answers.sums["dimension"] == STRATUM]
    by_name = {(measure.group, measure.name): measure for measure in measures}
    rows = []
    for (quarter, group, name), cells in strata.groupby(["quarter", "group", "measure"], sort=True):
        equal = weigh_equally(cells)
        weighted = post_stratify(cells.set_index("level"), population)
        used = weighted if is_weighted and weighted else equal
        row = _score(by_name[group, name], used, population.sum() if weighted else None)
        row |= {"quarter": quarter, "dimension": "all", "level": "all"}
        rows.append(row | {"unweighted": equal.mean, "is_weighted": used is weighted})
    return _in_order(rows, measures)


def score_groups(answers: AnswerSums, measures: Sequence[Measure], quarter: str) -> pd.DataFrame:
    """Every measure by the levels of each dimension, in one quarter.

    Returns
    -------
    DataFrame
        One row a dimension, level and measure: :data:`SCORE_COLUMNS`; all but ``n`` are null where
        the figure is hidden, and ``n`` too where it alone would tell.
    """
    cells = answers.sums[(answers.sums["quarter"] == quarter) & answers.sums["level"].notna()]
    by_name = {(measure.group, measure.name): measure for measure in measures}
    rows = []
    for cell in cells.to_dict("records"):
        estimate = weigh_equally(cell)
        population = answers.populations.get(cell["dimension"], {}).get(cell["level"])
        row = _score(by_name[cell["group"], cell["measure"]], estimate, population)
        place = {"quarter": quarter, "dimension": cell["dimension"], "level": cell["level"]}
        rows.append(row | place | {"unweighted": estimate.mean, "is_weighted": False})
    return hide_small(_in_order(rows, measures))


def hide_small(scores: pd.DataFrame) -> pd.DataFrame:
    """Hide figures of few answers, and what would give them away.

    Below :data:`FEWEST_SHOWN` answers a figure is hidden. Where those hidden in one dimension
    are together fewer than :data:`FEWEST_NOT_DERIVABLE`, the smallest that is shown is hidden too:
    else they followed from the total.

    Examples
    --------
    >>> scores = pd.DataFrame({"quarter": "q", "dimension": "region", "group": "headline",
    ...     "measure": "nps", "level": ["n", "s", "w"], "n": [90, 40, 6], "value": [10.0, 20, 30]})
    >>> hide_small(scores)["value"].tolist()
    [10.0, nan, nan]
    """
    hidden = scores["n"] < FEWEST_SHOWN
    for _, rows in scores.groupby(["quarter", "dimension", "group", "measure"], sort=False):
        concealed = rows["n"][hidden[rows.index]].sum()
        shown = rows["n"][~hidden[rows.index]]
        if 0 < concealed < FEWEST_NOT_DERIVABLE and len(shown):
            hidden[shown.idxmin()] = True
    figures = scores.columns.intersection(["value", "low", "high", "error", "unweighted", "n_eff"])
    kept = scores.copy()
    kept[figures] = kept[figures].astype("float64").mask(hidden)
    return kept.assign(is_hidden=hidden, is_uncertain=~hidden & (scores["n"] < UNCERTAIN_BELOW))


def _score(measure: Measure, estimate: Estimate, population: float | None) -> dict[str, Any]:
    """Value and interval of one estimate, in the measure's unit."""
    factor = finite_population_factor(estimate.n, population)
    error = standard_error(estimate.variance, estimate.n_eff)
    if measure.kind == "share":
        n = estimate.n_eff / factor if factor else float("inf")
        low, high = wilson_interval(min(1.0, max(0.0, estimate.mean)), n)
    else:
        lowest, highest = measure.bounds
        low, high = normal_interval(estimate.mean, error * sqrt(factor))
        low, high = max(lowest, low), min(highest, high)
    return {
        "group": measure.group,
        "measure": measure.name,
        "unit": measure.unit,
        "value": estimate.mean,
        "low": low,
        "high": high,
        "error": error,
        "n": estimate.n,
        "n_eff": estimate.n_eff,
    }


def _in_order(rows: list[dict[str, Any]], measures: Sequence[Measure]) -> pd.DataFrame:
    """Rows by quarter, dimension, measure as defined, and level."""
    frame = pd.DataFrame(rows, columns=list(SCORE_COLUMNS))
    places = {(measure.group, measure.name): place for place, measure in enumerate(measures)}
    place = [places[key] for key in zip(frame["group"], frame["measure"], strict=True)]
    ordered = frame.assign(place=place).sort_values(
        ["quarter", "dimension", "place", "level"], kind="stable", ignore_index=True
    )
    return ordered.drop(columns="place")
