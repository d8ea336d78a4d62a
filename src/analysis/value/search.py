"""From counted customers to fitted parameters, or to a refusal that says why not.

``engine`` says who searches: this package by Newton's method (``own``), or lifetimes' fitters
(``lifetimes``), which know no prior. Everything else is the same at the parameters found.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from analysis.value.lifetimes_bridge import search_with_lifetimes
from analysis.value.model import Fit, NotEstimableError, PurchaseModel
from analysis.value.optimise import Derivatives, Optimum, maximise
from analysis.value.patterns import Floats, pattern_columns
from analysis.value.priors import LogPrior, Prior

MIN_REPEAT_BUYERS = 50
"""With fewer repeat buyers a fit says more about chance than about the customers."""

SHAPE_LIMITS = (1e-3, 1e3)
"""A shape parameter beyond these says that the search ran away: the data do not determine it."""

Likelihood = Callable[[Floats], Derivatives]
ROWS_AT_FIRST = 50_000
"""Of more rows, evenly spaced ones bring the search close before all are looked at."""

Engine = Literal["own", "lifetimes"]
M = TypeVar("M", bound=PurchaseModel)


def require_repeat_buyers(counted: pd.DataFrame) -> None:
    """Refuse data with too few repeat buyers."""
    n_repeat = int(counted.loc[counted["frequency"] > 0, "customers"].sum())
    if n_repeat < MIN_REPEAT_BUYERS:
        raise NotEstimableError(
            f"{n_repeat} customers bought again; a fit needs at least {MIN_REPEAT_BUYERS}"
        )


def find_parameters(
    likelihood: Likelihood, log_prior: LogPrior | None, start: Floats, shapes: list[int]
) -> Optimum:
    """Maximise likelihood times prior over the logarithms of the parameters.

    Parameters
    ----------
    likelihood, log_prior : callable
        Log-densities with their derivatives in log-parameters; without a prior, None.
    start : array
        Log-parameters from which to search.
    shapes : list of int
        Places of the parameters that have no unit, and hence natural bounds.

    Raises
    ------
    NotEstimableError
        If the search runs away or does not settle.
    """

    def posterior(point: Floats) -> Derivatives:
        here = likelihood(point)
        return here if log_prior is None else here + log_prior(point)

    optimum = maximise(posterior, start)
    require_shapes(np.exp(optimum.point[shapes]))
    if not optimum.converged:
        raise NotEstimableError("the search for the best parameters does not settle")
    return optimum


def approach(
    make_likelihood: Callable[[pd.DataFrame], Likelihood], counted: pd.DataFrame, start: Floats
) -> Floats:
    """Where to begin a search: near its end, if there are so many rows that a part leads there."""
    if len(counted) <= ROWS_AT_FIRST:
        return start
    some = counted.iloc[:: -(-len(counted) // ROWS_AT_FIRST)]
    nearby = maximise(make_likelihood(some), start)
    return nearby.point if nearby.converged else start


def found_elsewhere(likelihood: Likelihood, point: Floats, shapes: list[int]) -> Optimum:
    """The optimum that another library found, with the derivatives there."""
    require_shapes(np.exp(point[shapes]))
    return Optimum(point, likelihood(point), iterations=0, converged=True)


def require_shapes(shapes: Floats) -> None:
    """Refuse parameters that ran away."""
    least, most = SHAPE_LIMITS
    if not np.all((least <= shapes) & (shapes <= most)):
        raise NotEstimableError(
            "the customers are too much alike, in purchases or in spend, to tell the model's "
            "parameters"
        )


def describe_fit(optimum: Optimum, log_likelihood: float, n_customers: float, prior: Prior) -> Fit:
    """Covariance and diagnostics of an optimum.

    Raises
    ------
    NotEstimableError
        If the optimum is no strict maximum, so that no covariance exists.
    """
    information = -optimum.at_point.hessian
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        raise NotEstimableError("the data leave a parameter of the model open") from None
    covariance = np.linalg.inv(information)
    return Fit(
        log_likelihood=log_likelihood,
        log_covariance=tuple(map(tuple, ((covariance + covariance.T) / 2).tolist())),
        n_customers=int(n_customers),
        iterations=optimum.iterations,
        gradient_norm=float(np.linalg.norm(optimum.at_point.gradient) / n_customers),
        converged=optimum.converged,
        prior=prior,
    )


def fit_purchase_model(
    start: M,
    patterns: pd.DataFrame,
    make_likelihood: Callable[[pd.DataFrame], Likelihood],
    log_prior: LogPrior | None,
    engine: Engine,
) -> M:
    """Fit a model of buying and leaving, beginning at the parameters of ``start``."""
    likelihood = make_likelihood(patterns)
    names, unit = start.parameter_names, start.time_unit_days
    in_days = np.array([unit if name in start.time_parameters else 1.0 for name in names])
    shapes = [i for i, name in enumerate(names) if name not in start.time_parameters]
    if engine == "lifetimes":
        x, recency, age, customers = pattern_columns(patterns, unit)
        found = search_with_lifetimes(start, x, recency, age, customers=customers)
        optimum = found_elsewhere(likelihood, np.log(found * in_days), shapes)
        log_prior = None
    else:
        first = np.log(np.array(list(start.parameters.values())) * in_days)
        first = approach(make_likelihood, patterns, first)
        optimum = find_parameters(likelihood, log_prior, first, shapes)
    of_prior = log_prior(optimum.point).value if log_prior else 0.0
    log_likelihood = optimum.at_point.value - of_prior + time_unit_term(patterns, unit)
    prior: Prior = "none" if log_prior is None else "weak"
    fit = describe_fit(optimum, log_likelihood, patterns["customers"].sum(), prior)
    fitted = start.with_parameters(np.exp(optimum.point) / in_days)
    return replace(fitted, fit=fit)  # type: ignore[type-var]


def time_unit_term(patterns: pd.DataFrame, time_unit_days: float) -> float:
    """What a log-likelihood in days lacks to be one in another unit: densities have a unit."""
    purchases = float((patterns["customers"] * patterns["frequency"]).sum())
    return purchases * float(np.log(time_unit_days))


def guess_rate(patterns: pd.DataFrame, shape: float, time_unit_days: float) -> float:
    """Rate of a gamma distribution whose mean is the customers' purchases a unit of time."""
    observed = (patterns["customers"] * patterns["T"]).sum() / time_unit_days
    purchases = (patterns["customers"] * patterns["frequency"]).sum()
    return float(shape * observed / purchases)
