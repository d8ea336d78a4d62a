"""MBG/NBD: as BG/NBD, but customers may also leave right after their first purchase."""

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
    """Fit MBG/NBD; parameters and errors as of :func:`analysis.value.fit_bgnbd`."""
    return fit_beta_geometric(MBGNBD, patterns, time_unit_days, prior, engine)
