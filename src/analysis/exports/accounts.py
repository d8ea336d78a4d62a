"""The key accounts with all that an account manager wants to see of each, a row an account."""

import ibis.expr.types as ir
import pandas as pd

from analysis.exports.columns import COLUMNS, KEY
from analysis.exports.risk import label_risk
from analysis.exports.run_tables import RunTables
from analysis.params import Params

SOURCES = ("customer_360", "tiers", "satisfaction", "value", "customers")
"""Tables that tell about a customer; the first that has a column gives it."""


def gather_accounts(tables: RunTables, params: Params) -> pd.DataFrame | None:
    """Gather what is known about each key account.

    Returns
    -------
    DataFrame or None
        One row an account, best first: ``customer_id``, ``rank``, and those of :data:`COLUMNS`
        that the review knows. None where it chose no key accounts.
    """
    chosen = tables.find("key_accounts")
    if chosen is None or "rank" not in chosen.columns:
        return None
    wanted = {column.field for column in COLUMNS if params.exports.names or not column.is_personal}
    if params.privacy.pseudonymise:
        wanted -= {column.field for column in COLUMNS if column.is_personal}
    accounts = _pick(chosen, wanted)
    for source in SOURCES:
        if (table := tables.find(source)) is not None:
            accounts = _add(accounts, _pick(table, wanted))
    if "p_alive" in accounts.columns and "risk" not in accounts.columns:
        accounts = accounts.mutate(risk=label_risk(accounts.p_alive))
    frame = accounts.mutate(customer=accounts[KEY]).order_by("rank", KEY).to_pandas()
    return frame.astype(object).where(frame.notna(), None)


def _pick(table: ir.Table, wanted: set[str]) -> ir.Table:
    return table.select([name for name in table.columns if name == KEY or name in wanted])


def _add(accounts: ir.Table, table: ir.Table) -> ir.Table:
    """Add the columns that the accounts lack."""
    new = [name for name in table.columns if name not in accounts.columns]
    if not new:
        return accounts
    joined = accounts.left_join(table.select(KEY, *new), KEY)
    return joined.select(*accounts.columns, *new)
