"""Key-account cards: what somebody needs to know before the next talk with a customer."""

from collections.abc import Sequence

import ibis.expr.types as ir
import pandas as pd

from analysis.accounts.selection import SEPARATOR
from analysis.results import Result, missing, number
from analysis.satisfaction.measures import DETRACTORS_TO

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


def find_talks(cards: pd.DataFrame, n: int = 12) -> pd.DataFrame:
    """The key accounts with whom something is open, the most valuable first.

    Open is money overdue, a complaint, a contact that is overdue, a last answer of 0 to 6, or much
    value at risk.

    Parameters
    ----------
    cards : DataFrame
        From :func:`make_cards`.
    n : int
        At most so many.

    Returns
    -------
    DataFrame
        Their cards.
    """
    return cards[_asks_for_somebody(cards)].head(n).reset_index(drop=True)


def _asks_for_somebody(cards: pd.DataFrame) -> "pd.Series[bool]":
    is_open = (
        (cards["overdue_receivables"].astype("float64") > 0)
        | (cards["open_complaints"].astype("float64") > 0)
        | cards["is_overdue"].eq(True)
        | (cards["last_nps"].astype("float64") <= DETRACTORS_TO)
        | cards["reason"]
        .astype("string")
        .str.split(SEPARATOR)
        .map(lambda reasons: "at_risk" in reasons)
    )
    return is_open.astype(bool)


def card_results(cards: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of the cards: what about the key accounts asks for somebody.

    Parameters
    ----------
    cards : DataFrame
        From :func:`make_cards`.
    """
    n = len(cards)
    risk = cards["value_at_risk"].astype("float64")
    complaints = cards["open_complaints"].astype("float64")
    overdue = cards["overdue_receivables"].astype("float64")
    return {
        "accounts.key.open": number(int(_asks_for_somebody(cards).sum()), "customers", n=n),
        "accounts.key.without_owner": number(int(cards["owner"].isna().sum()), "customers", n=n)
        if cards["owner"].notna().any()
        else missing("customers", "needs the column owner of the table customers"),
        "accounts.key.value_at_risk": number(risk.sum(), "money", n=n)
        if risk.notna().any()
        else missing("money", "needs predicted value"),
        "accounts.key.open_complaints": number(int((complaints > 0).sum()), "customers", n=n)
        if complaints.notna().any()
        else missing("customers", "needs the table complaints"),
        "accounts.key.overdue": number(overdue.sum(), "money", n=n)
        if overdue.notna().any()
        else missing("money", "needs the table receivables"),
    }
