"""A health score from 0 to 100 for each customer, made of parts that everybody can see."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_mean, quantile
from analysis.results import Result, missing, number
from analysis.value.churn import Signals

PARTS = ("activity", "timeliness", "trend", "value", "satisfaction", "service")
BEST = 100.0
POOR_BELOW = 40.0
"""Customers with a lower score are in poor health."""
N_TENTHS = 10
NEEDS = {
    "activity": "needs a model of buying",
    "timeliness": "needs repeat buyers",
    "trend": "needs models a quarter ago",
    "value": "needs predicted value",
    "satisfaction": "needs NPS answers in the quarter",
    "service": "needs the table complaints",
}


def score_health(
    churn: ir.Table, expected: ir.Table | None, weights: Mapping[str, float], signals: Signals
) -> ir.Table:
    """Score each customer.

    Parameters
    ----------
    churn : ibis table
        From :func:`analysis.value.assess_churn`.
    expected : ibis table or None
        Purchase days in the quarter as expected before it, and as they were: ``customer_id``,
        ``expected_orders``, ``orders``; from :func:`analysis.value.predict_sales`.
    weights : mapping
        Points of each part of :data:`PARTS`; they sum to 100.
    signals : Signals
        From :func:`analysis.value.find_signals`: without complaints nobody is known to have none.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``segment``, each part from 0 to 100 (null where
        unknown), ``points`` (sum of the known parts' weights), ``health``: the mean of the known
        parts by their weights.

    Notes
    -----
    activity = 100 · P(alive); timeliness = 100 · usual interval / days since the last order, at
    most 100; trend = 100 · purchase days in the quarter / expected ones, at most 100, of those
    who were customers before it; value: 10 for
    the lowest tenth by CLV to 100 for the highest; satisfaction = 10 · NPS answer of the quarter;
    service = 100 without a complaint in the quarter, else 0.
    """
    if expected is None:
        rows = churn.mutate(expected_orders=ibis.null("float64"), orders=ibis.null("int64"))
    else:
        predicted = expected.select("customer_id", "expected_orders", "orders")
        rows = churn.left_join(predicted, "customer_id").drop("customer_id_right")
    on_time = BEST * rows.usual_interval_days / ibis.greatest(rows.days_since_last_order, 1)
    trend = BEST * rows.orders / rows.expected_orders.nullif(0)
    parts = {
        "activity": BEST * rows.p_alive,
        "timeliness": _at_most_best(on_time),
        "trend": _at_most_best(trend),
        "value": _value_part(rows),
        "satisfaction": N_TENTHS * rows.nps_score,
        "service": (rows.complaints > 0).fill_null(False).ifelse(0.0, BEST)
        if signals.has_complaints
        else ibis.null("float64"),
    }
    scored = rows.mutate(**parts)
    points = sum(scored[name].fill_null(0.0) * weights[name] for name in PARTS)
    known = sum(scored[name].notnull().ifelse(weights[name], 0.0) for name in PARTS)
    return scored.select(
        "customer_id", "segment", *PARTS, points=known, health=points / known.nullif(0.0)
    )


def summarize_health(scored: ir.Table, weights: Mapping[str, float]) -> pd.DataFrame:
    """Mean score and parts of each segment.

    Returns
    -------
    DataFrame
        One row a segment, healthiest first, then ``all``: ``segment``, ``customers``, ``health``
        and each part (0 to 100, NaN where unknown). The last row, ``weight``, holds the points of
        each part, and their sum.
    """
    means = {name: exact_mean(scored[name]) for name in ("health", *PARTS)}
    by_segment = scored.group_by("segment").agg(customers=scored.count(), **means)
    whole = scored.agg(customers=scored.count(), **means).mutate(segment=ibis.literal("all"))
    columns = ["segment", "customers", "health", *PARTS]
    table = by_segment.select(columns).union(whole.select(columns)).to_pandas()
    table = table.astype(dict.fromkeys(("health", *PARTS), float))
    is_whole = table["segment"] == "all"
    ordered = table[~is_whole].sort_values("health", ascending=False)
    points = {"segment": "weight", "health": sum(weights.values()), **weights}
    return pd.concat([ordered, table[is_whole], pd.DataFrame([points])], ignore_index=True)


def health_results(scored: ir.Table, weights: Mapping[str, float]) -> dict[str, Result]:
    """Published numbers of the health score.

    Its mean, the share of customers in poor health, the mean of the points that are known, and of
    each part its points, its mean and of how many customers it is known.
    """
    found = scored.agg(
        n=scored.health.count(),
        mean=exact_mean(scored.health),
        poor=(scored.health < POOR_BELOW).sum(),
        points=exact_mean(scored.points),
        **{f"n_{name}": scored[name].count() for name in PARTS},
        **{f"mean_{name}": exact_mean(scored[name]) for name in PARTS},
    )
    sums = found.to_pyarrow().to_pylist()[0]
    n = sums["n"]
    if not n:
        whole = {
            "value.health.mean": missing("points", "needs customers"),
            "value.health.poor": missing("ratio", "needs customers"),
            "value.health.points_known": missing("points", "needs customers"),
        }
    else:
        whole = {
            "value.health.mean": number(sums["mean"], "points", n=n),
            "value.health.poor": number(sums["poor"] / n, "ratio", n=n),
            "value.health.points_known": number(sums["points"], "points", n=n),
        }
    for name in PARTS:
        known = sums[f"n_{name}"]
        whole[f"value.health.{name}.weight"] = number(weights[name], "points")
        whole[f"value.health.{name}.mean"] = (
            number(sums[f"mean_{name}"], "points", n=known)
            if known
            else missing("points", NEEDS[name])
        )
    return whole


def _at_most_best(part: ir.NumericValue) -> ir.NumericValue:
    """Not by ``least``, to which what is unknown is no less than the best."""
    return (part > BEST).ifelse(BEST, part)


def _value_part(rows: ir.Table) -> ir.Value:
    """10 for the lowest tenth by CLV to 100 for the highest, by cut points; null without CLV."""
    shares = [k / N_TENTHS for k in range(1, N_TENTHS)]
    cuts = rows.agg(**{f"cut_{i}": quantile(rows.clv_12m, s) for i, s in enumerate(shares)})
    found = cuts.to_pyarrow().to_pylist()[0].values()
    above = [(rows.clv_12m > cut).cast("int64") for cut in found if cut is not None]
    reached = sum(above, start=ibis.literal(1))
    return rows.clv_12m.notnull().ifelse(reached * (BEST / N_TENTHS), None)
