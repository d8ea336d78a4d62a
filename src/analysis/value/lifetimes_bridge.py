"""lifetimes: its fitters with our parameters, and our models with its parameters.

It is imported where it is needed: that takes a second and warns of pandas 4.
"""

import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd

from analysis.value.model import Model, NotEstimableError
from analysis.value.patterns import Floats


def import_lifetimes() -> Any:
    """The lifetimes package."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes

    return lifetimes


def lifetimes_fitter(name: str, parameters: Mapping[str, float]) -> Any:
    """A fitter of lifetimes that has the given parameters, as if it had found them itself."""
    fitter = getattr(import_lifetimes(), name)()
    fitter.params_ = pd.Series(dict(parameters))
    return fitter


def search_with_lifetimes(model: Model, *columns: Floats, customers: Floats) -> Floats:
    """Parameters of a model, found by lifetimes' own fitter.

    Parameters
    ----------
    model : Model
        The model; its parameters do not matter.
    *columns : array
        What the fitter wants: frequency, recency and T in units of time, or frequency and
        monetary value.
    customers : array
        How many customers share each row.

    Raises
    ------
    NotEstimableError
        If the fitter does not converge.
    """
    fitter = model.to_lifetimes()
    from lifetimes.utils import ConvergenceError

    # lifetimes warns of steps that its search takes back, and prints the search that failed.
    with warnings.catch_warnings(), redirect_stdout(StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitter.fit(*columns, weights=customers)
        except ConvergenceError:
            raise NotEstimableError("lifetimes does not find the best parameters") from None
    found: Floats = fitter.params_[list(model.parameter_names)].to_numpy(dtype=float)
    return found
