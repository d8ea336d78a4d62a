"""Last quarter's actions → who got each of them, who was left out, and who bought afterwards."""

from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum

UNNAMED, NO_SEGMENT = "unnamed", "none"
"""The type of actions of which no type is told, and the segment of customers who had none yet."""


@dataclass(frozen=True)
class Outcomes:
    """What became of the customers of last quarter's actions.

    Attributes
    ----------
    arms : DataFrame
        One row a type of action, segment and side: ``type``, ``segment`` (as of the end of the
        quarter of the actions), ``is_held_out``, ``customers``, ``bought`` (in the quarter under
        review), ``revenue`` (money they brought in it), ``revenue_squares``, ``cost`` (money),
        ``costed`` (treated customers whose cost is known).
    untreated : DataFrame
        Customers for whom nothing was planned: ``segment``, ``customers``, ``bought``.
    """

    arms: pd.DataFrame
    untreated: pd.DataFrame


def count_outcomes(
    actions: ir.Table, quarter: str, summary: ir.Table, before: ir.Table
) -> Outcomes:
    """Count who bought in the quarter after the one whose actions are judged.

    Parameters
    ----------
    actions : ibis table
        The table ``actions`` of the data contract: ``customer_id``, ``quarter``, ``type``,
        ``cost`` (money), ``holdout``.
    quarter : str
        The quarter whose actions count, written as in 2026Q2.
    summary : ibis table
        One row a customer at the end of the quarter under review: ``customer_id``,
        ``n_orders_quarter``, ``revenue_quarter`` (money).
    before : ibis table
        One row a customer at the end of the actions' quarter: ``customer_id``, ``segment``.
    """
    arms = assign_arms(actions, quarter)
    bought = summary.select(
        "customer_id",
        has_bought=summary.n_orders_quarter > 0,
        revenue=summary.revenue_quarter.cast("float64"),
    )
    known = before.select("customer_id", "segment")
    return Outcomes(_count_arms(_follow(arms, bought, known)), _count_rest(known, arms, bought))


def assign_arms(actions: ir.Table, quarter: str) -> ir.Table:
    """Say for whom each type of action was, and who was left out of it.

    Returns
    -------
    ibis table
        One row a customer and type: ``customer_id``, ``type``, ``is_held_out``, ``cost`` (money of
        all actions of the type for the customer, null where none is known).

    Notes
    -----
    Customers are compared as they were assigned, whatever became of the action: whoever was to be
    left out counts as left out, also if the action reached them all the same. Cleaning has set
    aside customers of whom the table says both.
    """
    mine = actions.filter(actions.quarter == quarter)
    mine = mine.mutate(type=mine.type.fill_null(UNNAMED))
    return mine.group_by("customer_id", "type").agg(
        is_held_out=mine.holdout.any(), cost=mine.cost.sum().cast("float64")
    )


def _follow(arms: ir.Table, bought: ir.Table, known: ir.Table) -> ir.Table:
    for table in (bought, known):
        arms = arms.left_join(table, "customer_id").drop("customer_id_right")
    return arms.mutate(
        has_bought=arms.has_bought.fill_null(False),
        revenue=arms.revenue.fill_null(0.0),
        segment=arms.segment.fill_null(NO_SEGMENT),
    )


def _count_arms(followed: ir.Table) -> pd.DataFrame:
    is_costed = ~followed.is_held_out & followed.cost.notnull()
    counted = followed.group_by("type", "segment", "is_held_out").agg(
        customers=followed.count(),
        bought=followed.has_bought.sum(),
        revenue=exact_sum(followed.revenue),
        revenue_squares=exact_sum(followed.revenue * followed.revenue),
        cost=exact_sum(is_costed.ifelse(followed.cost, 0.0)),
        costed=is_costed.sum(),
    )
    return counted.order_by("type", "segment", "is_held_out").to_pandas()


def _count_rest(known: ir.Table, arms: ir.Table, bought: ir.Table) -> pd.DataFrame:
    """Customers of no action at all, by segment."""
    rest = known.anti_join(arms, "customer_id")
    rest = rest.left_join(bought.select("customer_id", "has_bought"), "customer_id")
    counted = rest.group_by("segment").agg(
        customers=rest.count(), bought=rest.has_bought.fill_null(False).sum()
    )
    return counted.order_by("segment").to_pandas()
