"""The key accounts with all that an account manager wants to see of each, a row an account."""

import pandas as pd

from analysis.exports.columns import COLUMNS, KEY
from analysis.exports.customers import add_columns, add_sources, gather_customers
from analysis.exports.run_tables import RunTables
from analysis.params import Params


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
    accounts = chosen.select([name for name in chosen.columns if name == KEY or name in wanted])
    if (known := gather_customers(tables)) is not None:
        accounts = add_columns(accounts, known, wanted)
    accounts = add_sources(tables, accounts, wanted)
    frame = accounts.mutate(customer=accounts[KEY]).order_by("rank", KEY).to_pandas()
    return frame.astype(object).where(frame.notna(), None)
