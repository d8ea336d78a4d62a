"""Why the portfolio's value changed since last quarter, and which part of it was lost.

Last quarter's value is seen twice: as it was estimated then, and as this quarter's models would
have estimated it. The difference is no change of the customers, so it stands apart.
"""

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.comparison import stack_steps
from analysis.engine import exact_sum
from analysis.results import Result, missing, number

STEPS = ("start", "new", "up", "down", "lost", "reestimated", "end")
DRIVERS = STEPS[1:-1]


def follow_customers(
    now: ir.Table, then: ir.Table, restated: ir.Table, lost_below: float
) -> ir.Table:
    """What became of each customer's value since last quarter.

    Parameters
    ----------
    now, then, restated : ibis tables
        :func:`analysis.value.score_value` of this quarter, of last quarter as estimated then, and
        of last quarter with this quarter's models.
    lost_below : float
        A customer with a smaller probability still active counts as lost.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``step`` (new, lost, up or down), ``clv_then`` (null
        if new), ``clv_now``, ``reestimated`` (change by other parameters alone), ``moved`` (the
        rest of the change), ``value_at_risk`` (money), ``is_lost``.

    Notes
    -----
    Lost are customers newly counted as lost: their whole change is loss, none is re-estimation.
    Customers whose probability is unknown are not counted as lost.
    """
    old = then.select("customer_id", clv_then=then.clv_12m, p_then=then.p_alive)
    again = restated.select("customer_id", clv_restated=restated.clv_12m)
    rows = now.left_join(old, "customer_id").drop("customer_id_right")
    rows = rows.left_join(again, "customer_id").drop("customer_id_right")
    is_lost = (rows.p_alive < lost_below).fill_null(False)
    was_lost = (rows.p_then < lost_below).fill_null(False)
    is_new, is_newly_lost = rows.clv_then.isnull(), is_lost & ~was_lost
    keeps_place = ~is_new & ~is_newly_lost
    reestimated = keeps_place.ifelse(rows.clv_restated - rows.clv_then, 0.0)
    moved = rows.clv_12m - rows.clv_then.fill_null(0.0) - reestimated
    step = ibis.cases((is_new, "new"), (is_newly_lost, "lost"), (moved >= 0, "up"), else_="down")
    return rows.select(
        "customer_id", "clv_then", "value_at_risk",
        step=step, clv_now=rows.clv_12m, reestimated=reestimated, moved=moved, is_lost=is_lost,
    )  # fmt: skip


def sum_bridge(followed: ir.Table) -> pd.DataFrame:
    """The way from last quarter's value to this quarter's.

    Returns
    -------
    DataFrame
        One row a step: ``step`` (start, new, up, down, lost, reestimated, end), ``customers``,
        ``amount`` (money; of the ends the value, between them the change), ``bottom`` and
        ``height`` of its bar. Start plus changes is end.
    """
    sums = followed.group_by("step").agg(
        customers=followed.count(), amount=exact_sum(followed.moved),
        then=exact_sum(followed.clv_then), now=exact_sum(followed.clv_now),
        reestimated=exact_sum(followed.reestimated),
    )  # fmt: skip
    parts = sums.to_pandas().set_index("step")
    parts = parts.reindex(["new", "up", "down", "lost"]).fillna(0.0)
    table = parts[["customers", "amount"]].copy()
    known = parts["customers"].sum() - parts["customers"]["new"]
    table.loc["start"] = [known, parts["then"].sum()]
    table.loc["reestimated"] = [known - parts["customers"]["lost"], parts["reestimated"].sum()]
    table.loc["end"] = [parts["customers"].sum(), parts["now"].sum()]
    table = table.reindex(STEPS).astype({"customers": int})
    return stack_steps(table)


def bridge_results(bridge: pd.DataFrame, followed: ir.Table) -> dict[str, Result]:
    """Published numbers of the bridge and of lost value.

    ``value.lost.realised`` is last quarter's value of customers newly counted as lost. It is the
    bridge's loss plus what the models still expect of them. ``value.lost.at_risk`` is that of
    customers who are not counted as lost, so nobody is in both.
    """
    changes = bridge.set_index("step")["amount"]
    customers = bridge.set_index("step")["customers"]
    if not customers["start"] or changes.isna().any():
        why = "needs a value a quarter ago"
        names = [f"value.bridge.{step}" for step in STEPS]
        names += [f"value.lost.{key}" for key in ("realised", "still_expected", "at_risk")]
        return {name: missing("money", why) for name in names} | {
            "value.lost.customers": missing("customers", why)
        }
    is_newly_lost = followed.step == "lost"
    found = followed.agg(
        realised=exact_sum(followed.clv_then, is_newly_lost),
        still_expected=exact_sum(followed.clv_now, is_newly_lost),
        at_risk=exact_sum(followed.value_at_risk, ~followed.is_lost),
        n_at_risk=(~followed.is_lost & followed.value_at_risk.notnull()).sum(),
    )
    lost = found.to_pyarrow().to_pylist()[0]
    n_lost = int(customers["lost"])
    return {
        **{
            f"value.bridge.{step}": number(changes[step], "money", n=int(customers[step]))
            for step in STEPS
        },
        "value.lost.customers": number(n_lost, "customers"),
        "value.lost.realised": number(lost["realised"] or 0.0, "money", n=n_lost),
        "value.lost.still_expected": number(lost["still_expected"] or 0.0, "money", n=n_lost),
        "value.lost.at_risk": number(lost["at_risk"] or 0.0, "money", n=lost["n_at_risk"]),
    }
