"""Decisions: each drafted from a published number, none where no fact calls for it."""

import pandas as pd

from analysis import accounts
from analysis.accounts.outcomes import EFFECT_COLUMNS
from analysis.results import missing, number


def effects_of(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([dict.fromkeys(EFFECT_COLUMNS) | row for row in rows],
                        columns=list(EFFECT_COLUMNS))  # fmt: skip


def power_of(*rows: tuple[str, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["play", "smallest_effect"])
    return frame.astype({"smallest_effect": "float64"})


NOTHING = power_of()


def drafted(effects, power=NOTHING, results=None) -> list[tuple]:
    found = accounts.draft_decisions(effects, power, results or {})
    return list(
        found[["decision", "subject", "result", "owner"]].itertuples(index=False, name=None)
    )


def test_each_verdict_asks_for_something_else():
    effects = effects_of(
        {"type": "Voucher A", "verdict": "worked", "difference": 0.1, "profit_low": -5.0,
         "cost_per_customer": 218.0},
        {"type": "call", "verdict": "worked", "difference": 0.2, "profit_low": 3.0},
        {"type": "mail", "verdict": "harmed", "difference": -0.1},
        {"type": "card", "verdict": "no_evidence", "difference": 0.01},
        {"type": "visit", "verdict": "not_attributable", "treated": 16},
    )  # fmt: skip
    assert drafted(effects) == [
        ("check_price", "Voucher A", "actions.voucher_a.cost_per_customer", "marketing"),
        ("go_on", "call", "actions.call.effect", "marketing"),
        ("stop", "mail", "actions.mail.effect", "marketing"),
        ("change_or_stop", "card", "actions.card.effect", "marketing"),
        ("hold_out", "visit", "actions.visit.treated", "marketing"),
    ]


def test_a_holdout_too_small_for_what_was_found_is_told():
    effects = effects_of({"type": "call", "verdict": "worked", "difference": 0.1})
    power = power_of(("remind", 0.25), ("low_cost", 0.05), ("protect", None))
    assert drafted(effects, power)[-1] == (
        "enlarge_holdout", "remind", "next_actions.remind.smallest_effect", "marketing",
    )  # fmt: skip
    assert len(drafted(effects, power_of(("low_cost", 0.05)))) == 1


def test_what_no_fact_calls_for_is_not_asked():
    results = {
        "accounts.key.without_owner": number(0, "customers"),
        "accounts.key.overdue": missing("money", "needs the table receivables"),
        "accounts.key.open_complaints": number(3, "customers"),
    }
    assert drafted(effects_of(), results=results) == [
        ("accounts_complaints", "", "accounts.key.open_complaints", "service")
    ]
    assert accounts.draft_decisions(effects_of(), NOTHING, {}).empty


def test_cards_count_what_asks_for_somebody():
    cards = pd.DataFrame(
        {
            "owner": ["Li", None, "Wu"],
            "value_at_risk": [10.0, None, 5.0],
            "open_complaints": [2, 0, 1],
            "overdue_receivables": [None, None, None],
        }
    )
    results = accounts.card_results(cards)
    assert results["accounts.key.without_owner"].value == 1
    assert results["accounts.key.value_at_risk"].value == 15
    assert results["accounts.key.open_complaints"].value == 2
    assert results["accounts.key.overdue"].note == "needs the table receivables"
