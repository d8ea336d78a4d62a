"""Assumptions: each check finds what it looks for, and nothing where there is nothing."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from analysis.value import (
    Check,
    bin_spend,
    check_drift,
    check_results,
    check_rhythm,
    check_season,
    check_spend,
    measure_intervals,
)


def rhythm_of(draw_intervals, n=400, each=4):
    """Purchase days of customers whose intervals are drawn."""
    rows = [
        (f"c{who}", date(2020, 1, 1) + timedelta(int(day)))
        for who in range(n)
        for day in np.cumsum([0, *np.maximum(np.rint(draw_intervals(each)), 1)])
    ]
    ids, days = zip(*rows, strict=True)
    table = ibis.memtable(
        {"customer_id": ids, "order_date": days, "has_purchase": [True] * len(ids)}
    )
    return check_rhythm(measure_intervals(table))


class TestRhythm:
    @pytest.mark.parametrize(("k", "verdicts"), [(1, {"ok"}), (2, {"warn", "fail"}), (4, {"fail"})])
    def test_the_shape_of_erlang_intervals_is_found(self, k, verdicts):
        rng = np.random.default_rng(k)
        regularity, _ = rhythm_of(lambda n: rng.gamma(k, 300 / k, n), n=1500, each=2)
        assert regularity.value == pytest.approx(k, rel=0.12)
        assert regularity.n == 1500
        assert regularity.verdict in verdicts

    def test_who_buys_as_if_by_contract_is_found(self):
        rng = np.random.default_rng(1)
        regularity, contract = rhythm_of(lambda n: rng.normal(30, 2, n))
        assert contract.value > 0.99
        assert (regularity.verdict, contract.verdict) == ("fail", "fail")
        _, random = rhythm_of(lambda n: rng.exponential(90, n))
        assert random.value < 0.05
        assert random.verdict == "ok"

    def test_the_limit_of_even_intervals_by_hand(self):
        """Intervals 8, 10, 12 have a coefficient of variation of .2; 5, 10, 15 of .5."""
        _, even = rhythm_of(lambda n: np.array([8, 10, 12]), n=60)
        _, uneven = rhythm_of(lambda n: np.array([5, 10, 15]), n=60)
        assert (even.value, uneven.value) == (1.0, 0.0)

    def test_too_few_customers_leave_it_open(self):
        checks = rhythm_of(lambda n: np.full(n, 9.0), n=40)
        assert [check.verdict for check in checks] == ["open", "open"]


class TestSpend:
    def test_rank_correlation_is_that_of_the_customers_one_by_one(self):
        rng = np.random.default_rng(5)
        rows = pd.DataFrame(
            {"frequency": rng.poisson(3, 400) + 1, "monetary_value": rng.integers(1, 30, 400) * 1.0}
        )
        rows["monetary_value"] += 2 * rows["frequency"]
        counted = rows.value_counts().rename("customers").reset_index()
        check = check_spend(counted)
        assert check.value == pytest.approx(spearmanr(rows).statistic)
        assert check.low < check.value < check.high
        assert check.verdict == "fail"

    def test_cdnow_spends_a_little_more_the_oftener_it_buys(self, cdnow_summary):
        from analysis.value import count_spend

        check = check_spend(count_spend(cdnow_summary))
        assert check.n == 946
        assert 0.1 < check.value < 0.3
        assert check.verdict == "warn"

    def test_bins_hold_every_repeat_buyer_once(self, cdnow_summary):
        bins = bin_spend(cdnow_summary)
        assert bins["frequency_from"].tolist() == [1, 2, 3, 5, 9]
        assert bins["customers"].sum() == 946
        first = cdnow_summary.filter(
            (cdnow_summary.frequency == 1) & (cdnow_summary.monetary_value > 0)
        ).monetary_value.execute()
        assert bins["spend"].iloc[0] == pytest.approx(first.mean())
        half = 1.96 * first.std() / np.sqrt(len(first))
        assert bins["high"].iloc[0] - bins["spend"].iloc[0] == pytest.approx(half, rel=1e-3)

    def test_a_single_buyer_has_no_interval(self):
        one = ibis.memtable({"frequency": [2], "monetary_value": [5.0]})
        assert bin_spend(one)[["low", "high"]].isna().all(axis=None)


def seasonal(peak: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three years of purchases as expected, but for each December."""
    index = pd.date_range("2021-01-03", "2023-12-31", freq="7D")
    weekly = np.where(index.month == 12, 100 * (1 + peak), 100.0)
    tracked = pd.DataFrame(
        {
            "week_end": index,
            "counted": weekly.cumsum(),
            "expected": 100.0 * np.arange(1, len(index) + 1),
        }
    )
    return pd.DataFrame({"repeats": weekly}), tracked


@pytest.mark.parametrize(("peak", "verdict"), [(0.0, "ok"), (0.3, "warn"), (0.8, "fail")])
def test_a_peak_that_repeats_is_a_season(peak, verdict):
    check = check_season(*seasonal(peak))
    assert check.verdict == verdict
    assert check.value == pytest.approx(peak, abs=1e-9)


def test_a_single_year_tells_no_season():
    days, tracked = seasonal(0.8)
    assert check_season(days, tracked.iloc[:52]).verdict == "open"


def bridge(start, reestimated):
    return pd.DataFrame(
        {"step": ["start", "reestimated"], "amount": [start, reestimated], "customers": [70, 70]}
    )


def test_drift_is_what_re_estimation_moved():
    assert check_drift(bridge(200.0, -20.0)).value == -0.1
    assert check_drift(bridge(200.0, -20.0)).verdict == "warn"
    assert check_drift(bridge(200.0, 40.0)).verdict == "fail"
    assert check_drift(bridge(0.0, 0.0)).verdict == "open"
    assert check_drift(bridge(200.0, float("nan"))).verdict == "open"


def test_verdicts_are_published_with_what_was_measured():
    checks = (Check("drift", 0.1, 70), Check("season", None, 0), Check("contract", 0.9, 60))
    results = check_results(checks)
    assert results["value.check.drift"].note == "warn"
    assert results["value.check.season"].value is None
    assert results["value.check.contract"].note == "fail"
    counts = [results[f"value.checks.{name}"].value for name in ("made", "warned", "failed")]
    assert counts == [2, 1, 1]
