"""Which parts of a section have data: the others say what they would need."""

from collections.abc import Mapping

from analysis.results import Result


def describe_satisfaction(results: Mapping[str, Result]) -> dict[str, bool]:
    """Which parts of the section on satisfaction have data."""
    answers = is_counted(results, "satisfaction.answers")
    complaints = is_counted(results, "complaints.opened")
    return {
        "satisfaction": answers or complaints,
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


def describe_relations(results: Mapping[str, Result]) -> dict[str, bool]:
    """Which parts of the section on relations have data."""
    return {
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
    }


def is_known(results: Mapping[str, Result], name: str) -> bool:
    """Whether a number could be computed."""
    return name in results and results[name].value is not None


def is_counted(results: Mapping[str, Result], name: str) -> bool:
    """Whether there is any of what a number counts."""
    return name in results and bool(results[name].value)
