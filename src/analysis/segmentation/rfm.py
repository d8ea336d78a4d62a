"""RFM: recency, frequency and money, scored by cut points and named by a map.

A score is the mid-rank quintile, ceil(5 · (average rank − 0.5) / n), expressed as cut points. So
equal values get equal scores, and neither the order of rows nor the unit of money matters.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import quantile
from analysis.results import Result, number

N_SCORES = 5
INACTIVE = "inactive"
"""Segment of customers without an order in the window, who therefore have no scores."""

Value = int | Decimal | None
Thresholds = tuple[Value, ...]


@dataclass(frozen=True)
class MapCell:
    """A rectangle of the R–F grid and the segment that it names; bounds are inclusive."""

    segment: str
    r: tuple[int, int]
    f: tuple[int, int]


GRID: tuple[MapCell, ...] = (
    MapCell("champion", r=(5, 5), f=(4, 5)),
    MapCell("loyal", r=(3, 4), f=(4, 5)),
    MapCell("potential_loyalist", r=(4, 5), f=(2, 3)),
    MapCell("new", r=(5, 5), f=(1, 1)),
    MapCell("promising", r=(4, 4), f=(1, 1)),
    MapCell("need_attention", r=(3, 3), f=(3, 3)),
    MapCell("about_to_sleep", r=(3, 3), f=(1, 2)),
    MapCell("cannot_lose", r=(1, 2), f=(5, 5)),
    MapCell("at_risk", r=(1, 2), f=(3, 4)),
    MapCell("hibernating", r=(1, 2), f=(1, 2)),
)
"""The R–F grid of ten segments, best first; it covers each of the 25 cells exactly once."""


@dataclass(frozen=True)
class CutPoints:
    """Where one score ends and the next begins.

    Attributes
    ----------
    recency : tuple
        Most days since the last order for a score of at least 2, 3, 4, 5.
    frequency : tuple
        Fewest orders in the window for a score of at least 2, 3, 4, 5.
    money : tuple
        Least money in the window for a score of at least 2, 3, 4, 5.

    None where ties leave no customer such a score.
    """

    recency: Thresholds
    frequency: Thresholds
    money: Thresholds

    def to_frame(self) -> pd.DataFrame:
        """One row a score from 2 to 5: ``score``, ``recency``, ``frequency``, ``money``."""
        return pd.DataFrame(
            {
                "score": range(2, N_SCORES + 1),
                "recency": pd.Series(self.recency, dtype="object"),
                "frequency": pd.Series(self.frequency, dtype="object"),
                "money": pd.Series(self.money, dtype="object"),
            }
        )


def find_cut_points(summary: ir.Table, frequency: str) -> CutPoints:
    """Find the mid-rank quintiles of the customers who bought in the window.

    Parameters
    ----------
    summary : ibis table
        One row a customer, from :func:`analysis.customers.summarize_customers`.
    frequency : str
        ``orders`` or ``order_days``: what a customer's frequency counts.

    Examples
    --------
    Ties share a score: of four customers three bought once. Their average rank is 2, so their
    score is ceil(5 · 1.5 / 4) = 2; the fourth has ceil(5 · 3.5 / 4) = 5.

    >>> import ibis
    >>> summary = ibis.memtable({"n_orders_window": [1, 1, 1, 9], "revenue_window": [1, 1, 1, 9],
    ...                          "days_since_last_order": [0, 30, 60, 90]})
    >>> find_cut_points(summary, "orders").frequency
    (1, 9, 9, 9)
    """
    thresholds = _thresholds(_measures(summary, frequency), ("freshness", "frequency", "money"))
    return CutPoints(
        recency=tuple(None if t is None else -t for t in thresholds["freshness"]),
        frequency=thresholds["frequency"],
        money=thresholds["money"],
    )


def score_rfm(summary: ir.Table, cut_points: CutPoints, frequency: str) -> ir.Table:
    """Score each customer and name the segment.

    Parameters
    ----------
    summary, frequency
        As in :func:`find_cut_points`.
    cut_points : CutPoints
        This quarter's, or an earlier quarter's to hold them still.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``r_score``, ``f_score``, ``m_score`` (1 to 5, null
        without an order in the window), ``segment``.
    """
    freshness = tuple(None if t is None else -t for t in cut_points.recency)
    active = _measures(summary, frequency)
    scored = active.mutate(
        r_score=_score(active.freshness, freshness),
        f_score=_score(active.frequency, cut_points.frequency),
        m_score=_score(active.money, cut_points.money),
    )
    scored = scored.mutate(segment=_segment(scored))
    idle = summary.filter(summary.n_orders_window == 0).select("customer_id")
    unscored = dict.fromkeys(("r_score", "f_score", "m_score"), ibis.null("int8"))
    columns = ["customer_id", "r_score", "f_score", "m_score", "segment"]
    return scored.select(columns).union(
        idle.mutate(**unscored, segment=ibis.literal(INACTIVE)).select(columns)
    )


def summarize_segments(scores: ir.Table, summary: ir.Table) -> pd.DataFrame:
    """Size and worth of each segment.

    Returns
    -------
    DataFrame
        One row a segment of the map and one for the inactive, best first, also where empty:
        ``segment``, ``customers``, ``customer_share``, ``revenue`` and ``revenue_share`` (money
        in the window), ``average_order`` (money an order, null without orders),
        ``days_since_last_order`` (median).
    """
    rows = scores.join(summary, "customer_id")
    found = rows.group_by("segment").agg(
        customers=rows.count(),
        revenue=rows.revenue_window.sum(),
        orders=rows.n_orders_window.sum(),
        days_since_last_order=quantile(rows.days_since_last_order, 0.5),
    )
    names = [*(cell.segment for cell in GRID), INACTIVE]
    segments = found.to_pandas().set_index("segment").reindex(names)
    segments[["customers", "revenue", "orders"]] = segments[
        ["customers", "revenue", "orders"]
    ].fillna(0)
    revenue, orders = segments["revenue"].astype(float), segments["orders"].astype(float)
    total_customers, total_revenue = segments["customers"].sum(), revenue.sum()
    return pd.DataFrame(
        {
            "segment": names,
            "customers": segments["customers"].astype(int).to_numpy(),
            "customer_share": (segments["customers"] / (total_customers or 1)).to_numpy(),
            "revenue": revenue.to_numpy(),
            "revenue_share": (revenue / total_revenue).to_numpy() if total_revenue else 0.0,
            "average_order": (revenue / orders.replace(0, float("nan"))).to_numpy(),
            "days_since_last_order": segments["days_since_last_order"].to_numpy(),
        }
    )


def grid_counts(scores: ir.Table) -> pd.DataFrame:
    """Customers in each cell of the R–F grid.

    Returns
    -------
    DataFrame
        Five rows (``r_score`` 5 to 1) by five columns (``f_score`` 1 to 5), zero where empty.
    """
    active = scores.filter(scores.r_score.notnull())
    counted = active.group_by("r_score", "f_score").agg(customers=active.count()).to_pandas()
    table = counted.pivot(index="r_score", columns="f_score", values="customers")
    levels = range(1, N_SCORES + 1)
    return table.reindex(index=reversed(levels), columns=levels).fillna(0).astype(int)


def segment_results(segments: pd.DataFrame, window_months: int) -> dict[str, Result]:
    """Published numbers of the segments.

    For each segment its customers, revenue and shares; the segment that holds most revenue and
    the one that holds most customers, by name; and the length of the window.
    """
    results = {"rfm.window_months": number(window_months, "count")}
    for row in segments.itertuples():
        name = f"segments.grid.{row.segment}"
        results[f"{name}.customers"] = number(row.customers, "customers")
        results[f"{name}.customer_share"] = number(row.customer_share, "ratio")
        results[f"{name}.revenue"] = number(row.revenue, "money")
        results[f"{name}.revenue_share"] = number(row.revenue_share, "ratio")
    for measure in ("revenue", "customers"):
        largest = segments.loc[segments[measure].idxmax()]
        name = f"segments.largest_by_{measure}"
        results[f"{name}.segment"] = Result(f"segment.{largest['segment']}", "label")
        results[f"{name}.customer_share"] = number(largest["customer_share"], "ratio")
        results[f"{name}.revenue_share"] = number(largest["revenue_share"], "ratio")
    return results


def _measures(summary: ir.Table, frequency: str) -> ir.Table:
    """The three measures of each customer who bought in the window; more is better in each."""
    active = summary.filter(summary.n_orders_window > 0)
    counted = {"orders": "n_orders_window", "order_days": "n_order_days_window"}[frequency]
    return active.mutate(
        freshness=-active.days_since_last_order,
        frequency=active[counted],
        money=active.revenue_window,
    )


def _thresholds(customers: ir.Table, measures: tuple[str, ...]) -> dict[str, Thresholds]:
    """The smallest value of each score from 2 to 5, by measure.

    Score k begins at the first value v whose mid-rank passes (k − 1)/5 of n, that is
    5 · (2 · |less than v| + |equal to v|) > 2 · (k − 1) · n. The value at that quantile either
    passes, or the next larger one does: so a handful of aggregates find it, without a global sort.
    """
    steps = [(name, k) for name in measures for k in range(1, N_SCORES)]
    pivots = _aggregate(
        customers, {(name, k): quantile(customers[name], k / N_SCORES) for name, k in steps}
    )
    aggregates: dict[Any, ir.Scalar] = {"n": customers.count()}
    for step, pivot in pivots.items():
        values = customers[step[0]]
        aggregates["less", step] = (values < pivot).sum()
        aggregates["equal", step] = (values == pivot).sum()
        aggregates["following", step] = values.min(where=values > pivot)
    found = _aggregate(customers, aggregates)

    def begins(step: tuple[str, int]) -> Any:
        if not found["n"]:
            return None
        twice_mid_rank = 2 * found["less", step] + found["equal", step]
        passes = N_SCORES * twice_mid_rank > 2 * step[1] * found["n"]
        return pivots[step] if passes else found["following", step]

    return {name: tuple(begins(step) for step in steps if step[0] == name) for name in measures}


def _aggregate(table: ir.Table, measures: dict[Any, ir.Scalar]) -> dict[Any, Any]:
    """Exact values of several aggregates from one pass over the table."""
    row = table.agg([measure.name(f"m{i}") for i, measure in enumerate(measures.values())])
    return dict(zip(measures, row.to_pyarrow().to_pylist()[0].values(), strict=True))


def _score(measure: ir.Column, thresholds: Thresholds) -> ir.IntegerValue:
    """1 and one more for each threshold that the measure reaches."""
    reached = [(measure >= t).cast("int8") for t in thresholds if t is not None]
    return sum(reached, start=ibis.literal(1, type="int8")).cast("int8")


def _segment(scored: ir.Table) -> ir.StringValue:
    return ibis.cases(
        *(
            (scored.r_score.between(*cell.r) & scored.f_score.between(*cell.f), cell.segment)
            for cell in GRID
        )
    )
