"""The strip of page one: each indicator with its change, its interval and a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.inference import DOWN, NO_EVIDENCE, UP, Z, judge_changes
from analysis.params.owner_models import Area
from analysis.results import Result, Unit
from analysis.story.statements import Figure, Results, figure

FINEST: dict[Unit, float] = {"ratio": 0.0005, "points": 0.05, "score": 0.005, "money": 0.005}
"""The smallest change that is still seen when it is printed; half a one of what is counted."""
COUNTED = 0.5


@dataclass(frozen=True)
class Indicator:
    """One of the numbers on page one.

    Attributes
    ----------
    name : str
        Its words are under ``kpi`` in the locales, what it needs under ``kpi_needs``.
    value : str
        The published number.
    change : str
        The published change since last quarter, with its interval.
    is_good : bool
        Whether more of it is good.
    area : str
        Who answers for it.
    section : str
        Anchor of the section that has the evidence.
    """

    name: str
    value: str
    change: str
    is_good: bool
    area: Area
    section: str


STRIP = (
    Indicator("active_customers", "customers.active_quarter", "compared.active_customers",
              True, "sales", "sec-customers"),
    Indicator("retention", "retention.active_rate", "compared.retention",
              True, "sales", "sec-retention"),
    Indicator("revenue", "revenue.quarter", "compared.revenue", True, "sales", "sec-changes"),
    Indicator("nps", "satisfaction.nps", "satisfaction.change.nps",
              True, "service", "sec-satisfaction"),
    Indicator("clv", "value.portfolio.clv_12m", "compared.clv", True, "marketing", "sec-value"),
    Indicator("value_at_risk", "value.lost.at_risk", "compared.value_at_risk",
              False, "marketing", "sec-value"),
    Indicator("top10_share", "concentration.top10_share", "compared.top10_share",
              False, "management", "sec-concentration"),
    Indicator("overdue", "credit.overdue", "compared.overdue",
              False, "finance", "sec-relations"),
)  # fmt: skip


@dataclass(frozen=True)
class Kpi:
    """An indicator as this review found it.

    Attributes
    ----------
    indicator : Indicator
        Which one.
    value : Figure or None
        The number; None where it could not be computed.
    change : Figure or None
        Its change since last quarter; None without a comparison.
    low, high : float or None
        95 % interval of the change.
    n : int or None
        Customers or answers behind the change.
    verdict : str or None
        ``up``, ``down`` or ``no_evidence``; None without a comparison.
    """

    indicator: Indicator
    value: Figure | None
    change: Figure | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    verdict: str | None = None

    @property
    def before(self) -> float | None:
        """Last quarter's number."""
        if self.value is None or self.change is None:
            return None
        return float(self.value.value) - float(self.change.value)

    @property
    def is_good(self) -> bool | None:
        """Whether it changed for the better; None if nothing says that it changed."""
        if self.verdict not in (UP, DOWN):
            return None
        return (self.verdict == UP) == self.indicator.is_good


def read_strip(results: Results, strip: Sequence[Indicator] = STRIP) -> list[Kpi]:
    """Judge every indicator of the strip that can be compared, all of them together.

    Parameters
    ----------
    results : mapping
        Published numbers by name.
    strip : sequence of Indicator
        What the strip shows.

    Notes
    -----
    The false discovery rate over the strip is 5 % (Benjamini & Hochberg). The error of a change is
    read off its 95 % interval. A change that would be printed as zero is none.
    """
    kpis = [_read(results, indicator) for indicator in strip]
    intervals = [
        (float(kpi.change.value), kpi.low, kpi.high)
        for kpi in kpis
        if kpi.change is not None and kpi.low is not None and kpi.high is not None
    ]
    frame = pd.DataFrame(intervals, columns=["change", "low", "high"], dtype="float64")
    judged = judge_changes(frame["change"], (frame["high"] - frame["low"]) / (2 * Z))
    verdicts = iter(judged["verdict"])
    return [kpi if kpi.change is None else _judge(kpi, str(next(verdicts))) for kpi in kpis]


def _read(results: Results, indicator: Indicator) -> Kpi:
    value, change = figure(results, indicator.value), results.get(indicator.change)
    if value is None or isinstance(value.value, str):
        return Kpi(indicator, None)
    if change is None or not _holds_its_interval(change):
        return Kpi(indicator, value)
    by = Figure(indicator.change, float(change.value or 0), change.unit, "signed")
    return Kpi(indicator, value, by, change.low, change.high, change.n)


def _holds_its_interval(change: Result) -> bool:
    """Whether there is a change, and an interval around it."""
    if not isinstance(change.value, int | float) or change.low is None or change.high is None:
        return False
    return change.low <= change.value <= change.high


def _judge(kpi: Kpi, verdict: str) -> Kpi:
    """A change that nobody could see in print is none."""
    seen = FINEST.get(kpi.change.unit, COUNTED) if kpi.change else 0.0
    is_seen = kpi.change is not None and abs(float(kpi.change.value)) >= seen
    return replace(kpi, verdict=verdict if is_seen else NO_EVIDENCE)
