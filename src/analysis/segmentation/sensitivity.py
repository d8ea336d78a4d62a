"""Sensitivity: how much would change under other maps, windows and cut points."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.customers import sum_windows
from analysis.params import Quarter
from analysis.results import Result, number
from analysis.segment_maps import SegmentMap
from analysis.segmentation.rfm import (
    MID_RANK_SHARES,
    CutPoints,
    Scoring,
    find_cut_points,
    find_cut_points_at,
    score_rfm,
)
from analysis.segmentation.thresholds import aggregate

MEASURED = ("n_orders_window", "n_order_days_window", "revenue_window")
CUT_SHIFT = Fraction(1, 20)
"""Neighbouring cuts lie a twentieth of the customers above or below this review's."""

WINDOWS = ("window_shorter", "window_longer")
VARIANTS = (*WINDOWS, "cuts_lower", "cuts_higher")

WINDOW_SHIFT = 0.25


def measure_windows(days: ir.Table, quarter: Quarter, months: int) -> ir.Table:
    """Measure each customer in a window a quarter shorter and in one a quarter longer.

    A quarter of the window's ``months`` is rounded to whole ones, one at least. The measures are
    those of :func:`analysis.customers.sum_windows`, named by ``WINDOWS``.
    """
    shift = max(1, round(months * WINDOW_SHIFT))
    starts = [quarter.months_back(n) for n in (max(1, months - shift), months + shift)]
    return sum_windows(days, quarter.last_day, dict(zip(WINDOWS, starts, strict=True)))


def find_neighbouring_cuts(summary: ir.Table, scoring: Scoring) -> dict[str, CutPoints]:
    """Cut points a twentieth of the customers below and above; none where no share is cut at."""
    if scoring.cut not in MID_RANK_SHARES:
        return {}
    shares = MID_RANK_SHARES[scoring.cut]
    both = [*(share - CUT_SHIFT for share in shares), *(share + CUT_SHIFT for share in shares)]
    cuts = vars(find_cut_points_at(summary, scoring.frequency, both)).values()
    n = len(shares)
    return {
        "cuts_lower": CutPoints(*(thresholds[:n] for thresholds in cuts)),
        "cuts_higher": CutPoints(*(thresholds[n:] for thresholds in cuts)),
    }


def score_variants(
    scores: ir.Table, summary: ir.Table, windows: ir.Table, scoring: Scoring
) -> ir.Table:
    """Put each customer's segment under other windows and cut points beside the own one.

    Parameters
    ----------
    scores : ibis table
        One row a customer: ``customer_id``, ``segment`` and a column a map
        (:func:`analysis.segmentation.rfm.score_maps`).
    summary : ibis table
        This review's customer summary.
    windows : ibis table
        Measures in other windows, from :func:`measure_windows`.
    scoring : Scoring
        How this review scores.

    Returns
    -------
    ibis table
        The scores, ``revenue_window`` (money), and a column a variant with its segment.
    """
    table = scores.join(summary.select("customer_id", "revenue_window"), "customer_id")
    scored = {
        name: score_rfm(summary, cuts, scoring)
        for name, cuts in find_neighbouring_cuts(summary, scoring).items()
    }
    measured = summary.select("customer_id", "days_since_last_order").join(windows, "customer_id")
    for name in WINDOWS:
        measures = {measure: f"{measure}_{name}" for measure in MEASURED}
        other = measured.select("customer_id", "days_since_last_order", **measures)
        scored[name] = score_rfm(other, find_cut_points(other, scoring), scoring)
    for name, other in scored.items():
        variant = other.select("customer_id", **{name: other.segment})
        table = table.left_join(variant, "customer_id").drop("customer_id_right")
    return table


def measure_sensitivity(
    customers: ir.Table, segment_map: SegmentMap, maps: Mapping[str, SegmentMap]
) -> pd.DataFrame:
    """Count who has another label under each variant.

    Other windows and cuts are compared by segment. Other maps have other names, so they are
    compared by what the segment calls for (its aim).

    Parameters
    ----------
    customers : ibis table
        From :func:`score_variants`.
    segment_map : SegmentMap
        The map of the review.
    maps : mapping
        Every map that the customers are named by.

    Returns
    -------
    DataFrame
        One row a variant: ``variant``, ``customers`` and ``revenue`` (money in the window) that
        change label, ``customer_share`` and ``revenue_share`` of all.
    """
    aim = _aims(customers.segment, segment_map)
    differs = {
        f"map_{name}": aim != _aims(customers[name], other)
        for name, other in maps.items()
        if name != segment_map.name
    } | {
        name: customers[name] != customers.segment for name in VARIANTS if name in customers.columns
    }
    sums: dict[Any, ir.Scalar] = {
        "customers": customers.count(),
        "revenue": customers.revenue_window.sum(),
    }
    for name, changed in differs.items():
        sums[name, "customers"] = changed.sum()
        sums[name, "revenue"] = customers.revenue_window.sum(where=changed)
    found = {key: float(value or 0) for key, value in aggregate(customers, sums).items()}
    return pd.DataFrame(
        {
            "variant": name,
            "customers": int(found[name, "customers"]),
            "customer_share": found[name, "customers"] / (found["customers"] or 1),
            "revenue": found[name, "revenue"],
            "revenue_share": found[name, "revenue"] / (found["revenue"] or 1),
        }
        for name in differs
    )


def sensitivity_results(panel: pd.DataFrame) -> dict[str, Result]:
    """Published: customers and revenue that change label under each variant, and their shares."""
    results = {}
    for row in panel.to_dict("records"):
        name = f"sensitivity.{row['variant']}"
        results[f"{name}.customers"] = number(row["customers"], "customers")
        results[f"{name}.customer_share"] = number(row["customer_share"], "ratio")
        results[f"{name}.revenue"] = number(row["revenue"], "money")
    return results


def _aims(segment: ir.StringColumn, segment_map: SegmentMap) -> ir.StringValue:
    """What each segment calls for."""
    return ibis.cases(*((segment == name, aim) for name, aim in segment_map.aims.items()))
