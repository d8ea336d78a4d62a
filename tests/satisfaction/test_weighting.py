"""Post-stratification by hand, and its effective sample size."""

import numpy as np
import pandas as pd
import pytest

from analysis.satisfaction import post_stratify, weigh_equally


def strata(**cells: tuple[int, float]) -> pd.DataFrame:
    """Yes-or-no answers: stratum → how many, and how many of them yes."""
    rows = {name: {"n": n, "total": yes, "squares": yes} for name, (n, yes) in cells.items()}
    return pd.DataFrame.from_dict(rows, orient="index").astype(float)


def test_equal_weights_are_the_plain_mean():
    estimate = weigh_equally(strata(a=(30, 15), b=(10, 10)))
    assert (estimate.mean, estimate.n) == (0.625, 40)
    assert estimate.n_eff == pytest.approx(40)
    assert estimate.variance == pytest.approx(0.625 * 0.375)


def test_effective_n_is_that_of_kish():
    cells, population = strata(a=(30, 15), b=(10, 10)), pd.Series({"a": 100, "b": 300})
    estimate = post_stratify(cells, population)
    weights = np.repeat([0.25 / 30, 0.75 / 10], [30, 10])
    assert estimate.n_eff == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert estimate.mean == pytest.approx(0.25 * 0.5 + 0.75)


def test_weights_like_the_sample_change_nothing():
    cells = strata(a=(30, 15), b=(10, 10))
    estimate = post_stratify(cells, pd.Series({"a": 300, "b": 100}))
    assert estimate == weigh_equally(cells)


def test_small_strata_are_pooled():
    cells = strata(a=(40, 20), b=(3, 3), c=(4, 0))
    estimate = post_stratify(cells, pd.Series({"a": 500, "b": 300, "c": 200}))
    assert estimate.mean == pytest.approx(0.5 * 0.5 + 0.5 * 3 / 7)


def test_strata_without_answers_are_left_out():
    estimate = post_stratify(strata(a=(40, 20)), pd.Series({"a": 500, "b": 9_000}))
    assert (estimate.mean, estimate.n_eff) == (0.5, 40)


def test_answers_of_no_customer_do_not_count():
    cells = strata(a=(40, 20), gone=(60, 0))
    assert post_stratify(cells, pd.Series({"a": 500})).n == 40


def test_no_answers_no_estimate():
    assert post_stratify(strata(gone=(60, 0)), pd.Series({"a": 500})) is None
    assert post_stratify(strata(gone=(60, 0)), pd.Series(dtype="int64")) is None
