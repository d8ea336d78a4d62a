"""Decisions: each drafted from a published number, none where no fact calls for it."""

import pytest

from analysis.locales import Words
from analysis.results import Result, missing, number
from analysis.story import tell_story
from analysis.tables.story import fill

BOTH = (Words("en", "CNY"), Words("zh", "CNY"))


def effect(kind: str, verdict: str, low: float, high: float, **more: Result) -> dict[str, Result]:
    prefix = f"actions.{kind}"
    found = {
        f"{prefix}.effect": Result((low + high) / 2, "ratio", low=low, high=high),
        f"{prefix}.verdict": Result(f"effect.{verdict}", "label"),
        f"{prefix}.treated": number(16, "customers"),
    }
    return found | {f"{prefix}.{name}": result for name, result in more.items()}


def asked(results: dict[str, Result]) -> list[tuple[str, tuple[str, ...], str]]:
    return [
        (each.key, tuple(figure.name for figure in each.figures.values()), each.area)
        for each in tell_story(results).open_decisions
    ]


def test_each_verdict_asks_for_something_else():
    costly = {
        "profit": Result(-16.0, "money", low=-54.0, high=22.0),
        "cost_per_customer": number(218.0, "money"),
    }
    results = (
        effect("card", "no_evidence", -0.1, 0.1)
        | effect("mail", "harmed", -0.2, -0.1)
        | effect("visit", "not_attributable", 0.0, 0.0)
        | effect("voucher", "worked", 0.1, 0.2, **costly)
        | effect("call", "worked", 0.1, 0.2)
    )
    results["actions.visit.effect"] = missing("ratio", "nobody was left out")
    found = {(key, names[0]) for key, names, area in asked(results) if area == "marketing"}
    assert found == {
        ("decide_stop", "actions.mail.effect"),
        ("decide_change", "actions.card.effect"),
        ("decide_hold_out", "actions.visit.treated"),
        ("decide_price", "actions.voucher.cost_per_customer"),
        ("decide_go_on", "actions.call.effect"),
    }
    assert asked(results)[0][0] == "decide_stop"  # what does harm cannot wait


def test_a_holdout_too_small_for_what_was_found_is_told():
    found = effect("call", "worked", 0.05, 0.15)
    plans = {
        "next_actions.remind.smallest_effect": number(0.25, "ratio"),
        "next_actions.low_cost.smallest_effect": number(0.05, "ratio"),
        "next_actions.protect.smallest_effect": missing("ratio", "too few"),
    }
    name = "next_actions.remind.smallest_effect"
    assert asked(found | plans)[-1] == ("decide_holdout", (name,), "marketing")
    assert "decide_holdout" not in {key for key, *_ in asked(plans)}
    seen = found | {"next_actions.low_cost.smallest_effect": number(0.05, "ratio")}
    assert "decide_holdout" not in {key for key, *_ in asked(seen)}


def test_what_no_fact_calls_for_is_not_asked():
    results = {
        "accounts.key.without_owner": number(0, "customers"),
        "accounts.key.overdue": missing("money", "needs the table receivables"),
        "accounts.key.open_complaints": number(3, "customers"),
    }
    name = "accounts.key.open_complaints"
    assert asked(results) == [("decide_account_complaints", (name,), "service")]
    assert asked({}) == []


def test_page_one_shows_the_most_pressing_three():
    results = effect("mail", "harmed", -0.2, -0.1) | {
        "value.lost.at_risk": number(5.0, "money"),
        "credit.overdue": number(7.0, "money"),
        "playbook.plays": number(2, "count"),
    }
    told = tell_story(results)
    assert [each.key for each in told.decisions] == [
        "decide_stop", "decide_retention", "decide_credit",
    ]  # fmt: skip
    assert len(told.open_decisions) == 4


@pytest.mark.parametrize("words", BOTH, ids=["en", "zh"])
def test_every_decision_about_actions_has_words(words):
    results = effect("a", "worked", 0.1, 0.2) | effect("b", "harmed", -0.2, -0.1)
    results |= {"next_actions.remind.smallest_effect": number(0.9, "ratio")}
    texts = [fill(each, words) for each in tell_story(results).open_decisions]
    assert len(texts) == 3
    assert all(name in text for name, text in zip(("b", "a", "remind"), texts, strict=True))
