"""Campaigns: what last quarter's actions cost, and how many of those reached bought since.

Who bought since would often have bought anyway: what an action brought is told by the comparison
with those left out at random (:mod:`analysis.accounts.outcomes`), not by these sums.
"""

import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.results import Result, missing, number
from analysis.satisfaction.small_cells import FEWEST_NOT_DERIVABLE

NO_ACTIONS = "needs the table actions, with actions of the quarter before"
NO_COST = "needs cost in the table actions"
COLUMNS = (
    "type", "reached", "cost", "bought", "revenue", "cost_per_buyer", "revenue_per_cost",
)  # fmt: skip
OTHER = "other"


def sum_campaigns(actions: ir.Table, summary: ir.Table, planned_for: Quarter) -> pd.DataFrame:
    """What each type of action cost, and what those whom it reached bought since.

    Parameters
    ----------
    actions : ibis table
        ``customer_id``, ``quarter`` (text), ``type``, ``cost`` (money), ``holdout``. Customers
        left out on purpose are not reached.
    summary : ibis table
        One row a customer: ``customer_id``, ``n_orders_quarter``, ``revenue_quarter`` (money), of
        the quarter after.
    planned_for : Quarter
        The quarter whose actions count.

    Returns
    -------
    DataFrame
        One row a type, the dearest first: :data:`COLUMNS`: customers ``reached``, ``cost``
        (money; null where none is known), how many of them ``bought`` in the quarter after, and
        for which money; ``cost_per_buyer`` and ``revenue_per_cost`` (both gross: without what
        would have happened anyway). Types that reached fewer than 11 are put together.
    """
    mine = actions.filter((actions.quarter == str(planned_for)) & ~actions.holdout)
    reached = mine.group_by("customer_id", type=mine.type.fill_null(OTHER)).agg(
        cost=mine.cost.sum()
    )
    bought = summary.select("customer_id", "n_orders_quarter", "revenue_quarter")
    rows = reached.left_join(bought, "customer_id")
    has_bought = (rows.n_orders_quarter > 0).fill_null(False)
    sums = rows.group_by("type").agg(
        reached=rows.count(),
        cost=rows.cost.sum().cast("float64"),
        bought=has_bought.sum(),
        revenue=rows.revenue_quarter.sum(where=has_bought).coalesce(0).cast("float64"),
    )
    types = sums.order_by("type").to_pandas()
    types["type"] = types["type"].mask(types["reached"] < FEWEST_NOT_DERIVABLE, OTHER)
    costed = types.groupby("type")["cost"].sum(min_count=1)
    campaigns = types.groupby("type")[["reached", "bought", "revenue"]].sum()
    campaigns = campaigns.join(costed).reset_index()
    cost, buyers = campaigns["cost"], campaigns["bought"]
    campaigns["cost_per_buyer"] = cost / buyers.where(buyers > 0)
    campaigns["revenue_per_cost"] = campaigns["revenue"] / cost.where(cost > 0)
    order = ["cost", "type"]
    return campaigns.sort_values(order, ascending=[False, True], ignore_index=True)[list(COLUMNS)]


def campaign_results(campaigns: pd.DataFrame, revenue: float) -> dict[str, Result]:
    """Published numbers of last quarter's actions.

    ``campaigns.cost``, ``.reached`` (customers, once for each type), ``.cost_share`` (of the
    quarter's revenue), ``.cost_per_buyer`` and ``.revenue_per_cost`` (both gross).

    Parameters
    ----------
    campaigns : DataFrame
        From :func:`sum_campaigns`.
    revenue : float
        Money of the quarter under review.
    """
    if campaigns.empty:
        return _missing(NO_ACTIONS) | {"campaigns.reached": missing("customers", NO_ACTIONS)}
    reached = int(campaigns["reached"].sum())
    results = {"campaigns.reached": number(reached, "customers")}
    known = campaigns[campaigns["cost"].notna()]
    if known.empty:
        return results | _missing(NO_COST)
    cost, bought = float(known["cost"].sum()), int(known["bought"].sum())
    gross = "gross: many would have bought anyway"
    return results | {
        "campaigns.cost": number(cost, "money", n=reached),
        "campaigns.cost_share": number(cost / revenue, "ratio")
        if revenue > 0
        else missing("ratio", "needs revenue in the quarter"),
        "campaigns.cost_per_buyer": number(cost / bought, "money", n=bought, note=gross)
        if bought
        else missing("money", "needs a customer who bought"),
        "campaigns.revenue_per_cost": number(
            float(known["revenue"].sum()) / cost, "score", n=bought, note=gross
        )
        if cost
        else missing("score", NO_COST),
    }


def sum_revenue(summary: ir.Table) -> float:
    """Money of the quarter under review, over all customers."""
    return float(summary.revenue_quarter.sum().execute() or 0)


def _missing(needs: str) -> dict[str, Result]:
    return {
        "campaigns.cost": missing("money", needs),
        "campaigns.cost_share": missing("ratio", needs),
        "campaigns.cost_per_buyer": missing("money", needs),
        "campaigns.revenue_per_cost": missing("score", needs),
    }
