"""Differences of shares: published intervals, an independent implementation, and coverage."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from analysis.accounts.proportions import newcombe_interval, two_proportion_p_value

# Newcombe (1998), Statistics in Medicine 17, 873–890, Table II, method 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("counts", "published"), PUBLISHED)
def test_published_intervals(counts, published):
    assert newcombe_interval(*counts) == pytest.approx(published, abs=5e-5)


def test_by_hand():
    # Wilson of 2 of 4: (.5 + .4802) / 1.9604 ± 1.96 / 1.9604 · √(.0625 + .0600); of 1 of 4 alike.
    low, high = newcombe_interval(2, 4, 1, 4)
    wilson_2, wilson_1 = (0.15004, 0.84996), (0.04559, 0.69936)
    below = ((0.5 - wilson_2[0]) ** 2 + (wilson_1[1] - 0.25) ** 2) ** 0.5
    above = ((wilson_2[1] - 0.5) ** 2 + (0.25 - wilson_1[0]) ** 2) ** 0.5
    assert (low, high) == pytest.approx((0.25 - below, 0.25 + above), abs=1e-4)


@pytest.mark.parametrize("counts", [counts for counts, _ in PUBLISHED] + [(277, 676, 100, 339)])
def test_an_independent_implementation_agrees(counts):
    theirs = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert newcombe_interval(*counts) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (5, 56, 0, 29), (277, 676, 100, 339)])
def test_p_values_agree_too(counts):
    _, theirs = proportions_ztest(counts[::2], counts[1::2])
    assert two_proportion_p_value(*counts) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("bought", [0, 40])
def test_where_all_are_alike_nothing_differs(bought):
    assert two_proportion_p_value(bought, 40, bought, 40) == 1
    low, high = newcombe_interval(bought, 40, bought, 40)
    assert low == pytest.approx(-high)
    assert high > 0


@pytest.mark.parametrize(("p1", "p0"), [(0.41, 0.29), (0.7, 0.7), (0.05, 0.02)])
def test_intervals_cover_the_truth_as_often_as_they_say(p1, p0):
    rng = np.random.default_rng(1)
    n1, n0, runs = 300, 150, 3000
    drawn = zip(rng.binomial(n1, p1, runs), rng.binomial(n0, p0, runs), strict=True)
    intervals = [newcombe_interval(int(x1), n1, int(x0), n0) for x1, x0 in drawn]
    covered = np.mean([low <= p1 - p0 <= high for low, high in intervals])
    # 95 % ± four standard errors of 3,000 draws.
    assert 0.934 < covered < 0.97
