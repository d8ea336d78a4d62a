"""Tables of last quarter's actions and what they brought."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.locales import UNKNOWN, Words
from analysis.params.playbook_models import Playbook
from analysis.results import Unit
from analysis.tables.setting import Table


def table_effects(effects: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Table:
    """Each type of action with its effect (:func:`analysis.accounts.judge_actions`)."""
    names = _names(playbook, words)
    rows = [
        (
            names.get(row.type) or words.named("action_type", row.type),
            words.format(row.treated, "customers"),
            words.format(row.held_out, "customers"),
            words.format(row.treated_rate, "ratio"),
            words.format(row.natural_rate, "ratio"),
            _estimate(row.difference, row.low, row.high, "ratio", words),
            words(f"effect.{row.verdict}"),
        )
        for row in effects.itertuples()
    ]
    keys = ("action", "treated", "held_out", "treated_rate", "natural_rate", "effect", "verdict")
    return _table(keys, rows, words)


def table_action_money(effects: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Table:
    """What each type of action cost and brought (:func:`analysis.accounts.judge_actions`)."""
    names = _names(playbook, words)
    rows = [
        (
            names.get(row.type) or words.named("action_type", row.type),
            words.format(row.cost, "money"),
            _estimate(row.money, row.money_low, row.money_high, "money", words),
            _estimate(row.profit, row.profit_low, row.profit_high, "money", words),
            _estimate(
                row.cost_per_customer,
                row.cost_per_customer_low,
                row.cost_per_customer_high,
                "money",
                words,
            ),
        )
        for row in effects.itertuples()
    ]
    keys = ("action", "action_cost", "action_money", "action_profit", "cost_per_customer")
    return _table(keys, rows, words)


def table_segment_effects(
    effects: pd.DataFrame, playbook: Playbook | None, *, words: Words
) -> Table:
    """The effect among each segment's customers (:func:`analysis.accounts.judge_segments`)."""
    names = _names(playbook, words)
    rows = [
        (
            names.get(row.type) or words.named("action_type", row.type),
            words.named("segment", row.segment),
            words.format(row.treated, "customers"),
            words.format(row.held_out, "customers"),
            _estimate(row.difference, row.low, row.high, "ratio", words),
            words(f"effect.{row.verdict}"),
        )
        for row in effects.itertuples()
    ]
    keys = ("action", "segment", "treated", "held_out", "effect", "verdict")
    return _table(keys, rows, words)


def table_power(power: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Table:
    """Who is left out next quarter, and what it lets us see (``accounts.state_power``)."""
    names = _names(playbook, words)
    rows = [
        (
            names.get(row.play, row.play),
            words.format(row.treated, "customers"),
            words.format(row.held_out, "customers"),
            words.format(row.natural_rate, "ratio"),
            words("power.none") if pd.isna(row.smallest_effect)
            else words("power.seen", effect=words.format(row.smallest_effect, "ratio")),
        )
        for row in power.itertuples()
    ]  # fmt: skip
    keys = ("action", "planned", "held_out", "natural_rate_expected", "smallest_effect")
    return _table(keys, rows, words)


def _names(playbook: Playbook | None, words: Words) -> dict[str, str]:
    """What the playbook calls its plays: an action may carry out one of them."""
    return playbook.names_in(words.language) if playbook else {}


def _table(keys: Sequence[str], rows: Sequence[tuple[str, ...]], words: Words) -> Table:
    headings = tuple(words(f"column.{key}") for key in keys)
    is_number = tuple(key not in ("action", "segment", "verdict") for key in keys)
    return Table(headings, is_number, tuple(rows))


def _estimate(value: Any, low: Any, high: Any, unit: Unit, words: Words) -> str:
    """A number with its interval in brackets."""
    if pd.isna(value):
        return UNKNOWN
    return f"{words.format(value, unit)} ({words.format(low, unit)} – {words.format(high, unit)})"
