"""Intervals against published numbers and an independent library."""

import math

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.satisfaction import (
    finite_population_factor,
    normal_interval,
    standard_error,
    wilson_interval,
)

NPS_VARIANCE = 100**2 * ((1 / 2 + 1 / 6) - (1 / 2 - 1 / 6) ** 2)


@pytest.mark.parametrize(("n", "margin"), [(100, 14.6), (30, 26.7)])
def test_margin_of_the_net_promoter_score_as_published(n, margin):
    low, high = normal_interval(100 / 3, standard_error(NPS_VARIANCE, n))
    assert (high - low) / 2 == pytest.approx(margin, abs=0.05)
    assert (high + low) / 2 == pytest.approx(33.3, abs=0.05)


@pytest.mark.parametrize("n", [1, 7, 30, 1000])
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 1])
def test_wilson_as_in_statsmodels(n, share):
    count = round(share * n)
    expected = proportion_confint(count, n, method="wilson")
    assert wilson_interval(count / n, n) == pytest.approx(expected, abs=1e-12)


def test_a_census_leaves_no_doubt():
    assert finite_population_factor(80, 80) == 0
    assert wilson_interval(0.25, math.inf) == (0.25, 0.25)


def test_a_sample_from_many_is_not_narrowed():
    assert finite_population_factor(50, None) == 1
    assert finite_population_factor(50, 10**9) == pytest.approx(1, abs=1e-6)


def test_more_answers_than_customers_never_give_a_negative_variance():
    assert finite_population_factor(120, 100) == 0


def test_the_finite_population_correction_is_that_of_drawing_without_replacement():
    rng = np.random.default_rng(1)
    population = rng.integers(0, 11, 60).astype(float)
    means = [rng.choice(population, 40, replace=False).mean() for _ in range(20_000)]
    error = standard_error(population.var(), 40) * math.sqrt(finite_population_factor(40, 60))
    assert np.std(means) == pytest.approx(error, rel=0.02)
