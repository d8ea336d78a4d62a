"""Which model values the customers: the one that told best what they did next.

The models learn from the time up to an earlier quarter's end and predict the purchase days from
there to the as-of date. Both times are seen through
:func:`analysis.customers.summarize_days`, so nothing later than the first reaches the models.
The holdout lies inside the history that this review reads: what comes after the as-of date is not
there, since cleaning leaves it out.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.customers import summarize_days
from analysis.params import Quarter
from analysis.results import Result, Unit, missing, number
from analysis.value.fitting import PurchaseModelName, ValueModels
from analysis.value.holdout import HoldoutScores, score_predictions
from analysis.value.model import NotEstimableError
from analysis.value.naive import Naive
from analysis.value.patterns import Floats

BASELINE = Naive.name
N_GROUPS = 10
Z_90 = 1.6448536269514722


@dataclass(frozen=True)
class Proof:
    """How each model did, and which one may value the customers.

    Attributes
    ----------
    days : int
        Length of the holdout.
    customers : int
        Customers who were predicted.
    scores : dict of HoldoutScores
        By name of the model; the baseline among them.
    refusals : dict of str
        Why a model could not be fitted to the time before.
    ranking : DataFrame
        One row a model, best first: ``model``, ``total``, ``actual`` (purchase days), ``bias``
        (share), ``mae``, ``rmse``, ``correlation``, ``msle``, ``rank`` (mean over MAE, MSLE and
        size of bias).
    """

    days: int
    customers: int
    scores: dict[str, HoldoutScores]
    refusals: dict[str, str]
    ranking: pd.DataFrame

    @property
    def chosen(self) -> PurchaseModelName:
        """The best model; BG/NBD where no model could be put to the test."""
        return "bgnbd" if self.is_open else self.ranking["model"].iloc[0]

    @property
    def beats_baseline(self) -> Literal["yes", "no", "open"]:
        """Whether the best model did better than the past rate."""
        if self.is_open:
            return "open"
        return "no" if self.chosen == BASELINE else "yes"

    @property
    def is_open(self) -> bool:
        """Whether no model could be put to the test."""
        return set(self.scores) <= {BASELINE}


def summarize_at(days: ir.Table, quarter: Quarter) -> ir.Table:
    """The customers as they stood at the end of a quarter.

    ``days`` is from :func:`analysis.customers.sum_days`; the window is the quarter itself.
    """
    start = quarter.first_day
    return summarize_days(days, quarter.last_day, start, start)


def count_holdout(before: ir.Table, after: ir.Table) -> pd.DataFrame:
    """Count customers with the same history and the same number of purchase days since.

    Parameters
    ----------
    before, after : ibis tables
        The customers at the two ends of the holdout.

    Returns
    -------
    DataFrame
        One row each: ``frequency``, ``recency`` (days), ``T`` (days), ``purchases`` (days with a
        purchase in the holdout), ``customers``; sorted.
    """
    later = after.select("customer_id", later_frequency=after.frequency)
    joined = before.join(later, "customer_id")
    keys = ["frequency", "recency", "T", "purchases"]
    rows = joined.mutate(purchases=joined.later_frequency - joined.frequency)
    return rows.group_by(keys).agg(customers=rows.count()).order_by(keys).to_pandas()


def prove_models(models: ValueModels, counted: pd.DataFrame, begin: date, end: date) -> Proof:
    """Score every model on the holdout and rank them.

    Parameters
    ----------
    models : ValueModels
        Fitted to the customers as they stood on ``begin``.
    counted : DataFrame
        From :func:`count_holdout`.
    begin, end : date
        Last day that the models know, and last day of the holdout.
    """
    days = (end - begin).days
    scores, refusals = {}, {}
    for name in get_args(PurchaseModelName):
        model = replace(models, chosen=name).purchases
        if isinstance(model, NotEstimableError):
            refusals[name] = str(model)
        elif not counted.empty:
            predicted = model.expected_purchases(counted, days)
            scores[name] = score_predictions(predicted, counted["purchases"], counted["customers"])
    return Proof(days, int(counted["customers"].sum()), scores, refusals, rank_models(scores))


def rank_models(scores: dict[str, HoldoutScores]) -> pd.DataFrame:
    """Models from best to worst by their mean rank in MAE, MSLE and size of bias; see Proof.

    Equal mean ranks go by MAE.

    Examples
    --------
    >>> close = score_predictions([1.0, 0.0], [1, 0], [5, 5])
    >>> far = score_predictions([3.0, 1.0], [1, 0], [5, 5])
    >>> rank_models({"naive": far, "bgnbd": close})["model"].tolist()
    ['bgnbd', 'naive']
    """
    rows = [{"model": name, **vars(one)} for name, one in scores.items()]
    columns = ["model", *HoldoutScores.__dataclass_fields__]
    table = pd.DataFrame(rows, columns=columns)
    judged = table[["mae", "msle"]].assign(bias=table["bias"].abs())
    table["rank"] = judged.rank().mean(axis=1)
    return table.sort_values(["rank", "mae"], ignore_index=True)


def calibrate_groups(
    models: ValueModels, counted: pd.DataFrame, begin: date, end: date
) -> pd.DataFrame:
    """Predicted beside actual purchases of ten groups of customers, by prediction.

    Customers with one prediction stay together, so groups differ in size.

    Returns
    -------
    DataFrame
        One row a group, most purchases predicted first: ``group``, ``customers``, ``predicted``
        and ``actual`` (purchase days a customer), ``low`` and ``high`` (90 % interval of the
        actual mean). Empty without a model.
    """
    columns = ["group", "customers", "predicted", "actual", "low", "high"]
    model = models.purchases
    if isinstance(model, NotEstimableError) or counted.empty:
        return pd.DataFrame(columns=columns)
    rows = counted.assign(predicted=model.expected_purchases(counted, (end - begin).days))
    rows = rows.sort_values("predicted", ascending=False)
    share = rows.groupby("predicted", sort=False)["customers"].sum().cumsum()
    share = (share - 1) / rows["customers"].sum()
    group = 1 + np.floor(rows["predicted"].map(share) * N_GROUPS).astype(int)
    return pd.DataFrame(
        [{"group": name, **_mean_purchases(part)} for name, part in rows.groupby(group)],
        columns=columns,
    )


def holdout_results(proof: Proof, quarters: int) -> dict[str, Result]:
    """Published numbers of the proof: each model's scores, and which one is used."""
    chosen = proof.chosen
    results = {
        "value.holdout.quarters": number(quarters, "count"),
        "value.holdout.days": number(proof.days, "days"),
        "value.holdout.customers": number(proof.customers, "customers"),
        "value.chosen.model": Result(f"model.{chosen}", "label"),
        "value.chosen.beats_baseline": Result(f"answer.{proof.beats_baseline}", "label"),
    }
    for name in get_args(PurchaseModelName):
        results |= _score_results(proof, name)
    best = proof.scores.get(chosen)
    bias = missing("ratio", proof.refusals.get(chosen, "needs customers before the holdout"))
    if best is not None and np.isfinite(best.bias):
        bias = number(best.bias, "ratio")
    return results | {"value.chosen.bias": bias}


