"""What management is asked to decide, by rules over what was found."""

from collections.abc import Sequence

from analysis.story.findings import Fact, state_facts
from analysis.story.statements import Results, Statement

MOST = 3

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
)  # fmt: skip


def request_decisions(results: Results, rules: Sequence[Fact] = REQUESTS) -> list[Statement]:
    """At most three requests, each with the number that calls for it."""
    return state_facts(results, rules)[:MOST]
