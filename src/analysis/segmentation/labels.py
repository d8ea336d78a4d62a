"""Labels counted: how many customers and how much money each label of each scheme holds."""

from collections.abc import Iterable, Mapping, Sequence

import ibis.expr.types as ir
import pandas as pd

from analysis.engine import quantile
from analysis.results import Result, number
from analysis.segment_maps import SegmentMap


def count_labels(customers: ir.Table, schemes: Sequence[str]) -> pd.DataFrame:
    """Count customers by every combination of their labels, in one pass.

    Parameters
    ----------
    customers : ibis table
        One row a customer: a column a scheme, ``revenue_window`` (money).

    Returns
    -------
    DataFrame
        One row a combination that occurs: a column a scheme, ``customers``, ``revenue``.
    """
    counted = customers.group_by(list(schemes)).agg(
        customers=customers.count(), revenue=customers.revenue_window.sum()
    )
    frame = counted.to_pandas()
    frame["revenue"] = frame["revenue"].astype(float)
    return frame.sort_values(list(schemes), ignore_index=True)


def summarize_labels(counts: pd.DataFrame, scheme: str, labels: Iterable[str]) -> pd.DataFrame:
    """Size and worth of each label of one scheme.

    Returns
    -------
    DataFrame
        One row a label, also where empty: ``scheme``, ``label``, ``customers``,
        ``customer_share``, ``revenue`` and ``revenue_share`` (money in the window).
    """
    wanted = list(labels)
    found = counts.groupby(scheme)[["customers", "revenue"]].sum()
    if unknown := set(found.index) - set(wanted):
        raise ValueError(f"{scheme} has labels that nobody announced: {sorted(unknown)}")
    sums = found.reindex(wanted, fill_value=0)
    shares = sums / sums.sum().replace(0, 1)
    return pd.DataFrame(
        {
            "scheme": scheme,
            "label": wanted,
            "customers": sums["customers"].astype(int).to_numpy(),
            "customer_share": shares["customers"].to_numpy(),
            "revenue": sums["revenue"].to_numpy(),
            "revenue_share": shares["revenue"].to_numpy(),
        }
    )


def schemes_of_maps(maps: Mapping[str, SegmentMap]) -> dict[str, tuple[str, ...]]:
    """Each map as a scheme, whose labels are its segments."""
    return {name: segment_map.segments for name, segment_map in maps.items()}


def summarize_schemes(counts: pd.DataFrame, schemes: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """The labels of several schemes, one after the other, as in :func:`summarize_labels`."""
    parts = [summarize_labels(counts, scheme, labels) for scheme, labels in schemes.items()]
    return pd.concat(parts, ignore_index=True)


def summarize_segments(
    scores: ir.Table, summary: ir.Table, segment_map: SegmentMap
) -> pd.DataFrame:
    """Size and worth of each segment.

    Returns
    -------
    DataFrame
        One row a segment of the map, best first, also where empty: ``segment``, ``customers``,
        ``customer_share``, ``revenue`` and ``revenue_share`` (money in the window),
        ``average_order`` (money an order, null without orders), ``days_since_last_order``
        (median).
    """
    rows = scores.join(summary, "customer_id")
    found = rows.group_by("segment").agg(
        customers=rows.count(),
        revenue=rows.revenue_window.sum(),
        orders=rows.n_orders_window.sum(),
        days_since_last_order=quantile(rows.days_since_last_order, 0.5),
    )
    counts = found.to_pandas()
    counts["revenue"] = counts["revenue"].astype(float)
    segments = summarize_labels(counts, "segment", segment_map.segments)
    by_segment = counts.set_index("segment").reindex(segment_map.segments)
    orders = by_segment["orders"].astype(float).replace(0, float("nan"))
    return segments.rename(columns={"label": "segment"}).assign(
        average_order=(by_segment["revenue"] / orders).to_numpy(),
        days_since_last_order=by_segment["days_since_last_order"].to_numpy(),
    )[
        [
            "segment",
            "customers",
            "customer_share",
            "revenue",
            "revenue_share",
            "average_order",
            "days_since_last_order",
        ]
    ]


def label_results(labels: pd.DataFrame) -> dict[str, Result]:
    """Published as ``segments.<scheme>.<label>``: customers, revenue, and the share of each."""
    results = {}
    for row in labels.to_dict("records"):
        name = f"segments.{row['scheme']}.{row['label']}"
        results[f"{name}.customers"] = number(row["customers"], "customers")
        results[f"{name}.customer_share"] = number(row["customer_share"], "ratio")
        results[f"{name}.revenue"] = number(row["revenue"], "money")
        results[f"{name}.revenue_share"] = number(row["revenue_share"], "ratio")
    return results


def largest_results(segments: pd.DataFrame) -> dict[str, Result]:
    """The segment that holds most revenue and the one that holds most customers, by name."""
    results = {}
    for measure in ("revenue", "customers"):
        largest: Mapping[str, float] = segments.loc[segments[measure].idxmax()]
        name = f"segments.largest_by_{measure}"
        results[f"{name}.segment"] = Result(f"segment.{largest['segment']}", "label")
        results[f"{name}.customer_share"] = number(largest["customer_share"], "ratio")
        results[f"{name}.revenue_share"] = number(largest["revenue_share"], "ratio")
    return results
