"""Does an action work better for some segments than for others?"""

from collections.abc import Mapping

import pandas as pd
from scipy.special import chdtrc

from analysis.accounts.arms import NO_SEGMENT, Outcomes
from analysis.accounts.outcomes import difference_of, give_verdicts, name_types
from analysis.inference import FALSE_DISCOVERIES
from analysis.results import Result, missing, number
from analysis.satisfaction.small_cells import FEWEST_NOT_DERIVABLE, FEWEST_SHOWN

SEGMENT_COLUMNS = (
    "type", "segment", "treated", "held_out", "difference", "low", "high", "p_value", "verdict",
)  # fmt: skip
NEEDS = f"needs two segments of {FEWEST_SHOWN} customers treated and {FEWEST_SHOWN} left out"


def judge_segments(outcomes: Outcomes) -> pd.DataFrame:
    """Judge each type of action among the customers of each segment.

    Segments with fewer than 30 customers on either side are left out; where these are together so
    few that they could be told by subtraction, the smallest of the others is left out as well.

    Parameters
    ----------
    outcomes : Outcomes
        From :func:`analysis.accounts.count_outcomes`. Segments are those before the action: what
        an action changes must not decide who is compared.

    Returns
    -------
    DataFrame
        One row a type and segment, largest effect of each type first: ``type``, ``segment``,
        ``treated``, ``held_out`` (customers), ``difference`` of the shares who bought, ``low``,
        ``high``, ``p_value`` (adjusted for all rows together) and ``verdict``.
    """
    rows = [
        {"type": name, "segment": segment, "treated": treated["customers"],
         "held_out": held_out["customers"], **difference_of(treated, held_out)}
        for name, arms in outcomes.arms.groupby("type", sort=True)
        for segment, (treated, held_out) in _large_enough(arms).items()
    ]  # fmt: skip
    effects = pd.DataFrame(rows, columns=list(SEGMENT_COLUMNS))
    judged = give_verdicts(effects)
    order = ["type", "difference", "segment"]
    return judged.sort_values(order, ascending=[True, False, True], ignore_index=True)


def compare_segments(effects: pd.DataFrame) -> dict[str, float]:
    """How likely chance alone makes the segments' effects differ as they do, by type.

    Cochran's Q over the segments of a type: Q = Σ w (d − d̄)², with w = 1 / variance from each
    interval's width, against χ² with one degree of freedom less than there are segments.

    Parameters
    ----------
    effects : DataFrame
        From :func:`judge_segments`.

    Examples
    --------
    Effects of 0 and .2, each with a standard error of .05: Q = 8.

    >>> effects = pd.DataFrame({"type": "a", "difference": [0.0, 0.2],
    ...                         "low": [-0.098, 0.102], "high": [0.098, 0.298]})
    >>> {name: round(p, 4) for name, p in compare_segments(effects).items()}
    {'a': 0.0047}
    """
    found = {}
    for name, rows in effects.groupby("type", sort=True):
        if len(rows) < 2:
            continue
        difference = rows["difference"].astype("float64")
        error = (rows["high"].astype("float64") - rows["low"].astype("float64")) / (2 * 1.959964)
        weight = error**-2.0
        mean = (weight * difference).sum() / weight.sum()
        q = float((weight * (difference - mean) ** 2).sum())
        found[str(name)] = float(chdtrc(len(rows) - 1, q))
    return found


def heterogeneity_results(effects: pd.DataFrame, chances: Mapping[str, float]) -> dict[str, Result]:
    """Published: of each type whether its effect differs between segments, and where it works.

    Parameters
    ----------
    effects : DataFrame
        All types, from :func:`analysis.accounts.judge_actions`.
    chances : mapping
        From :func:`compare_segments`.
    """
    results: dict[str, Result] = {
        "actions.by_segment": number(len(chances), "count") if chances else missing("count", NEEDS)
    }
    for kind, name in zip(effects["type"], name_types(effects["type"]), strict=True):
        p = chances.get(kind)
        verdict = "unknown" if p is None else "differ" if p <= FALSE_DISCOVERIES else "no_evidence"
        results[f"actions.{name}.between_segments"] = Result(f"between.{verdict}", "label")
    return results


def _large_enough(arms: pd.DataFrame) -> dict[str, tuple["pd.Series[float]", "pd.Series[float]"]]:
    """Treated and held out of each segment in which both are enough to judge and to tell."""
    counts = arms.pivot_table("customers", "segment", "is_held_out", aggfunc="sum")
    counts = counts.reindex(columns=[False, True]).fillna(0)
    smallest = counts.min(axis="columns")
    is_told = (smallest >= FEWEST_SHOWN) & (counts.index != NO_SEGMENT)
    rest = counts[~is_told].sum()
    if ((rest > 0) & (rest < FEWEST_NOT_DERIVABLE)).any() and is_told.any():
        is_told[smallest[is_told].idxmin()] = False
    by_arm = arms.set_index(["segment", "is_held_out"])
    return {
        str(segment): (by_arm.loc[(segment, False)], by_arm.loc[(segment, True)])
        for segment in counts.index[is_told]
    }
