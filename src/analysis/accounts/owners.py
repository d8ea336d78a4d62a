"""What account owners look after, and how it goes; and the customers by kind of stakeholder.

Owners have different customers: their figures say where to look, and grade nobody.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.params import Quarter
from analysis.results import Result, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.small_cells import FEWEST_SHOWN, REST, pool_small

NO_OWNERS = "needs owner in the table customers"
NO_STAKEHOLDERS = "needs stakeholder_type in the table customers"
MOST_OWNERS = 12
"""Owners that are listed; the others are put together."""
OWNER_COLUMNS = (
    "level", "customers", "contacted_share", "retained", "retained_of", "low", "high", "satisfied",
    "satisfied_of", "revenue", "overdue_receivables", "open_pipeline",
)  # fmt: skip
STAKEHOLDER_COLUMNS = (
    "level", "customers", "customer_share", "active", "revenue", "revenue_share", "clv_12m",
    "value_share",
)  # fmt: skip


def find_buyers(transactions: ir.Table, quarter: Quarter) -> ir.Table:
    """One row a customer with a purchase in a quarter: ``customer_id``."""
    in_quarter = transactions.order_date.between(quarter.first_day, quarter.last_day)
    return (
        transactions.filter(in_quarter & ~transactions.is_return).select("customer_id").distinct()
    )


def find_satisfied(scales: Mapping[str, tuple[float, float]], csat: str | None) -> float | None:
    """Points from which a customer is satisfied, the two best of the scale; None if unknown."""
    return scales[csat][1] - 1 if csat is not None and csat in scales else None


def gather_kpis(
    summary: ir.Table,
    master: ir.Table,
    bought_before: ir.Table,
    voices: ir.Table,
    sums: Mapping[str, ir.Table],
    satisfied_from: float | None,
    quarter: Quarter,
) -> ir.Table:
    """Put side by side what an owner is asked about, for each customer.

    Parameters
    ----------
    summary : ibis table
        One row a customer with a purchase: ``customer_id``, ``n_orders_quarter``,
        ``revenue_quarter`` (money).
    master : ibis table
        The table ``customers``: ``customer_id``, ``owner``.
    bought_before : ibis table
        ``customer_id`` of those who bought in the quarter before (:func:`find_buyers`).
    voices : ibis table
        One row a customer: ``customer_id``, ``csat`` (points, null without an answer)
        (:func:`analysis.satisfaction.gather_voices`).
    sums : mapping
        ``contacts`` (:func:`analysis.accounts.follow_ups.plan_contacts`), ``receivables``
        (:func:`analysis.accounts.credit.sum_receivables`), ``pipeline``
        (:func:`analysis.accounts.funnel.sum_pipeline`): a row a customer each.
    satisfied_from : float or None
        Points from which a customer is satisfied; None: nobody says.
    quarter : Quarter
        The quarter under review.

    Returns
    -------
    ibis table
        One row a customer of the summary: ``customer_id``, ``owner``, ``is_contacted`` (null if
        not looked after), ``is_retained`` (null without a purchase in the quarter before),
        ``is_satisfied`` (null without an answer), ``revenue``, ``overdue_receivables`` and
        ``open_pipeline`` (money).
    """
    joined = summary.select("customer_id", "n_orders_quarter", "revenue_quarter")
    for table in (
        master.select("customer_id", "owner"),
        bought_before.mutate(has_bought=True),
        voices.select("customer_id", "csat"),
        sums["contacts"].select("customer_id", "last_contact").mutate(is_kept_up=True),
        sums["receivables"].select("customer_id", "overdue_receivables"),
        sums["pipeline"].select("customer_id", "open_pipeline"),
    ):
        joined = joined.left_join(table, "customer_id").drop("customer_id_right")
    is_met = joined.last_contact.between(quarter.first_day, quarter.last_day).fill_null(False)
    satisfied = ibis.null("boolean") if satisfied_from is None else joined.csat >= satisfied_from
    return joined.select(
        "customer_id",
        "owner",
        is_contacted=joined.is_kept_up.fill_null(False).ifelse(is_met, None),
        is_retained=joined.has_bought.fill_null(False).ifelse(joined.n_orders_quarter > 0, None),
        is_satisfied=satisfied,
        revenue=joined.revenue_quarter.cast("float64"),
        overdue_receivables=joined.overdue_receivables.coalesce(0).cast("float64"),
        open_pipeline=joined.open_pipeline.coalesce(0).cast("float64"),
    )


def compare_owners(kpis: ir.Table) -> pd.DataFrame:
    """The figures of each owner.

    Parameters
    ----------
    kpis : ibis table
        From :func:`gather_kpis`.

    Returns
    -------
    DataFrame
        One row an owner, the most customers first: :data:`OWNER_COLUMNS`. ``retained`` is the
        share of those who bought in the quarter before, of whom there are ``retained_of``, with
        its interval. Owners with fewer than 11 customers, those beyond the twelve largest and
        customers without an owner are put together as ``other``; shares of fewer than 30 are
        null. Nothing where no owner is known.
    """
    counted = kpis.group_by(level=kpis.owner).agg(
        customers=kpis.count(),
        contacted=kpis.is_contacted.sum().coalesce(0),
        contacted_of=kpis.is_contacted.count(),
        kept=kpis.is_retained.sum().coalesce(0),
        retained_of=kpis.is_retained.count(),
        content=kpis.is_satisfied.sum().coalesce(0),
        satisfied_of=kpis.is_satisfied.count(),
        **{
            name: exact_sum(kpis[name])
            for name in ("revenue", "overdue_receivables", "open_pipeline")
        },
    )
    levels = counted.order_by(ibis.desc("customers"), "level").to_pandas()
    if levels["level"].isna().all():
        return pd.DataFrame(columns=list(OWNER_COLUMNS))
    levels["level"] = pool_small(levels, "customers")
    levels.loc[MOST_OWNERS:, "level"] = REST
    owners = levels.groupby("level").sum().reset_index()
    for share, count, of in (
        ("contacted_share", "contacted", "contacted_of"),
        ("retained", "kept", "retained_of"),
        ("satisfied", "content", "satisfied_of"),
    ):
        owners[share] = (owners[count] / owners[of]).where(owners[of] >= FEWEST_SHOWN)
    known = owners["retained"].notna()
    intervals = [
        wilson_interval(row.retained, row.retained_of) if row.retained == row.retained
        else (float("nan"),) * 2
        for row in owners.itertuples()
    ]  # fmt: skip
    owners["low"] = [low for low, _ in intervals]
    owners["high"] = [high for _, high in intervals]
    owners["retained_of"] = owners["retained_of"].where(known)
    order = ["customers", "level"]
    return owners.sort_values(order, ascending=[False, True], ignore_index=True)[
        list(OWNER_COLUMNS)
    ]


def owner_results(owners: pd.DataFrame) -> dict[str, Result]:
    """Published: how many ``owners.listed``, and the least and the most they retain."""
    if owners.empty:
        return {
            "owners.listed": missing("count", NO_OWNERS),
            "owners.least_retained": missing("ratio", NO_OWNERS),
            "owners.most_retained": missing("ratio", NO_OWNERS),
        }
    shares = owners["retained"].dropna()
    needs = f"needs {FEWEST_SHOWN} customers who bought in the quarter before"
    return {
        "owners.listed": number(int((owners["level"] != REST).sum()), "count"),
        "owners.least_retained": number(shares.min(), "ratio")
        if len(shares)
        else missing("ratio", needs),
        "owners.most_retained": number(shares.max(), "ratio")
        if len(shares)
        else missing("ratio", needs),
    }


def count_stakeholders(tiered: ir.Table, master: ir.Table) -> pd.DataFrame:
    """Customers, revenue and predicted value by kind of stakeholder.

    Parameters
    ----------
    tiered : ibis table
        One row a customer: ``customer_id``, ``n_orders_window``, ``revenue_window``, ``clv_12m``
        (money).
    master : ibis table
        The table ``customers``: ``customer_id``, ``stakeholder_type``.

    Returns
    -------
    DataFrame
        One row a kind, the most revenue first: :data:`STAKEHOLDER_COLUMNS`; ``active`` is the
        share with an order in the window. Kinds with fewer than 11 customers, and customers of no
        kind, are put together as ``other``. Nothing where no kind is known.
    """
    kinds = master.select("customer_id", level="stakeholder_type")
    joined = tiered.left_join(kinds, "customer_id")
    counted = joined.group_by("level").agg(
        customers=joined.count(),
        buyers=(joined.n_orders_window > 0).sum(),
        revenue=joined.revenue_window.sum().cast("float64"),
        clv_12m=exact_sum(joined.clv_12m).coalesce(0.0),
    )
    levels = counted.order_by("level").to_pandas()
    if levels["level"].isna().all():
        return pd.DataFrame(columns=list(STAKEHOLDER_COLUMNS))
    levels["level"] = pool_small(levels, "customers")
    kinds_sums = levels.groupby("level").sum().reset_index()
    for share, amount in (
        ("customer_share", "customers"), ("revenue_share", "revenue"), ("value_share", "clv_12m"),
    ):  # fmt: skip
        total = kinds_sums[amount].sum()
        kinds_sums[share] = kinds_sums[amount] / total if total else float("nan")
    kinds_sums["active"] = kinds_sums["buyers"] / kinds_sums["customers"]
    order = ["revenue", "level"]
    return kinds_sums.sort_values(order, ascending=[False, True], ignore_index=True)[
        list(STAKEHOLDER_COLUMNS)
    ]


def stakeholder_results(stakeholders: pd.DataFrame) -> dict[str, Result]:
    """Published: how many ``stakeholders.kinds`` there are."""
    if stakeholders.empty:
        return {"stakeholders.kinds": missing("count", NO_STAKEHOLDERS)}
    return {"stakeholders.kinds": number(len(stakeholders), "count")}
