"""Playbook: which play each customer gets, by segment and value tier, and one list a play."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.cleaning.texts import guard_formulas
from analysis.engine import exact_sum
from analysis.params.playbook_models import Play, Playbook
from analysis.results import Result, missing, number
from analysis.segmentation.tiers import NEEDS_VALUE

NEEDS_PLAYBOOK = "needs a playbook (extends: [base.yml, playbook.yml])"
SIZES = ("customers", "listed", "held_out", "revenue", "clv_12m")
LISTED = ("segment", "tier", "revenue_window", "clv_12m", "potential", "last_order_date")


@dataclass(frozen=True)
class Plan:
    """Who gets which play.

    Attributes
    ----------
    sizes : DataFrame
        One row a play, also where nobody gets it: ``play``, ``customers``, ``listed`` (customers
        on its list), ``held_out`` (left out for comparison), ``revenue`` (money in the window),
        ``clv_12m`` (money).
    lists : dict
        For each play a table for people, most valuable customers first, without those who did not
        agree to it or are held out: ``customer_id``, ``segment``, ``tier``, ``revenue_window``,
        ``clv_12m``, ``potential`` (money), ``last_order_date``, ``consent``.
    """

    sizes: pd.DataFrame
    lists: dict[str, ir.Table]


def plan(customers: ir.Table, playbook: Playbook | None, held_out: ir.Table | None = None) -> Plan:
    """Give each customer with a value tier a play, and make the lists.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``segment``, ``tier``, ``consent``, and the columns of the lists.
    playbook : Playbook or None
        Without one there are no plays.
    held_out : ibis table, optional
        Customers left out for comparison: ``customer_id``.
    """
    if playbook is None:
        return Plan(pd.DataFrame(columns=["play", *SIZES]), {})
    assigned = assign_plays(customers, playbook)
    if held_out is None:
        assigned = assigned.mutate(is_held_out=False)
    else:
        left_out = held_out.select("customer_id", is_held_out=ibis.literal(True))
        joined = assigned.left_join(left_out, "customer_id").drop("customer_id_right")
        assigned = joined.mutate(is_held_out=joined.is_held_out.fill_null(False))
    lists = {play.name: _list_of(assigned, play) for play in playbook.plays}
    return Plan(summarize_plays(assigned, playbook), lists)


def list_customers(customers: ir.Table, playbook: Playbook | None) -> ir.Table:
    """The customers of each play who may be contacted: ``customer_id``, ``play`` and the rest.

    Parameters
    ----------
    customers : ibis table
        As in :func:`plan`. Without a playbook there is nobody.
    """
    if playbook is None:
        return customers.mutate(play=ibis.null("string")).filter(ibis.literal(False))
    assigned = assign_plays(customers, playbook)
    marketing = [play.name for play in playbook.plays if play.is_marketing]
    return assigned.filter(~(assigned.play.isin(marketing) & (assigned.consent == "no")))


def assign_plays(customers: ir.Table, playbook: Playbook) -> ir.Table:
    """Give each customer with a value tier the play of their segment and tier.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``segment``, ``tier``.
    playbook : Playbook
        Covers every segment; params prove it.

    Returns
    -------
    ibis table
        The customers whose tier is known, with ``play``.
    """
    rows = [
        {"segment": row.segment, "tier": tier, "play": play}
        for row in playbook.assign
        for tier, play in row.plays.items()
    ]
    return customers.join(ibis.memtable(pd.DataFrame(rows)), ["segment", "tier"])


def add_consent(customers: ir.Table, master: ir.Table | None) -> ir.Table:
    """Say of each customer whether they agreed to marketing: ``yes``, ``no`` or ``unknown``.

    Parameters
    ----------
    customers : ibis table
        One row a customer.
    master : ibis table, optional
        The table ``customers`` of the data contract: ``customer_id``, ``consent_marketing``. Where
        there is one, a customer without an answer counts as no: consent is given, not assumed.
    """
    if master is None or "consent_marketing" not in master.columns:
        return customers.mutate(consent=ibis.literal("unknown"))
    agreed = master.select("customer_id", agreed="consent_marketing")
    joined = customers.left_join(agreed, "customer_id").drop("customer_id_right")
    agreed_to = joined.agreed.fill_null(False)
    return joined.mutate(consent=agreed_to.ifelse("yes", "no")).drop("agreed")


def summarize_plays(assigned: ir.Table, playbook: Playbook) -> pd.DataFrame:
    """Customers and money of each play, as :class:`Plan` holds them."""
    counted = assigned.group_by("play", "consent", "is_held_out").agg(
        customers=assigned.count(),
        revenue=assigned.revenue_window.sum().cast("float64"),
        clv_12m=exact_sum(assigned.clv_12m),
    )
    frame = counted.to_pandas()
    needs_consent = {play.name: play.is_marketing for play in playbook.plays}
    is_barred = frame["play"].map(needs_consent).astype(bool) & (frame["consent"] == "no")
    is_left_out = frame["is_held_out"].astype(bool)
    frame["listed"] = frame["customers"].where(~is_barred & ~is_left_out, 0)
    frame["held_out"] = frame["customers"].where(is_left_out, 0)
    sums = frame.groupby("play")[list(SIZES)].sum()
    return sums.reindex([play.name for play in playbook.plays], fill_value=0).reset_index()


def plan_results(plan: Plan) -> dict[str, Result]:
    """Published: how many plays there are; customers, those listed and value of each."""
    sizes = plan.sizes
    if sizes.empty:
        return {"playbook.plays": missing("count", NEEDS_PLAYBOOK)}
    if not sizes["customers"].sum():
        return {"playbook.plays": missing("count", NEEDS_VALUE)}
    results = {"playbook.plays": number(int((sizes["customers"] > 0).sum()), "count")}
    for row in sizes.to_dict("records"):
        name = f"playbook.play.{row['play']}"
        results[f"{name}.customers"] = number(row["customers"], "customers")
        results[f"{name}.listed"] = number(row["listed"], "customers")
        results[f"{name}.clv_12m"] = number(row["clv_12m"], "money")
    return results


def _list_of(assigned: ir.Table, play: Play) -> ir.Table:
    rows = assigned.filter((assigned.play == play.name) & ~assigned.is_held_out)
    if play.is_marketing:
        rows = rows.filter(rows.consent != "no")
    return (
        rows.order_by(ibis.desc("clv_12m"), "customer_id")
        .select(*LISTED, "consent", customer_id=guard_formulas(rows.customer_id))
        .relocate("customer_id", before="segment")
    )
