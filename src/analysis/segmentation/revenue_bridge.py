"""The revenue bridge: whose orders made this quarter's revenue differ from last quarter's."""

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.comparison import NEEDS_BEFORE, stack_steps
from analysis.params import Quarter
from analysis.results import Result, missing, number

CHANGES = ("new", "returned", "more", "less", "absent")
STEPS = ("start", *CHANGES, "end")


def bridge_revenue(days: ir.Table, quarter: Quarter) -> pd.DataFrame:
    """The way from last quarter's revenue to this quarter's.

    Who bought this quarter and not in the last is ``new`` or ``returned``, who bought in the last
    and not in this is ``absent``. Everybody else spent ``more`` or ``less``; so did the few who
    only gave goods back.

    Parameters
    ----------
    days, quarter
        As in :func:`analysis.comparison.pair_quarters`.

    Returns
    -------
    DataFrame
        One row a step of :data:`STEPS`: ``step``, ``customers`` (at the ends those who bought),
        ``amount`` (money, net of returns; of the ends the revenue, between them the change; null
        where nobody bought last quarter), ``bottom`` and ``height`` of its bar. Start plus changes
        is end, to the cent.
    """
    pairs = _pair_revenue(days, quarter)
    sums = pairs.group_by("step").agg(
        customers=pairs.count(),
        start=pairs.bought_1.sum(),
        end=pairs.bought.sum(),
        then=pairs.revenue_1.sum(),
        now=pairs.revenue.sum(),
    )
    found = sums.to_pandas().set_index("step").reindex(CHANGES).fillna(0)
    table = pd.DataFrame({"customers": found["customers"], "amount": found["now"] - found["then"]})
    table.loc["start"] = [found["start"].sum(), found["then"].sum()]
    table.loc["end"] = [found["end"].sum(), found["now"].sum()]
    table = table.reindex(STEPS).astype({"customers": int, "amount": float})
    if not table.loc["start", "customers"]:
        table["amount"] = float("nan")
    return stack_steps(table)


def bridge_results(bridge: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of the bridge, from :func:`bridge_revenue`."""
    if bridge["amount"].isna().any():
        return {f"revenue.bridge.{step}": missing("money", NEEDS_BEFORE) for step in STEPS}
    return {
        f"revenue.bridge.{row.step}": number(row.amount, "money", n=row.customers)
        for row in bridge.itertuples()
    }


def _pair_revenue(days: ir.Table, quarter: Quarter) -> ir.Table:
    """Customers with what they bought in both quarters, and the step to which that belongs."""
    now, then = (
        days.order_date.between(each.first_day, each.last_day)
        for each in (quarter, quarter.previous())
    )
    until = days.order_date <= quarter.last_day
    pairs = (
        days.filter(until)
        .group_by("customer_id")
        .agg(
            bought=(days.has_purchase & now).any(),
            bought_1=(days.has_purchase & then).any(),
            is_new=days.order_date.min(where=days.has_purchase) >= quarter.first_day,
            revenue=days.revenue.sum(where=now).coalesce(0),
            revenue_1=days.revenue.sum(where=then).coalesce(0),
        )
    )
    step = ibis.cases(
        (pairs.bought & ~pairs.bought_1, pairs.is_new.ifelse("new", "returned")),
        (pairs.bought_1 & ~pairs.bought, "absent"),
        (pairs.revenue >= pairs.revenue_1, "more"),
        else_="less",
    )
    has_part = pairs.bought | pairs.bought_1 | (pairs.revenue != pairs.revenue_1)
    return pairs.filter(has_part).mutate(step=step)
