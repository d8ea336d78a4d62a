"""How moments of totals answer to other parameters, from a few evaluations instead of hundreds.

Along each axis of the parameters' uncertainty the logarithm of a moment is close to a parabola
over the few standard errors that draws reach. Its slope and curvature follow from one step up and
one down; curvature between axes is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from analysis.value.gamma_gamma import GammaGamma
from analysis.value.model import Model, PurchaseModel
from analysis.value.patterns import Floats

M = TypeVar("M", bound=Model)
Evaluate = Callable[[PurchaseModel, GammaGamma | None], Floats]


@dataclass(frozen=True)
class Uncertain(Generic[M]):
    """A fitted model and other parameters drawn for it.

    Attributes
    ----------
    model : Model
        At its optimum.
    drawn : sequence of Model
        The same at other parameters.
    """

    model: M
    drawn: Sequence[M]

    @property
    def distances(self) -> Floats:
        """How far each draw lies from the optimum, draws × axes, in standard errors."""
        offsets = np.array([_logs(one) for one in self.drawn]) - _logs(self.model)
        return np.asarray(np.linalg.solve(self._spread, offsets.T).T, dtype=np.float64)

    def stepped(self, axis: int, step: float) -> M:
        """The model some standard errors away along one axis."""
        return self.model.with_parameters(np.exp(_logs(self.model) + step * self._spread[:, axis]))

    @property
    def step(self) -> float:
        """One standard error, or as much of it as leaves Gamma-Gamma a mean."""
        if not isinstance(self.model, GammaGamma):
            return 1.0
        reach = np.abs(self._spread[1]).max()
        return float(min(1.0, np.log(self.model.q) / (2 * reach)))

    @property
    def _spread(self) -> Floats:
        return np.asarray(np.linalg.cholesky(self.model.log_covariance), dtype=np.float64)


def respond(
    evaluate: Evaluate, purchases: Uncertain[PurchaseModel], spend: Uncertain[GammaGamma] | None
) -> Floats:
    """Moments at the drawn parameters.

    Parameters
    ----------
    evaluate : callable
        Non-negative moments at given parameters, an array of any shape.
    purchases, spend : Uncertain
        Both models; spend may be None.

    Returns
    -------
    array, draws × the shape of the moments
    """
    best_spend = spend.model if spend else None
    at_best = evaluate(purchases.model, best_spend)
    exponent = _exponent(purchases, lambda model: evaluate(model, best_spend), at_best)
    if spend:
        exponent = exponent + _exponent(
            spend, lambda model: evaluate(purchases.model, model), at_best
        )
    return at_best * np.exp(exponent)


def _exponent(
    uncertain: Uncertain[M], moments_of: Callable[[M], Floats], at_best: Floats
) -> Floats:
    """Logarithms of the moments relative to the optimum, as one model's parameters vary."""
    distances, step = uncertain.distances, uncertain.step
    found = np.zeros((len(distances), *at_best.shape))
    for axis in range(distances.shape[1]):
        up, down = (
            _log_ratio(moments_of(uncertain.stepped(axis, sign * step)), at_best)
            for sign in (1, -1)
        )
        slope, curvature = (up - down) / (2 * step), (up + down) / (2 * step**2)
        along = distances[:, axis].reshape(-1, *[1] * at_best.ndim)
        found += slope * along + curvature * along**2
    return found


def _log_ratio(moments: Floats, at_best: Floats) -> Floats:
    """ln(moments / at_best), 0 where there is nothing to vary."""
    is_known = (at_best > 0) & (moments > 0)
    ratio = np.divide(moments, at_best, out=np.ones_like(at_best), where=is_known)
    return np.asarray(np.log(ratio), dtype=np.float64)


def _logs(model: Model) -> Floats:
    return np.asarray(
        np.log(np.array(list(model.parameters.values()), dtype=float)), dtype=np.float64
    )
