"""Repeat purchases week by week, and whether the predicted best are those who spend."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.customers import sum_days
from analysis.value import (
    NotEstimableError,
    ValueModels,
    count_days,
    predict_sales,
    ranking_results,
    track_purchases,
)

REFUSED = NotEstimableError("12 customers bought again; a fit needs at least 50")
SPLIT = pd.Timestamp(1997, 9, 30)


@pytest.fixture(scope="module")
def daily(cdnow_transactions, cdnow_summary) -> pd.DataFrame:
    return count_days(sum_days(cdnow_transactions), cdnow_summary)


def test_days_hold_every_customer_and_purchase(daily, cdnow_patterns):
    assert daily["newcomers"].sum() == 2357
    assert daily["repeats"].sum() == cdnow_patterns["frequency"] @ cdnow_patterns["customers"]
    assert (daily.index == pd.date_range(daily.index[0], daily.index[-1])).all()


def test_expectation_is_that_of_every_customer_at_their_age(daily, cdnow_models, cdnow_patterns):
    tracked = track_purchases(daily, cdnow_models.bgnbd, SPLIT)
    last = tracked.iloc[-1]
    ages = (last["week_end"] - daily.index[daily["newcomers"] > 0]).days
    newcomers = daily["newcomers"][daily["newcomers"] > 0].to_numpy()
    exact = newcomers @ cdnow_models.bgnbd.expected_purchases_new(ages)
    assert last["expected"] == pytest.approx(exact, rel=1e-3)
    # Fader, Hardie & Lee (2005), figure 4: the curve follows the counts.
    assert last["expected"] == pytest.approx(last["counted"], rel=0.03)
    assert not tracked["is_holdout"].any()


def test_weeks_after_the_split_are_marked(daily, cdnow_models):
    tracked = track_purchases(daily, cdnow_models.bgnbd, pd.Timestamp(1997, 6, 30))
    assert tracked["is_holdout"].sum() == 14
    assert tracked["counted"].is_monotonic_increasing


def test_without_a_model_only_counts_are_known(daily):
    tracked = track_purchases(daily, REFUSED, SPLIT)
    assert tracked["expected"].isna().all()
    assert tracked["counted"].notna().all()


def test_days_by_hand(order_lines):
    first = date(2026, 1, 1)
    lines = order_lines(
        [
            ("a", "1", first, 5),
            ("a", "2", first, 5),
            ("b", "3", first + timedelta(2), 5),
            ("a", "4", first + timedelta(2), 5),
            ("a", "5", first + timedelta(3), -5),
        ]
    )
    summary = ibis.memtable({"first_order_date": [first, first + timedelta(2)]})
    counted = count_days(sum_days(lines), summary)
    assert counted["newcomers"].tolist() == [1, 0, 1]
    assert counted["repeats"].tolist() == [0, 0, 1]


class TestRanking:
    """Sales of CDNOW's holdout; Gini and capture were measured once with other code."""

    @pytest.fixture(scope="class")
    def sales(self, cdnow_summary, cdnow_later_summary, cdnow_models):
        return predict_sales(cdnow_summary, cdnow_later_summary, cdnow_models, 39 * 7)

    def test_published_measures_of_cdnow(self, sales):
        found = sales.agg(predicted=sales.predicted.sum(), actual=sales.actual.sum()).to_pandas()
        assert found["predicted"].iloc[0] == pytest.approx(59932, abs=5)
        assert found["actual"].iloc[0] == pytest.approx(70976, abs=1)
        results = ranking_results(sales)
        assert results["value.holdout.gini"].value == pytest.approx(0.638, abs=5e-4)
        assert results["value.holdout.top_tenth"].value == pytest.approx(0.502, abs=5e-4)
        assert results["value.holdout.top_tenth_best"].value == pytest.approx(0.762, abs=5e-4)

    def test_gini_by_pairs(self):
        """Half the mean difference of all pairs, with predicted order as their sign."""
        guess, fact = np.array([3.0, 1.0, 2.0, 5.0]), np.array([4.0, 0.0, 9.0, 7.0])
        pairs = [(i, j) for i in range(4) for j in range(4)]
        signed = sum(np.sign(guess[i] - guess[j]) * (fact[i] - fact[j]) for i, j in pairs)
        best = sum(abs(fact[i] - fact[j]) for i, j in pairs)
        table = ibis.memtable({"predicted": guess, "actual": fact})
        gini = ranking_results(table)["value.holdout.gini"].value
        assert gini == pytest.approx(signed / best)

    def test_a_perfect_order_has_a_gini_of_1_and_no_order_of_0(self):
        sales = {"actual": [1.0, 5.0, 2.0], "predicted": [0.1, 0.9, 0.5]}
        assert ranking_results(ibis.memtable(sales))["value.holdout.gini"].value == 1
        alike = ibis.memtable(sales | {"predicted": [0.5] * 3})
        assert ranking_results(alike)["value.holdout.gini"].value == pytest.approx(0, abs=1e-12)

    def test_without_models_or_sales_there_is_no_rank(self, cdnow_summary):
        nothing = ValueModels(REFUSED, REFUSED, REFUSED, REFUSED)
        assert predict_sales(cdnow_summary, cdnow_summary, nothing, 90) is None
        assert ranking_results(None)["value.holdout.gini"].value is None
        none_sold = ibis.memtable({"predicted": [1.0, 2.0], "actual": [0.0, 0.0]})
        assert "sales" in ranking_results(none_sold)["value.holdout.gini"].note
