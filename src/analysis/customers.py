"""Transactions → the customer summary: one row a customer, at an as-of date.

This is the only definition of recency, frequency, T and monetary value. Both naming sets of the
field stand side by side, because they differ: Fader and Hardie's ``recency`` is the age at the
last purchase, RFM's recency is ``days_since_last_order``.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.results import Result, missing, number


def summarize_customers(
    transactions: ir.Table, as_of: date, window_start: date, quarter_start: date
) -> ir.Table:
    """Summarise what each customer did up to the as-of date.

    Parameters
    ----------
    transactions : ibis table
        Cleaned order lines: ``customer_id``, ``order_id``, ``order_date``, ``amount`` (money,
        negative if returned), ``is_return``.
    as_of : date
        Last day that counts. Later rows change nothing.
    window_start : date
        First day of the window in which RFM counts orders and money.
    quarter_start : date
        First day of the review's quarter.

    Returns
    -------
    ibis table
        One row a customer with at least one purchase:

        - ``first_order_date``, ``last_order_date``;
        - ``days_since_last_order`` (days), ``n_orders``, ``n_order_days``, ``revenue`` (money, net
          of returns);
        - ``frequency`` (repeat purchase days), ``recency`` (days from first to last purchase),
          ``T`` (days from first purchase to the as-of date), ``monetary_value`` (money a repeat
          purchase day, null at frequency 0);
        - the same measures inside the window (``n_orders_window``, ``n_order_days_window``,
          ``revenue_window``) and the quarter (``n_orders_quarter``, ``revenue_quarter``).

    Notes
    -----
    Of repeat buyers all money lands somewhere: revenue = revenue of the first purchase day
    + frequency · monetary_value. A return is booked on its own day; it lowers revenue and
    monetary value (of one-time buyers only revenue) and is no purchase. Names after Fader, Hardie
    & Lee (2005), Marketing Science 24(2), and the periods are days.

    Examples
    --------
    Two purchases of 30 and 20, ten days apart, seen five days after the second:

    >>> import ibis, datetime as dt
    >>> day = dt.date(2026, 9, 1)
    >>> lines = ibis.memtable({
    ...     "customer_id": ["a", "a"], "order_id": ["1", "2"], "is_return": [False, False],
    ...     "order_date": [day, day + dt.timedelta(10)], "amount": [30.0, 20.0]})
    >>> summary = summarize_customers(lines, day + dt.timedelta(15), day, day)
    >>> columns = ["frequency", "recency", "T", "monetary_value", "days_since_last_order"]
    >>> list(summary.select(columns).to_pandas().iloc[0])
    [1.0, 10.0, 15.0, 20.0, 5.0]
    """
    return summarize_days(sum_days(transactions), as_of, window_start, quarter_start)


def sum_days(transactions: ir.Table) -> ir.Table:
    """Sum what each customer did on each day: a small table for whoever asks more than once.

    Parameters
    ----------
    transactions : ibis table
        As in :func:`summarize_customers`.

    Returns
    -------
    ibis table
        One row a customer and day: ``customer_id``, ``order_date``, ``has_purchase`` (false if
        goods were only returned), ``n_orders``, ``revenue`` (money, net of returns).
    """
    # Orders first: a distinct count in each of many small groups takes half as much memory again.
    orders = transactions.group_by("customer_id", "order_date", "order_id").agg(
        has_purchase=(~transactions.is_return).any(), revenue=transactions.amount.sum()
    )
    return orders.group_by("customer_id", "order_date").agg(
        has_purchase=orders.has_purchase.any(),
        n_orders=orders.has_purchase.sum().cast("int64"),
        revenue=orders.revenue.sum().cast(transactions.amount.type()),
    )


def summarize_days(
    days: ir.Table, as_of: date, window_start: date, quarter_start: date
) -> ir.Table:
    """Summarise each customer as :func:`summarize_customers` does, from :func:`sum_days`."""
    until = days.filter(days.order_date <= as_of)
    customers = _sum_customers(until, window_start, quarter_start)
    # Measured as integers so that equal histories are equal patterns, whatever the engine.
    customers = customers.mutate(
        frequency=customers.n_order_days - 1,
        recency=customers.last_order_date.delta(customers.first_order_date, unit="day"),
        T=ibis.literal(as_of).delta(customers.first_order_date, unit="day"),
        days_since_last_order=ibis.literal(as_of).delta(customers.last_order_date, unit="day"),
    )
    later_revenue = (customers.revenue - customers.first_day_revenue).cast("float64")
    return customers.mutate(monetary_value=later_revenue / customers.frequency.nullif(0)).drop(
        "first_day_revenue"
    )


def sum_windows(days: ir.Table, as_of: date, starts: Mapping[str, date]) -> ir.Table:
    """Measure what each customer did in several windows that end on the as-of date.

    Parameters
    ----------
    days : ibis table
        From :func:`sum_days`.
    as_of : date
        Last day that counts.
    starts : mapping
        First day of each window, by its name.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, and for each window ``n_orders_window_<name>``,
        ``n_order_days_window_<name>`` and ``revenue_window_<name>`` (money).
    """
    until = days.filter(days.order_date <= as_of)
    measures = {
        f"{measure}_{name}": value
        for name, start in starts.items()
        for measure, value in _window_measures(until, start).items()
    }
    return until.group_by("customer_id").agg(**measures)


def sum_quarters(transactions: ir.Table, quarters: Sequence[Quarter]) -> pd.DataFrame:
    """Net revenue of each quarter that the data reach back to.

    Returns
    -------
    DataFrame
        One row a quarter, in the order given: ``quarter`` (text), ``revenue`` (money). Quarters
        that ended before the first order are left out.
    """
    day, amount = transactions.order_date, transactions.amount
    sums = {
        str(quarter): amount.sum(where=day.between(quarter.first_day, quarter.last_day)).coalesce(0)
        for quarter in quarters
    }
    totals = transactions.agg(first=day.min(), **sums).to_pyarrow().to_pylist()[0]
    known = [q for q in quarters if totals["first"] and q.last_day >= totals["first"]]
    return pd.DataFrame(
        {
            "quarter": [str(quarter) for quarter in known],
            "revenue": [float(totals[str(quarter)]) for quarter in known],
        }
    )


def customer_results(summary: ir.Table) -> dict[str, Result]:
    """Published numbers about the customers as a whole.

    ``customers.total``, those active in the window and in the quarter, those who bought again,
    and the money and orders of the window and the quarter.
    """
    totals = (
        summary.agg(
            total=summary.count(),
            active_window=(summary.n_orders_window > 0).sum(),
            active_quarter=(summary.n_orders_quarter > 0).sum(),
            repeat=(summary.frequency > 0).sum(),
            revenue=summary.revenue.sum(),
            revenue_window=summary.revenue_window.sum(),
            revenue_quarter=summary.revenue_quarter.sum(),
            orders_quarter=summary.n_orders_quarter.sum(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    results = {
        "customers.total": number(totals["total"], "customers"),
        "customers.active_window": number(totals["active_window"] or 0, "customers"),
        "customers.active_quarter": number(totals["active_quarter"] or 0, "customers"),
        "revenue.total": number(totals["revenue"] or 0, "money"),
        "revenue.window": number(totals["revenue_window"] or 0, "money"),
        "revenue.quarter": number(totals["revenue_quarter"] or 0, "money"),
        "orders.quarter": number(int(totals["orders_quarter"] or 0), "orders"),
    }
    results["retention.repeat_rate"] = (
        number(totals["repeat"] / totals["total"], "ratio", n=totals["total"])
        if totals["total"]
        else missing("ratio", "needs customers")
    )
    return results


def _sum_customers(days: ir.Table, window_start: date, quarter_start: date) -> ir.Table:
    """One row a customer with a purchase."""
    bought, in_quarter = days.has_purchase, days.order_date >= quarter_start
    customers = days.group_by("customer_id").agg(
        first_order_date=days.order_date.min(where=bought),
        last_order_date=days.order_date.max(where=bought),
        n_orders=days.n_orders.sum().cast("int64"),
        n_order_days=bought.sum().cast("int64"),
        revenue=days.revenue.sum(),
        first_day_revenue=days.revenue.argmin(days.order_date, where=bought),
        **_window_measures(days, window_start),
        n_orders_quarter=days.n_orders.sum(where=in_quarter).coalesce(0).cast("int64"),
        revenue_quarter=days.revenue.sum(where=in_quarter).coalesce(0),
    )
    return customers.filter(customers.first_order_date.notnull())


def _window_measures(days: ir.Table, start: date) -> dict[str, ir.NumericScalar]:
    """Orders, days with a purchase, and money of each customer from a day on."""
    inside = days.order_date >= start
    return {
        "n_orders_window": days.n_orders.sum(where=inside).coalesce(0).cast("int64"),
        "n_order_days_window": days.has_purchase.sum(where=inside).coalesce(0).cast("int64"),
        "revenue_window": days.revenue.sum(where=inside).coalesce(0),
    }
