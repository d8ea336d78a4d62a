"""Loyalty index: repeat buying, tenure and advocacy, each measured against all customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.results import Result, missing, number

PARTS = ("repeat", "tenure", "advocacy")
LEAST_VARIANCE = 1e-9
NEEDS = {
    "repeat": "needs customers who differ in whether they came back",
    "tenure": "needs customers who kept buying for different times",
    "advocacy": "needs the table surveys, with the item nps",
}


@dataclass(frozen=True)
class Loyalty:
    """The loyalty index of each segment.

    Attributes
    ----------
    segments : DataFrame
        One row a segment with customers: ``segment``, ``customers``, ``repeat_rate`` (share who
        bought again), ``tenure_days`` (mean days
        from first to last purchase), ``advocacy`` (mean, NaN where nobody answered),
        ``index`` (0 is the average customer).
    weights : dict
        Weight of each part that counts; they sum to 1.
    """

    segments: pd.DataFrame
    weights: dict[str, float]


def measure_advocacy(surveys: ir.Table | None, item: str = "nps") -> ir.Table | None:
    """Advocacy of each customer who answered whether they would recommend us, from 0 to 10.

    Returns
    -------
    ibis table or None
        One row a customer: ``customer_id``, ``advocacy`` (1 promoter, 9 and 10; −1 detractor, up
        to 6; else 0; the mean of several answers). None where there is no survey.
    """
    if surveys is None:
        return None
    answers = surveys.filter((surveys.item == item) & surveys.customer_id.notnull())
    promoter, detractor = answers.score >= 9, answers.score <= 6
    return answers.group_by("customer_id").agg(
        advocacy=(promoter.cast("int8") - detractor.cast("int8")).mean()
    )


def index_loyalty(
    customers: ir.Table, weights: Mapping[str, float], segments: Sequence[str]
) -> Loyalty:
    """Index the loyalty of each segment, with its parts.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``segment``, ``frequency``, ``recency`` (days) and, where surveyed,
        ``advocacy``.
    weights : mapping
        Weight of ``repeat``, ``tenure`` and ``advocacy``; they are scaled to sum to 1 over the
        parts that count.
    segments : sequence of str
        The segments, best first.

    Notes
    -----
    There is no standard. The index of a segment is the weighted mean of z = (mean of the segment −
    mean of all) ÷ standard deviation of all customers. A part in which all customers are alike, or
    of which nothing is known, does not count.
    """
    sums = _sum_parts(customers).set_index("segment")
    sums = sums.reindex([segment for segment in segments if segment in sums.index])
    means = pd.DataFrame({part: sums[f"{part}_sum"] / sums[f"{part}_n"] for part in PARTS})
    scores = {
        part: scored
        for part in PARTS
        if weights[part] > 0 and (scored := _standardize(part, means[part], sums.sum())) is not None
    }
    total = sum(weights[part] for part in scores)
    used = {part: weights[part] / total for part in scores}
    weighted = pd.DataFrame(scores, index=sums.index).mul(pd.Series(used, dtype=float))
    table = pd.DataFrame(
        {
            "customers": sums["customers"].astype(int),
            "repeat_rate": means["repeat"],
            "tenure_days": means["tenure"],
            "advocacy": means["advocacy"],
            "index": weighted.sum(axis=1, min_count=1),
        }
    )
    return Loyalty(table.rename_axis("segment").reset_index(), used)


def loyalty_results(loyalty: Loyalty) -> dict[str, Result]:
    """Published: each segment's index, and the weight of each part that counts."""
    weights = {
        f"loyalty.weight.{part}": number(loyalty.weights[part], "ratio")
        if part in loyalty.weights
        else missing("ratio", NEEDS[part])
        for part in PARTS
    }
    known = loyalty.segments.dropna(subset=["index"]).to_dict("records")
    return weights | {
        f"loyalty.index.{row['segment']}": number(row["index"], "index", n=row["customers"])
        for row in known
    }


def _standardize(part: str, means: pd.Series, total: pd.Series) -> pd.Series | None:
    """Means of the segments as deviations from that of all; None where there are none."""
    n = total[f"{part}_n"]
    if not n:
        return None
    mean = total[f"{part}_sum"] / n
    variance = total[f"{part}_squares"] / n - mean**2
    return (means - mean) / variance**0.5 if variance > LEAST_VARIANCE else None


def _sum_parts(customers: ir.Table) -> pd.DataFrame:
    """Count, sum and sum of squares of each part, a row a segment."""
    parts: dict[str, ir.NumericValue] = {
        "repeat": (customers.frequency > 0).cast("float64"),
        "tenure": customers.recency.cast("float64"),
    }
    if "advocacy" in customers.columns:
        parts["advocacy"] = customers.advocacy
    sums = {
        f"{part}_{name}": value
        for part, values in parts.items()
        for name, value in (
            ("n", values.count()),
            ("sum", exact_sum(values).coalesce(0.0)),
            ("squares", exact_sum(values * values).coalesce(0.0)),
        )
    }
    frame: pd.DataFrame = (
        customers.group_by("segment").agg(customers=customers.count(), **sums).to_pandas()
    )
    absent = {f"{part}_{k}": 0.0 for part in PARTS for k in ("n", "sum", "squares")}
    return frame.assign(**{name: v for name, v in absent.items() if name not in frame})
