"""lifetimes, imported where it is needed: it takes a second and warns of pandas 4."""

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd


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
