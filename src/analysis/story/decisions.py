"""What management is asked to decide, by rules over what was found."""

import re
from collections.abc import Iterator, Mapping, Sequence

from analysis.story.findings import Fact, state_facts
from analysis.story.statements import Figure, Results, Statement, amount, figure

MOST = 3
"""Decisions that page one has room for."""
SMALLEST_EFFECT = re.compile(r"next_actions\.(\w+)\.smallest_effect")

REQUESTS = (
    Fact("decide_call", (("customers", "segments.grid.cannot_lose.customers"),
                         ("revenue", "segments.grid.cannot_lose.revenue")),
         "sales", "sec-playbook", "cannot_lose"),
    Fact("decide_retention", (("money", "value.lost.at_risk"),),
         "marketing", "sec-value", "value_at_risk"),
    Fact("decide_credit", (("money", "credit.overdue"),), "finance", "sec-relations", "overdue"),
    Fact("decide_plays", (("plays", "playbook.plays"),), "marketing", "sec-playbook", "plays"),
    Fact("decide_complaints", (("share", "complaints.open"), ("opened", "complaints.opened")),
         "service", "sec-satisfaction", "complaints"),
    Fact("decide_account_owners", (("customers", "accounts.key.without_owner"),),
         "sales", "sec-key-accounts", "account_owners"),
    Fact("decide_account_calls", (("money", "accounts.key.value_at_risk"),),
         "sales", "sec-key-accounts", "account_risk"),
    Fact("decide_account_visits", (("customers", "accounts.key.joined"),),
         "sales", "sec-key-accounts", "account_joined"),
    Fact("decide_account_complaints", (("customers", "accounts.key.open_complaints"),),
         "service", "sec-key-accounts", "account_complaints"),
    Fact("decide_account_overdue", (("money", "accounts.key.overdue"),),
         "finance", "sec-key-accounts", "account_overdue"),
)  # fmt: skip


def request_decisions(results: Results, actions: Sequence[Statement]) -> list[Statement]:
    """Every decision that a number calls for, each with that number and who answers for it.

    Parameters
    ----------
    results : mapping
        Published numbers by name.
    actions : sequence of Statement
        What last quarter's actions did, from :func:`analysis.story.actions.grade_actions`.

    Returns
    -------
    list of Statement
        What does harm first, then customers and money, then the actions of the next quarter.
    """
    asked = [_ask_about(action, results) for action in actions]
    about_actions = [statement for statement in asked if statement is not None]
    return [
        *(statement for statement in about_actions if statement.key == "decide_stop"),
        *state_facts(results, REQUESTS),
        *(statement for statement in about_actions if statement.key != "decide_stop"),
        *_ask_about_lists(results, actions),
    ]


def _ask_about(action: Statement, results: Results) -> Statement | None:
    """What an action's verdict leaves to be decided; None where its numbers are not known."""
    prefix = f"actions.{action.words['action'][1]}"
    verdict = action.key.removeprefix("action_")
    cost = figure(results, f"{prefix}.cost_per_customer")
    treated = figure(results, f"{prefix}.treated")
    if verdict == "worked":
        if cost is not None and _may_lose(results, f"{prefix}.profit"):
            return _decide("price", action, {"money": cost})
        return _decide("go_on", action, {"effect": action.figures["effect"]})
    if verdict in ("harmed", "no_evidence"):
        return _decide("stop" if verdict == "harmed" else "change", action, action.figures)
    return _decide("hold_out", action, {"customers": treated}) if treated else None


def _may_lose(results: Results, name: str) -> bool:
    profit = results.get(name)
    return profit is not None and profit.low is not None and profit.low <= 0


def _decide(key: str, action: Statement, figures: Mapping[str, Figure]) -> Statement:
    return Statement(
        f"decide_{key}", figures, "marketing", "sec-loop", action.subject, words=action.words
    )


def _ask_about_lists(results: Results, actions: Sequence[Statement]) -> Iterator[Statement]:
    """The list that would show least, if no action of last quarter did as much as it takes."""
    worked = [each.figures["effect"].value for each in actions if each.key == "action_worked"]
    names = [name for name in results if SMALLEST_EFFECT.fullmatch(name)]
    known = [name for name in names if figure(results, name) is not None]
    if not worked or not known:
        return
    blind = max(known, key=lambda name: amount(results, name))
    seen = figure(results, blind)
    if seen is not None and amount(results, blind) > max(float(effect) for effect in worked):
        play = blind.split(".")[1]
        yield Statement(
            "decide_holdout", {"effect": seen}, "marketing", "sec-holdout", f"holdout_{play}",
            words={"play": ("play", play)},
        )  # fmt: skip
