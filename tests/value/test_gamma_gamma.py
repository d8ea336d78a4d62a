"""Gamma-Gamma: lifetimes itself, units of money, returns, and spend without a fit."""

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.value import (
    GammaGamma,
    NotEstimableError,
    count_spend,
    fit_gamma_gamma,
)
from analysis.value.gamma_gamma import require_mean

N = 300


def spend_of(frequency, monetary_value) -> pd.DataFrame:
    columns = {"frequency": frequency, "monetary_value": monetary_value}
    return pd.DataFrame(columns).value_counts().rename("customers").reset_index()


@pytest.fixture(scope="module")
def cdnow_spend(cdnow_summary) -> pd.DataFrame:
    return count_spend(cdnow_summary)


def test_the_unit_of_money_changes_nothing(cdnow_spend, cdnow_models):
    cents = cdnow_spend.assign(monetary_value=cdnow_spend["monetary_value"] * 100)
    model, plain = fit_gamma_gamma(cents), cdnow_models.gamma_gamma
    assert [model.p, model.q, model.v / 100] == pytest.approx([plain.p, plain.q, plain.v], rel=1e-9)
    density = 946 * np.log(100)
    assert model.log_likelihood == pytest.approx(plain.log_likelihood - density)


def test_lifetimes_finds_the_same_parameters(cdnow_spend, cdnow_models):
    theirs, ours = fit_gamma_gamma(cdnow_spend, "lifetimes"), cdnow_models.gamma_gamma
    assert list(theirs.parameters.values()) == pytest.approx(
        list(ours.parameters.values()), rel=1e-3
    )
    assert theirs.log_likelihood == pytest.approx(ours.log_likelihood, abs=1e-3)


def test_it_comes_back_from_json_with_a_proper_covariance(cdnow_models):
    model = cdnow_models.gamma_gamma
    assert GammaGamma.from_json(model.to_json()) == model
    assert (np.linalg.eigvalsh(model.covariance) > 0).all()
    assert model.n_customers == 946
    assert not model.has_heavy_tail
    assert model.fit.iterations <= 8


def test_returns_that_outweigh_purchases_leave_the_mean():
    model = GammaGamma(p=6.25, q=3.74, v=15.44)
    customers = ibis.memtable(
        {"frequency": [0, 2, 2, 2], "monetary_value": [None, -5.0, 0.0, 35.0]},
        schema={"frequency": "int64", "monetary_value": "float64"},
    )
    spend = model.expected_spend(customers.frequency, customers.monetary_value)
    found = customers.select(spend=spend).to_pandas()["spend"].to_list()
    assert model.mean_spend == pytest.approx(35.22, abs=0.01)
    assert found[:3] == [pytest.approx(model.mean_spend)] * 3
    # (6.25 · (15.44 + 2 · 35)) / (6.25 · 2 + 3.74 − 1)
    assert found[3] == pytest.approx(35.0394, abs=1e-4)


@pytest.mark.parametrize("n_repeat", [0, 49])
def test_fewer_than_50_repeat_buyers_are_refused(n_repeat):
    with pytest.raises(NotEstimableError, match=f"^{n_repeat} customers bought again"):
        fit_gamma_gamma(spend_of([1] * n_repeat, [5.0] * n_repeat))


def test_50_repeat_buyers_are_enough():
    rng = np.random.default_rng(0)
    spend = rng.gamma(5, 50 / rng.gamma(4, 1, 50)).round(2)
    assert fit_gamma_gamma(spend_of(rng.integers(1, 8, 50), spend)).n_customers == 50


@pytest.mark.parametrize(
    "spend",
    [
        pytest.param(lambda rng: np.full(N, 10.0), id="all equal"),
        pytest.param(lambda rng: rng.choice([10.0, 11.0], N), id="two values"),
        pytest.param(lambda rng: 10 + rng.normal(0, 0.01, N), id="nearly equal"),
        pytest.param(lambda rng: rng.pareto(0.7, N) + 1, id="no finite mean"),
    ],
)
def test_spend_that_determines_no_model_is_refused(capsys, spend):
    rng = np.random.default_rng(2)
    with pytest.raises(NotEstimableError):
        fit_gamma_gamma(spend_of(rng.integers(1, 8, N), spend(rng)))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("q", [0.5, 1.0])
def test_an_infinite_mean_is_refused(q):
    with pytest.raises(NotEstimableError, match="no mean exists"):
        require_mean(q)


def test_a_heavy_tail_is_flagged():
    rng = np.random.default_rng(3)
    x = rng.integers(1, 8, 3000)
    mean = rng.gamma(5.0 * x, 1 / rng.gamma(1.3, 1 / 20, 3000)) / x
    model = fit_gamma_gamma(spend_of(x, mean))
    assert 1.1 < model.q < 1.5
    assert model.has_heavy_tail
