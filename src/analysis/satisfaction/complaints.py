"""What goes wrong: how many complaints, how fast they are answered and solved, who comes back."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.params.satisfaction_models import ServiceLevels
from analysis.results import Result, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.small_cells import (
    FEWEST_NOT_DERIVABLE,
    FEWEST_SHOWN,
    REST,
    pool_small,
)
from analysis.satisfaction.survival import SurvivalCurve, kaplan_meier

WINDOW_DAYS = 365
"""How far back a customer's complaints are counted."""
HOURS = 24
NO_COMPLAINTS = "needs the table complaints"
_SHARES = (
    "complaints.open",
    "complaints.repeat_rate",
    "complaints.resolved_in_time",
    "complaints.answered_in_time",
)
_DAYS = (
    "complaints.median_days_to_resolve",
    "complaints.p90_days_to_resolve",
    "complaints.median_days_to_respond",
)
KIND_COLUMNS = ("kind", "level", "complaints", "share", "open", "median_days", "p90_days")


@dataclass(frozen=True)
class ServiceTimes:
    """How long the complaints of a quarter waited.

    Attributes
    ----------
    opened, still_open, unanswered : int
        Complaints opened in the quarter; those of them open, and never answered, when it ended.
    response, resolution : SurvivalCurve
        Days until the first answer, and until the complaint was closed.
    """

    opened: int
    still_open: int
    unanswered: int
    response: SurvivalCurve
    resolution: SurvivalCurve


def open_complaints(complaints: ir.Table, as_of: date) -> ir.Table:
    """Complaints as they stood at the end of the as-of date.

    Parameters
    ----------
    complaints : ibis table
        One row a complaint: ``complaint_id``, ``customer_id``, ``opened_at``,
        ``first_response_at``, ``closed_at``, ``category``, ``severity``.
    as_of : date
        Last day that counts. What happened later is not known yet.

    Returns
    -------
    ibis table
        One row a complaint opened by then: its columns, and ``is_open``, ``is_answered``,
        ``hours_open`` (until closed, else until now), ``hours_unanswered`` (until the first
        answer, else until closed or until now).
    """
    end = ibis.literal(as_of + timedelta(days=1)).cast("timestamp")
    rows = complaints.filter(complaints.opened_at < end)
    closed = (rows.closed_at < end).ifelse(rows.closed_at, None)
    answered = (rows.first_response_at < end).ifelse(rows.first_response_at, None)
    seen_until = closed.coalesce(end)
    return rows.mutate(
        is_open=closed.isnull(),
        is_answered=answered.notnull(),
        hours_open=_hours(rows.opened_at, seen_until),
        hours_unanswered=_hours(rows.opened_at, answered.coalesce(seen_until)),
    )


def measure_times(complaints: ir.Table, quarter: Quarter) -> ServiceTimes:
    """How fast the complaints opened in a quarter were answered and solved.

    Parameters
    ----------
    complaints : ibis table
        From :func:`open_complaints`.
    quarter : Quarter
        The quarter in which they were opened.
    """
    opened = _opened_in(complaints, quarter)
    resolution = _durations(opened, "hours_open", ~opened.is_open)
    response = _durations(opened, "hours_unanswered", opened.is_answered)
    return ServiceTimes(
        opened=int(resolution[["ended", "censored"]].to_numpy().sum()),
        still_open=int(resolution["censored"].sum()),
        unanswered=int(response["censored"].sum()),
        response=kaplan_meier(response),
        resolution=kaplan_meier(resolution),
    )


def resolution_curve(times: ServiceTimes) -> pd.DataFrame:
    """The curve to draw: one row a step, ``days``, ``share`` solved by then, ``low``, ``high``."""
    curve = times.resolution
    start = pd.DataFrame({"days": [0.0], "share": [0.0], "low": [0.0], "high": [0.0]})
    steps = pd.DataFrame(
        {
            "days": curve.time,
            "share": 1 - curve.share,
            "low": 1 - curve.high,
            "high": 1 - curve.low,
        }
    )
    return pd.concat([start, steps], ignore_index=True) if len(steps) else steps


def count_kinds(complaints: ir.Table, quarter: Quarter) -> pd.DataFrame:
    """Complaints opened in a quarter by category and by severity.

    Returns
    -------
    DataFrame
        One row a level, the most frequent first: :data:`KIND_COLUMNS`. ``median_days`` and
        ``p90_days`` until solved, open ones censored; null where they are not reached. Levels
        with fewer than 11 complaints are put together as ``other``.
    """
    opened = _opened_in(complaints, quarter)
    parts = [_count_kind(opened, kind) for kind in ("category", "severity")]
    return pd.concat(parts, ignore_index=True)


def count_repeaters(complaints: ir.Table, as_of: date) -> tuple[int, int]:
    """Customers who complained within a year, and those of them who did so more than once."""
    since = ibis.literal(as_of - timedelta(days=WINDOW_DAYS)).cast("timestamp")
    recent = complaints.filter(complaints.opened_at >= since)
    customers = recent.group_by("customer_id").agg(n=recent.count())
    row = customers.agg(total=customers.count(), repeated=(customers.n > 1).sum()).to_pandas()
    return int(row["total"].iloc[0]), int(row["repeated"].fillna(0).iloc[0])


