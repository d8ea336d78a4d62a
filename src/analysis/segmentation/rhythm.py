"""Rhythm: how long customers wait between purchases, and how evenly."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import quantile
from analysis.results import Result, missing, number
from analysis.segmentation.thresholds import aggregate

FEWEST_INTERVALS = 2
"""Two intervals, that is three purchase days, are the least that can vary."""

BIN_DAYS, BINS = 15, 12


def measure_rhythm(days: ir.Table, as_of: date) -> ir.Table:
    """Measure the intervals between each customer's purchase days.

    Parameters
    ----------
    days : ibis table
        One row a customer and day, from :func:`analysis.customers.sum_days`.
    as_of : date
        Last day that counts.

    Returns
    -------
    ibis table
        One row a customer with at least two purchase days: ``customer_id``, ``n_intervals``,
        ``cycle_days`` (median interval, the lower of two in the middle), ``interval_cv``
        (standard deviation ÷ mean, null below two intervals).

    Notes
    -----
    The variance is (Σx² − (Σx)²/n)/(n − 1) of whole days, so that it is exact and the same on
    every engine. A coefficient near 1 is what customers show who buy at random times.

    Examples
    --------
    Purchases on days 0, 10, 20 and 50: intervals 10, 10 and 30, mean 16.7, deviation 11.5.

    >>> import ibis, datetime as dt
    >>> day = dt.date(2026, 1, 1)
    >>> days = ibis.memtable({
    ...     "customer_id": ["a"] * 4, "has_purchase": [True] * 4,
    ...     "order_date": [day + dt.timedelta(n) for n in (0, 10, 20, 50)]})
    >>> rhythm = measure_rhythm(days, dt.date(2026, 3, 31)).to_pyarrow().to_pylist()[0]
    >>> rhythm["cycle_days"], round(rhythm["interval_cv"], 3)
    (10, 0.693)
    """
    bought = days.filter(days.has_purchase & (days.order_date <= as_of))
    own_days = ibis.window(group_by=bought.customer_id, order_by=bought.order_date)
    waits = bought.mutate(earlier=bought.order_date.lag().over(own_days))
    waits = waits.filter(waits.earlier.notnull())
    waits = waits.mutate(days=waits.order_date.delta(waits.earlier, unit="day"))
    sums = waits.group_by("customer_id").agg(
        n_intervals=waits.count(),
        cycle_days=quantile(waits.days, 0.5),
        total=waits.days.sum().cast("float64"),
        squares=(waits.days * waits.days).sum().cast("float64"),
    )
    n = sums.n_intervals
    variance = (sums.squares - sums.total * sums.total / n) / (n - 1).nullif(0)
    return sums.select(
        "customer_id",
        "n_intervals",
        "cycle_days",
        interval_cv=(n >= FEWEST_INTERVALS).ifelse(variance.sqrt() * n / sums.total, ibis.null()),
    )


def count_cycles(customers: ir.Table) -> pd.DataFrame:
    """Count customers by their purchase cycle.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``cycle_days``, null without a second purchase day.

    Returns
    -------
    DataFrame
        One row a bin: ``from_days`` and ``to_days`` (inclusive; null for "or more"),
        ``customers``, ``is_median`` (the bin that holds the middle customer).
    """
    known = customers.filter(customers.cycle_days.notnull())
    place = ibis.least((known.cycle_days - 1) // BIN_DAYS, BINS - 1).cast("int64")
    counted = known.group_by(place=place).agg(customers=known.count()).to_pandas()
    counts = counted.set_index("place")["customers"].reindex(range(BINS), fill_value=0)
    starts = [1 + BIN_DAYS * n for n in range(BINS)]
    below = counts.cumsum().shift(fill_value=0)
    middle = counts.sum() / 2
    return pd.DataFrame(
        {
            "from_days": starts,
            "to_days": [*(start + BIN_DAYS - 1 for start in starts[:-1]), None],
            "customers": counts.to_numpy(),
            "is_median": ((below < middle) & (middle <= below + counts)).to_numpy(),
        }
    )


def cycle_results(customers: ir.Table) -> dict[str, Result]:
    """Published: the median purchase cycle of the customers who have one, and how many have."""
    found = aggregate(
        customers,
        {"median": quantile(customers.cycle_days, 0.5), "n": customers.cycle_days.count()},
    )
    if not found["n"]:
        return {"cycle.median_days": missing("days", "needs customers with two purchase days")}
    return {"cycle.median_days": number(found["median"], "days", n=found["n"])}
