"""The finding that stands at the head of each section: the first that its numbers bear out."""

from collections.abc import Mapping, Sequence

from analysis.story.findings import Fact, describe_change, state_facts
from analysis.story.indicators import Kpi
from analysis.story.statements import Results, Statement

ANY = float("-inf")


def _lead(key: str, *figures: tuple[str, str], above: float = 0.0) -> Fact:
    """A fact that heads a section, where nobody is asked to answer for it."""
    return Fact(key, figures, "management", "", key, above=above)


LEADS: Mapping[str, tuple[Fact, ...]] = {
    "changes": (
        _lead("lead_changes", ("new", "revenue.bridge.new"),
              ("returned", "revenue.bridge.returned"), ("absent", "revenue.bridge.absent")),
    ),
    "customers": (
        _lead("lead_customers", ("share", "segments.largest_by_revenue.revenue_share"),
              ("segment", "segments.largest_by_revenue.segment"),
              ("customers", "segments.largest_by_revenue.customer_share")),
    ),
    "movement": (
        _lead("lead_movement", ("up", "movement.up.customers"),
              ("down", "movement.down.customers"), ("lapsed", "movement.lapsed.customers"),
              above=ANY),
    ),
    "concentration": (
        _lead("lead_concentration", ("share", "concentration.half_customer_share"),
              ("customers", "concentration.half_customers")),
    ),
    "value": (
        _lead("lead_value", ("money", "value.portfolio.clv_12m"), ("risk", "value.lost.at_risk")),
        _lead("lead_value_alone", ("money", "value.portfolio.clv_12m")),
    ),
    "satisfaction": (
        _lead("lead_themes", ("share", "satisfaction.themes.blamed_share"),
              ("blamed", "satisfaction.themes.blamed"),
              ("praised", "satisfaction.themes.praised")),
        _lead("lead_nps", ("nps", "satisfaction.nps"), above=ANY),
        _lead("lead_complaints", ("opened", "complaints.opened"), ("share", "complaints.open")),
    ),
    "accounts": (
        _lead("lead_accounts", ("customers", "accounts.key.customers"),
              ("share", "accounts.key.clv_share")),
    ),
    "relations": (
        _lead("lead_relations", ("overdue", "credit.overdue"), ("share", "credit.overdue_share")),
        _lead("lead_follow_ups", ("customers", "follow_ups.overdue")),
    ),
    "trust": (
        _lead("lead_trust", ("used", "quality.transactions.rows_used"),
              ("read", "quality.transactions.rows_read"), ("grade", "quality.grade")),
    ),
}  # fmt: skip
"""Facts by section, the one to be preferred first; a change beyond chance goes before them."""
LOOP = "loop"


def find_leads(
    results: Results, kpis: Sequence[Kpi], actions: Sequence[Statement]
) -> dict[str, Statement | None]:
    """The finding of each section; None where no number supports one.

    Takes what :func:`analysis.story.find_wins` takes.
    """
    leads: dict[str, Statement | None] = {LOOP: next(iter(actions), None)}
    for section, facts in LEADS.items():
        mine = [kpi for kpi in kpis if kpi.indicator.section == f"sec-{section}"]
        changes = [change for kpi in mine if (change := describe_change(kpi)) is not None]
        leads[section] = next(iter([*changes, *state_facts(results, facts)]), None)
    return leads
