"""The proportional-odds model against statsmodels."""

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.satisfaction.ordered_logit import NotEstimableError, fit_ordered_logit


@pytest.fixture(scope="module")
def scores() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    items = rng.integers(1, 6, (400, 3)).astype(float)
    latent = items @ [0.9, 0.4, 0.0] + rng.logistic(size=400)
    return items, np.digitize(latent, [2, 3.5, 5, 6]).astype(float)


def test_as_in_statsmodels(scores):
    items, outcome = scores
    expected = OrderedModel(outcome, items, distr="logit").fit(disp=False, method="bfgs")
    model = fit_ordered_logit(items, outcome)
    assert model.coefficients == pytest.approx(expected.params[:3], abs=1e-3)
    assert model.errors == pytest.approx(expected.bse[:3], rel=0.03)


def test_scores_on_another_scale_rescale_the_coefficients(scores):
    items, outcome = scores
    model, scaled = fit_ordered_logit(items, outcome), fit_ordered_logit(items * 10, outcome)
    assert scaled.coefficients * 10 == pytest.approx(model.coefficients)


@pytest.mark.parametrize("change", ["constant outcome", "constant item", "repeated item"])
def test_what_cannot_be_fitted_is_refused(scores, change):
    items, outcome = scores[0].copy(), scores[1].copy()
    if change == "constant outcome":
        outcome[:] = 1
    elif change == "constant item":
        items[:, 0] = 3
    else:
        items[:, 1] = items[:, 0]
    with pytest.raises(NotEstimableError):
        fit_ordered_logit(items, outcome)


def test_items_that_separate_the_outcome_are_refused():
    item = np.repeat([1.0, 2.0, 3.0], 30)
    with pytest.raises(NotEstimableError):
        fit_ordered_logit(item[:, None], item)
