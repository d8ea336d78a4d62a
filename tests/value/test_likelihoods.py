"""Likelihoods against the formulas to 40 digits, and derivatives against differences."""

import mpmath as mp
import numpy as np
import pandas as pd
import pytest

from analysis.value.beta_geometric import BetaGeometricLikelihood
from analysis.value.gamma_gamma import GammaGammaLikelihood
from analysis.value.pareto_likelihood import ParetoLikelihood
from analysis.value.priors import weak_beta_geometric, weak_pareto

PATTERNS = pd.DataFrame(
    {
        "frequency": [0, 0, 1, 1, 2, 7, 30, 30, 2000],
        "recency": [0.0, 0.0, 5.0, 200.0, 30.0, 273.0, 100.0, 270.0, 269.0],
        "T": [0.0, 200.0, 200.0, 200.0, 273.0, 273.0, 273.0, 273.0, 273.0],
        "customers": [3, 40, 5, 2, 1, 1, 2, 1, 1],
    }
)
SPEND = pd.DataFrame(
    {
        "frequency": [1, 1, 2, 9],
        "monetary_value": [3.0, 90.0, 15.5, 40.0],
        "customers": [4, 1, 1, 2],
    }
)


def beta_geometric_formula(x, recency, age, parameters, first_chances):
    """Fader, Hardie & Lee (2005), equation 6, and its MBG/NBD relative."""
    r, alpha, a, b = parameters
    purchases = mp.gamma(r + x) / mp.gamma(r) * alpha**r
    stayed = mp.beta(a, b + x + first_chances) / mp.beta(a, b) * (alpha + age) ** -(r + x)
    if x + first_chances == 0:
        return purchases * stayed
    left = mp.beta(a + 1, b + x + first_chances - 1) / mp.beta(a, b) * (alpha + recency) ** -(r + x)
    return purchases * (stayed + left)


def pareto_formula(x, recency, age, parameters):
    """Fader & Hardie (2005), equation 17."""
    r, alpha, s, beta = parameters
    purchases = mp.gamma(r + x) / mp.gamma(r) * alpha**r * beta**s
    stayed = (alpha + age) ** -(r + x) * (beta + age) ** -s
    # In halves towards the last purchase, where the integrand is steepest.
    points = [recency, *(recency + (age - recency) / 2**k for k in range(12, -1, -1))]
    left = s * mp.quad(lambda t: (alpha + t) ** -(r + x) * (beta + t) ** -(s + 1), points)
    return purchases * (stayed + left)


def spend_formula(x, mean, parameters):
    """Fader & Hardie (2013), equation 1a."""
    p, q, v = parameters
    return (
        mp.gamma(p * x + q) / (mp.gamma(p * x) * mp.gamma(q)) * v**q * mean ** (p * x - 1)
        * mp.mpf(x) ** (p * x) / (v + x * mean) ** (p * x + q)
    )  # fmt: skip


def sum_logs(formula, rows, parameters, *further):
    with mp.workdps(40):
        exact = [mp.mpf(value) for value in parameters]
        total = mp.mpf(0)
        for *history, customers in rows.itertuples(index=False):
            known = [mp.mpf(float(value)) for value in history]
            total += customers * mp.log(formula(*known, exact, *further))
        return float(total)


PARAMETERS = [(0.24, 30.0, 0.79, 2.43), (3.0, 400.0, 0.05, 0.6), (0.6, 5.0, 1.0, 1e-2)]


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("first_chances", [0, 1], ids=["BG/NBD", "MBG/NBD"])
def test_beta_geometric_likelihood(parameters, first_chances):
    found = BetaGeometricLikelihood(PATTERNS, first_chances)(np.log(parameters)).value
    exact = sum_logs(beta_geometric_formula, PATTERNS, parameters, first_chances)
    assert found == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(
    "parameters", [(0.55, 74.0, 0.6, 81.0), (3.0, 20.0, 1.0, 700.0), (0.2, 900.0, 2.5, 1.0)]
)
def test_pareto_likelihood(parameters):
    found = ParetoLikelihood(PATTERNS)(np.log(parameters)).value
    assert found == pytest.approx(sum_logs(pareto_formula, PATTERNS, parameters), rel=1e-12)


@pytest.mark.parametrize("parameters", [(6.25, 3.74, 15.44), (0.8, 1.2, 300.0)])
def test_gamma_gamma_likelihood(parameters):
    likelihood = GammaGammaLikelihood(SPEND)
    p, q, v = parameters
    found = likelihood.log_likelihood(np.log([p, q, v / likelihood.unit]))
    assert found == pytest.approx(sum_logs(spend_formula, SPEND, parameters), rel=1e-12)


FUNCTIONS = {
    "BG/NBD": (BetaGeometricLikelihood(PATTERNS, 0), (0.24, 30.0, 0.79, 2.43)),
    "MBG/NBD": (BetaGeometricLikelihood(PATTERNS, 1), (0.52, 43.0, 0.89, 1.6)),
    "MBG/NBD, few leave": (BetaGeometricLikelihood(PATTERNS, 1), (2.0, 300.0, 0.02, 40.0)),
    "Pareto/NBD": (ParetoLikelihood(PATTERNS), (0.55, 74.0, 0.6, 81.0)),
    "Pareto/NBD, β < α": (ParetoLikelihood(PATTERNS), (3.0, 300.0, 1.5, 10.0)),
    "Gamma-Gamma": (GammaGammaLikelihood(SPEND), (6.25, 3.74, 0.5)),
    "prior of BG/NBD": (weak_beta_geometric, (2.0, 30.0, 0.1, 0.5)),
    "prior of Pareto/NBD": (weak_pareto(200.0), (2.0, 30.0, 0.1, 500.0)),
}


@pytest.mark.parametrize(("function", "parameters"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives_are_those_of_the_function(function, parameters):
    """Fourth-order central differences of the value and of the gradient."""
    point, step = np.log(parameters), 1e-3
    here = function(point)
    for place, axis in enumerate(np.eye(len(point)) * step):
        around = [function(point + k * axis) for k in (-2, -1, 1, 2)]
        weights = np.array([1, -8, 8, -1]) / (12 * step)
        slope = weights @ [there.value for there in around]
        curvature = weights @ [there.gradient for there in around]
        assert here.gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-6)
        assert here.hessian[place] == pytest.approx(curvature, rel=1e-6, abs=1e-6)
    assert here.hessian == pytest.approx(here.hessian.T)


@pytest.mark.parametrize("days", [1, 7, 30])
def test_priors_do_not_depend_on_the_unit_of_time(days):
    weekly = weak_pareto(40.0)(np.log([0.5, 10.0, 0.6, 12.0]))
    other = weak_pareto(40.0 * days)(np.log([0.5, 10.0 * days, 0.6, 12.0 * days]))
    assert other.value == pytest.approx(weekly.value)
    plain = weak_beta_geometric(np.log([0.5, 10.0, 0.6, 2.0]))
    assert weak_beta_geometric(np.log([0.5, 10.0 * days, 0.6, 2.0])).value == plain.value
