"""Value, warnings, bridge and health are the same tables on Spark as on DuckDB."""

from dataclasses import replace

import ibis
import pandas as pd
import pytest

from analysis import customers, value
from analysis.params.value_models import HealthWeights

from .conftest import QUARTER, compare

pytest.importorskip("pyspark", reason="PySpark is not installed: make test-spark")

LAST = QUARTER.previous()
LIMITS = value.Thresholds(watch_below=0.5, lost_below=0.1, overdue_ratio=2.0)


@pytest.fixture(scope="module")
def days(both, stored):
    return tuple(stored(customers.sum_days(lines)) for lines in both)


@pytest.fixture(scope="module")
def then(days, stored):
    return tuple(stored(value.summarize_at(each, LAST)) for each in days)


@pytest.fixture(scope="module")
def models(summaries):
    return value.fit_models(summaries[0], 7)


@pytest.fixture(scope="module")
def scored(summaries, models, stored):
    return tuple(stored(value.score_value(s, models, 0.4, 0.1)) for s in summaries)


@pytest.fixture(scope="module")
def warned(summaries, scores, scored, models, days, stored):
    def warn(summary, segments, values, each):
        once = value.score_value(summary, models.for_one_time_buyers, 0.4, 0.1)
        intervals = value.measure_intervals(each)
        nothing = value.Signals(None, has_complaints=False)
        return stored(
            value.assess_churn(summary, values, once, segments, intervals, nothing, LIMITS)
        )

    return tuple(map(warn, summaries, scores, scored, days))


def frames(tables: tuple[ibis.Table, ibis.Table]) -> list[pd.DataFrame]:
    return [table.to_pandas() for table in tables]


def test_patterns_and_spend(summaries):
    keys = ["frequency", "recency", "T"]
    compare(*map(value.count_patterns, summaries), keys)
    compare(*map(value.count_spending_patterns, summaries), keys)
    compare(*map(value.count_spend, summaries), ["frequency", "monetary_value"])


def test_value_of_every_customer(scored):
    compare(*frames(scored), ["customer_id"])


@pytest.mark.parametrize("name", ["bgnbd", "mbgnbd", "paretonbd", "naive"])
def test_probability_of_every_customer_by_each_model(summaries, models, stored, name):
    model = replace(models, chosen=name).purchases
    compare(*frames(tuple(stored(model.score_alive(s)) for s in summaries)), ["customer_id"])


def test_warnings_of_every_customer(warned):
    compare(*frames(warned), ["customer_id"])
    compare(*(value.list_watched(table, 10) for table in warned), ["customer_id"])
    compare(*(value.count_reasons(table) for table in warned), ["reason"])
    compare(*(value.map_value_risk(table) for table in warned), ["fifth", "active_from"])
    compare(*frames(tuple(value.list_win_back(table, None) for table in warned)), ["customer_id"])


def test_the_bridge(scored, then, models):
    old = replace(value.fit_models(then[0], 7), chosen=models.chosen)
    bridges = [
        value.sum_bridge(
            value.follow_customers(
                now,
                value.score_value(earlier, old, 0.4, 0.1),
                value.score_value(earlier, models, 0.4, 0.1),
                0.1,
            )
        )
        for now, earlier in zip(scored, then, strict=True)
    ]
    compare(*bridges, ["step"])


def test_proof_ranking_and_health(summaries, then, warned, models):
    weights, nothing = HealthWeights().model_dump(), value.Signals(None, has_complaints=False)
    keys = ["frequency", "recency", "T", "purchases"]
    compare(*map(value.count_holdout, then, summaries), keys)
    sales = [
        value.predict_sales(earlier, now, models, 92)
        for earlier, now in zip(then, summaries, strict=True)
    ]
    ginis = [value.ranking_results(each)["value.holdout.gini"].value for each in sales]
    assert ginis[0] == pytest.approx(ginis[1])
    health = [
        value.summarize_health(value.score_health(table, expected, weights, nothing), weights)
        for table, expected in zip(warned, sales, strict=True)
    ]
    compare(*health, ["segment"])


def test_checks_of_rhythm_and_spend(days, summaries):
    rhythms = [value.check_rhythm(value.measure_intervals(each)) for each in days]
    assert rhythms[0][0].value == pytest.approx(rhythms[1][0].value)
    assert rhythms[0][1] == rhythms[1][1]
    compare(*map(value.bin_spend, summaries), ["frequency_from"])
    compare(*(value.count_days(*each) for each in zip(days, summaries, strict=True)), ["repeats"])
