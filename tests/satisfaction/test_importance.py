"""Importances against a published example and an independent computation."""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from analysis.satisfaction.importance import (
    MOST_FOR_LMG,
    importance,
    inflation,
    lmg,
    r_squared,
    relative_weights,
)

# Correlations of R's data set swiss: Agriculture, Examination, Education, Catholic,
# Infant.Mortality, and last the outcome Fertility.
SWISS = np.array(
    [
        [1, -0.68654221, -0.63952252, 0.40109505, -0.06085861, 0.35307918],
        [-0.68654221, 1, 0.69841530, -0.57274180, -0.11402160, -0.64588270],
        [-0.63952252, 0.69841530, 1, -0.15385892, -0.09932185, -0.66378886],
        [0.40109505, -0.57274180, -0.15385892, 1, 0.17549591, 0.46368470],
        [-0.06085861, -0.11402160, -0.09932185, 0.17549591, 1, 0.41655603],
        [0.35307918, -0.64588270, -0.66378886, 0.46368470, 0.41655603, 1],
    ]
)


def random_scores(items: int, n: int = 300, seed: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, items)) + rng.normal(size=(n, 1))
    outcome = scores @ np.linspace(1, 0.1, items) + rng.normal(size=n)
    return np.column_stack([scores, outcome])


def correlations(items: int, **options) -> np.ndarray:
    return np.corrcoef(random_scores(items, **options), rowvar=False)


def test_lmg_as_published():
    """Grömping (2006), Journal of Statistical Software 17(1), section 4, lmg of swiss."""
    published = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]
    assert lmg(SWISS) == pytest.approx(published, abs=2e-8)
    assert r_squared(SWISS) == pytest.approx(0.706735, abs=1e-6)


def test_lmg_is_the_mean_over_all_orders_of_entering():
    scores = random_scores(4)
    items, outcome = scores[:, :-1], scores[:, -1]
    added = np.zeros(4)
    for order in permutations(range(4)):
        known = 0.0
        for place, item in enumerate(order):
            chosen = sm.add_constant(items[:, list(order[: place + 1])])
            explained = sm.OLS(outcome, chosen).fit().rsquared
            added[item] += (explained - known) / 24
            known = explained
    assert lmg(correlations(4)) == pytest.approx(added, abs=1e-12)


def test_relative_weights_as_johnson_reckoned_them():
    """From the singular values of the standardised data, as in the paper."""
    scores = random_scores(5)
    standard = (scores - scores.mean(axis=0)) / scores.std(axis=0) / np.sqrt(len(scores))
    left, values, right = np.linalg.svd(standard[:, :-1], full_matrices=False)
    orthogonal = left @ right
    loadings = right.T * values @ right
    weights = orthogonal.T @ standard[:, -1]
    expected = loadings**2 @ weights**2
    assert relative_weights(correlations(5)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("items", [1, 2, 5, MOST_FOR_LMG, MOST_FOR_LMG + 1, 25])
def test_importances_sum_to_r_squared(items):
    matrix = correlations(items)
    shares = importance(matrix)
    assert shares.sum() == pytest.approx(r_squared(matrix), abs=1e-9)
    assert (shares > -1e-12).all()


def test_both_ways_agree_about_the_order():
    matrix = correlations(6)
    assert np.argsort(lmg(matrix)).tolist() == np.argsort(relative_weights(matrix)).tolist()


def test_a_stack_of_matrices_is_reckoned_as_each_alone():
    stack = np.stack([correlations(4, seed=seed) for seed in range(3)])
    for way in (lmg, relative_weights):
        assert way(stack) == pytest.approx(np.stack([way(matrix) for matrix in stack]))


@pytest.mark.parametrize("way", [lmg, relative_weights])
def test_items_that_say_the_same_share_alike(way):
    scores = random_scores(2)
    twice = np.column_stack([scores[:, 0], scores])
    matrix = np.corrcoef(twice, rowvar=False)
    shares = way(matrix)
    assert shares[0] == pytest.approx(shares[1], abs=1e-6)
    assert shares.sum() == pytest.approx(r_squared(correlations(2)), abs=1e-6)


def test_inflation_as_in_statsmodels():
    scores = random_scores(4)
    design = sm.add_constant(scores[:, :-1])
    expected = [variance_inflation_factor(design, place) for place in range(1, 5)]
    assert inflation(correlations(4)) == pytest.approx(expected)


def test_an_item_that_repeats_others_is_infinitely_inflated():
    scores = random_scores(2)
    matrix = np.corrcoef(np.column_stack([scores[:, 0], scores]), rowvar=False)
    assert np.isinf(inflation(matrix)[:2]).all()
