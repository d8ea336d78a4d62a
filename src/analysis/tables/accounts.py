"""Tables of what to do, and for whom."""

from typing import Any

import pandas as pd

from analysis.locales import UNKNOWN, Words
from analysis.params.playbook_models import Playbook
from analysis.tables.setting import Column, Table, set_table, shorten


def table_key_accounts(accounts: pd.DataFrame, *, words: Words) -> Table:
    """Key accounts with the reason of each (:func:`analysis.accounts.select_accounts`)."""
    columns = [
        Column("rank", "count"),
        Column("customer_id", None),
        Column("why", None),
        Column("segment", "label", label_group="segment"),
        Column("tier", "label", heading="value_tier", label_group="label.tier"),
        Column("revenue_window", "money", heading="revenue"),
        Column("clv_12m", "money"),
        Column("value_at_risk", "money"),
        Column("p_alive", "ratio"),
        Column("last_order_date", "date"),
    ]
    why = [_name_reasons(reason, "why_key", words) for reason in accounts["reason"]]
    return set_table(accounts.assign(why=why), columns, words)


def table_account_changes(changes: pd.DataFrame | None, *, words: Words) -> Table:
    """Who became a key account, and who is one no longer (``accounts.compare_accounts``)."""
    columns = [
        Column("change_kind", "label", label_group="account_change"),
        Column("customer_id", None),
        Column("why", None),
        Column("clv_12m", "money"),
    ]
    rows = pd.DataFrame(columns=["change", "customer_id", "why", "clv_12m"])
    rows = rows if changes is None else changes
    why = [
        _name_reasons(row.why, f"why_{row.change}", words) for row in rows.itertuples()
    ]  # fmt: skip
    return set_table(rows.assign(why=why, change_kind=rows["change"]), columns, words)


def table_cards(cards: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Table:
    """What to know before the next talk with each key account (``accounts.make_cards``)."""
    plays = playbook.names_in(words.language) if playbook else {}
    rows = tuple(_card(row, plays, words) for row in cards.to_dict("records"))
    keys = (
        "customer_id", "moved_to", "feels", "complaints_open", "owes", "open_deals", "contacted_on",
        "next_step",
    )  # fmt: skip
    is_number = tuple(key in ("complaints_open", "owes", "open_deals") for key in keys)
    return Table(tuple(words(f"column.{key}") for key in keys), is_number, rows)


def _card(row: dict[str, Any], plays: dict[str, str], words: Words) -> tuple[str, ...]:
    before, now = str(row["segment_before"]), str(row["segment"])
    segment = words(f"segment.{now}")
    if before != now:
        earlier = words("state.newcomer") if before == "newcomer" else words(f"segment.{before}")
        segment = f"{earlier} → {segment}"
    voice = UNKNOWN if pd.isna(row["voice"]) else words(f"voice.{row['voice']}")
    if pd.notna(row["last_nps"]):
        score, day = (
            words.format(row["last_nps"], "count"),
            words.format(row["last_nps_on"], "date"),
        )
        voice = f"{score} ({day})"
    step = plays.get(str(row["play"]), UNKNOWN)
    if row["is_held_out"] is True:
        step = f"{step} ({words('account_card.held_out')})"
    return (
        shorten(str(row["customer_id"])),
        segment,
        voice,
        words.format(row["open_complaints"], "count"),
        words.format(row["overdue_receivables"], "money"),
        words.format(row["open_pipeline"], "money"),
        words.format(row["last_contact"], "date"),
        step,
    )


def _name_reasons(reasons: str, group: str, words: Words) -> str:
    """Reasons by their words; of a change, what it is a reason for."""
    return ", ".join(words(f"{group}.{reason}") for reason in reasons.split(";") if reason)
