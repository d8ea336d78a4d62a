"""Post-stratification: answers are weighted so that their segments stand as in the population."""

from dataclasses import dataclass

import pandas as pd

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


def weigh_equally(strata: pd.DataFrame) -> Estimate:
    """Every answer has the same weight. ``strata`` as in :func:`post_stratify`."""
    n = int(strata["n"].sum())
    return _combine(strata, strata["n"] / n)


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
    known = strata[["n", "total", "squares"]].reindex(population.index).fillna(0.0)
    known["population"] = population
    is_small = known["n"] < FEWEST_IN_STRATUM
    pooled = known[is_small].sum()
    known = known[~is_small]
    if pooled["n"]:
        known = pd.concat([known, pooled.to_frame().T])
    if known.empty:
        return None
    return _combine(known, known["population"] / known["population"].sum())


def _combine(strata: pd.DataFrame, shares: "pd.Series[float]") -> Estimate:
    mean = float((shares * strata["total"] / strata["n"]).sum())
    mean_square = float((shares * strata["squares"] / strata["n"]).sum())
    return Estimate(
        mean=mean,
        variance=max(0.0, mean_square - mean**2),
        n=int(strata["n"].sum()),
        n_eff=float(1 / (shares**2 / strata["n"]).sum()),
    )
