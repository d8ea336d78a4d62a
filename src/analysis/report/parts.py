"""Which parts of the report have data: the rules behind its ``has.…`` conditions."""

from collections.abc import Mapping

from analysis.results import Result

Results = Mapping[str, Result]


def describe_parts(results: Results) -> dict[str, bool]:
    """Tell of each part of the report whether there is anything to show in it."""
    return {
        **describe_data(results),
        **describe_segmentation(results),
        **describe_value(results),
        **describe_satisfaction(results),
    }


def describe_data(results: Results) -> dict[str, bool]:
    """Which parts of the section on trust have data."""
    return {
        "channels": _is_known(results, "channels.count"),
        "read_notes": _is_known(results, "quality.read_notes"),
        "defect_trend": _is_known(results, "quality.trend.more"),
    }


def describe_segmentation(results: Results) -> dict[str, bool]:
    """Which parts of the sections on customers and accounts have data."""
    return {
        "revenue": _is_known(results, "concentration.gini"),
        "profit": _is_known(results, "concentration.profit_peak"),
        "unprofitable": _is_counted(results, "concentration.unprofitable.customers"),
        "earlier": _is_known(results, "movement.moved.customers"),
        "clusters": _is_known(results, "clusters.k"),
        "playbook": _is_known(results, "playbook.plays"),
        "tiers_absent": _is_counted(results, "tiers.absent"),
    }


def describe_value(results: Results) -> dict[str, bool]:
    """Which parts of the section on value have data."""
    return {
        "value": _is_known(results, "value.portfolio.clv_12m"),
        "model": _is_known(results, "value.model.log_likelihood"),
        "baseline": _is_label(results, "value.chosen.beats_baseline", "answer.no"),
        "holdout": _is_known(results, "value.chosen.bias"),
        "margin": _is_known(results, "value.margin"),
        "margin_from_cost": _is_label(results, "value.margin_origin", "margin_origin.cost"),
        "discount": _is_known(results, "value.discount_rate"),
        "newcomers": _is_known(results, "value.newcomers.clv_12m"),
        "bridge": _is_known(results, "value.bridge.end"),
        "watched": _is_counted(results, "value.watch.customers"),
        "win_back": _is_counted(results, "value.lost.win_back"),
        "one_time": _is_known(results, "value.one_time.p_alive"),
        "forecast": _is_known(results, "value.forecast.revenue.actual"),
        "health": _is_known(results, "value.health.mean"),
    }


def describe_satisfaction(results: Results) -> dict[str, bool]:
    """Which parts of the section on satisfaction have data."""
    answers = _is_counted(results, "satisfaction.answers")
    complaints = _is_counted(results, "complaints.opened")
    return {
        "satisfaction": answers or complaints,
        "answers": answers,
        "nps": _is_known(results, "satisfaction.nps"),
        "change": _is_known(results, "satisfaction.change.nps"),
        "response": _is_known(results, "satisfaction.response_rate"),
        "drivers": _is_known(results, "satisfaction.drivers.r2"),
        "comments": _is_known(results, "satisfaction.themes.blamed"),
        "complaints": complaints,
        "resolution": _is_known(results, "complaints.median_days_to_resolve"),
        "voices": _is_known(results, "satisfaction.money.promoter.value_share"),
        "retention": _is_known(results, "satisfaction.retention.difference"),
    }


def _is_known(results: Results, name: str) -> bool:
    return name in results and results[name].value is not None


def _is_counted(results: Results, name: str) -> bool:
    """Whether there is any of what a number counts."""
    return name in results and bool(results[name].value)


def _is_label(results: Results, name: str, label: str) -> bool:
    return name in results and results[name].value == label
