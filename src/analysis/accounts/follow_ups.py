"""Follow-ups: whom somebody was to visit or call, and did not.

A customer's next contact is due on the day that the last one set, else after the cadence of the
customer's tier. Customers of a tier with a cadence whom nobody ever contacted are told apart:
nothing was promised to them yet.
"""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.params import Quarter
from analysis.results import Result, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.small_cells import REST, pool_small, too_small

STRATEGIC, UNKNOWN = "strategic", "unknown"
NO_FOLLOW_UPS = "needs the table follow_ups"
NO_CADENCE = "needs accounts.follow_ups.cadence_days"
NOBODY = "nobody"
MOST_LEVELS = 12
"""Owners that are listed; the others are put together."""
COVERAGE_COLUMNS = (
    "level", "customers", "contacted", "share", "low", "high", "overdue", "never", "cadence_days",
)  # fmt: skip


def find_last_contacts(follow_ups: ir.Table, as_of: date) -> ir.Table:
    """The last follow-up of each customer.

    Parameters
    ----------
    follow_ups : ibis table
        One row a follow-up: ``customer_id``, ``date``, ``next_due``, ``owner``.
    as_of : date
        Later follow-ups are not known yet.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``last_contact`` (day), ``contacts`` (how many
        follow-ups), ``next_due`` (the earliest day that the last one set, else null),
        ``contacted_by`` (an owner of the last one).
    """
    rows = follow_ups.filter(follow_ups.date <= as_of)
    last = rows.group_by("customer_id").agg(last_contact=rows.date.max(), contacts=rows.count())
    latest = rows.join(last, [rows.customer_id == last.customer_id, rows.date == last.last_contact])
    return latest.group_by("customer_id", "last_contact", "contacts").agg(
        next_due=latest.next_due.min(), contacted_by=latest.owner.min()
    )


def plan_contacts(
    tiered: ir.Table,
    master: ir.Table,
    contacts: ir.Table,
    cadence_days: Mapping[str, int],
    as_of: date,
) -> ir.Table:
    """Who is looked after, when the next contact is due, and how late it is.

    Parameters
    ----------
    tiered : ibis table
        One row a customer: ``customer_id``, ``tier``, ``clv_12m`` (money).
    master : ibis table
        The table ``customers``: ``customer_id``, ``owner``, ``strategic``.
    contacts : ibis table
        From :func:`find_last_contacts`. Those of customers whom neither table knows are left out.
    cadence_days : mapping
        Days from one contact to the next by tier; ``strategic`` goes before the tier.
    as_of : date
        The day on which it is judged.

    Returns
    -------
    ibis table
        One row a customer with a follow-up or a cadence: ``customer_id``, ``tier`` (``strategic``
        goes before the value tier; unknown for customers without a purchase), ``clv_12m``,
        ``owner``, ``last_contact``, ``contacts``, ``cadence_days``, ``due_on``, ``days_overdue``
        (null where it is not overdue), ``is_overdue``, ``is_never`` (has a cadence and no contact),
        ``is_kept`` (the last contact is no older than the cadence; null without one).
    """
    known = ibis.union(tiered.select("customer_id"), master.select("customer_id")).distinct()
    joined = known
    for table in (
        tiered.select("customer_id", "tier", "clv_12m"),
        master.select("customer_id", "owner", "strategic"),
        contacts,
    ):
        joined = joined.left_join(table, "customer_id").drop("customer_id_right")
    tier = joined.strategic.fill_null(False).ifelse(STRATEGIC, joined.tier.fill_null(UNKNOWN))
    days = tier.cases(*cadence_days.items(), else_=None) if cadence_days else ibis.null("int64")
    planned = joined.mutate(
        tier=tier,
        owner=joined.owner.coalesce(joined.contacted_by, NOBODY),
        contacts=joined.contacts.coalesce(0),
        cadence_days=days.cast("int64"),
    )
    planned = planned.filter(planned.last_contact.notnull() | planned.cadence_days.notnull())
    age = ibis.literal(as_of).delta(planned.last_contact, unit="day")
    by_cadence = planned.last_contact + planned.cadence_days.as_interval("D")
    planned = planned.mutate(due_on=planned.next_due.coalesce(by_cadence.cast("date")), age=age)
    is_overdue = (planned.due_on < as_of).fill_null(False)
    late = ibis.literal(as_of).delta(planned.due_on, unit="day")
    return planned.mutate(
        is_overdue=is_overdue,
        days_overdue=is_overdue.ifelse(late, None),
        is_never=planned.last_contact.isnull(),
        is_kept=planned.cadence_days.notnull().ifelse(
            (planned.age <= planned.cadence_days).fill_null(False), None
        ),
    ).drop("age", "contacted_by", "next_due")


