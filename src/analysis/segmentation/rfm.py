"""RFM: recency, frequency and money, scored by cut points and named by a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.params.rfm_models import FixedCut, Rfm
from analysis.results import Result, missing, number
from analysis.segment_maps import EIGHT_CLASSES, GRID, INACTIVE, MapRule, SegmentMap
from analysis.segmentation.thresholds import (
    HALVES,
    QUINTILES,
    Shares,
    Thresholds,
    count_reached,
    find_means,
    find_thresholds,
)

MEASURES = ("freshness", "frequency", "money")
SCORES = ("r_score", "f_score", "m_score")
FREQUENCIES = {"orders": "n_orders_window", "order_days": "n_order_days_window"}
MID_RANK_SHARES = {"quintile": QUINTILES, "median": HALVES}


@dataclass(frozen=True)
class CutPoints:
    """Where one score ends and the next begins.

    Attributes
    ----------
    recency : tuple
        Most days since the last order for a score of at least 2, 3, …
    frequency : tuple
        Fewest orders in the window for a score of at least 2, 3, …
    money : tuple
        Least money in the window for a score of at least 2, 3, …

    None where ties leave no customer such a score.
    """

    recency: Thresholds
    frequency: Thresholds
    money: Thresholds

    def to_frame(self) -> pd.DataFrame:
        """One row a score from 2 on: ``score``, ``recency``, ``frequency``, ``money``."""
        columns = {name: pd.Series(values, dtype="object") for name, values in vars(self).items()}
        return pd.DataFrame({"score": range(2, len(self.recency) + 2), **columns})

    def to_results(self, prefix: str) -> dict[str, Result]:
        """Published as ``<prefix>.<measure>.<score>``: days, orders and money."""
        units: dict[str, Any] = {"recency": "days", "frequency": "orders", "money": "money"}
        return {
            f"{prefix}.{measure}.{score}": missing(unit, "needs customers with such a score")
            if threshold is None
            else number(threshold, unit)
            for measure, unit in units.items()
            for score, threshold in enumerate(getattr(self, measure), start=2)
        }


@dataclass(frozen=True)
class Scoring:
    """How customers are scored and named.

    Attributes
    ----------
    segment_map : SegmentMap
        Names the combinations of scores.
    frequency : str
        ``orders`` or ``order_days``: what a customer's frequency counts.
    cut : str
        ``quintile`` for scores 1 to 5; ``median`` (the upper half by mid-rank), ``mean`` (above
        it) or ``fixed`` for scores 1 and 2.
    fixed : CutPoints, optional
        The cut points of ``fixed``.
    """

    segment_map: SegmentMap
    frequency: str = "orders"
    cut: str = "quintile"
    fixed: CutPoints | None = None


def choose_scorings(rfm: Rfm) -> dict[str, Scoring]:
    """How the review scores by each map that it draws, by the map's name."""
    return {
        name: Scoring(segment_map, rfm.frequency)
        if segment_map.n_scores == len(QUINTILES) + 1
        else Scoring(segment_map, rfm.frequency, rfm.cut, _fixed_cuts(rfm.fixed_cut))
        for name, segment_map in rfm.segment_maps.items()
    }


def find_cut_points(summary: ir.Table, scoring: Scoring) -> CutPoints:
    """Find the cut points of the customers who bought in the window.

    Parameters
    ----------
    summary : ibis table
        One row a customer, from :func:`analysis.customers.summarize_customers`.
    scoring : Scoring
        Where to cut.

    Examples
    --------
    Ties share a score: of four customers three bought once. Their average rank is 2, so their
    score is ceil(5 · 1.5 / 4) = 2; the fourth has ceil(5 · 3.5 / 4) = 5.

    >>> from analysis.segment_maps import EIGHT_CLASSES, GRID
    >>> summary = ibis.memtable({"n_orders_window": [1, 1, 1, 9], "revenue_window": [1, 1, 1, 9],
    ...                          "days_since_last_order": [0, 30, 60, 90]})
    >>> find_cut_points(summary, Scoring(GRID)).frequency
    (1, 9, 9, 9)
    >>> find_cut_points(summary, Scoring(EIGHT_CLASSES, cut="mean"))
    CutPoints(recency=(30,), frequency=(9,), money=(9,))
    """
    if scoring.cut == "fixed":
        assert scoring.fixed is not None, "params ask for the cut points of a fixed cut"
        return scoring.fixed
    if scoring.cut == "mean":
        return _cut_points(find_means(_active(summary, scoring.frequency), MEASURES))
    return find_cut_points_at(summary, scoring.frequency, MID_RANK_SHARES[scoring.cut])


def find_map_cuts(summary: ir.Table, scorings: Mapping[str, Scoring]) -> dict[str, CutPoints]:
    """Find the cut points of each map; maps that cut alike share them."""
    found: dict[str, CutPoints] = {}
    for scoring in scorings.values():
        if scoring.cut not in found:
            found[scoring.cut] = find_cut_points(summary, scoring)
    return {name: found[scoring.cut] for name, scoring in scorings.items()}


