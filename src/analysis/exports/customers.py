"""What a review knows about each customer, for other systems: a row a customer, any number."""

from collections.abc import Container

import ibis.expr.types as ir

from analysis.exports.columns import KEY
from analysis.exports.risk import label_risk
from analysis.exports.run_tables import RunTables

SOURCES: dict[str, tuple[str, ...] | None] = {
    "tiers": None,
    "churn": None,
    "health": ("health",),
    "satisfaction": None,
    "receivable_sums": ("open_receivables", "overdue_receivables", "overdue_90"),
    "pipeline_sums": ("open_deals", "open_pipeline", "next_close"),
    "contacts": ("last_contact", "due_on", "is_overdue"),
    "customers": None,
}
"""Tables that tell about a customer, and what of them, if not all; the first that has a column
gives it."""
NOT_TOLD = ("source_file", "source_row")
"""Where a row came from says nothing about a customer."""


def describe_customers(tables: RunTables) -> ir.Table | None:
    """Each customer with what goes back into a CRM.

    Returns
    -------
    ibis table or None
        One row a customer: ``customer_id``, ``segment``, ``tier``, ``risk``, ``clv_12m`` (money,
        null where unknown). None where the review has no tiers.
    """
    wide = gather_customers(tables)
    if wide is None or not {"segment", "tier", "clv_12m", "risk"} <= set(wide.columns):
        return None
    return wide.select(KEY, "segment", "tier", "risk", "clv_12m")


def gather_customers(tables: RunTables) -> ir.Table | None:
    """All that is known about each customer, in one table.

    Returns
    -------
    ibis table or None
        One row a customer who bought: the 360 table where the review made one, else what the
        tables of :data:`SOURCES` say. None where there is neither.
    """
    wide = tables.find("customer_360")
    if wide is None and (tiers := tables.find("tiers")) is not None:
        wide = add_sources(tables, tiers)
    if wide is None:
        return None
    if "risk" not in wide.columns and (churn := tables.find("churn")) is not None:
        wide = add_columns(wide, churn.select(KEY, risk=label_risk(churn)))
        wide = wide.mutate(risk=wide.risk.fill_null("unknown"))
    return wide.drop(*(name for name in NOT_TOLD if name in wide.columns))


def add_sources(
    tables: RunTables, customers: ir.Table, wanted: Container[str] | None = None
) -> ir.Table:
    """Add what the tables of :data:`SOURCES` know, or what is wanted of it."""
    for name, columns in SOURCES.items():
        if (table := tables.find(name)) is not None:
            told = [each for each in columns or table.columns if each in table.columns]
            kept = table.select(KEY, *(each for each in told if each != KEY))
            customers = add_columns(customers, kept, wanted)
    return customers


def add_columns(
    customers: ir.Table, table: ir.Table, wanted: Container[str] | None = None
) -> ir.Table:
    """Add to each customer the columns of another table that they lack, or those wanted of them."""
    new = [
        name
        for name in table.columns
        if name not in customers.columns and (wanted is None or name in wanted)
    ]
    if not new:
        return customers
    joined = customers.left_join(table.select(KEY, *new), KEY)
    return joined.select(*customers.columns, *new)
