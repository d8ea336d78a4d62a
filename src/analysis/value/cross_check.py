"""The same numbers by lifetimes at equal parameters, as a check on both."""

import warnings

import ibis
import numpy as np
import pandas as pd

from analysis.results import Result, missing, number
from analysis.value.beta_geometric_model import BetaGeometricModel
from analysis.value.fitting import ValueModels
from analysis.value.gamma_gamma import GammaGamma
from analysis.value.model import NotEstimableError, PurchaseModel
from analysis.value.patterns import Floats, pattern_columns

MOST_PATTERNS = 2000
"""Of more patterns, evenly spaced ones are compared."""
HORIZON_DAYS = 365.25
LARGEST_LOSS = 1e-11
"""Where lifetimes' closed forms lose more than this to cancellation, they are no yardstick."""


def cross_check_results(
    models: ValueModels, patterns: pd.DataFrame, spend: pd.DataFrame
) -> dict[str, Result]:
    """The largest relative difference from lifetimes over all estimable models, to be published."""
    name = "value.cross_check.lifetimes_max_relative_difference"
    fitted = [
        model
        for model in (models.bgnbd, models.mbgnbd, models.paretonbd, models.gamma_gamma)
        if not isinstance(model, NotEstimableError)
    ]
    if not fitted:
        return {name: missing("ratio", str(models.purchases))}
    differences = [
        compare_spend(model, spend)
        if isinstance(model, GammaGamma)
        else compare_purchases(model, patterns)
        for model in fitted
    ]
    return {name: number(max(differences), "ratio", n=min(len(patterns), MOST_PATTERNS))}


def compare_purchases(model: PurchaseModel, patterns: pd.DataFrame) -> float:
    """Largest relative difference in P(alive) and E[X] in a year.

    Parameters
    ----------
    model : PurchaseModel
        Any parameters, fitted or not.
    patterns : DataFrame
        From :func:`analysis.value.count_patterns`.
    """
    some = _sample(patterns)
    x, recency, age, _ = pattern_columns(some, model.time_unit_days)
    horizon = HORIZON_DAYS / model.time_unit_days
    fitter = model.to_lifetimes()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        alive = np.asarray(fitter.conditional_probability_alive(x, recency, age), dtype=float)
        purchases = np.asarray(
            fitter.conditional_expected_number_of_purchases_up_to_time(horizon, x, recency, age),
            dtype=float,
        )
    expected = model.expected_purchases(some, HORIZON_DAYS)
    sound = _closed_form_loss(model, some) < LARGEST_LOSS
    return max(
        _largest_difference(model.p_alive(some), alive),
        _largest_difference(expected[sound], purchases[sound]),
    )


def compare_spend(model: GammaGamma, spend: pd.DataFrame) -> float:
    """Largest relative difference in expected spend given what customers spent.

    Parameters
    ----------
    model : GammaGamma
        Any parameters, fitted or not.
    spend : DataFrame
        From :func:`analysis.value.count_spend`.
    """
    table = ibis.memtable(_sample(spend))
    ours = model.expected_spend(table.frequency, table.monetary_value)
    found = table.select("frequency", "monetary_value", ours=ours).to_pandas()
    theirs = model.to_lifetimes().conditional_expected_average_profit(
        found["frequency"], found["monetary_value"]
    )
    return _largest_difference(found["ours"].to_numpy(), theirs.to_numpy())


def _sample(counted: pd.DataFrame) -> pd.DataFrame:
    return counted.iloc[:: -(-len(counted) // MOST_PATTERNS)]


def _largest_difference(ours: Floats, theirs: Floats) -> float:
    """Where lifetimes has a value at all."""
    known = np.isfinite(theirs) & (theirs != 0)
    return float(np.abs(ours[known] / theirs[known] - 1).max(initial=0.0))


def _closed_form_loss(model: PurchaseModel, patterns: pd.DataFrame) -> Floats:
    """Relative rounding error of lifetimes' E[X], a difference that it divides by a − 1.

    Pareto/NBD has s − 1 there, and no difference of large numbers.
    """
    eps = float(np.finfo(float).eps)
    if not isinstance(model, BetaGeometricModel):
        return np.full(len(patterns), eps / max(abs(model.parameters["s"] - 1), eps))
    size = model.a + model.b + patterns["frequency"].to_numpy(float) + model.first_chances - 1
    if_alive = model.purchases_if_alive(patterns, [HORIZON_DAYS], [[1.0]])[:, 0]
    with np.errstate(divide="ignore"):
        return np.asarray(eps * np.abs(size / (model.a - 1)) / if_alive)
