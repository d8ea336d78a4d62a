"""Planted drivers come out in their order, with the truth inside the intervals."""

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.satisfaction import cronbach_alpha, driver_results, explain_outcome
from analysis.satisfaction.importance import lmg
from analysis.satisfaction.moments import correlations, sum_products

WEIGHTS = {"quality": 0.4, "delivery": 0.25, "service": 0.2, "price": 0.15}
SCALES = {**dict.fromkeys((*WEIGHTS, "overall"), (1, 10)), "noise": (1, 10)}
Q = "2026Q3"


def planted(n: int, seed: int = 11) -> pd.DataFrame:
    """Answers whose overall score is the weighted sum of the others, and an error."""
    rng = np.random.default_rng(seed)
    mood = rng.standard_normal(n)
    frame = pd.DataFrame({"response_id": [f"r{i}" for i in range(n)]})
    for item in (*WEIGHTS, "noise"):
        opinion = 7 + 1.6 * (0.6 * mood + 0.8 * rng.standard_normal(n))
        frame[f"score_{item}"] = np.clip(opinion.round(), 1, 10)
    frame["score_noise"] = rng.integers(1, 11, n).astype(float)
    overall = sum(weight * frame[f"score_{item}"] for item, weight in WEIGHTS.items())
    frame["score_overall"] = np.clip((overall + rng.normal(0, 0.6, n)).round(), 1, 10)
    return frame.assign(customer_id=frame["response_id"], quarter=Q)


def explain(frame: pd.DataFrame, items=tuple(WEIGHTS), outcome="overall", scales=SCALES):
    return explain_outcome(ibis.memtable(frame), items, outcome, scales, [Q])


@pytest.fixture(scope="module")
def found():
    return explain(planted(600))


def test_planted_order_and_weights(found):
    assert found.items["item"].tolist() == list(WEIGHTS)
    for row in found.items.itertuples():
        assert row.coefficient_low < WEIGHTS[row.item] < row.coefficient_high
        assert row.low < row.share < row.high


def test_shares_sum_to_r_squared(found):
    assert found.items["share"].sum() == pytest.approx(found.r_squared, abs=1e-9)
    assert found.items["importance"].sum() == pytest.approx(1)
    assert found.low < found.r_squared < found.high


def test_shares_are_those_of_the_answers_themselves(found):
    frame = planted(600)
    columns = [f"score_{item}" for item in (*WEIGHTS, "overall")]
    expected = lmg(np.corrcoef(frame[columns].to_numpy(), rowvar=False))
    shares = found.items.set_index("item")["share"]
    assert shares[list(WEIGHTS)].to_numpy() == pytest.approx(expected, abs=1e-9)


def test_true_weights_are_inside_nineteen_of_twenty_intervals():
    rows = [row for seed in range(12) for row in explain(planted(300, seed)).items.itertuples()]
    inside = [row.coefficient_low < WEIGHTS[row.item] < row.coefficient_high for row in rows]
    assert len(inside) == 48
    assert sum(inside) >= 42  # of 48 intervals of 95 %; fewer is one in a thousand


def test_an_item_without_influence_is_marked():
    items = explain(planted(600), items=(*WEIGHTS, "noise")).items.set_index("item")
    assert not items.loc["noise", "is_significant"]
    assert items.loc[list(WEIGHTS), "is_significant"].all()
    assert (items.loc[list(WEIGHTS), "odds_ratio"] > 1).all()


def test_quadrants_are_importance_by_performance(found):
    items = found.items.set_index("item")
    assert items.loc["quality", "importance"] > 0.25 > items.loc["price", "importance"]
    assert items["quadrant"].isin(["keep_up", "concentrate_here"])["quality"]
    assert items["quadrant"].isin(["possible_overkill", "low_priority"])["price"]
    assert items["performance"].between(0, 100).all()
    assert items.loc["quality", "performance"] == pytest.approx(
        (items.loc["quality", "mean"] - 1) / 9 * 100
    )


def test_items_that_say_the_same_are_flagged():
    frame = planted(300)
    frame["score_noise"] = frame["score_quality"]
    items = explain(frame, items=(*WEIGHTS, "noise")).items.set_index("item")
    assert items.loc[["quality", "noise"], "is_collinear"].all()
    assert not items.loc["price", "is_collinear"]
    assert items["odds_ratio"].isna().all()


def test_groups_of_customers_hold_all_answers():
    frame = planted(500)
    moments = sum_products(ibis.memtable(frame), ["quality", "overall"])
    expected = np.corrcoef(frame["score_quality"], frame["score_overall"])
    assert moments.n == 500
    assert correlations(moments.total) == pytest.approx(expected)
    assert moments.means == pytest.approx([frame["score_quality"].mean(), moments.means[1]])


def test_incomplete_questionnaires_are_left_out():
    frame = planted(200)
    frame.loc[:49, "score_price"] = None
    assert explain(frame).n == 150


def test_cronbach_by_hand():
    scores = np.array([[1, 2], [2, 2], [3, 5], [4, 4]], dtype=float)
    covariance = np.cov(scores, rowvar=False)
    total = scores.sum(axis=1).var(ddof=1)
    expected = 2 * (1 - scores.var(axis=0, ddof=1).sum() / total)
    assert cronbach_alpha(covariance) == pytest.approx(expected)
    assert cronbach_alpha(covariance[:1, :1]) is None


@pytest.mark.parametrize(
    ("options", "needs"),
    [
        ({"items": ()}, "satisfaction.drivers"),
        ({"outcome": None}, "satisfaction.drivers"),
        ({"scales": {"overall": (1, 10)}}, "surveys.scales"),
    ],
)
def test_what_cannot_be_explained_says_what_it_needs(options, needs):
    drivers = explain(planted(100), **options)
    assert needs in drivers.needs
    assert drivers.items.empty


def test_too_few_answers_are_refused():
    drivers = explain(planted(59))
    results = driver_results(drivers, list(WEIGHTS))
    assert results["satisfaction.drivers.r2"].value is None
    assert "needs 60 questionnaires" in results["satisfaction.drivers.quality"].note


def test_an_outcome_of_one_value_is_not_explained():
    assert "differ" in explain(planted(100).assign(score_overall=7.0)).needs


def test_published_names(found):
    results = driver_results(found, list(WEIGHTS))
    assert results["satisfaction.drivers.quality"].n == 600
    assert results["satisfaction.drivers.r2"].value == pytest.approx(
        sum(results[f"satisfaction.drivers.{item}"].value for item in WEIGHTS)
    )
    assert results["satisfaction.first_driver"].value == "item.quality"
    assert 0 < results["satisfaction.drivers.alpha"].value < 1
