"""Complaints as they stood on a day, and how long they waited."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analysis import satisfaction
from analysis.params.satisfaction_models import ServiceLevels
from analysis.satisfaction import kaplan_meier
from analysis.schemas import COMPLAINTS

from .conftest import QUARTER, make_table

OPENED = datetime(2026, 8, 3, 9)
AS_OF = QUARTER.last_day
PROMISED = ServiceLevels(respond_within_hours=4, resolve_within_days=2)

# Remission in weeks under 6-MP; + is censored. Freireich et al. (1963), in Cox & Oakes (1984).
REMISSION = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def durations(ended, censored) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": [*ended, *censored],
            "ended": [1] * len(ended) + [0] * len(censored),
            "censored": [0] * len(ended) + [1] * len(censored),
        }
    )


class TestKaplanMeier:
    def test_as_published(self):
        curve = kaplan_meier(durations(REMISSION, CENSORED))
        published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
        assert dict(zip(curve.time, curve.share.round(3), strict=True)) == published
        assert curve.quantile(0.5) == 23

    def test_as_in_statsmodels(self):
        rng = np.random.default_rng(6)
        for _ in range(10):
            time = rng.exponential(10, 80).round(1) + 0.1
            ended = rng.random(80) < 0.7
            expected = SurvfuncRight(time, ended.astype(int))
            curve = kaplan_meier(durations(time[ended], time[~ended]))
            is_end = expected.n_events > 0
            assert curve.share == pytest.approx(expected.surv_prob[is_end])
            for share in (0.111, 0.503, 0.707):  # which no curve meets exactly
                if expected.surv_prob.min() < 1 - share:
                    assert curve.quantile(share) == pytest.approx(expected.quantile(share))
            low, high = curve.quantile_interval(0.5)
            with np.errstate(all="ignore"):
                expected_low, expected_high = expected.quantile_ci(0.5, method="cloglog")
            assert low == pytest.approx(expected_low)
            assert (high or np.inf) == pytest.approx(expected_high)

    def test_without_censoring_it_is_the_plain_share(self):
        curve = kaplan_meier(durations([1, 2, 2, 4], []))
        assert [curve.ended_by(day) for day in (0.5, 1, 2, 3, 9)] == [0, 0.25, 0.75, 0.75, 1]
        assert curve.quantile(0.9) == 4

    def test_what_never_ends_has_no_median(self):
        curve = kaplan_meier(durations([1], [2, 3, 4]))
        assert curve.quantile(0.5) is None
        assert curve.quantile_interval(0.5)[1] is None

    def test_nothing_watched(self):
        curve = kaplan_meier(durations([], []))
        assert curve.quantile(0.5) is None
        assert curve.ended_by(3) is None


def complaint(number: int, opened=OPENED, answered=None, closed=None, **more):
    def after(hours):
        return None if hours is None else opened + timedelta(hours=hours)

    return {
        "complaint_id": f"T{number}",
        "customer_id": f"C{number}",
        "opened_at": opened,
        "first_response_at": after(answered),
        "closed_at": after(closed),
        **more,
    }


def seen(rows):
    return satisfaction.open_complaints(make_table(COMPLAINTS, rows), AS_OF)


def test_the_as_of_date_decides_what_is_known():
    end = datetime(2026, 9, 30, 22)
    rows = seen(
        [
            complaint(1, end, answered=1, closed=3),  # closed on the day after
            complaint(2, end, answered=3, closed=9),
            complaint(3, datetime(2026, 10, 1)),
        ]
    )
    found = rows.order_by("complaint_id").to_pandas()
    assert found["is_open"].tolist() == [True, True]
    assert found["is_answered"].tolist() == [True, False]
    assert found["hours_open"].tolist() == [2, 2]
    assert found["hours_unanswered"].tolist() == [1, 2]


def test_times_of_a_quarter():
    rows = [
        *(complaint(n, answered=2, closed=24 * (1 + n % 4)) for n in range(32)),
        *(complaint(40 + n) for n in range(8)),
        complaint(60, datetime(2026, 6, 30, 23), answered=1, closed=2),
    ]
    times = satisfaction.measure_times(seen(rows), QUARTER)
    assert (times.opened, times.still_open, times.unanswered) == (40, 8, 8)
    assert times.resolution.quantile(0.5) == 3
    assert times.resolution.quantile(0.9) is None
    assert times.response.quantile(0.5) == pytest.approx(2 / 24)
    results = satisfaction.complaint_results(
        times, satisfaction.measure_times(seen(rows), QUARTER.previous()), (40, 0), PROMISED
    )
    assert results["complaints.open"].value == 0.2
    assert results["complaints.open"].low < 0.2 < results["complaints.open"].high
    assert results["complaints.opened_before"].value == 1
    assert results["complaints.median_days_to_resolve"].value == 3
    assert results["complaints.p90_days_to_resolve"].value is None
    assert results["complaints.answered_in_time"].value == pytest.approx(0.8)
    assert results["complaints.resolved_in_time"].value == pytest.approx(0.4)
    curve = satisfaction.resolution_curve(times)
    assert curve["share"].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert (curve["low"] <= curve["share"]).all()
    assert (curve["share"] <= curve["high"]).all()


def test_no_promise_no_share_in_time():
    rows = [complaint(n, answered=2, closed=24) for n in range(40)]
    times = satisfaction.measure_times(seen(rows), QUARTER)
    results = satisfaction.complaint_results(times, times, (40, 0), ServiceLevels())
    assert "resolve_within_days" in results["complaints.resolved_in_time"].note
    assert "respond_within_hours" in results["complaints.answered_in_time"].note


def test_no_complaints_say_what_they_need():
    times = satisfaction.measure_times(seen([]), QUARTER)
    results = satisfaction.complaint_results(times, times, (0, 0), PROMISED)
    filled = satisfaction.complaint_results(
        satisfaction.measure_times(seen([complaint(n) for n in range(40)]), QUARTER),
        times, (40, 3), PROMISED,
    )  # fmt: skip
    assert results.keys() == filled.keys()
    assert results["complaints.open"].value is None
    assert results["complaints.opened"].value == 0


def test_few_complaints_are_counted_and_not_measured():
    times = satisfaction.measure_times(seen([complaint(1, closed=5)]), QUARTER)
    results = satisfaction.complaint_results(times, times, (1, 0), PROMISED)
    assert results["complaints.opened"].value == 1
    assert "30 complaints" in results["complaints.open"].note


def test_kinds_with_their_own_times():
    rows = [
        *(complaint(n, closed=24, category="late", severity="high") for n in range(20)),
        *(complaint(30 + n, closed=96, category="broken", severity="low") for n in range(12)),
        *(complaint(60 + n, closed=48, category=f"rare {n}", severity="low") for n in range(11)),
        *(complaint(80 + n, category="late", severity="low") for n in range(2)),
    ]
    kinds = satisfaction.count_kinds(seen(rows), QUARTER)
    category = kinds[kinds["kind"] == "category"].set_index("level")
    assert category["complaints"].to_dict() == {"late": 22, "broken": 12, "other": 11}
    assert category.loc["late", "open"] == pytest.approx(2 / 22)
    assert category["median_days"].to_dict() == {"late": 1, "broken": 4, "other": 2}
    assert category.loc["late", "share"] == pytest.approx(22 / 45)
    severity = kinds[kinds["kind"] == "severity"]
    assert severity["level"].tolist() == ["low", "high"]


def test_what_is_pooled_cannot_be_subtracted():
    rows = [
        *(complaint(n, closed=24, category="late") for n in range(20)),
        *(complaint(30 + n, closed=24, category="broken") for n in range(12)),
        *(complaint(60 + n, closed=24, category="rare") for n in range(4)),
    ]
    kinds = satisfaction.count_kinds(seen(rows), QUARTER).set_index("level")
    assert kinds["complaints"].to_dict() == {"late": 20, "other": 16}


def test_kinds_of_few_are_not_shown():
    rows = [complaint(n, closed=24, category="late") for n in range(10)]
    assert satisfaction.count_kinds(seen(rows), QUARTER).empty


def test_repeaters_are_customers_of_the_last_year():
    rows = [
        complaint(1),
        complaint(2) | {"customer_id": "C1"},
        complaint(3),
        complaint(4, datetime(2025, 9, 1)) | {"customer_id": "C3"},
    ]
    assert satisfaction.count_repeaters(seen(rows), AS_OF) == (2, 1)
