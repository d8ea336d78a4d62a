"""On a larger sample the models find the parameters from which customers were drawn."""

import warnings

import numpy as np
import pytest

from analysis.demo.buying import BUYING, NEVER, SPENDING, draw_buyers, draw_purchases
from analysis.demo.timeline import Timeline
from analysis.params.quarters import Quarter

TIMELINE = Timeline(Quarter.parse("2026Q3"))
N = 30_000


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(11)
    buyers = draw_buyers(rng, N, TIMELINE)
    purchases, left = draw_purchases(rng, buyers, TIMELINE.as_of)
    return buyers, purchases, left


@pytest.fixture(scope="module")
def lifetimes():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes

        yield lifetimes


def test_bgnbd_parameters_are_recovered(sample, lifetimes):
    buyers, purchases, _ = sample
    frequency = np.bincount(purchases.customer, minlength=N) - 1
    recency, age = purchases.last_days(N) - buyers.first, TIMELINE.as_of - buyers.first
    fit = lifetimes.BetaGeoFitter().fit(frequency, recency / 7, age / 7).params_
    assert fit["r"] == pytest.approx(BUYING["r"], rel=0.05)
    assert fit["alpha"] * 7 == pytest.approx(BUYING["alpha"], rel=0.06)
    assert fit["a"] == pytest.approx(BUYING["a"], rel=0.12)
    assert fit["a"] / (fit["a"] + fit["b"]) == pytest.approx(0.7 / 6.7, rel=0.08)


def test_gamma_gamma_parameters_are_recovered(sample, lifetimes):
    buyers, purchases, _ = sample
    repeats = purchases.day > buyers.first[purchases.customer]
    customer, spend = purchases.customer[repeats], purchases.spend[repeats] / 100
    n = np.bincount(customer, minlength=N)
    has = n > 0
    mean = np.bincount(customer, weights=spend, minlength=N)[has] / n[has]
    fit = lifetimes.GammaGammaFitter().fit(n[has], mean).params_
    assert fit["p"] == pytest.approx(SPENDING["p"], rel=0.12)
    assert fit["q"] == pytest.approx(SPENDING["q"], rel=0.05)
    assert fit["p"] * fit["v"] == pytest.approx(SPENDING["p"] * SPENDING["v"], rel=0.05)


def test_spend_does_not_depend_on_frequency(sample):
    buyers, *_ = sample
    assert abs(np.corrcoef(np.log(buyers.rate), np.log(buyers.mean_spend))[0, 1]) < 0.02


def test_nobody_buys_twice_a_day_or_after_leaving(sample):
    _, purchases, left = sample
    pairs = np.column_stack([purchases.customer, purchases.day])
    assert len(np.unique(pairs, axis=0)) == len(purchases)
    assert (purchases.day <= left[purchases.customer]).all()
    gone = left < NEVER
    assert (purchases.last_days(N)[gone] == left[gone]).all()


def test_acquisition_grows_after_the_launch(sample):
    buyers, *_ = sample
    by_quarter = np.histogram(buyers.first, bins=[115, 300, 500, 700, 900])[0]
    assert (np.diff(by_quarter) > 0).all()
