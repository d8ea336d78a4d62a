"""How close predicted purchases came to those that followed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.value.patterns import Floats


@dataclass(frozen=True)
class HoldoutScores:
    """Closeness of predictions over all customers.

    Attributes
    ----------
    total, actual : float
        Predicted and actual purchases of all customers.
    bias : float
        total / actual − 1.
    mae, rmse : float
        Mean absolute and root mean squared error a customer, purchases.
    correlation : float
        Pearson's, between predicted and actual; NaN if either does not vary.
    msle : float
        Mean squared difference of ln(1 + purchases).
    """

    total: float
    actual: float
    bias: float
    mae: float
    rmse: float
    correlation: float
    msle: float


def score_predictions(
    predicted: ArrayLike, actual: ArrayLike, customers: ArrayLike
) -> HoldoutScores:
    """Score predicted against actual purchases.

    Parameters
    ----------
    predicted, actual : array
        Purchases of one customer, one row a pattern.
    customers : array
        How many customers share the row.

    Examples
    --------
    >>> scores = score_predictions([1.0, 0.0], [2, 0], [1, 3])
    >>> scores.bias, scores.mae, scores.rmse
    (-0.5, 0.25, 0.5)
    """
    guess, truth, weight = (np.asarray(a, dtype=float) for a in (predicted, actual, customers))
    total, bought = float(weight @ guess), float(weight @ truth)
    error = guess - truth
    return HoldoutScores(
        total=total,
        actual=bought,
        bias=total / bought - 1 if bought else float("nan"),
        mae=float(np.average(np.abs(error), weights=weight)),
        rmse=float(np.sqrt(np.average(error**2, weights=weight))),
        correlation=_correlate(guess, truth, weight),
        msle=float(np.average((np.log1p(guess) - np.log1p(truth)) ** 2, weights=weight)),
    )


def _correlate(first: Floats, second: Floats, weight: Floats) -> float:
    first = first - np.average(first, weights=weight)
    second = second - np.average(second, weights=weight)
    spread = np.sqrt((weight @ first**2) * (weight @ second**2))
    return float((weight * first) @ second / spread) if spread > 0 else float("nan")
