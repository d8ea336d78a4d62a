"""How much of overall satisfaction each driver explains in truth."""

from itertools import combinations
from math import factorial

import numpy as np

from analysis.demo.columns import Floats


def share_importance(covariance: Floats, weights: Floats) -> Floats:
    """LMG (Shapley) importances of a known weighted sum; they add up to 1.

    An item's importance is what it adds to the explained variance, averaged over all orders in
    which items can be taken up (Lindeman, Merenda & Gold 1980).

    Examples
    --------
    Of uncorrelated items with equal variance each has its squared weight:

    >>> share_importance(np.eye(2), np.array([2.0, 1.0])).round(3).tolist()
    [0.8, 0.2]
    """
    n = len(weights)
    shares = np.zeros(n)
    for item in range(n):
        others = [other for other in range(n) if other != item]
        for size in range(n):
            orders = factorial(size) * factorial(n - size - 1) / factorial(n)
            for taken in combinations(others, size):
                gain = _explained(covariance, weights, [*taken, item]) - _explained(
                    covariance, weights, list(taken)
                )
                shares[item] += orders * gain
    return np.asarray(shares / shares.sum())


def _explained(covariance: Floats, weights: Floats, items: list[int]) -> float:
    """Variance of the weighted sum that a regression on these items explains."""
    if not items:
        return 0.0
    shared = (covariance @ weights)[items]
    return float(shared @ np.linalg.solve(covariance[np.ix_(items, items)], shared))