def find_cut_points_at(summary: ir.Table, frequency: str, shares: Shares) -> CutPoints:
    """Find the cut points at the given shares of the customers who bought in the window."""
    active = _active(summary, frequency)
    return _cut_points(find_thresholds(active, dict.fromkeys(MEASURES, shares)))


def score_rfm(
    summary: ir.Table, cut_points: CutPoints, scoring: Scoring, keep: Sequence[str] = ()
) -> ir.Table:
    """Score each customer and name the segment.

    Parameters
    ----------
    summary : ibis table
        As in :func:`find_cut_points`.
    cut_points : CutPoints
        This quarter's, or an earlier quarter's to hold them still.
    scoring : Scoring
        What frequency counts, and the map.
    keep : sequence of str
        Columns of the summary to carry along.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``r_score``, ``f_score``, ``m_score`` (1 to 5, or 1
        and 2, null without an order in the window), ``segment``, and what is kept.
    """
    is_active = summary.n_orders_window > 0
    measured = _with_measures(summary, scoring.frequency)
    freshness = tuple(None if t is None else -t for t in cut_points.recency)
    thresholds = (freshness, cut_points.frequency, cut_points.money)
    scored = measured.mutate(
        **{
            score: is_active.ifelse(count_reached(measured[measure], cuts), ibis.null("int8"))
            for score, measure, cuts in zip(SCORES, MEASURES, thresholds, strict=True)
        }
    )
    named = scored.mutate(segment=name_segments(scored, scoring.segment_map))
    return named.select("customer_id", *SCORES, "segment", *keep)


def score_maps(
    summary: ir.Table,
    cut_points: Mapping[str, CutPoints],
    scorings: Mapping[str, Scoring],
    chosen: str,
) -> ir.Table:
    """Score each customer and name the segment in every map.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``r_score``, ``f_score``, ``m_score`` (1 to 5),
        ``segment`` by the chosen map, and a column a map with its segment.
    """
    table = summary
    for name, scoring in scorings.items():
        scored = score_rfm(table, cut_points[name], scoring, keep=table.columns[1:])
        table = scored.rename({name: "segment", **{f"{s}_{name}": s for s in SCORES}})
    return table.select(
        "customer_id",
        *(table[f"{score}_{GRID.name}"].name(score) for score in SCORES),
        *scorings,
        segment=chosen,
    )


def name_segments(scored: ir.Table, segment_map: SegmentMap) -> ir.StringValue:
    """The segment of each row of scores; of those without scores, that they are inactive."""
    return ibis.cases(
        (scored.r_score.isnull(), INACTIVE),
        *((_box(scored, rule, segment_map.n_scores), rule.segment) for rule in segment_map.rules),
        else_=segment_map.fallback,
    )


def count_scores(scores: ir.Table) -> pd.DataFrame:
    """Customers in each cell of recency and frequency scores.

    Returns
    -------
    DataFrame
        Five rows (``r_score`` 5 to 1) by five columns (``f_score`` 1 to 5), zero where empty.
    """
    active = scores.filter(scores.r_score.notnull())
    counted = active.group_by("r_score", "f_score").agg(customers=active.count()).to_pandas()
    table = counted.pivot(index="r_score", columns="f_score", values="customers")
    levels = range(1, len(QUINTILES) + 2)
    return table.reindex(index=reversed(levels), columns=levels).fillna(0).astype(int)


def rfm_results(cut_points: Mapping[str, CutPoints], window_months: int) -> dict[str, Result]:
    """Published: the length of the window, and the cut points of the grid and the eight classes."""
    return (
        {"rfm.window_months": number(window_months, "count")}
        | cut_points[GRID.name].to_results("rfm.cut_points")
        | cut_points[EIGHT_CLASSES.name].to_results("rfm.cut_points_eight")
    )


def _cut_points(thresholds: Mapping[str, Thresholds]) -> CutPoints:
    """Recency is ranked by how fresh it is, and shown as days."""
    return CutPoints(
        recency=tuple(None if t is None else -t for t in thresholds["freshness"]),
        frequency=thresholds["frequency"],
        money=thresholds["money"],
    )


def _fixed_cuts(cut: FixedCut | None) -> CutPoints | None:
    if cut is None:
        return None
    return CutPoints((cut.recency_days,), (cut.orders,), (Decimal(str(cut.revenue)),))


def _active(summary: ir.Table, frequency: str) -> ir.Table:
    """The three measures of each customer who bought in the window."""
    return _with_measures(summary.filter(summary.n_orders_window > 0), frequency)


def _with_measures(summary: ir.Table, frequency: str) -> ir.Table:
    """More is better in each of the three measures."""
    return summary.mutate(
        freshness=-summary.days_since_last_order,
        frequency=summary[FREQUENCIES[frequency]],
        money=summary.revenue_window,
    )


def _box(scored: ir.Table, rule: MapRule, n_scores: int) -> ir.BooleanValue:
    """Whether scores lie in a rule's box; a side that holds every score asks nothing."""
    sides = zip(SCORES, (rule.r, rule.f, rule.m), strict=True)
    asked = [scored[s].between(*side) for s, side in sides if side[0] > 1 or side[1] < n_scores]
    return ibis.and_(*asked)
