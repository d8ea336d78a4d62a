"""Exchange rates and figures to compare with."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from analysis.demo.columns import Floats, Integers, calendar_days
from analysis.demo.timeline import Timeline
from analysis.demo.words import Words

HOME, FOREIGN = "CNY", "USD"
FIRST_RATE = 7.1
BENCHMARKS = (
    ("satisfaction.nps", 31.0),
    ("retention.repeat_rate", 0.62),
    ("credit.dso_days", 47.0),
    ("funnel.win_rate", 0.3),
)


def draw_rates(rng: Generator, timeline: Timeline) -> tuple[Integers, Floats]:
    """CNY for one USD from the first day of each month on: the days, and the rates."""
    months = [
        (quarter.first_day + timedelta(days=31 * month)).replace(day=1)
        for quarter in timeline.quarters
        for month in range(3)
    ]
    months.append(timeline.quarter.shift(1).first_day)
    rates = FIRST_RATE * np.exp(np.cumsum(rng.normal(0, 0.006, len(months))))
    return np.array([timeline.number(day) for day in months]), rates.round(4)


def tabulate_rates(days: Integers, rates: Floats, timeline: Timeline, words: Words) -> pa.Table:
    """The table ``fx_rates``."""
    return pa.table(
        {
            "currency": pa.array([FOREIGN] * len(days)),
            "date": calendar_days(timeline.first_day, days),
            "rate": pa.array(rates),
            "source": pa.array([words.rate_source] * len(days)),
        }
    )


def tabulate_benchmarks(timeline: Timeline, words: Words) -> pa.Table:
    """The table ``benchmarks``."""
    metrics, values = zip(*BENCHMARKS, strict=True)
    return pa.table(
        {
            "metric": pa.array(metrics),
            "value": pa.array(values),
            "period": pa.array([str(timeline.quarter.shift(-1))] * len(metrics)),
            "source": pa.array([words.benchmark_source] * len(metrics)),
        }
    )