def cover(planned: ir.Table, by: str, quarter: Quarter) -> pd.DataFrame:
    """How many of those who are looked after were contacted in the quarter, by owner or tier.

    Parameters
    ----------
    planned : ibis table
        From :func:`plan_contacts`.
    by : str
        ``owner`` or ``tier``.
    quarter : Quarter
        The quarter under review.

    Returns
    -------
    DataFrame
        One row a level: :data:`COVERAGE_COLUMNS`, the largest first. Levels with fewer than 11
        customers, and those beyond the twelve largest, are put together as ``other``.
        ``cadence_days`` is null where customers of a level differ; ``overdue`` and ``never`` are
        null where they are 1 to 10, or would give such a count away.
    """
    is_met = planned.last_contact.between(quarter.first_day, quarter.last_day).fill_null(False)
    counted = planned.group_by(level=planned[by]).agg(
        customers=planned.count(),
        contacted=is_met.sum(),
        overdue=planned.is_overdue.sum(),
        never=planned.is_never.sum(),
        least=planned.cadence_days.min(),
        most=planned.cadence_days.max(),
    )
    levels = counted.order_by(ibis.desc("customers"), "level").to_pandas()
    levels["level"] = pool_small(levels, "customers")
    levels.loc[MOST_LEVELS:, "level"] = REST
    sums = levels.groupby("level")[["customers", "contacted", "overdue", "never"]].sum()
    ends = levels.groupby("level").agg({"least": "min", "most": "max"})
    covered = sums.join(ends).reset_index()
    covered["cadence_days"] = covered["least"].where(covered["least"] == covered["most"])
    covered["share"] = covered["contacted"] / covered["customers"]
    intervals = [wilson_interval(r.share, r.customers) for r in covered.itertuples()]
    covered["low"] = [low for low, _ in intervals]
    covered["high"] = [high for _, high in intervals]
    for count in ("overdue", "never"):
        some = covered.loc[covered[count] > 0, count]
        covered[count] = covered[count].mask(
            too_small(some).reindex(covered.index, fill_value=False)
        )
    order = ["customers", "level"]
    covered = covered.sort_values(order, ascending=[False, True], ignore_index=True)
    return covered[list(COVERAGE_COLUMNS)]


def list_overdue(planned: ir.Table, n: int) -> pd.DataFrame:
    """The ``n`` customers of the highest value whose contact is overdue; ties go by id.

    Returns
    -------
    DataFrame
        ``customer_id``, ``tier``, ``owner``, ``clv_12m`` (money), ``last_contact``, ``due_on``,
        ``days_overdue``.
    """
    rows = planned.filter(planned.is_overdue)
    ordered = rows.order_by(
        ibis.desc("clv_12m", nulls_first=False), ibis.desc("days_overdue"), "customer_id"
    )
    columns = [
        "customer_id", "tier", "owner", "clv_12m", "last_contact", "due_on", "days_overdue",
    ]  # fmt: skip
    return ordered.select(columns).limit(n).to_pandas()


def follow_up_results(
    planned: ir.Table, strangers: ir.Table, quarter: Quarter, cadence_days: Mapping[str, int]
) -> dict[str, Result]:
    """Published numbers of the follow-ups.

    ``follow_ups.customers`` (contacted before, or with a cadence), ``.overdue``,
    ``.overdue_share`` (of those with a day on which the next contact is due), ``.overdue_value``
    (money of the overdue), ``.contacted`` (share contacted in the quarter), ``.never``, ``.kept``
    (share within the cadence) and ``.strangers`` (follow-ups of customers whom nobody knows; they
    are left out).
    """
    is_met = planned.last_contact.between(quarter.first_day, quarter.last_day).fill_null(False)
    late = planned.is_overdue
    row = (
        planned.agg(
            n=planned.count(),
            due=planned.due_on.count(),
            seen=planned.last_contact.count(),
            met=is_met.sum(),
            overdue=late.sum(),
            never=planned.is_never.sum(),
            kept=planned.is_kept.sum(),
            with_cadence=planned.is_kept.count(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    if not row["seen"]:
        return dict.fromkeys(
            (f"follow_ups.{name}" for name in ("customers", "overdue", "never")),
            missing("customers", NO_FOLLOW_UPS),
        ) | {
            f"follow_ups.{name}": missing("ratio", NO_FOLLOW_UPS)
            for name in ("overdue_share", "contacted", "kept")
        } | {
            "follow_ups.overdue_value": missing("money", NO_FOLLOW_UPS),
            "follow_ups.strangers": missing("rows", NO_FOLLOW_UPS),
        }  # fmt: skip
    value = exact_sum(planned.filter(late).clv_12m).execute()
    has_cadence = bool(row["with_cadence"]) and bool(cadence_days)
    return {
        "follow_ups.customers": number(row["n"], "customers"),
        "follow_ups.overdue": number(row["overdue"], "customers", n=row["due"]),
        "follow_ups.overdue_share": _share(row["overdue"], row["due"]),
        "follow_ups.overdue_value": missing("money", "needs predicted value")
        if value is None or value != value
        else number(value, "money", n=row["overdue"]),
        "follow_ups.contacted": _share(row["met"], row["n"]),
        "follow_ups.never": number(row["never"], "customers", n=row["with_cadence"])
        if has_cadence
        else missing("customers", NO_CADENCE),
        "follow_ups.kept": _share(row["kept"], row["with_cadence"])
        if has_cadence
        else missing("ratio", NO_CADENCE),
        "follow_ups.strangers": number(
            strangers.count().execute(), "rows", note="customers that no other table knows"
        ),
    }


def _share(count: int, n: int) -> Result:
    if not n:
        return missing("ratio", "needs next_due, or accounts.follow_ups.cadence_days")
    low, high = wilson_interval(count / n, n)
    return number(count / n, "ratio", n=n, low=low, high=high)
