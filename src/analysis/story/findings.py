"""Wins and problems: changes beyond chance first, then facts by the money that hangs on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from analysis.inference import UP
from analysis.params.owner_models import Area
from analysis.story.indicators import Kpi
from analysis.story.statements import Results, Statement, amount, figure

MOST = 3
"""Wins and problems that page one has room for."""


@dataclass(frozen=True)
class Fact:
    """A rule that makes a statement of published numbers.

    Attributes
    ----------
    key : str
        Its words, under ``statement`` in the locales.
    figures : tuple of (str, str)
        Placeholder and published number; the first must be above ``above``, all must be known.
    area, section : str
        Who answers for it, and where the evidence is.
    subject : str
        What it is about.
    money : str
        The published number by which it is ranked; empty if it has none.
    above : float
        What the first number must exceed.
    """

    key: str
    figures: tuple[tuple[str, str], ...]
    area: Area
    section: str
    subject: str
    money: str = ""
    above: float = 0.0


GOOD_FACTS = (
    Fact("newcomers",
         (("customers", "movement.newcomer.customers"), ("revenue", "movement.newcomer.revenue")),
         "marketing", "sec-movement", "newcomers", "movement.newcomer.revenue"),
    Fact("returned",
         (("customers", "movement.returned.customers"), ("revenue", "movement.returned.revenue")),
         "sales", "sec-movement", "returned", "movement.returned.revenue"),
    Fact("praised", (("share", "satisfaction.themes.praised_share"),
                     ("theme", "satisfaction.themes.praised")),
         "service", "sec-satisfaction", "themes", above=0.5),
)  # fmt: skip

BAD_FACTS = (
    Fact("lost_value", (("money", "value.lost.realised"), ("customers", "value.lost.customers")),
         "marketing", "sec-value", "lost", "value.lost.realised"),
    Fact("cannot_lose", (("customers", "segments.grid.cannot_lose.customers"),
                         ("revenue", "segments.grid.cannot_lose.revenue")),
         "sales", "sec-customers", "cannot_lose", "segments.grid.cannot_lose.revenue"),
    Fact("overdue", (("money", "credit.overdue"),),
         "finance", "sec-relations", "overdue", "credit.overdue"),
    Fact("lapsed", (("customers", "movement.lapsed.customers"),
                    ("revenue", "movement.lapsed.revenue")),
         "sales", "sec-movement", "lapsed", "movement.lapsed.revenue"),
    Fact("dependences", (("customers", "concentration.dependences.customers"),),
         "management", "sec-concentration", "top10_share"),
    Fact("follow_ups", (("customers", "follow_ups.overdue"),),
         "sales", "sec-relations", "follow_ups"),
    Fact("complaints", (("share", "complaints.open"), ("opened", "complaints.opened")),
         "service", "sec-satisfaction", "complaints"),
    Fact("blamed", (("share", "satisfaction.themes.blamed_share"),
                    ("theme", "satisfaction.themes.blamed")),
         "service", "sec-satisfaction", "themes"),
)  # fmt: skip


def find_wins(
    results: Results, kpis: Sequence[Kpi], actions: Sequence[Statement]
) -> list[Statement]:
    """The best news: at most three statements, none where nothing supports one.

    Parameters
    ----------
    results : mapping
        Published numbers by name.
    kpis : sequence of Kpi
        From :func:`analysis.story.indicators.read_strip`.
    actions : sequence of Statement
        What last quarter's actions did, from :func:`analysis.story.actions.grade_actions`.
    """
    worked = [action for action in actions if action.key == "action_worked"]
    return _choose(chain(_changes(kpis, True), worked, state_facts(results, GOOD_FACTS)))


def find_problems(
    results: Results, kpis: Sequence[Kpi], actions: Sequence[Statement]
) -> list[Statement]:
    """What must be dealt with, as :func:`find_wins`."""
    harmed = [action for action in actions if action.key == "action_harmed"]
    return _choose(chain(_changes(kpis, False), harmed, state_facts(results, BAD_FACTS)))


def describe_change(kpi: Kpi) -> Statement | None:
    """A change beyond chance in words; None if there is none."""
    if kpi.value is None or kpi.change is None or kpi.low is None or kpi.is_good is None:
        return None
    return Statement(
        "rose" if kpi.verdict == UP else "fell",
        {
            "by": replace(kpi.change, value=abs(float(kpi.change.value)), form="size"),
            "now": kpi.value,
            "interval": replace(kpi.change, value=kpi.low, form="interval", high=kpi.high),
        },
        kpi.indicator.area,
        kpi.indicator.section,
        kpi.indicator.name,
        is_proven=True,
        words={"kpi": ("kpi", kpi.indicator.name)},
    )


def _changes(kpis: Sequence[Kpi], is_good: bool) -> Iterable[Statement]:
    stated = (describe_change(kpi) for kpi in kpis if kpi.is_good is is_good)
    return [statement for statement in stated if statement is not None]


def state_facts(results: Results, rules: Sequence[Fact]) -> list[Statement]:
    """The statements whose numbers are known and call for them, in the order of the rules."""
    stated = (_state(results, rule) for rule in rules)
    return [statement for statement in stated if statement is not None]


def _state(results: Results, rule: Fact) -> Statement | None:
    known = {place: figure(results, name) for place, name in rule.figures}
    figures = {place: found for place, found in known.items() if found is not None}
    if len(figures) < len(known) or amount(results, rule.figures[0][1]) <= rule.above:
        return None
    money = amount(results, rule.money)
    return Statement(rule.key, figures, rule.area, rule.section, rule.subject, money=money)


def _choose(candidates: Iterable[Statement]) -> list[Statement]:
    """The first of each subject: proven ones in their order, then the others by money."""
    ranked = sorted(candidates, key=lambda found: (not found.is_proven, -found.money))
    chosen: dict[str, Statement] = {}
    for statement in ranked:
        chosen.setdefault(statement.subject, statement)
    return list(chosen.values())[:MOST]
