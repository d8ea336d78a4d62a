"""What the customers brought, bring now and will bring, by segment; newcomers stand apart."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.engine import exact_sum
from analysis.results import Result, missing, number
from analysis.value.clv import DAYS_A_MONTH, HORIZON_MONTHS, discount_schedule
from analysis.value.fitting import ValueModels
from analysis.value.intervals import Draws, draw_totals, interval
from analysis.value.model import NotEstimableError
from analysis.value.patterns import count_spending_patterns

LEAST_COVERED = 0.8
"""Costs must be known for this share of the revenue to tell the margin of all of it."""


@dataclass(frozen=True)
class Margin:
    """What share of revenue is profit, and who says so.

    Attributes
    ----------
    share : float or None
        Share of 1; None: value is shown as revenue.
    origin : str
        ``cost`` (the orders' costs), ``params`` or ``none``.
    """

    share: float | None
    origin: Literal["cost", "params", "none"]


def find_margin(transactions: ir.Table, since: date, given: float | None) -> Margin:
    """The margin from the orders' costs where they are known, else the given one.

    Parameters
    ----------
    transactions : ibis table
        Cleaned order lines: ``order_date``, ``amount`` and ``cost`` (money).
    since : date
        First day that counts.
    given : float or None
        The margin in params, used where costs are known for less than 80 % of the revenue, or
        exceed it.

    Examples
    --------
    >>> import ibis
    >>> lines = ibis.memtable({"order_date": [date(2026, 9, 1)] * 2, "amount": [60.0, 40.0],
    ...                        "cost": [36.0, 24.0]})
    >>> find_margin(lines, date(2026, 1, 1), None)
    Margin(share=0.4, origin='cost')
    """
    lines = transactions.filter(transactions.order_date >= since)
    is_known = lines.cost.notnull()
    sums = lines.agg(
        revenue=lines.amount.sum().cast("float64"),
        covered=lines.amount.sum(where=is_known).cast("float64"),
        cost=lines.cost.sum().cast("float64"),
    )
    found = sums.to_pyarrow().to_pylist()[0]
    revenue, covered, cost = (found[name] or 0.0 for name in ("revenue", "covered", "cost"))
    if covered > 0 and covered >= LEAST_COVERED * revenue and cost < covered:
        return Margin(1 - cost / covered, "cost")
    return Margin(given, "none" if given is None else "params")


def margin_results(margin: Margin) -> dict[str, Result]:
    """Published: where the margin comes from."""
    return {"value.margin_origin": Result(f"margin_origin.{margin.origin}", "label")}


def draw_value(
    summary: ir.Table,
    segments: ir.Table,
    models: ValueModels,
    margin: float | None,
    discount_rate: float | None,
) -> Draws | None:
    """Draw the value of each segment's customers; None where a model is missing.

    Parameters
    ----------
    summary : ibis table
        One row a customer, from :func:`analysis.customers.summarize_customers`.
    segments : ibis table
        One row a customer: ``customer_id``, ``segment``.
    models, margin, discount_rate
        As in :func:`analysis.value.score_value`.
    """
    purchases, spend = models.purchases, models.gamma_gamma
    if isinstance(purchases, NotEstimableError) or isinstance(spend, NotEstimableError):
        return None
    rows = summary.join(segments.select("customer_id", "segment"), "customer_id")
    counted = count_spending_patterns(rows, "segment")
    ends, discounts = discount_schedule(discount_rate)
    draws = draw_totals(counted, purchases, spend, ends, discounts, by="segment")
    assert draws.value is not None
    return replace(draws, value=draws.value * (margin or 1.0))


def value_by_segment(
    summary: ir.Table,
    scores: ir.Table,
    segments: ir.Table,
    margin: float | None,
    draws: Draws | None,
) -> pd.DataFrame:
    """Past, present and future value of each segment and of all customers.

    Returns
    -------
    DataFrame
        One row a segment, the most valuable first, and ``all`` last: ``segment``, ``customers``,
        ``history`` (before the quarter), ``quarter``, ``clv_12m`` with ``low`` and ``high`` (90 %
        interval; NaN without ``draws``), all in money.
    """
    rows = summary.join(scores, "customer_id").join(
        segments.select("customer_id", "segment"), "customer_id"
    )
    profit = margin or 1.0
    found = rows.group_by("segment").agg(
        customers=rows.count(),
        history=(rows.revenue - rows.revenue_quarter).sum().cast("float64") * profit,
        quarter=rows.revenue_quarter.sum().cast("float64") * profit,
        clv_12m=exact_sum(rows.clv_12m),
    )
    table = found.to_pandas().sort_values("clv_12m", ascending=False).set_index("segment")
    table.loc["all"] = table.sum(min_count=1)
    table[["low", "high"]] = np.nan
    if draws is not None and draws.value is not None:
        table.loc[draws.groups, "low"], table.loc[draws.groups, "high"] = interval(draws.value)
        table.loc["all", ["low", "high"]] = interval(draws.value.sum(axis=1))
    return table.astype({"customers": int}).reset_index()


def segment_results(worth: pd.DataFrame) -> dict[str, Result]:
    """Published: past, present and future value of all customers, and future value by segment.

    ``worth`` is from :func:`value_by_segment`.
    """
    rows = worth.set_index("segment")
    whole = rows.loc["all"]
    n = int(whole["customers"])
    results = {
        f"value.portfolio.{name}": number(whole[name], "money", n=n)
        for name in ("history", "quarter")
    }
    for segment, row in rows.drop(index="all").iterrows():
        name, n = f"value.segment.{segment}.clv_12m", int(row["customers"])
        if np.isnan(row["clv_12m"]):
            results[name] = missing("money", "needs models of buying and spend")
        elif np.isnan(row["low"]):
            results[name] = number(row["clv_12m"], "money", n=n)
        else:
            results[name] = number(row["clv_12m"], "money", n=n, low=row["low"], high=row["high"])
    return results


def newcomer_results(
    summary: ir.Table,
    models: ValueModels,
    margin: float | None,
    discount_rate: float | None,
    as_of: date,
) -> dict[str, Result]:
    """Value of customers who are yet to come: as many as in the last twelve months, evenly.

    Each counts with the first purchase and those that follow within the twelve months. This money
    is in no other number.
    """
    ages = summary.agg(new=(summary["T"] < 365).sum(), oldest=summary["T"].max())
    found = ages.to_pyarrow().to_pylist()[0]
    purchases, spend = models.purchases, models.gamma_gamma
    names = {"value.newcomers.customers": "customers", "value.newcomers.clv_12m": "money"}
    if isinstance(purchases, NotEstimableError) or isinstance(spend, NotEstimableError):
        why = str(purchases if isinstance(purchases, NotEstimableError) else spend)
        return {name: missing(unit, why) for name, unit in names.items()}  # type: ignore[arg-type]
    if (found["oldest"] or 0) < 365:
        why = f"needs customers who first bought a year before {as_of.isoformat()}"
        return {name: missing(unit, why) for name, unit in names.items()}  # type: ignore[arg-type]
    ends, discounts = discount_schedule(discount_rate)
    joining = ends - DAYS_A_MONTH / 2
    left = ends[-1] - joining
    orders = 1 + purchases.expected_purchases_new(left)
    a_month = found["new"] / HORIZON_MONTHS
    value = a_month * (discounts @ orders) * spend.mean_spend * (margin or 1.0)
    return {
        "value.newcomers.customers": number(found["new"], "customers"),
        "value.newcomers.clv_12m": number(value, "money", n=found["new"]),
    }
