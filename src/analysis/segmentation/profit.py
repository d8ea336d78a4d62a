"""Profit: the whale curve, where each line says what its goods cost."""

from datetime import date

import ibis.expr.types as ir
import pandas as pd

from analysis.results import Result, missing, number
from analysis.segmentation.concentration import accumulate, bin_money, thin_out

NEEDS_COST = "needs transactions.cost on every line of the window"


def measure_profit(transactions: ir.Table, window_start: date, as_of: date) -> ir.Table | None:
    """Profit of each customer in the window: amounts less costs.

    Returns
    -------
    ibis table or None
        One row a customer with a line in the window: ``customer_id``, ``profit`` (money). None
        unless every line of the window has its ``cost``: what is not known is not estimated.
    """
    if "cost" not in transactions.columns:
        return None
    lines = transactions.filter(transactions.order_date.between(window_start, as_of))
    known = lines.agg(lines=lines.count(), costs=lines.cost.count()).to_pyarrow().to_pylist()[0]
    if not known["lines"] or known["costs"] < known["lines"]:
        return None
    return lines.group_by("customer_id").agg(profit=(lines.amount - lines.cost).sum())


def bin_profits(profits: ir.Table | None) -> pd.DataFrame | None:
    """Bins of the customers' profit (:func:`analysis.segmentation.concentration.bin_money`)."""
    return None if profits is None else bin_money(profits, "profit")


def draw_whale_curve(bins: pd.DataFrame | None) -> pd.DataFrame:
    """Profit accumulated from the most profitable customer on, as a share of the total.

    It rises above 1 where some customers cost more than they bring (Cooper & Kaplan 1991).

    Returns
    -------
    DataFrame
        ``customer_share``, ``revenue_share`` (of the profit); empty without profits.
    """
    if bins is None or bins["money"].sum() <= 0:
        return pd.DataFrame({"customer_share": [], "revenue_share": []})
    return thin_out(accumulate(bins))


def profit_results(bins: pd.DataFrame | None, curve: pd.DataFrame) -> dict[str, Result]:
    """Published: the peak of the whale curve, who brings it, and who costs more than they bring."""
    if bins is None or curve.empty:
        return {
            "concentration.profit_peak": missing("ratio", NEEDS_COST),
            "concentration.profit_peak_customer_share": missing("ratio", NEEDS_COST),
            "concentration.unprofitable.customers": missing("customers", NEEDS_COST),
        }
    peak = curve.loc[curve["revenue_share"].idxmax()]
    unprofitable = bins.loc[bins["most"] < 0, "customers"].sum()
    return {
        "concentration.profit_peak": number(peak["revenue_share"], "ratio"),
        "concentration.profit_peak_customer_share": number(peak["customer_share"], "ratio"),
        "concentration.unprofitable.customers": number(int(unprofitable), "customers"),
    }