def complaint_results(
    times: ServiceTimes,
    before: ServiceTimes,
    repeaters: tuple[int, int],
    promised: ServiceLevels,
) -> dict[str, Result]:
    """Published numbers of the complaints.

    ``complaints.opened``, ``.opened_before`` (in the quarter and the one before), ``.open`` (share
    still open at its end), ``.median_days_to_resolve``, ``.p90_days_to_resolve``,
    ``.median_days_to_respond``, ``.repeat_rate`` and the shares within the promised times.
    """
    if not times.opened:
        return dict.fromkeys(_SHARES, missing("ratio", NO_COMPLAINTS)) | {
            "complaints.opened": number(0, "count"),
            "complaints.opened_before": number(before.opened, "count"),
        } | dict.fromkeys(_DAYS, missing("days", NO_COMPLAINTS))  # fmt: skip
    hours = promised.respond_within_hours
    respond = None if hours is None else hours / HOURS
    return {
        "complaints.opened": number(times.opened, "count"),
        "complaints.opened_before": number(before.opened, "count"),
        "complaints.open": _share(times.still_open, times.opened, "complaints"),
        "complaints.repeat_rate": _share(repeaters[1], repeaters[0], "complaints within a year"),
        "complaints.median_days_to_resolve": _quantile(times.resolution, 0.5, times.opened),
        "complaints.p90_days_to_resolve": _quantile(times.resolution, 0.9, times.opened),
        "complaints.median_days_to_respond": _quantile(times.response, 0.5, times.opened),
        "complaints.resolved_in_time": _in_time(
            times.resolution, promised.resolve_within_days, "resolve_within_days"
        ),
        "complaints.answered_in_time": _in_time(times.response, respond, "respond_within_hours"),
    }


def _hours(begin: ir.TimestampValue, end: ir.TimestampValue) -> ir.IntegerValue:
    """Whole hours between two moments: exact enough for days, and few different values."""
    return (end.epoch_seconds() - begin.epoch_seconds()).floordiv(3600).cast("int64")


def _opened_in(complaints: ir.Table, quarter: Quarter) -> ir.Table:
    day = complaints.opened_at.date()
    return complaints.filter(day.between(quarter.first_day, quarter.last_day))


def _durations(rows: ir.Table, hours: str, has_ended: ir.BooleanValue) -> pd.DataFrame:
    """Distinct durations in days with how many ended, and how many were still waiting."""
    counted = rows.group_by(hours=rows[hours]).agg(
        ended=has_ended.sum().coalesce(0), censored=(~has_ended).sum().coalesce(0)
    )
    frame = counted.to_pandas()
    return frame.assign(time=frame["hours"] / HOURS)


def _count_kind(opened: ir.Table, kind: str) -> pd.DataFrame:
    rows = opened.group_by(level=opened[kind], hours=opened.hours_open).agg(
        ended=(~opened.is_open).sum(), censored=opened.is_open.sum()
    )
    frame = rows.to_pandas()
    if frame["level"].isna().all():
        return pd.DataFrame(columns=list(KIND_COLUMNS))
    frame["time"] = frame["hours"] / HOURS
    frame["complaints"] = frame["ended"] + frame["censored"]
    levels = frame.groupby("level", dropna=False)["complaints"].sum().reset_index()
    shown_as = dict(zip(levels["level"], pool_small(levels, "complaints"), strict=True))
    frame["level"] = frame["level"].map(shown_as).fillna(REST)
    found = []
    for level, durations in frame.groupby("level"):
        curve, n = kaplan_meier(durations), int(durations["complaints"].sum())
        if n >= FEWEST_NOT_DERIVABLE:
            share, still_open = n / frame["complaints"].sum(), durations["censored"].sum() / n
            days = curve.quantile(0.5), curve.quantile(0.9)
            found.append((kind, level, n, share, still_open, *days))
    counted = pd.DataFrame(found, columns=list(KIND_COLUMNS))
    figures = counted.astype({"median_days": "float64", "p90_days": "float64"})
    order = ["complaints", "level"]
    return figures.sort_values(order, ascending=[False, True], ignore_index=True)


def _share(count: int, n: int, of: str) -> Result:
    if n < FEWEST_SHOWN:
        return missing("ratio", f"needs {FEWEST_SHOWN} {of}; there are {n}")
    low, high = wilson_interval(count / n, n)
    return number(count / n, "ratio", n=n, low=low, high=high)


def _quantile(curve: SurvivalCurve, ended: float, n: int) -> Result:
    if n < FEWEST_SHOWN:
        return missing("days", f"needs {FEWEST_SHOWN} complaints; there are {n}")
    value = curve.quantile(ended)
    if value is None:
        return missing("days", f"fewer than {ended:.0%} have come to an end")
    low, high = curve.quantile_interval(ended)
    return number(value, "days", n=n, low=low, high=high, note="open complaints censored")


def _in_time(curve: SurvivalCurve, days: float | None, key: str) -> Result:
    if days is None:
        return missing("ratio", f"needs satisfaction.service_levels.{key}")
    share = curve.ended_by(days)
    return missing("ratio", NO_COMPLAINTS) if share is None else number(share, "ratio")
