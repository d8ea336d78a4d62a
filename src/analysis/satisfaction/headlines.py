"""The published scores: each with interval and n, or with what it would need."""

import pandas as pd

from analysis.params.satisfaction_models import Satisfaction
from analysis.results import Result, Unit, missing, number
from analysis.satisfaction.measures import Measure
from analysis.satisfaction.small_cells import FEWEST_SHOWN, UNCERTAIN_BELOW

HEADLINES: dict[str, Unit] = {"nps": "points", "csat": "ratio", "ces": "score", "index": "points"}
NO_QUARTER_BEFORE = "needs answers in this quarter and the one before"


def score_results(
    scores: pd.DataFrame,
    changes: pd.DataFrame,
    measures: tuple[Measure, ...],
    survey: Satisfaction,
    quarter: str,
) -> dict[str, Result]:
    """Published numbers of the scores.

    Parameters
    ----------
    scores : DataFrame
        From :func:`analysis.satisfaction.score_all`.
    changes : DataFrame
        From :func:`analysis.satisfaction.compare_scores`.
    measures : tuple of Measure
        What the survey could measure.
    survey : Satisfaction
        Which item has which part.
    quarter : str
        The quarter under review.

    Returns
    -------
    dict
        ``satisfaction.nps``, ``.csat``, ``.ces``, ``.index`` with interval and n, the same under
        ``satisfaction.change`` and ``satisfaction.verdict``, and ``satisfaction.answers``.
    """
    now = scores[(scores["quarter"] == quarter) & (scores["group"] == "headline")]
    now = now.set_index("measure")
    changed = changes[changes["group"] == "headline"].set_index("measure")
    units = HEADLINES | {m.name: m.unit for m in measures if m.group == "headline"}
    answers = int(scores.loc[scores["quarter"] == quarter, "n"].max()) if len(now) else 0
    results = {"satisfaction.answers": number(answers, "count")}
    for name, unit in units.items():
        is_known = name in now.index and now.loc[name, "n"] >= FEWEST_SHOWN
        results[f"satisfaction.{name}"] = (
            _known(now.loc[name], unit) if is_known else _unknown(name, unit, now, survey)
        )
        is_compared = is_known and name in changed.index
        results |= _compared(name, unit, changed.loc[name] if is_compared else None)
    return results


def response_results(responses: pd.DataFrame) -> dict[str, Result]:
    """Published response rate: of all who were invited in the quarter, how many answered in it."""
    if responses.empty:
        return {"satisfaction.response_rate": missing("ratio", "needs the table invitations")}
    total = responses.iloc[0]
    rate = number(
        total["rate"], "ratio", n=int(total["invited"]), low=total["low"], high=total["high"]
    )
    return {"satisfaction.response_rate": rate}


def _known(score: "pd.Series[float]", unit: Unit) -> Result:
    notes = [
        "weighted to the segments of active customers" if score["is_weighted"] else "unweighted",
        f"effective n {score['n_eff']:.0f}",
    ]
    if score["n"] < UNCERTAIN_BELOW:
        notes.append(f"few answers: read with caution below {UNCERTAIN_BELOW}")
    return number(
        score["value"],
        unit,
        n=int(score["n"]),
        low=float(score["low"]),
        high=float(score["high"]),
        note=", ".join(notes),
    )


def _unknown(name: str, unit: Unit, now: pd.DataFrame, survey: Satisfaction) -> Result:
    if name in now.index:
        n = int(now.loc[name, "n"])
        return missing(unit, f"needs {FEWEST_SHOWN} answers in the quarter; there are {n}")
    items = getattr(survey, name) or f"named under satisfaction.{name}"
    named = ", ".join(items) if isinstance(items, tuple) else items
    return missing(unit, f"needs answers to {named}, with a scale under surveys.scales")


def _compared(name: str, unit: Unit, change: "pd.Series[float] | None") -> dict[str, Result]:
    if change is None:
        return {
            f"satisfaction.change.{name}": missing(unit, NO_QUARTER_BEFORE),
            f"satisfaction.verdict.{name}": Result("change.unknown", "label"),
        }
    return {
        f"satisfaction.change.{name}": number(
            change["change"],
            unit,
            n=int(change["n"]),
            low=float(change["change_low"]),
            high=float(change["change_high"]),
        ),
        f"satisfaction.verdict.{name}": Result(f"change.{change['verdict']}", "label"),
    }
