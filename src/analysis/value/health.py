"""A health score from 0 to 100 for each customer, made of parts that everybody can see."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import quantile
from analysis.results import Result, missing, number

PARTS = ("activity", "timeliness", "trend", "value", "satisfaction", "service")
BEST = 100.0
POOR_BELOW = 40.0
N_TENTHS = 10


def score_health(
    churn: ir.Table, expected: ir.Table | None, weights: Mapping[str, float], has_complaints: bool
) -> ir.Table:
    """Score each customer.

    Parameters
    ----------
    churn : ibis table
        From :func:`analysis.value.assess_churn`.
    expected : ibis table or None
        Purchases in the quarter as expected before it: ``customer_id``, ``expected_orders``.
    weights : mapping
        Points of each part of :data:`PARTS`; they sum to 100.
    has_complaints : bool
        Whether complaints were given: without them nobody is known to have none.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``segment``, each part from 0 to 100 (null where
        unknown), ``health``: the mean of the known parts by their weights.

    Notes
    -----
    activity = 100 · P(alive); timeliness = 100 · usual interval / days since the last order, at
    most 100; trend = 100 · orders in the quarter / expected orders, at most 100; value: 10 for
    the lowest tenth by CLV to 100 for the highest; satisfaction = 10 · NPS answer of the quarter;
    service = 100 without a complaint in the quarter, else 0.
    """
    if expected is None:
        rows = churn.mutate(expected_orders=ibis.null("float64"))
    else:
        predicted = expected.select("customer_id", "expected_orders")
        rows = churn.left_join(predicted, "customer_id").drop("customer_id_right")
    days, orders = rows.days_since_last_order, rows.n_orders_quarter
    on_time = BEST * rows.usual_interval_days / ibis.greatest(days, 1)
    trend = BEST * orders / rows.expected_orders.nullif(0)
    parts = {
        "activity": BEST * rows.p_alive,
        "timeliness": ibis.least(on_time, BEST),
        "trend": ibis.least(trend, BEST),
        "value": _value_part(rows),
        "satisfaction": N_TENTHS * rows.nps_score,
        "service": (rows.complaints > 0).fill_null(False).ifelse(0.0, BEST)
        if has_complaints
        else ibis.null("float64"),
    }
    scored = rows.mutate(**parts)
    points = sum(scored[name].fill_null(0.0) * weights[name] for name in PARTS)
    known = sum(scored[name].notnull().ifelse(weights[name], 0.0) for name in PARTS)
    return scored.select("customer_id", "segment", *PARTS, health=points / known.nullif(0.0))


def summarize_health(scored: ir.Table) -> pd.DataFrame:
    """Mean score and parts of each segment.

    Returns
    -------
    DataFrame
        One row a segment, healthiest first, and ``all`` last: ``segment``, ``customers``,
        ``health`` and each part (0 to 100, NaN where unknown).
    """
    means = {name: scored[name].mean() for name in ("health", *PARTS)}
    by_segment = scored.group_by("segment").agg(customers=scored.count(), **means)
    whole = scored.agg(customers=scored.count(), **means).mutate(segment=ibis.literal("all"))
    columns = ["segment", "customers", "health", *PARTS]
    table = by_segment.select(columns).union(whole.select(columns)).to_pandas()
    table = table.astype(dict.fromkeys(("health", *PARTS), float))
    is_whole = table["segment"] == "all"
    ordered = table[~is_whole].sort_values("health", ascending=False)
    return pd.concat([ordered, table[is_whole]], ignore_index=True)


def health_results(scored: ir.Table) -> dict[str, Result]:
    """Published numbers of the health score: its mean and the share of customers in poor health."""
    found = scored.agg(
        n=scored.health.count(),
        mean=scored.health.mean(),
        poor=(scored.health < POOR_BELOW).sum(),
    )
    sums = found.to_pyarrow().to_pylist()[0]
    if not sums["n"]:
        why = "needs a model of buying"
        return {
            "value.health.mean": missing("count", why),
            "value.health.poor": missing("ratio", why),
        }
    return {
        "value.health.mean": number(sums["mean"], "count", n=sums["n"]),
        "value.health.poor": number(sums["poor"] / sums["n"], "ratio", n=sums["n"]),
    }


def _value_part(rows: ir.Table) -> ir.Value:
    """10 for the lowest tenth by CLV to 100 for the highest, by cut points; null without CLV."""
    shares = [k / N_TENTHS for k in range(1, N_TENTHS)]
    cuts = rows.agg(**{f"cut_{i}": quantile(rows.clv_12m, s) for i, s in enumerate(shares)})
    found = cuts.to_pyarrow().to_pylist()[0].values()
    above = [(rows.clv_12m > cut).cast("int64") for cut in found if cut is not None]
    reached = sum(above, start=ibis.literal(1))
    return rows.clv_12m.notnull().ifelse(reached * (BEST / N_TENTHS), None)
