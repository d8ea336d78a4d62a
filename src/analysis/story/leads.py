"""The finding that stands at the head of each section: the first that its numbers bear out."""

from collections.abc import Mapping, Sequence

from analysis.story.findings import Fact, describe_change, state_facts
from analysis.story.indicators import Kpi
from analysis.story.statements import Results, Statement

ANY = float("-inf")
LEADS: Mapping[str, tuple[Fact, ...]] = {
    "customers": (
        Fact("lead_customers", (("share", "segments.largest_by_revenue.revenue_share"),
                                ("segment", "segments.largest_by_revenue.segment"),
                                ("customers", "segments.largest_by_revenue.customer_share")),
             "sales", "sec-customers", "customers"),
    ),
    "movement": (
        Fact("lead_movement", (("up", "movement.up.customers"), ("down", "movement.down.customers"),
                               ("lapsed", "movement.lapsed.customers")),
             "sales", "sec-movement", "movement", above=ANY),
    ),
    "concentration": (
        Fact("lead_concentration", (("share", "concentration.half_customer_share"),
                                    ("customers", "concentration.half_customers")),
             "management", "sec-concentration", "concentration"),
    ),
    "value": (
        Fact("lead_value", (("money", "value.portfolio.clv_12m"), ("risk", "value.lost.at_risk")),
             "marketing", "sec-value", "value"),
        Fact("lead_value_alone", (("money", "value.portfolio.clv_12m"),),
             "marketing", "sec-value", "value"),
    ),
    "satisfaction": (
        Fact("lead_themes", (("share", "satisfaction.themes.blamed_share"),
                             ("blamed", "satisfaction.themes.blamed"),
                             ("praised", "satisfaction.themes.praised")),
             "service", "sec-satisfaction", "satisfaction"),
        Fact("lead_nps", (("nps", "satisfaction.nps"),),
             "service", "sec-satisfaction", "satisfaction", above=ANY),
        Fact("lead_complaints", (("opened", "complaints.opened"), ("share", "complaints.open")),
             "service", "sec-satisfaction", "satisfaction"),
    ),
    "accounts": (
        Fact("lead_accounts", (("customers", "accounts.key.customers"),
                               ("share", "accounts.key.clv_share")),
             "sales", "sec-accounts", "accounts"),
    ),
    "relations": (
        Fact("lead_relations", (("overdue", "credit.overdue"), ("share", "credit.overdue_share")),
             "finance", "sec-relations", "relations"),
        Fact("lead_follow_ups", (("customers", "follow_ups.overdue"),),
             "sales", "sec-relations", "relations"),
    ),
    "trust": (
        Fact("lead_trust", (("used", "quality.transactions.rows_used"),
                            ("read", "quality.transactions.rows_read"),
                            ("grade", "quality.grade")),
             "data", "sec-trust", "trust"),
    ),
}  # fmt: skip
"""Facts by section, the one to be preferred first; a change beyond chance goes before them."""
LOOP = "loop"


def find_leads(
    results: Results, kpis: Sequence[Kpi], actions: Sequence[Statement]
) -> dict[str, Statement | None]:
    """The finding of each section; None where no number supports one.

    Parameters
    ----------
    results : mapping
        Published numbers by name.
    kpis : sequence of Kpi
        From :func:`analysis.story.indicators.read_strip`.
    actions : sequence of Statement
        What last quarter's actions did, from :func:`analysis.story.actions.grade_actions`.
    """
    leads: dict[str, Statement | None] = {LOOP: next(iter(actions), None)}
    for section, facts in LEADS.items():
        mine = [kpi for kpi in kpis if kpi.indicator.section == f"sec-{section}"]
        changes = [change for kpi in mine if (change := describe_change(kpi)) is not None]
        leads[section] = next(iter([*changes, *state_facts(results, facts)]), None)
    return leads
