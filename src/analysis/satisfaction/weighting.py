"""Post-stratification: answers are weighted so that their segments stand as in the population."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SUMS = ("n", "total", "squares")
FEWEST_IN_STRATUM = 5
"""Strata with fewer answers are pooled: one voice must not speak for a whole segment."""


@dataclass(frozen=True)
class Estimate:
    """A weighted mean.

    Attributes
    ----------
    mean, variance : float
        Of the answers, weighted.
    n : int
        Answers.
    n_eff : float
        Answers of equal weight that would tell as much: (Σw)² / Σw² (Kish 1965).
    """

    mean: float
    variance: float
    n: int
    n_eff: float


def weigh_equally(strata: pd.DataFrame | Mapping[str, float]) -> Estimate:
    """Every answer has the same weight. ``strata`` as in :func:`post_stratify`, or just one."""
    n, total, squares = (np.atleast_1d(strata[name]).astype(float) for name in SUMS)
    return _combine(n, total, squares, n / n.sum())


def post_stratify(strata: pd.DataFrame, population: "pd.Series[int]") -> Estimate | None:
    """Weight each stratum by its share of the population.

    Parameters
    ----------
    strata : DataFrame
        Index: the stratum. ``n`` answers, ``total`` and ``squares``: the sums of their numbers and
        of the squares.
    population : Series
        Customers of each stratum. Answers from other strata do not count.

    Returns
    -------
    Estimate or None
        None if no stratum of the population has answers.

    Notes
    -----
    mean = Σ W_h · ȳ_h with W_h = N_h / N (Cochran 1977, *Sampling Techniques*, ch. 5A). Strata
    with fewer than :data:`FEWEST_IN_STRATUM` answers are pooled into one.

    Examples
    --------
    Half of the customers are loyal, but three quarters of the answers are theirs:

    >>> strata = pd.DataFrame({"n": [30, 10], "total": [27.0, 5.0], "squares": [27.0, 5.0]},
    ...                       index=["loyal", "new"])
    >>> weighted = post_stratify(strata, pd.Series({"loyal": 500, "new": 500}))
    >>> round(weighted.mean, 3), round(weigh_equally(strata).mean, 3), round(weighted.n_eff, 3)
    (0.7, 0.8, 30.0)
    """
    known = strata[list(SUMS)].reindex(population.index).fillna(0.0)
    rows = np.column_stack([known, population])
    is_small = rows[:, 0] < FEWEST_IN_STRATUM
    rows = np.vstack([rows[~is_small], rows[is_small].sum(axis=0)])
    n, total, squares, customers = rows[rows[:, 0] > 0].T
    if not n.size:
        return None
    return _combine(n, total, squares, customers / customers.sum())


def _combine(n: Floats, total: Floats, squares: Floats, shares: Floats) -> Estimate:
    mean, mean_square = float(shares @ (total / n)), float(shares @ (squares / n))
    return Estimate(
        mean=mean,
        variance=max(0.0, mean_square - mean**2),
        n=int(n.sum()),
        n_eff=float(1 / (shares**2 / n).sum()),
    )
