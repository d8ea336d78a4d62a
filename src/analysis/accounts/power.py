"""How large an effect must be to be seen: what a holdout of a given size can tell."""

from math import sqrt

import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from analysis.inference import Z
from analysis.results import Result, missing, number
from analysis.satisfaction.small_cells import FEWEST_SHOWN

POWER = 0.8
"""How often an effect of the size named is found."""
NEEDS_HOLDOUT = f"needs a list from which {FEWEST_SHOWN} customers can be left out"
NEEDS_RATE = "needs customers of the same segments a quarter ago"


def smallest_effect(natural_rate: float, treated: int, held_out: int) -> float | None:
    """The smallest rise of a share that is found with 80 % power at the 5 % level, two-sided.

    Parameters
    ----------
    natural_rate : float
        Share who buy without the action.
    treated, held_out : int
        Customers on both sides.

    Returns
    -------
    float or None
        Rise of the share; None where even a rise to 1 is found less often.

    Notes
    -----
    Fleiss, Levin & Paik (2003), *Statistical Methods for Rates and Proportions*, eq. 4.14, solved
    for the difference, without continuity correction.

    Examples
    --------
    Shares of .3 and .5 need about 93 customers on each side:

    >>> round(smallest_effect(0.3, 93, 93), 3)
    0.2
    """
    highest = 1 - natural_rate
    if highest <= 0 or power_of(highest, natural_rate, treated, held_out) < POWER:
        return None
    found = brentq(lambda d: power_of(d, natural_rate, treated, held_out) - POWER, 0, highest)
    return float(found)


def power_of(difference: float, natural_rate: float, treated: int, held_out: int) -> float:
    """How often the pooled z-test at the 5 % level finds a rise of a share of that size."""
    p0, p1 = natural_rate, natural_rate + difference
    pooled = (treated * p1 + held_out * p0) / (treated + held_out)
    under_null = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / held_out))
    error = sqrt(p1 * (1 - p1) / treated + p0 * (1 - p0) / held_out)
    if error == 0:
        return 1.0 if difference > 0 else 0.0
    return float(ndtr((difference - Z * under_null) / error))
