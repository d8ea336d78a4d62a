"""Key accounts: the customers whom somebody looks after by name."""

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.results import Result, missing, number


def select_key_accounts(
    summary: ir.Table, scores: ir.Table, value: ir.Table, n: int
) -> pd.DataFrame:
    """The ``n`` customers of the highest predicted value.

    Where no value could be predicted, revenue in the window decides. Ties go by customer id.

    Parameters
    ----------
    summary, scores, value : ibis tables
        One row a customer each: :func:`analysis.customers.summarize_customers`,
        :func:`analysis.segmentation.score_rfm`, :func:`analysis.value.score_value`.
    n : int
        How many accounts.

    Returns
    -------
    DataFrame
        One row an account, best first: ``rank``, ``customer_id``, ``segment``,
        ``revenue_window`` (money), ``expected_orders_12m`` (purchase days), ``clv_12m`` (money),
        ``p_alive``, ``last_order_date``.
    """
    customers = summary.join(scores, "customer_id").join(value, "customer_id")
    worth = [ibis.desc("clv_12m", nulls_first=False), ibis.desc("revenue_window")]
    columns = [
        "customer_id",
        "segment",
        "revenue_window",
        "expected_orders_12m",
        "clv_12m",
        "p_alive",
        "last_order_date",
    ]
    top = customers.order_by([*worth, "customer_id"]).select(columns).limit(n).to_pandas()
    top.insert(0, "rank", range(1, len(top) + 1))
    return top


def account_results(
    accounts: pd.DataFrame, summary: ir.Table, value: ir.Table
) -> dict[str, Result]:
    """Published numbers of the key accounts: how many, their revenue and value, and shares."""
    revenue = summary.revenue_window.sum().execute() or 0
    clv = exact_sum(value.clv_12m).execute() or 0
    held_revenue = float(accounts["revenue_window"].sum())
    held_clv = float(accounts["clv_12m"].sum())
    n = len(accounts)
    return {
        "accounts.key.customers": number(n, "customers"),
        "accounts.key.revenue": number(held_revenue, "money", n=n),
        "accounts.key.revenue_share": _share(held_revenue, float(revenue), "needs revenue"),
        "accounts.key.clv_share": _share(held_clv, clv, "needs predicted value"),
    }


def _share(part: float, whole: float, needs: str) -> Result:
    return number(part / whole, "ratio") if whole > 0 else missing("ratio", needs)