def _score_results(proof: Proof, name: str) -> dict[str, Result]:
    units: dict[str, Unit] = {
        "total": "orders", "actual": "orders", "bias_pct": "parameter", "mae": "parameter",
        "rmse": "parameter", "correlation": "parameter", "msle": "parameter",
    }  # fmt: skip
    prefix = f"value.holdout.{name}"
    scores = proof.scores.get(name)
    if scores is None:
        why = proof.refusals.get(name, "needs customers before the holdout")
        return {f"{prefix}.{key}": missing(unit, why) for key, unit in units.items()}
    values = vars(scores) | {"bias_pct": 100 * scores.bias}
    return {
        f"{prefix}.{key}": number(values[key], unit, n=proof.customers)
        if np.isfinite(values[key])
        else missing(unit, "needs purchases that differ in the holdout")
        for key, unit in units.items()
    }


def _mean_purchases(rows: pd.DataFrame) -> dict[str, float]:
    weight: Floats = rows["customers"].to_numpy(dtype=float)
    bought = rows["purchases"].to_numpy(dtype=float)
    n, mean = weight.sum(), np.average(bought, weights=weight)
    error = Z_90 * np.sqrt(np.average((bought - mean) ** 2, weights=weight) / n)
    predicted = np.average(rows["predicted"], weights=weight)
    return {
        "customers": int(n), "predicted": predicted, "actual": mean,
        "low": max(mean - error, 0.0), "high": mean + error,
    }  # fmt: skip
