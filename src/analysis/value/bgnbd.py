"""BG/NBD: customers buy when they like and may leave after any repeat purchase."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.value.beta_geometric_fit import fit_beta_geometric
from analysis.value.beta_geometric_model import BetaGeometricModel
from analysis.value.lifetimes_bridge import lifetimes_fitter
from analysis.value.model import Fit
from analysis.value.priors import Prior
from analysis.value.search import Engine


@dataclass(frozen=True)
class BGNBD(BetaGeometricModel):
    """The beta-geometric/NBD model of Fader, Hardie & Lee (2005), *Marketing Science* 24(2).

    Attributes
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; alpha in units of time.
    a, b : float
        Shapes of the beta distribution of the probability to leave after a repeat purchase.
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

    name = "bgnbd"
    first_chances = 0
    can_lose_one_time_buyers = False

    def to_lifetimes(self) -> Any:
        """A ``lifetimes.BetaGeoFitter`` with these parameters, for its methods and plots."""
        return lifetimes_fitter("BetaGeoFitter", self.parameters)


def fit_bgnbd(
    patterns: pd.DataFrame, time_unit_days: float, prior: Prior = "weak", engine: Engine = "own"
) -> BGNBD:
    """Fit BG/NBD.

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
    return fit_beta_geometric(BGNBD, patterns, time_unit_days, prior, engine)
