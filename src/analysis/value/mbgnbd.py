"""MBG/NBD: as BG/NBD, but customers may also leave right after their first purchase."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.value.beta_geometric import BetaGeometricLikelihood
from analysis.value.beta_geometric_model import BetaGeometricModel
from analysis.value.lifetimes_bridge import lifetimes_fitter
from analysis.value.model import Fit
from analysis.value.priors import Prior, weak_beta_geometric
from analysis.value.search import Engine, fit_purchase_model, guess_rate, require_repeat_buyers


@dataclass(frozen=True)
class MBGNBD(BetaGeometricModel):
    """The modified BG/NBD model of Batislam, Denizel & Filiztekin (2007), *IJRM* 24(3).

    Attributes
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; alpha in units of time.
    a, b : float
        Shapes of the beta distribution of the probability to leave after any purchase, the
        first included.
    time_unit_days : float
        Days in a unit of time.
    fit : Fit, optional
        How the parameters were found.
    """

    r: float
    alpha: float
    a: float
    b: float
    time_unit_days: float
    fit: Fit | None = None

    name = "mbgnbd"
    first_chances = 1
    can_lose_one_time_buyers = True

    def to_lifetimes(self) -> Any:
        """A ``lifetimes.ModifiedBetaGeoFitter`` with these parameters."""
        return lifetimes_fitter("ModifiedBetaGeoFitter", self.parameters)


def fit_mbgnbd(
    patterns: pd.DataFrame, time_unit_days: float, prior: Prior = "weak", engine: Engine = "own"
) -> MBGNBD:
    """Fit MBG/NBD.

    Parameters
    ----------
    patterns : DataFrame
        From :func:`analysis.value.count_patterns`; recency and T in days.
    time_unit_days : float
        Days in the unit of time of the parameters: 7 for the published tables.
    prior : str
        ``weak``, or ``none`` for maximum likelihood.
    engine : str
        ``own``, or ``lifetimes`` for the search of that library, without a prior.

    Raises
    ------
    NotEstimableError
        With fewer than 50 repeat buyers, or if the search does not settle or runs away.
    """
    require_repeat_buyers(patterns)
    alpha = guess_rate(patterns, 0.5, time_unit_days)
    start = MBGNBD(r=0.5, alpha=alpha, a=0.5, b=1.5, time_unit_days=time_unit_days)
    log_prior = weak_beta_geometric if prior == "weak" else None

    def likelihood(some: pd.DataFrame) -> BetaGeometricLikelihood:
        return BetaGeometricLikelihood(some, MBGNBD.first_chances)

    return fit_purchase_model(start, patterns, likelihood, log_prior, engine)
