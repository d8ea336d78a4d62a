"""The proof: which model foretold best, and what is done when none beats the past rate."""

from dataclasses import replace
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.value import (
    Naive,
    NotEstimableError,
    ValueModels,
    calibrate_groups,
    count_holdout,
    holdout_results,
    prove_models,
    rank_models,
    score_predictions,
)

BEGIN, END = date(1997, 9, 30), date(1998, 6, 30)
REFUSED = NotEstimableError("12 customers bought again; a fit needs at least 50")
NOTHING = ValueModels(REFUSED, REFUSED, REFUSED, REFUSED)


@pytest.fixture(scope="module")
def counted(cdnow_summary, cdnow_later_summary) -> pd.DataFrame:
    return count_holdout(cdnow_summary, cdnow_later_summary)


@pytest.fixture(scope="module")
def proof(cdnow_models, counted):
    return prove_models(cdnow_models, counted, BEGIN, END)


def test_the_holdout_counts_each_known_customer_once(counted):
    assert counted["customers"].sum() == 2357
    assert counted["purchases"] @ counted["customers"] == 1882
    assert not counted.duplicated(["frequency", "recency", "T", "purchases"]).any()


# Measured with lifetimes on the CDNOW 1/10 sample; 39 weeks of calibration, 39 of holdout.
@pytest.mark.parametrize(
    ("name", "total", "bias", "mae", "rmse", "correlation", "msle"),
    [
        ("bgnbd", 1653.4, -12.1, 0.7855, 1.6080, 0.6256, 0.2343),
        ("mbgnbd", 1576.7, -16.2, 0.7648, 1.6072, 0.6273, 0.2314),
        ("paretonbd", 1665.5, -11.5, 0.7545, 1.6028, 0.6302, 0.2377),
    ],
)
def test_published_scores_of_cdnow(proof, name, total, bias, mae, rmse, correlation, msle):
    found = {
        key: holdout_results(proof, 3)[f"value.holdout.{name}.{key}"].value
        for key in ("total", "actual", "bias_pct", "mae", "rmse", "correlation", "msle")
    }
    assert found["actual"] == 1882
    assert found["total"] == pytest.approx(total, abs=0.05)
    assert found["bias_pct"] == pytest.approx(bias, abs=0.06)
    scores = [found[key] for key in ("mae", "rmse", "correlation", "msle")]
    assert scores == pytest.approx([mae, rmse, correlation, msle], abs=5.1e-4)


def test_the_past_rate_loses_on_cdnow(proof):
    assert proof.ranking["model"].iloc[-1] == "naive"
    assert proof.scores["naive"].total == pytest.approx(2930, abs=0.5)
    assert proof.beats_baseline == "yes"
    assert holdout_results(proof, 3)["value.chosen.model"].value == f"model.{proof.chosen}"


def test_models_rank_by_their_mean_place():
    """Of three criteria one wins two and the other one: 1⅓ against 1⅔."""
    truth, customers = [2, 0], [1, 1]
    scores = {
        "bgnbd": score_predictions([1.5, 0.1], truth, customers),
        "naive": score_predictions([2.6, 0.6], truth, customers),
    }
    assert rank_models(scores)["model"].tolist() == ["bgnbd", "naive"]
    flat = score_predictions([1.0, 1.0], truth, customers)  # no bias at all, far off each
    ranking = rank_models({"bgnbd": scores["bgnbd"], "mbgnbd": flat})
    assert ranking.set_index("model")["rank"].to_dict() == pytest.approx(
        {"bgnbd": 4 / 3, "mbgnbd": 5 / 3}
    )


def test_where_customers_never_change_the_past_rate_is_used(cdnow_models, counted):
    """Everybody goes on exactly as before: no model of leaving can beat that."""
    days = (END - BEGIN).days
    steady = counted.assign(purchases=counted["frequency"] / counted["T"] * days)
    proof = prove_models(cdnow_models, steady, BEGIN, END)
    assert proof.chosen == "naive"
    assert proof.beats_baseline == "no"
    chosen = replace(cdnow_models, chosen=proof.chosen)
    assert isinstance(chosen.purchases, Naive)
    assert chosen.for_one_time_buyers.chosen == "mbgnbd"


def test_without_models_the_proof_stays_open(counted):
    proof = prove_models(NOTHING, counted, BEGIN, END)
    assert (proof.chosen, proof.beats_baseline) == ("bgnbd", "open")
    results = holdout_results(proof, 3)
    assert results["value.chosen.bias"].value is None
    assert results["value.holdout.bgnbd.mae"].note == str(REFUSED)
    assert results["value.holdout.naive.mae"].value is not None
    assert calibrate_groups(NOTHING, counted, BEGIN, END).empty


def test_nobody_before_the_holdout_is_no_error(cdnow_models, counted):
    proof = prove_models(cdnow_models, counted.iloc[:0], BEGIN, END)
    assert proof.beats_baseline == "open"
    assert holdout_results(proof, 3)["value.holdout.customers"].value == 0


def test_groups_hold_every_customer_and_purchase(cdnow_models, counted):
    groups = calibrate_groups(cdnow_models, counted, BEGIN, END)
    assert groups["customers"].sum() == 2357
    assert groups["actual"] @ groups["customers"] == pytest.approx(1882)
    assert groups["predicted"] @ groups["customers"] == pytest.approx(1653.4, abs=0.05)
    assert groups["predicted"].is_monotonic_decreasing
    assert (groups["low"] <= groups["actual"]).all()
    assert (groups["actual"] <= groups["high"]).all()


def test_equal_predictions_stay_in_one_group(cdnow_models):
    alike = pd.DataFrame(
        {"frequency": 1, "recency": 30, "T": 90, "purchases": [0, 3], "customers": [30, 10]}
    )
    groups = calibrate_groups(cdnow_models, alike, BEGIN, END)
    assert groups["customers"].tolist() == [40]
    assert groups["actual"].tolist() == [0.75]


def test_the_past_rate_as_a_model():
    model = Naive()
    history = pd.DataFrame({"frequency": [6, 0], "recency": [90, 0], "T": [120, 0]})
    assert model.expected_purchases(history, 60).tolist() == [3.0, 0.0]
    assert model.p_alive(history).tolist() == [1, 1]
    discounted = model.discounted_purchases(history, [60, 120], [1.0, 0.5])
    assert discounted.tolist() == [4.5, 0.0]
    assert model.purchase_pairs_if_alive(history, 60).tolist() == [9.0, 0.0]
    assert np.array_equal(model.purchase_count_shares(90, most=2), [1, 0, 0])
    with pytest.raises(NotEstimableError):
        model.to_lifetimes()


def test_customers_who_came_later_are_not_in_the_holdout():
    columns = {"frequency": "int64", "recency": "int64", "T": "int64", "customer_id": "string"}
    before = ibis.memtable(
        {"frequency": [1], "recency": [9], "T": [20], "customer_id": ["a"]}, schema=columns
    )
    after = ibis.memtable(
        {
            "frequency": [4, 0],
            "recency": [70, 0],
            "T": [110, 5],
            "customer_id": ["a", "b"],
        },
        schema=columns,
    )
    assert count_holdout(before, after).to_dict("records") == [
        {"frequency": 1, "recency": 9, "T": 20, "purchases": 3, "customers": 1}
    ]
