"""The proportional-odds model: a regression that knows that scores are only ordered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ITERATIONS = 50
CONVERGED = 1e-8


class NotEstimableError(Exception):
    """The model has no estimate: the outcome does not vary, or items separate it."""


@dataclass(frozen=True)
class OrderedLogit:
    """A fitted model.

    Attributes
    ----------
    coefficients : array (k,)
        Change of the log odds of a better score, for one unit more of each item.
    errors : array (k,)
        Their standard errors.
    """

    coefficients: Floats
    errors: Floats


def fit_ordered_logit(items: Floats, outcome: Floats) -> OrderedLogit:
    """Fit by Fisher scoring.

    Parameters
    ----------
    items : array (n, k)
        Scores of the items.
    outcome : array (n,)
        Scores to explain.

    Raises
    ------
    NotEstimableError
        If there is no finite estimate.

    Notes
    -----
    P(y ≤ j) = 1 / (1 + exp(−(θ_j − xβ))); McCullagh (1980), "Regression models for ordinal data",
    JRSS B 42(2), eq. 2.3.
    """
    levels, rank = np.unique(outcome, return_inverse=True)
    if len(levels) < 2 or len(outcome) <= items.shape[1] + len(levels):
        raise NotEstimableError("the outcome has one value only, or there are too few answers")
    spread = items.std(axis=0)
    if not (spread > 0).all():
        raise NotEstimableError("an item has one value only")
    standard = (items - items.mean(axis=0)) / spread
    shares = np.cumsum(np.bincount(rank))[:-1] / len(rank)
    parameters = np.concatenate([np.log(shares / (1 - shares)), np.zeros(items.shape[1])])
    for _ in range(ITERATIONS):
        gradient, information = _score(parameters, standard, rank, len(levels))
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            raise NotEstimableError("items repeat each other") from None
        parameters = parameters + step
        if np.abs(step).max() < CONVERGED:
            break
    if not np.isfinite(parameters).all() or np.abs(step).max() > CONVERGED:
        raise NotEstimableError("the items separate the outcome")
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    first = len(levels) - 1
    return OrderedLogit(parameters[first:] / spread, errors[first:] / spread)


def _score(
    parameters: Floats, items: Floats, rank: NDArray[np.intp], levels: int
) -> tuple[Floats, Floats]:
    """Gradient of the log likelihood, and the expected information."""
    thresholds, slopes = parameters[: levels - 1], parameters[levels - 1 :]
    latent = items @ slopes
    below = 1 / (1 + np.exp(-np.clip(thresholds - latent[:, None], -500, 500)))
    reached = np.column_stack([np.zeros(len(items)), below, np.ones(len(items))])
    probability = np.maximum(np.diff(reached, axis=1), 1e-300)
    density = reached * (1 - reached)
    # Derivative of each level's probability by each parameter, (n, levels, parameters).
    slope = np.zeros((len(items), levels, len(parameters)))
    for j in range(levels - 1):
        slope[:, j, j] = density[:, j + 1]
        slope[:, j + 1, j] = -density[:, j + 1]
    slope[:, :, levels - 1 :] = -np.diff(density, axis=1)[:, :, None] * items[:, None, :]
    chosen = np.arange(len(items))
    gradient = (slope[chosen, rank] / probability[chosen, rank][:, None]).sum(axis=0)
    weighted = slope / probability[:, :, None]
    information = np.tensordot(weighted, slope, axes=([0, 1], [0, 1]))
    return gradient, information
