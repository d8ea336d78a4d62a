"""Classes: ways to sort the customers beside RFM, each with exactly one label per customer.

Each function looks at a wide table with one row a customer (:func:`gather_customers`) and returns
the column of labels.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.params.segmentation_models import Needs
from analysis.segmentation.thresholds import Thresholds, count_reached

SCHEMES: dict[str, tuple[str, ...]] = {
    "need": ("new", "trial", "premium", "frequent", "regular", "inactive"),
    "behaviour": ("frequent", "occasional", "none"),
    "stickiness": ("sticky", "not_sticky", "unknown"),
    "contribution": ("a", "b", "c", "none"),
    "cycle": ("month", "quarter", "longer", "unknown"),
    "stability": ("steady", "variable", "irregular", "unknown"),
}
"""The labels of each scheme, best first."""

MONTH_DAYS, QUARTER_DAYS = 31, 92
STEADY_BELOW, IRREGULAR_FROM = 0.5, 1.0
"""Coefficients of variation. Purchases at random times have 1; below one half there is a rhythm."""


STICKY_FROM_DAYS = 365
"""Least days from the first to the last purchase of a sticky customer."""


def gather_customers(summary: ir.Table, *more: ir.Table | None) -> ir.Table:
    """Put further measures beside the customer summary; null where a customer has none.

    A measure that the review cannot have is None, and adds no column.
    """
    wide = summary
    for table in more:
        if table is not None:
            wide = wide.left_join(table, "customer_id").drop("customer_id_right")
    return wide


def measure_mix(
    transactions: ir.Table, window_start: date, as_of: date, needs: Needs
) -> ir.Table | None:
    """Measure how much of their money customers spend on premium and on trial products.

    Parameters
    ----------
    transactions : ibis table
        Cleaned order lines with ``product`` or ``category``.
    window_start, as_of : date
        First and last day that count.
    needs : Needs
        Names trial and premium products or categories.

    Returns
    -------
    ibis table or None
        One row a customer who bought in the window: ``customer_id``, ``premium_share`` of what
        they bought, ``has_only_trials``. None where params name no such product.
    """
    if not needs.trial_products and not needs.premium_products:
        return None
    counts = ~transactions.is_return & transactions.order_date.between(window_start, as_of)
    bought = transactions.filter(counts)
    amount = bought.amount.cast("float64")
    premium = amount.sum(where=_is_named(bought, needs.premium_products)).coalesce(0.0)
    return bought.group_by("customer_id").agg(
        premium_share=premium / amount.sum().nullif(0.0),
        has_only_trials=_is_named(bought, needs.trial_products).all(),
    )


def label_customers(
    customers: ir.Table, quarter: Quarter, needs: Needs, contribution_cuts: Thresholds
) -> ir.Table:
    """Give each customer one label in every scheme whose input is there.

    Parameters
    ----------
    customers : ibis table
        One row a customer: the customer summary, ``f_score``, the columns of
        :func:`analysis.segmentation.rhythm.measure_rhythm`, and where known ``premium_share``,
        ``has_only_trials`` and ``advocacy``.
    quarter : Quarter
        Under review; its last day is the as-of date.
    needs : Needs
        What makes a customer new, or premium.
    contribution_cuts : tuple
        Least revenue of classes B and A.

    Returns
    -------
    ibis table
        The customers, with a column a scheme.
    """
    quarter_days = (quarter.last_day - quarter.first_day).days + 1
    labels = {
        "need": label_needs(customers, quarter.last_day, needs),
        "behaviour": label_behaviour(customers, quarter_days),
        "contribution": label_contribution(customers, contribution_cuts),
        "cycle": label_cycle(customers),
        "stability": label_stability(customers),
    }
    if "advocacy" in customers.columns:
        labels["stickiness"] = label_stickiness(customers)
    return customers.mutate(**labels)


def schemes_of(customers: ir.Table, needs: Needs) -> dict[str, tuple[str, ...]]:
    """The schemes of labelled customers and their labels, without those that lack their input."""
    absent = set(find_absent(customers, needs)["label"])
    return {
        scheme: tuple(label for label in labels if f"{scheme}.{label}" not in absent)
        for scheme, labels in SCHEMES.items()
        if scheme in customers.columns
    }


def find_absent(customers: ir.Table, needs: Needs) -> pd.DataFrame:
    """The classes that could not be computed.

    Returns
    -------
    DataFrame
        One row a class: ``label`` (``<scheme>.<label>``, or a scheme), ``needs`` (key of what it
        would need).
    """
    absent = [("perceived_value", "tagged_surveys")]
    if not needs.trial_products:
        absent.append(("need.trial", "trial_products"))
    if not needs.premium_products:
        absent.append(("need.premium", "premium_products"))
    if "advocacy" not in customers.columns:
        absent.append(("stickiness", "surveys"))
    return pd.DataFrame(absent, columns=["label", "needs"])


def label_needs(customers: ir.Table, as_of: date, needs: Needs) -> ir.StringValue:
    """Needs 新/试用/高质/高频: the first that fits, else regular.

    New is a first order in the last days; trial, nothing but trial products in the window;
    premium, enough of the spend on premium products; frequent, an F score of 5.
    """
    first_new_day = as_of - timedelta(needs.new_days - 1)
    rules = [
        (customers.n_orders_window == 0, "inactive"),
        (customers.first_order_date >= first_new_day, "new"),
    ]
    if needs.trial_products:
        rules.append((customers.has_only_trials.fill_null(False), "trial"))
    if needs.premium_products:
        is_premium = customers.premium_share >= needs.premium_from
        rules.append((is_premium.fill_null(False), "premium"))
    return ibis.cases(*rules, (customers.f_score == 5, "frequent"), else_="regular")


def label_behaviour(customers: ir.Table, quarter_days: int) -> ir.StringValue:
    """Behaviour 频繁/偶尔/未购买: orders of the quarter against the customer's own cycle.

    Frequent are those with at least as many orders as their median interval lets expect; whoever
    bought but has no interval yet is occasional.

    Examples
    --------
    >>> customers = ibis.memtable({"n_orders_quarter": [4, 1, 1, 0],
    ...                            "cycle_days": [30, 30, None, 30]})
    >>> label_behaviour(customers, quarter_days=92).to_pyarrow().to_pylist()
    ['frequent', 'occasional', 'occasional', 'none']
    """
    keeps_pace = customers.n_orders_quarter * customers.cycle_days >= quarter_days
    return ibis.cases(
        (customers.n_orders_quarter == 0, "none"),
        (keeps_pace.fill_null(False), "frequent"),
        else_="occasional",
    )


def label_stickiness(customers: ir.Table) -> ir.StringValue:
    """Stickiness 粘性: bought over a year at least, and a promoter in the survey."""
    return ibis.cases(
        (customers.advocacy.isnull(), "unknown"),
        ((customers.recency >= STICKY_FROM_DAYS) & (customers.advocacy > 0), "sticky"),
        else_="not_sticky",
    )


def label_contribution(customers: ir.Table, thresholds: Thresholds) -> ir.StringValue:
    """Contribution 贡献度: A, B or C by revenue in the window; thresholds of B and A, ascending."""
    reached = count_reached(customers.revenue_window, thresholds)
    return ibis.cases(
        (customers.revenue_window <= 0, "none"),
        (reached == 3, "a"),
        (reached == 2, "b"),
        else_="c",
    )


def label_cycle(customers: ir.Table) -> ir.StringValue:
    """Purchase cycle 购买周期: the median interval, within a month, a quarter, or longer."""
    return ibis.cases(
        (customers.cycle_days.isnull(), "unknown"),
        (customers.cycle_days <= MONTH_DAYS, "month"),
        (customers.cycle_days <= QUARTER_DAYS, "quarter"),
        else_="longer",
    )


def label_stability(customers: ir.Table) -> ir.StringValue:
    """Stability 稳定性: the coefficient of variation of the intervals, from three purchases on."""
    return ibis.cases(
        (customers.interval_cv.isnull(), "unknown"),
        (customers.interval_cv < STEADY_BELOW, "steady"),
        (customers.interval_cv < IRREGULAR_FROM, "variable"),
        else_="irregular",
    )


def _is_named(lines: ir.Table, names: Sequence[str]) -> ir.BooleanValue:
    """Whether a line's product or category is among the names."""
    columns = [name for name in ("product", "category") if name in lines.columns]
    return ibis.or_(*(lines[column].isin(list(names)).fill_null(False) for column in columns))
