"""Which parts of the report have data: the flags that its documents show and hide parts by."""

from collections.abc import Mapping

from analysis.params import Params
from analysis.results import Result


def describe_parts(params: Params, results: Mapping[str, Result]) -> dict[str, bool]:
    """Say of each part of the report whether there is anything to show.

    Documents ask for it as ``has.<part>``, with ``content-visible when-meta``.
    """
    return {
        "channels": is_known(results, "channels.count"),
        "read_notes": is_known(results, "quality.read_notes"),
        "defect_trend": is_known(results, "quality.trend.more"),
        "discount": params.value.discount_rate is not None,
        "revenue": is_known(results, "concentration.gini"),
        "revenue_bridge": is_known(results, "revenue.bridge.end"),
        "profit": is_known(results, "concentration.profit_peak"),
        "unprofitable": is_counted(results, "concentration.unprofitable.customers"),
        "cannot_lose": is_counted(results, "segments.grid.cannot_lose.customers"),
        "retention_rates": is_known(results, "retention.active_rate"),
        "earlier": is_known(results, "movement.moved.customers"),
        "clusters": is_known(results, "clusters.k"),
        "playbook": is_known(results, "playbook.plays"),
        "restated": is_known(results, "restatement.moved"),
        "tiers_absent": is_counted(results, "tiers.absent"),
        **describe_value(results),
        **describe_satisfaction(results),
        **describe_loop(results),
        **describe_relations(results),
    }


def describe_value(results: Mapping[str, Result]) -> dict[str, bool]:
    """Parts of the section on value."""
    beats_baseline = results.get("value.chosen.beats_baseline")
    return {
        "value": is_known(results, "value.portfolio.clv_12m"),
        "model": is_known(results, "value.model.log_likelihood"),
        "baseline": beats_baseline is not None and beats_baseline.value == "answer.no",
        "holdout": is_known(results, "value.chosen.bias"),
        "margin": is_known(results, "value.margin"),
        "newcomers": is_known(results, "value.newcomers.clv_12m"),
        "bridge": is_known(results, "value.bridge.end"),
        "watched": is_counted(results, "value.watch.customers"),
        "win_back": is_counted(results, "value.lost.win_back"),
        "one_time": is_known(results, "value.one_time.at_risk"),
        "forecast": is_known(results, "value.forecast.revenue.actual"),
        "health": is_known(results, "value.health.mean"),
    }


def describe_satisfaction(results: Mapping[str, Result]) -> dict[str, bool]:
    """Parts of the section on satisfaction."""
    answers = is_counted(results, "satisfaction.answers")
    complaints = is_counted(results, "complaints.opened")
    return {
        "satisfaction": answers or complaints,
        "satisfaction_needs": not all(
            is_known(results, name)
            for name in ("satisfaction.nps", "satisfaction.response_rate", "complaints.opened")
        ),
        "answers": answers,
        "nps": is_known(results, "satisfaction.nps"),
        "change": is_known(results, "satisfaction.change.nps"),
        "response": is_known(results, "satisfaction.response_rate"),
        "drivers": is_known(results, "satisfaction.drivers.r2"),
        "comments": is_known(results, "satisfaction.themes.blamed"),
        "complaints": complaints,
        "resolution": is_known(results, "complaints.median_days_to_resolve"),
        "voices": is_known(results, "satisfaction.money.promoter.value_share"),
        "retention": is_known(results, "satisfaction.retention.difference"),
    }


def describe_loop(results: Mapping[str, Result]) -> dict[str, bool]:
    """Parts of the sections on last quarter's actions and on key accounts."""
    return {
        "account_needs": not is_known(results, "actions.types"),
        "actions": is_known(results, "actions.types"),
        "effects": is_counted(results, "actions.judged"),
        "effects_by_segment": is_known(results, "actions.by_segment"),
        "account_cards": is_counted(results, "accounts.key.open"),
        "account_changes": is_known(results, "accounts.key.joined"),
        "decisions": is_counted(results, "story.open_decisions"),
    }


def describe_relations(results: Mapping[str, Result]) -> dict[str, bool]:
    """Parts of the section on what is open with customers."""
    made_of = (
        "credit.open", "funnel.open", "follow_ups.overdue", "owners.listed", "engagement.share",
        "points.members", "campaigns.reached",
    )  # fmt: skip
    return {
        "relations_needs": not all(is_known(results, name) for name in made_of),
        "credit": is_known(results, "credit.open"),
        "dso": is_known(results, "credit.dso_days"),
        "dso_change": is_known(results, "credit.dso_change"),
        "credit_limits": is_known(results, "credit.limit_use"),
        "expected_loss": is_known(results, "credit.expected_loss"),
        "credit_warned": is_counted(results, "credit.warned"),
        "credit_strangers": is_counted(results, "credit.strangers"),
        "funnel": is_known(results, "funnel.open"),
        "win_rate": is_known(results, "funnel.win_rate"),
        "velocity": is_known(results, "funnel.velocity"),
        "slow_deals": is_known(results, "funnel.slow"),
        "coverage": is_known(results, "funnel.coverage"),
        "follow_ups": is_known(results, "follow_ups.overdue"),
        "overdue": is_counted(results, "follow_ups.overdue"),
        "cadence": is_known(results, "follow_ups.kept"),
        "birthdays": is_known(results, "care.birthdays"),
        "holidays": is_known(results, "care.holidays"),
        "renewals": is_known(results, "care.renewals"),
        "engagement": is_known(results, "engagement.share"),
        "owners": is_known(results, "owners.listed"),
        "stakeholders": is_known(results, "stakeholders.kinds"),
        "points": is_known(results, "points.members"),
        "point_value": is_known(results, "points.liability"),
        "members_compared": is_known(results, "points.member_bought"),
        "campaigns": is_known(results, "campaigns.reached"),
        "campaign_costs": is_known(results, "campaigns.cost_per_buyer"),
        "whitespace": is_counted(results, "whitespace.customers"),
        "benchmarks": is_known(results, "benchmarks.compared"),
    }


def is_known(results: Mapping[str, Result], name: str) -> bool:
    """Whether a number could be computed."""
    return name in results and results[name].value is not None


def is_counted(results: Mapping[str, Result], name: str) -> bool:
    """Whether there is any of what a number counts."""
    return name in results and bool(results[name].value)
