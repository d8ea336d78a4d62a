"""The loyalty programme: points earned, spent and still owed, and members beside others.

Members chose to be members: that they buy more often is no proof that points make them.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_mean
from analysis.params import Quarter
from analysis.results import Result, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.small_cells import FEWEST_SHOWN

NO_POINTS = "needs the table loyalty"
NO_VALUE = "needs accounts.loyalty.point_value"
TREND_COLUMNS = ("quarter", "earned", "spent", "balance", "members")
MEMBER_COLUMNS = (
    "group", "customers", "bought", "low", "high", "repeat_rate", "revenue_per_customer",
)  # fmt: skip


def sum_points(loyalty: ir.Table, as_of: date) -> ir.Table:
    """The points of each member.

    Parameters
    ----------
    loyalty : ibis table
        The ledger: ``customer_id``, ``date``, ``points`` (spent if negative).
    as_of : date
        Later entries are not known yet.

    Returns
    -------
    ibis table
        One row a member: ``customer_id``, ``earned``, ``spent``, ``balance`` (points),
        ``member_since`` (day of the first entry), ``is_overdrawn`` (spent more than earned, which
        is a mistake of the ledger).
    """
    rows = loyalty.filter(loyalty.date <= as_of)
    points = rows.points
    sums = rows.group_by("customer_id").agg(
        earned=points.sum(where=points > 0).coalesce(0).cast("int64"),
        spent=(-points.sum(where=points < 0).coalesce(0)).cast("int64"),
        member_since=rows.date.min(),
    )
    sums = sums.mutate(balance=sums.earned - sums.spent)
    return sums.mutate(is_overdrawn=sums.balance < 0)


def follow_points(
    loyalty: ir.Table, members: ir.Table, quarters: Sequence[Quarter]
) -> pd.DataFrame:
    """Points earned and spent in each quarter, and still owed at its end.

    Parameters
    ----------
    loyalty : ibis table
        As in :func:`sum_points`.
    members : ibis table
        From :func:`sum_points`; those who are overdrawn are left out.
    quarters : sequence of Quarter
        Oldest first.

    Returns
    -------
    DataFrame
        One row a quarter that the ledger reaches back to: :data:`TREND_COLUMNS` (points, and
        members with an entry in the quarter).
    """
    sound = members.filter(~members.is_overdrawn).select("customer_id")
    rows = loyalty.semi_join(sound, "customer_id")
    measures: dict[str, ir.Scalar] = {}
    for quarter in quarters:
        is_in = rows.date.between(quarter.first_day, quarter.last_day)
        measures |= {
            f"earned_{quarter}": rows.points.sum(where=is_in & (rows.points > 0)),
            f"spent_{quarter}": rows.points.sum(where=is_in & (rows.points < 0)),
            f"balance_{quarter}": rows.points.sum(where=rows.date <= quarter.last_day),
            f"members_{quarter}": rows.customer_id.nunique(where=is_in),
        }
    sums = rows.agg(first=rows.date.min(), **measures).to_pyarrow().to_pylist()[0]
    known = [q for q in quarters if sums["first"] and sums["first"] <= q.last_day]
    found = [
        {"quarter": str(q)} | {name: int(sums[f"{name}_{q}"] or 0) for name in TREND_COLUMNS[1:]}
        for q in known
    ]
    trend = pd.DataFrame(found, columns=list(TREND_COLUMNS))
    trend["spent"] = -trend["spent"]
    return trend


def compare_members(members: ir.Table, summary: ir.Table) -> pd.DataFrame:
    """Members beside the customers who are none.

    Parameters
    ----------
    members : ibis table
        From :func:`sum_points`.
    summary : ibis table
        One row a customer: ``customer_id``, ``frequency``, ``n_orders_quarter``,
        ``revenue_window`` (money).

    Returns
    -------
    DataFrame
        ``member`` and ``other``, where each has 30 customers or more: :data:`MEMBER_COLUMNS`:
        the share who ``bought`` in the quarter with its interval (Wilson 1927), the share who
        ever came back, and the money of the window a customer. An association, no effect.
    """
    joined = summary.left_join(
        members.select("customer_id", is_member=ibis.literal(True)), "customer_id"
    )
    groups = joined.group_by(group=joined.is_member.fill_null(False).ifelse("member", "other")).agg(
        customers=joined.count(),
        buyers=(joined.n_orders_quarter > 0).sum(),
        returners=(joined.frequency > 0).sum(),
        revenue_per_customer=exact_mean(joined.revenue_window.cast("float64")),
    )
    found = groups.order_by("group").to_pandas()
    found = found[found["customers"] >= FEWEST_SHOWN].reset_index(drop=True)
    if len(found) < 2:
        return pd.DataFrame(columns=list(MEMBER_COLUMNS))
    found["bought"] = found["buyers"] / found["customers"]
    found["repeat_rate"] = found["returners"] / found["customers"]
    intervals = [wilson_interval(row.bought, row.customers) for row in found.itertuples()]
    found["low"] = [low for low, _ in intervals]
    found["high"] = [high for _, high in intervals]
    return found[list(MEMBER_COLUMNS)]


def point_results(
    members: ir.Table, trend: pd.DataFrame, compared: pd.DataFrame, point_value: float | None
) -> dict[str, Result]:
    """Published numbers of the loyalty programme.

    ``points.members``, ``.earned``, ``.spent`` (points of the quarter), ``.balance`` (points
    still owed), ``.spent_share`` (of all that was ever earned), ``.liability`` (money),
    ``.overdrawn`` (members whose ledger cannot be right; they are left out), ``.member_bought``
    and ``.other_bought`` (shares who bought in the quarter).
    """
    if trend.empty:
        counts = ("earned", "spent", "balance")
        shares = ("spent_share", "member_bought", "other_bought")
        return (
            {f"points.{name}": missing("count", NO_POINTS) for name in counts}
            | {f"points.{name}": missing("ratio", NO_POINTS) for name in shares}
            | {
                f"points.{name}": missing("customers", NO_POINTS)
                for name in ("members", "overdrawn")
            }
            | {"points.liability": missing("money", NO_POINTS)}
        )
    sound = members.filter(~members.is_overdrawn)
    totals = (
        sound.agg(n=sound.count(), earned=sound.earned.sum(), spent=sound.spent.sum())
        .to_pyarrow()
        .to_pylist()[0]
    )
    overdrawn = members.is_overdrawn.sum().execute()
    now = trend.iloc[-1]
    balance = int(now["balance"])
    shares = compared.set_index("group")
    return {
        "points.members": number(int(totals["n"]), "customers"),
        "points.earned": number(int(now["earned"]), "count"),
        "points.spent": number(int(now["spent"]), "count"),
        "points.balance": number(balance, "count"),
        "points.spent_share": number(totals["spent"] / totals["earned"], "ratio")
        if totals["earned"]
        else missing("ratio", "needs points that were earned"),
        "points.liability": missing("money", NO_VALUE)
        if point_value is None
        else number(balance * point_value, "money"),
        "points.overdrawn": number(int(overdrawn), "customers"),
    } | {
        f"points.{group}_bought": number(
            shares.loc[group, "bought"],
            "ratio",
            n=int(shares.loc[group, "customers"]),
            low=shares.loc[group, "low"],
            high=shares.loc[group, "high"],
        )
        if group in shares.index
        else missing("ratio", f"needs {FEWEST_SHOWN} members, and as many others")
        for group in ("member", "other")
    }
