"""Last quarter's forecast of this quarter, made as it would have been then, and what came."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.results import Result, Unit, missing, number
from analysis.value.fitting import ValueModels
from analysis.value.intervals import draw_totals, interval
from analysis.value.model import NotEstimableError
from analysis.value.patterns import Floats, count_spending_patterns

MEASURES: dict[str, Unit] = {"orders": "orders", "revenue": "money"}


@dataclass(frozen=True)
class Forecast:
    """A forecast beside what came.

    Attributes
    ----------
    table : DataFrame
        One row a measure (orders, revenue) of the customers known a quarter ago: ``measure``,
        ``predicted``, ``low``, ``high`` (90 % interval), ``actual``, ``is_inside``. Orders are
        purchase days, revenue is net of returns and not discounted.
    auc : float or None
        Chance that a customer who bought had the higher probability still active than one who did
        not; repeat buyers alone.
    n : int
        Customers known a quarter ago.
    """

    table: pd.DataFrame
    auc: float | None
    n: int


def score_forecast(
    then: ir.Table, now: ir.Table, counted: pd.DataFrame, models: ValueModels, days: int
) -> Forecast | None:
    """Score last quarter's forecast; None where its models are missing.

    Parameters
    ----------
    then, now : ibis tables
        The customers a quarter ago and now, from :func:`analysis.value.summarize_at`.
    counted : DataFrame
        From :func:`analysis.value.count_holdout` of both.
    models : ValueModels
        Fitted to ``then``.
    days : int
        Length of the quarter.
    """
    purchases, spend = models.purchases, models.gamma_gamma
    if isinstance(purchases, NotEstimableError) or isinstance(spend, NotEstimableError):
        return None
    patterns = count_spending_patterns(then)
    draws = draw_totals(patterns, purchases, spend, [days], [1.0])
    assert draws.value is not None
    later = now.select("customer_id", revenue_now=now.revenue)
    both = then.join(later, "customer_id")
    revenue = (both.revenue_now - both.revenue).sum().cast("float64").execute()
    actual = {
        "orders": float(counted["purchases"] @ counted["customers"]),
        "revenue": float(revenue or 0.0),
    }
    drawn = {"orders": draws.purchases[:, 0], "revenue": draws.value[:, 0]}
    rows = []
    for measure in MEASURES:
        low, high = interval(drawn[measure])
        rows.append(
            {
                "measure": measure, "predicted": float(drawn[measure].mean()), "low": float(low),
                "high": float(high), "actual": actual[measure],
                "is_inside": bool(low <= actual[measure] <= high),
            }
        )  # fmt: skip
    repeat = counted[counted["frequency"] > 0]
    auc = rank_auc(purchases.p_alive(repeat), repeat["purchases"] > 0, repeat["customers"])
    return Forecast(pd.DataFrame(rows), auc, int(counted["customers"].sum()))


def rank_auc(
    scores: Floats, is_positive: "pd.Series[bool]", weights: "pd.Series[int]"
) -> float | None:
    """Area under the ROC curve of weighted rows; ties count half. None without both kinds.

    Examples
    --------
    >>> rank_auc(np.array([0.9, 0.4, 0.4]), pd.Series([True, True, False]), pd.Series([1, 1, 2]))
    0.75
    """
    positive = np.where(is_positive, weights, 0).astype(float)
    negative = np.where(is_positive, 0, weights).astype(float)
    if not positive.sum() or not negative.sum():
        return None
    by_score = pd.DataFrame({"score": scores, "positive": positive, "negative": negative})
    levels = by_score.groupby("score").sum()
    below = levels["negative"].cumsum() - levels["negative"]
    wins = levels["positive"] @ (below + levels["negative"] / 2)
    return float(wins / (positive.sum() * negative.sum()))


def forecast_results(forecast: Forecast | None) -> dict[str, Result]:
    """Published numbers of last quarter's forecast."""
    if forecast is None:
        why = "needs models a quarter ago"
        return {
            "value.forecast.auc": missing("ratio", why),
            **{
                f"value.forecast.{measure}.{kind}": missing(unit, why)
                for measure, unit in MEASURES.items()
                for kind in ("predicted", "actual")
            },
        }
    results: dict[str, Result] = {}
    for row in forecast.table.to_dict("records"):
        results |= _measure_results(row, forecast.n)
    auc = missing("ratio", "needs repeat buyers of whom some bought")
    if forecast.auc is not None:
        auc = number(forecast.auc, "ratio", n=forecast.n)
    return results | {"value.forecast.auc": auc}


def _measure_results(row: Mapping[str, float], n: int) -> dict[str, Result]:
    name = str(row["measure"])
    unit = MEASURES[name]
    bounds = {"low": row["low"], "high": row["high"]}
    return {
        f"value.forecast.{name}.predicted": number(row["predicted"], unit, n=n, **bounds),
        f"value.forecast.{name}.actual": number(row["actual"], unit, n=n),
    }


def forecast_table(forecast: Forecast | None) -> pd.DataFrame:
    """The forecast's table; without rows where there was no forecast."""
    columns = ["measure", "predicted", "low", "high", "actual", "is_inside"]
    return pd.DataFrame(columns=columns) if forecast is None else forecast.table
