"""Cohorts: of the customers who first bought in one period, how many and how much came back."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis.expr.types as ir
import pandas as pd

from analysis.params import FiscalCalendar, Quarter
from analysis.results import Result, missing, number

Period = Literal["month", "quarter"]
MONTHS: dict[Period, int] = {"month": 1, "quarter": 3}
SHOWN_COHORTS: dict[Period, int] = {"month": 13, "quarter": 9}


@dataclass(frozen=True)
class Calendar:
    """Numbers the periods: each has an index that grows by one.

    Attributes
    ----------
    period : str
        ``month`` or ``quarter``, of the fiscal year.
    fiscal : FiscalCalendar
        When the fiscal year begins.
    """

    period: Period
    fiscal: FiscalCalendar

    def index(self, day: ir.DateColumn) -> ir.IntegerValue:
        """The period that each day lies in."""
        months = day.year().cast("int64") * 12 + day.month() - self.fiscal.first_month
        return (months // MONTHS[self.period]).cast("int64")

    def index_of(self, day: date) -> int:
        """The period that one day lies in."""
        return (day.year * 12 + day.month - self.fiscal.first_month) // MONTHS[self.period]

    def label(self, index: int) -> str:
        """The period in words, as in 2026Q3 or 2026-09."""
        months = index * MONTHS[self.period] + self.fiscal.first_month - 1
        first = date(months // 12, months % 12 + 1, 1)
        is_quarter = self.period == "quarter"
        return str(Quarter.containing(first, self.fiscal)) if is_quarter else f"{first:%Y-%m}"


def follow_cohorts(
    days: ir.Table, summary: ir.Table, as_of: date, calendar: Calendar
) -> pd.DataFrame:
    """Follow each cohort through the periods after its first order.

    Parameters
    ----------
    days : ibis table
        One row a customer and day, from :func:`analysis.customers.sum_days`.
    summary : ibis table
        One row a customer: ``customer_id``, ``first_order_date``, ``last_order_date``.
    as_of : date
        Last day that counts, the end of a period.
    calendar : Calendar
        Months or quarters.

    Returns
    -------
    DataFrame
        One row a cohort and age: ``cohort`` (text), ``age`` (periods since the first order, 0 and
        on), ``customers`` (of the cohort), ``in_period`` (share who bought in that period),
        ``on_or_after`` (share who bought in that period or a later one), ``revenue_share`` (net
        money of that period ÷ that of period 0). Oldest cohort first, the latest
        ``SHOWN_COHORTS`` of them.

    Notes
    -----
    Whoever is new in a period is that period's cohort at age 0, and in no retention rate of it.
    "On or after" can only fall with age, and is a lower bound for young cohorts: some will still
    come back.
    """
    last = calendar.index_of(as_of)
    starts = summary.select(
        "customer_id",
        cohort=calendar.index(summary.first_order_date),
        final=calendar.index(summary.last_order_date),
    )
    starts = starts.filter(starts.cohort > last - SHOWN_COHORTS[calendar.period])
    until = days.filter(days.order_date <= as_of)
    periods = until.group_by("customer_id", period=calendar.index(until.order_date)).agg(
        has_purchase=until.has_purchase.any(), revenue=until.revenue.sum()
    )
    active = periods.join(starts, "customer_id")
    activity = active.group_by("cohort", age=active.period - active.cohort).agg(
        bought=active.has_purchase.sum(), revenue=active.revenue.sum().cast("float64")
    )
    finals = starts.group_by("cohort", age=starts.final - starts.cohort).agg(stopped=starts.count())
    return _assemble(activity.to_pandas(), finals.to_pandas(), last, calendar)


def _assemble(
    activity: pd.DataFrame, finals: pd.DataFrame, last: int, calendar: Calendar
) -> pd.DataFrame:
    """Put counts a cohort and age side by side as shares, also where nobody bought."""
    keys = ["cohort", "age"]
    cohorts = sorted(finals["cohort"].unique())
    grid = pd.DataFrame(
        [(cohort, age) for cohort in cohorts for age in range(last - cohort + 1)], columns=keys
    )
    rows = grid.merge(activity, "left", keys).merge(finals, "left", keys).fillna(0)
    by_cohort = rows.groupby("cohort")
    size = by_cohort["stopped"].transform("sum")
    # Who stopped at an age or later bought then or later.
    later = by_cohort["stopped"].transform(lambda stopped: stopped[::-1].cumsum()[::-1])
    first_revenue = by_cohort["revenue"].transform("first")
    return pd.DataFrame(
        {
            "cohort": [calendar.label(int(index)) for index in rows["cohort"]],
            "age": rows["age"].astype(int),
            "customers": size.astype(int),
            "in_period": rows["bought"] / size,
            "on_or_after": later / size,
            "revenue_share": rows["revenue"] / first_revenue.where(first_revenue > 0),
        }
    )


def retention_results(summary: ir.Table, earlier: ir.Table, quarter: Quarter) -> dict[str, Result]:
    """Published numbers of retention in the quarter under review.

    ``retention.customer_rate``: of the customers won before the quarter, those who bought in it.
    ``retention.active_rate``: of those who bought last quarter, those who bought in this one.
    ``retention.revenue_rate``: this quarter's revenue from the customers of last quarter ÷ last
    quarter's revenue. New customers are in none of them.

    Parameters
    ----------
    summary, earlier : ibis tables
        The customer summaries of this quarter and the last.
    quarter : Quarter
        Under review.
    """
    both = earlier.select(
        "customer_id", orders_before="n_orders_quarter", revenue_before="revenue_quarter"
    ).join(
        summary.select("customer_id", orders="n_orders_quarter", revenue="revenue_quarter"),
        "customer_id",
    )
    was_active, is_active = both.orders_before > 0, both.orders > 0
    sums = (
        both.agg(
            known=both.count(),
            bought=is_active.sum(),
            active_before=was_active.sum(),
            active_again=(was_active & is_active).sum(),
            revenue_before=both.revenue_before.sum().cast("float64"),
            revenue_again=both.revenue.sum(where=was_active).cast("float64"),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )

    def rate(part: str, whole: str, n: str) -> Result:
        if not sums[whole] or sums[whole] < 0:
            return missing("ratio", f"needs orders before {quarter}")
        return number((sums[part] or 0) / sums[whole], "ratio", n=int(sums[n]))

    return {
        "retention.customer_rate": rate("bought", "known", "known"),
        "retention.active_rate": rate("active_again", "active_before", "active_before"),
        "retention.revenue_rate": rate("revenue_again", "revenue_before", "active_before"),
    }
