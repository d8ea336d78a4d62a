"""Engagement: which customers come by themselves, by tier.

An interaction is what a customer does: an opened mail, a visit to the site. Somebody who is not
heard of may still buy; it is a sign, and no cause.
"""

from math import sqrt

import ibis.expr.types as ir
import pandas as pd

from analysis.inference import judge_changes
from analysis.params import Quarter
from analysis.results import Result, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.small_cells import FEWEST_SHOWN
from analysis.segmentation.tiers import TIERS

NO_INTERACTIONS = "needs the table interactions"
ALL = "all"
COLUMNS = (
    "tier", "customers", "engaged", "share", "low", "high", "per_customer", "share_before",
    "change", "verdict",
)  # fmt: skip


def measure_engagement(
    interactions: ir.Table, tiered: ir.Table, before: Quarter, quarter: Quarter
) -> pd.DataFrame:
    """How many customers of each tier were heard of, in this quarter and the one before.

    Parameters
    ----------
    interactions : ibis table
        One row a contact on the customer's side: ``customer_id``, ``date``. Those of customers
        without a purchase are left out.
    tiered : ibis table
        One row a customer: ``customer_id``, ``tier``, ``first_order_date``.
    before, quarter : Quarter
        The quarter before, and the one under review. In each, those count who had bought by its
        end; the tier is today's.

    Returns
    -------
    DataFrame
        One row a tier with 30 customers or more in both quarters, and in front one for ``all``:
        :data:`COLUMNS`: ``share`` of the customers with an interaction in the quarter, its
        interval (Wilson 1927), interactions ``per_customer``, and the verdict on the change.
        Nothing without interactions.
    """
    known = tiered.select("customer_id", "tier", "first_order_date")
    counted = known
    for name, each in (("before", before), ("now", quarter)):
        rows = interactions.filter(interactions.date.between(each.first_day, each.last_day))
        sums = rows.group_by("customer_id").agg(**{f"n_{name}": rows.count()})
        counted = counted.left_join(sums, "customer_id").drop("customer_id_right")
    then = counted.first_order_date <= before.last_day
    counts = (
        counted.group_by("tier")
        .agg(
            customers=counted.count(),
            engaged=(counted.n_now > 0).sum().coalesce(0),
            interactions=counted.n_now.sum().coalesce(0),
            customers_before=then.sum(),
            engaged_before=(then & (counted.n_before > 0)).sum().coalesce(0),
            interactions_before=counted.n_before.sum().coalesce(0),
        )
        .to_pandas()
        .set_index("tier")
        .reindex(TIERS)
        .dropna()
    )
    if not counts[["interactions", "interactions_before"]].to_numpy().sum():
        return pd.DataFrame(columns=list(COLUMNS))
    counts = pd.concat([counts.sum().to_frame(ALL).T, counts]).rename_axis("tier").reset_index()
    counts = counts[counts[["customers", "customers_before"]].min(axis=1) >= FEWEST_SHOWN]
    return _judge(counts.reset_index(drop=True))


def engagement_results(engagement: pd.DataFrame) -> dict[str, Result]:
    """Published of all: ``engagement.share``, ``.per_customer``, ``.change``, ``.verdict``."""
    if engagement.empty:
        return {
            "engagement.share": missing("ratio", NO_INTERACTIONS),
            "engagement.change": missing("ratio", NO_INTERACTIONS),
            "engagement.per_customer": missing("score", NO_INTERACTIONS),
            "engagement.verdict": Result("change.unknown", "label"),
        }
    row = engagement.iloc[0]
    n = int(row["customers"])
    return {
        "engagement.share": number(row["share"], "ratio", n=n, low=row["low"], high=row["high"]),
        "engagement.change": number(row["change"], "ratio", n=n),
        "engagement.per_customer": number(row["per_customer"], "score", n=n),
        "engagement.verdict": Result(f"change.{row['verdict']}", "label"),
    }


def _judge(counts: pd.DataFrame) -> pd.DataFrame:
    n, n_before = counts["customers"], counts["customers_before"]
    counts["share"] = counts["engaged"] / n
    counts["share_before"] = counts["engaged_before"] / n_before
    counts["per_customer"] = counts["interactions"] / n
    intervals = [wilson_interval(row.share, row.customers) for row in counts.itertuples()]
    counts["low"] = [low for low, _ in intervals]
    counts["high"] = [high for _, high in intervals]
    variance = _variance(counts["share"], n) + _variance(counts["share_before"], n_before)
    judged = judge_changes(counts["share"] - counts["share_before"], variance.map(sqrt))
    return counts.assign(change=judged["change"], verdict=judged["verdict"])[list(COLUMNS)]


def _variance(share: "pd.Series[float]", n: "pd.Series[float]") -> "pd.Series[float]":
    return share * (1 - share) / n
