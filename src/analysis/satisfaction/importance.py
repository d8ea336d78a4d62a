"""How much of what an outcome varies with is each item's: shares of R² from a correlation matrix.

Both ways work on many matrices at once (a stack of bootstrap replicates): the last two axes are
a matrix with the outcome in the last row and column.
"""

from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_FOR_LMG = 12
"""With more items the 2^k regressions of LMG take too long; Johnson's weights come close."""
SINGULAR = 1e-9
"""What is left of an item's variance below this is rounding: the others say the same."""


def importance(correlations: Floats) -> Floats:
    """Share of R² of each item: LMG up to :data:`MOST_FOR_LMG` items, else relative weights."""
    items = correlations.shape[-1] - 1
    return lmg(correlations) if items <= MOST_FOR_LMG else relative_weights(correlations)


def lmg(correlations: Floats) -> Floats:
    """Importance of each item by Lindeman, Merenda and Gold (1980), also called Shapley value.

    Parameters
    ----------
    correlations : array (…, k + 1, k + 1)
        Correlations of k items and, last, the outcome.

    Returns
    -------
    array (…, k)
        What an item adds to R² when it is entered, averaged over all orders of entering. The sum
        is R² of all items.

    Notes
    -----
    Σ over S without j of |S|! (k − 1 − |S|)! / k! · (R²(S ∪ j) − R²(S)); Grömping (2006),
    "Relative importance for linear regression in R", Journal of Statistical Software 17(1), eq. 4.

    Examples
    --------
    Two items that do not go together keep what each explains alone:

    >>> lmg(np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.3], [0.6, 0.3, 1.0]])).round(2).tolist()
    [0.36, 0.09]
    """
    items = correlations.shape[-1] - 1
    r_squared = _r_squared_of_subsets(correlations)
    sets = np.arange(2**items)
    sizes = np.bitwise_count(sets)
    found = np.empty((*correlations.shape[:-2], items))
    for item in range(items):
        without = sets[(sets >> item) & 1 == 0]
        weights = np.array([1 / (items * comb(items - 1, int(size))) for size in sizes[without]])
        added = r_squared[..., without | 1 << item] - r_squared[..., without]
        found[..., item] = added @ weights
    return found


def relative_weights(correlations: Floats) -> Floats:
    """Importance of each item by its relative weight; the sum is R².

    Johnson (2000), "A heuristic method for estimating the relative weight of predictor variables
    in multiple regression", Multivariate Behavioral Research 35(1): the items are replaced by the
    orthogonal variables closest to them, and what these explain is handed back.

    Parameters and result as in :func:`lmg`.
    """
    among, with_outcome = correlations[..., :-1, :-1], correlations[..., :-1, -1]
    values, vectors = np.linalg.eigh(among)
    roots = np.sqrt(np.clip(values, 0, None))
    loadings = (vectors * roots[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    # Not solved by the loadings themselves, which are singular where items repeat each other.
    inverse = np.where(roots > SINGULAR, 1 / np.maximum(roots, SINGULAR), 0)
    turned = np.swapaxes(vectors, -1, -2) @ with_outcome[..., None]
    weights = vectors @ (inverse[..., None] * turned)
    return np.asarray(loadings**2 @ weights**2)[..., 0]


def r_squared(correlations: Floats) -> Floats:
    """R² of the regression of the outcome on all items."""
    swept = correlations
    for item in range(correlations.shape[-1] - 1):
        swept = _sweep(swept, item)
    return 1 - swept[..., -1, -1]


def inflation(correlations: Floats) -> Floats:
    """Variance inflation factor of each item: 1/(1 − R²) of the item on the others.

    Infinite where the others say all of it.
    """
    among = correlations[:-1, :-1]
    found = np.empty(len(among))
    for item in range(len(among)):
        order = [*(j for j in range(len(among)) if j != item), item]
        left = 1 - r_squared(among[np.ix_(order, order)])
        found[item] = 1 / left if left > SINGULAR else np.inf
    return found


def _r_squared_of_subsets(correlations: Floats) -> Floats:
    """R² of every subset of the items; bit j of the last index says whether item j is in it."""
    items = correlations.shape[-1] - 1
    found = np.zeros((*correlations.shape[:-2], 2**items))

    def visit(swept: Floats, subset: int, first: int) -> None:
        found[..., subset] = 1 - swept[..., -1, -1]
        for item in range(first, items):
            visit(_sweep(swept, item), subset | 1 << item, item + 1)

    visit(correlations, 0, 0)
    return found


def _sweep(matrix: Floats, item: int) -> Floats:
    """Regress everything on an item as well: the last element becomes 1 − R².

    Goodnight (1979), "A tutorial on the SWEEP operator", The American Statistician 33(3). An item
    of which nothing is left explains nothing more, and the matrix stays.
    """
    pivot = matrix[..., item, item][..., None, None]
    column, row = matrix[..., :, item, None], matrix[..., None, item, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        swept = matrix - column * row / pivot
        swept[..., item, :] = matrix[..., item, :] / pivot[..., 0]
        swept[..., :, item] = -matrix[..., :, item] / pivot[..., 0]
        swept[..., item, item] = 1 / pivot[..., 0, 0]
    return np.where(pivot > SINGULAR, swept, matrix)
