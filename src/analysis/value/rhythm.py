"""How long customers usually take between purchases, and when one of them is late."""

import ibis
import ibis.expr.types as ir

from analysis.engine import quantile

LEAST_INTERVALS = 3
"""With fewer intervals a customer has no habit of their own; that of the segment stands in."""
LATE_SHARE = 0.9


def measure_intervals(days: ir.Table) -> ir.Table:
    """Measure the intervals between each customer's purchase days.

    Parameters
    ----------
    days : ibis table
        One row a customer and day, from :func:`analysis.customers.sum_days`.

    Returns
    -------
    ibis table
        One row a customer with a repeat purchase: ``customer_id``, ``intervals`` (number),
        ``days`` and ``squares`` (their sum and that of their squares), ``first_interval`` and
        ``second_interval`` (days; the latter null with only one), ``late_after_days`` (90th
        percentile of the intervals, null for fewer than three).
    """
    bought = days.filter(days.has_purchase)
    order = ibis.window(group_by="customer_id", order_by="order_date")
    gaps = bought.select(
        "customer_id",
        gap=bought.order_date.delta(bought.order_date.lag().over(order), unit="day"),
        place=ibis.row_number().over(order),
    )
    gaps = gaps.filter(gaps.place > 0)
    gap = gaps.gap
    sums = gaps.group_by("customer_id").agg(
        intervals=gaps.count(),
        days=gap.sum().cast("int64"),
        squares=(gap * gap).sum().cast("int64"),
        first_interval=gap.max(where=gaps.place == 1),
        second_interval=gap.max(where=gaps.place == 2),
        late=quantile(gap, LATE_SHARE),
    )
    has_habit = sums.intervals >= LEAST_INTERVALS
    late = has_habit.ifelse(sums.late, ibis.null())
    return sums.mutate(late_after_days=late).drop("late")
