"""Key accounts: the customers whom somebody looks after by name, why, and who joined or left."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from analysis.accounts.funnel import find_pipeline
from analysis.engine import exact_sum
from analysis.params.accounts_models import Accounts
from analysis.params.segmentation_models import Tiers
from analysis.results import Result, missing, number
from analysis.schemas import MONEY
from analysis.segmentation import tiers

REASONS = ("value", "strategic", "at_risk", "potential")
"""Why a customer is a key account, in the order in which it is told."""
SEPARATOR = ";"
JOINED, LEFT = "joined", "left"
WHY_NEW, WHY_GONE = "new_customer", "inactive"
ACCOUNT_COLUMNS = {
    "customer_id": "string", "segment": "string", "tier": "string", "revenue_window": MONEY,
    "revenue_quarter": MONEY, "expected_orders_12m": "float64", "clv_12m": "float64",
    "value_at_risk": "float64", "potential": "float64", "p_alive": "float64",
    "last_order_date": "date",
}  # fmt: skip
"""What is told of an account, with Ibis types."""


def add_strategic(customers: ir.Table, master: ir.Table | None) -> ir.Table:
    """Say of each customer whether the company calls them strategic; false where it is silent."""
    if master is None or "strategic" not in master.columns:
        return customers.mutate(strategic=ibis.literal(False))
    called = master.select("customer_id", strategic=master.strategic.fill_null(False))
    joined = customers.left_join(called, "customer_id").drop("customer_id_right")
    return joined.mutate(strategic=joined.strategic.fill_null(False))


def select_accounts(customers: ir.Table, rule: Accounts) -> pd.DataFrame:
    """Choose the key accounts by the rule of the params.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``customer_id``, ``strategic``, ``tier``, ``clv_12m``,
        ``revenue_window``, ``value_at_risk``, ``potential`` (money, null where unknown), and what
        else of :data:`ACCOUNT_COLUMNS` there is.
    rule : Accounts
        How many of the highest value, of the highest potential, of those of high value with most
        of it at risk; and whether strategic customers are key accounts.

    Returns
    -------
    DataFrame
        One row an account, that of the highest value first: ``rank``, the columns of the
        customers, ``reason`` (of :data:`REASONS`, with ; between them). Where no value is
        predicted, revenue in the window decides; ties go by id.
    """
    value = [ibis.desc("clv_12m", nulls_first=False), ibis.desc("revenue_window"), "customer_id"]
    chosen = {
        "value": _first(customers, value, rule.key_accounts),
        "at_risk": _first(
            customers.filter((customers.tier == "high") & (customers.value_at_risk > 0)),
            [ibis.desc("value_at_risk"), "customer_id"],
            rule.key.at_risk,
        ),
        "potential": _first(
            customers.filter(customers.potential > 0),
            [ibis.desc("potential"), "customer_id"],
            rule.key.potential,
        ),
    }
    if rule.key.strategic:
        called = customers.filter(customers.strategic).select("customer_id")
        chosen["strategic"] = called.to_pandas()["customer_id"].tolist()
    ids = sorted(set().union(*chosen.values()))
    columns = [name for name in ACCOUNT_COLUMNS if name in customers.columns]
    rows = customers.filter(customers.customer_id.isin(ids)) if ids else customers.limit(0)
    accounts = rows.order_by(value).select(*columns).to_pandas()
    sets = {reason: set(found) for reason, found in chosen.items()}
    accounts["reason"] = [
        SEPARATOR.join(reason for reason in REASONS if one in sets.get(reason, ()))
        for one in accounts["customer_id"]
    ]
    accounts.insert(0, "rank", range(1, len(accounts) + 1))
    return accounts


def list_largest(accounts: pd.DataFrame, n: int = 15) -> pd.DataFrame:
    """The key accounts of the highest value: as many as a page of the report has room for."""
    return accounts.head(n)


def tabulate_accounts(accounts: pd.DataFrame) -> ir.Table:
    """The accounts as a table for later steps: with a type for each column, also without a row."""
    types = {"rank": "int64", **ACCOUNT_COLUMNS, "reason": "string"}
    schema = ibis.schema({name: types[name] for name in accounts.columns})
    rows = accounts.astype(object).where(accounts.notna(), None).to_dict("records")
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()), schema=schema)


def look_back(
    scores: ir.Table,
    value: ir.Table,
    master: ir.Table | None,
    opportunities: ir.Table | None,
    limits: Tiers,
    as_of: date,
) -> ir.Table:
    """The customers as the rule would have seen them at the end of last quarter.

    Parameters
    ----------
    scores : ibis table
        Segments at that time: ``customer_id``, ``segment``, ``f_score``, ``revenue_window``.
    value : ibis table
        Value as it was estimated then: ``customer_id``, ``clv_12m``, ``value_at_risk``,
        ``p_alive``.
    master, opportunities : ibis tables, optional
        Of the data contract. Deals of which nothing was known then do not count, and those closed
        since were open. What master data said then is not kept: today's stands in.
    limits : Tiers
        Shares of the tiers; their cut points are those of that time.
    as_of : date
        Last day of last quarter.
    """
    known = scores.join(value, "customer_id")
    industries = tiers.describe_peers(master)
    if industries is not None:
        known = known.left_join(industries, "customer_id").drop("customer_id_right")
        known = known.mutate(industry=known.industry.fill_null(""))
    pipeline = find_pipeline(opportunities, as_of)
    measured = tiers.measure_potential(known, tiers.find_peers(master), pipeline)
    tiered = tiers.label_tiers(measured, *tiers.find_tier_cuts(measured, limits))
    return add_strategic(tiered, master)


def compare_accounts(
    now: pd.DataFrame, then: pd.DataFrame, customers_now: ir.Table, customers_then: ir.Table
) -> pd.DataFrame | None:
    """Say who became a key account since last quarter, who is one no longer, and why.

    Parameters
    ----------
    now, then : DataFrame
        From :func:`select_accounts`, of this quarter and, by the same rule, of last.
    customers_now, customers_then : ibis tables
        All customers: ``customer_id``, ``segment``.

    Returns
    -------
    DataFrame or None
        None where last quarter had no customers. Else one row a change, those who joined first,
        by value: ``customer_id``, ``change`` (joined or left), ``why`` (keys with ; between
        them), ``clv_12m`` (money, when they were a key account). Why: the reasons that make them
        one now, or that made them one then; before them ``new_customer`` if they were no customer
        last quarter, ``inactive`` if they have not ordered in the window.
    """
    if then.empty:
        return None
    joined = now[~now["customer_id"].isin(set(then["customer_id"]))]
    left = then[~then["customer_id"].isin(set(now["customer_id"]))]
    known = _ids(customers_then, joined["customer_id"].tolist())
    active = _ids(
        customers_now.filter(customers_now.segment != "inactive"), left["customer_id"].tolist()
    )
    rows = [
        (row.customer_id, JOINED, _why(row.reason, row.customer_id in known, WHY_NEW), row.clv_12m)
        for row in joined.itertuples()
    ] + [
        (row.customer_id, LEFT, _why(row.reason, row.customer_id in active, WHY_GONE), row.clv_12m)
        for row in left.itertuples()
    ]
    return pd.DataFrame(rows, columns=["customer_id", "change", "why", "clv_12m"])


def account_results(
    accounts: pd.DataFrame, customers: ir.Table, changes: pd.DataFrame | None
) -> dict[str, Result]:
    """Published numbers of the key accounts.

    ``accounts.key.customers``, their revenue in the window and its share, their share of predicted
    value, how many there are for each reason, and how many joined and left.

    Parameters
    ----------
    accounts : DataFrame
        From :func:`select_accounts`.
    customers : ibis table
        All customers: ``revenue_window``, ``clv_12m``.
    changes : DataFrame or None
        From :func:`compare_accounts`.
    """
    totals = customers.agg(
        revenue=customers.revenue_window.sum().cast("float64"), clv=exact_sum(customers.clv_12m)
    )
    whole = totals.to_pyarrow().to_pylist()[0]
    n, revenue = len(accounts), float(accounts["revenue_window"].astype("float64").sum())
    held_clv = float(accounts["clv_12m"].astype("float64").sum())
    results = {
        "accounts.key.customers": number(n, "customers"),
        "accounts.key.revenue": number(revenue, "money", n=n),
        "accounts.key.revenue_share": _share(revenue, whole["revenue"], "needs revenue"),
        "accounts.key.clv_share": _share(held_clv, whole["clv"], "needs predicted value"),
    }
    for reason in REASONS:
        count = sum(reason in held.split(SEPARATOR) for held in accounts["reason"])
        results[f"accounts.key.by_{reason}"] = number(count, "customers", n=n)
    for change in (JOINED, LEFT):
        results[f"accounts.key.{change}"] = (
            missing("customers", "needs customers a quarter ago")
            if changes is None
            else number(int((changes["change"] == change).sum()), "customers")
        )
    return results


def _why(reason: str, is_plain: bool, otherwise: str) -> str:
    return reason if is_plain else SEPARATOR.join((otherwise, reason))


def _first(customers: ir.Table, order: list[ir.Value | str], n: int) -> list[str]:
    if n == 0:
        return []
    top = customers.order_by(order).select("customer_id").limit(n)
    return [str(one) for one in top.to_pandas()["customer_id"]]


def _ids(customers: ir.Table, ids: list[str]) -> set[str]:
    """Which of some customers a table knows."""
    if not ids:
        return set()
    found = customers.filter(customers.customer_id.isin(ids)).select("customer_id")
    return set(found.to_pandas()["customer_id"])


def _share(part: float, whole: float | None, needs: str) -> Result:
    return number(part / whole, "ratio") if whole and whole > 0 else missing("ratio", needs)
