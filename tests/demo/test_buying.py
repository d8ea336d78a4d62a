"""On a larger sample the models find the parameters from which customers were drawn."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

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


def maximise(log_likelihood, start):
    """Positive parameters of the highest likelihood."""
    fit = minimize(lambda logs: -log_likelihood(*np.exp(logs)), np.log(start), method="L-BFGS-B")
    assert fit.success
    return np.exp(fit.x)


def test_bgnbd_parameters_are_recovered(sample):
    """The likelihood of Fader, Hardie & Lee (2005), eq. 6."""
    buyers, purchases, _ = sample
    x = np.bincount(purchases.customer, minlength=N) - 1
    last, T = purchases.last_days(N) - buyers.first, TIMELINE.as_of - buyers.first

    def log_likelihood(r, alpha, a, b):
        alive = -(r + x) * np.log(alpha + T)
        gone = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + last)
        mixed = np.where(x > 0, np.logaddexp(alive, gone), alive)
        shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
        return np.sum(shared + mixed)

    r, alpha, a, b = maximise(log_likelihood, [1, 10, 1, 1])
    assert r == pytest.approx(BUYING["r"], rel=0.05)
    assert alpha == pytest.approx(BUYING["alpha"], rel=0.06)
    assert a == pytest.approx(BUYING["a"], rel=0.12)
    assert a / (a + b) == pytest.approx(BUYING["a"] / (BUYING["a"] + BUYING["b"]), rel=0.08)


def test_gamma_gamma_parameters_are_recovered(sample):
    """The likelihood of Fader & Hardie (2013), eq. 1a."""
    buyers, purchases, _ = sample
    repeats = purchases.day > buyers.first[purchases.customer]
    customer, spend = purchases.customer[repeats], purchases.spend[repeats] / 100
    n = np.bincount(customer, minlength=N)
    x = n[n > 0]
    mean = np.bincount(customer, weights=spend, minlength=N)[n > 0] / x

    def log_likelihood(p, q, v):
        shape = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
        observed = (p * x - 1) * np.log(mean) + p * x * np.log(x)
        return np.sum(shape + observed - (p * x + q) * np.log(v + x * mean))

    p, q, v = maximise(log_likelihood, [1, 2, 100])
    assert p == pytest.approx(SPENDING["p"], rel=0.12)
    assert q == pytest.approx(SPENDING["q"], rel=0.05)
    assert p * v == pytest.approx(SPENDING["p"] * SPENDING["v"], rel=0.05)


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
