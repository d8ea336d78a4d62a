"""Key-account cards: what somebody needs to know before the next talk with a customer."""

from collections.abc import Sequence

import ibis.expr.types as ir
import pandas as pd

CARD_COLUMNS = (
    "owner", "segment_before", "voice", "last_nps", "last_nps_on", "complaints",
    "open_complaints", "open_receivables", "overdue_receivables", "open_pipeline",
    "last_contact", "due_on", "is_overdue", "play", "is_held_out",
)  # fmt: skip


def make_cards(accounts: pd.DataFrame, customer_360: ir.Table) -> pd.DataFrame:
    """Add to each key account what the 360° table knows of it. No name is in it.

    Parameters
    ----------
    accounts : DataFrame
        From :func:`analysis.accounts.select_accounts`.
    customer_360 : ibis table
        From :func:`analysis.accounts.gather_customer_360`.

    Returns
    -------
    DataFrame
        The accounts in their order, with :data:`CARD_COLUMNS`.
    """
    ids: Sequence[str] = accounts["customer_id"].tolist()
    rows = customer_360.filter(customer_360.customer_id.isin(ids)) if ids else customer_360.limit(0)
    known = rows.select("customer_id", *CARD_COLUMNS).to_pandas()
    return accounts.merge(known, on="customer_id", how="left")
