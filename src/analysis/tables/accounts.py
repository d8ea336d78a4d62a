"""Tables of what to do, and for whom."""

import pandas as pd

from analysis.locales import Words
from analysis.tables.setting import Column, Table, set_table


def table_key_accounts(accounts: pd.DataFrame, *, words: Words) -> Table:
    """Key accounts by predicted value (:func:`analysis.accounts.select_key_accounts`)."""
    columns = [
        Column("rank", "count"),
        Column("customer_id", None),
        Column("segment", "label", label_group="segment"),
        Column("revenue_window", "money", heading="revenue"),
        Column("expected_orders_12m", "orders"),
        Column("clv_12m", "money"),
        Column("p_alive", "ratio"),
        Column("last_order_date", "date"),
    ]
    return set_table(accounts, columns, words)
