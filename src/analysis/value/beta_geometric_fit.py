"""How BG/NBD and MBG/NBD are fitted: alike, but for one more chance to leave."""

from typing import TypeVar

import pandas as pd

from analysis.value.beta_geometric import BetaGeometricLikelihood
from analysis.value.beta_geometric_model import BetaGeometricModel
from analysis.value.priors import Prior, weak_beta_geometric
from analysis.value.search import Engine, fit_purchase_model, guess_rate, require_repeat_buyers

M = TypeVar("M", bound=BetaGeometricModel)


def fit_beta_geometric(
    kind: type[M], patterns: pd.DataFrame, time_unit_days: float, prior: Prior, engine: Engine
) -> M:
    """Fit a model of a kind; see :func:`analysis.value.fit_bgnbd`."""
    require_repeat_buyers(patterns)
    alpha = guess_rate(patterns, 0.5, time_unit_days)
    parameters = {"r": 0.5, "alpha": alpha, "a": 0.5, "b": 1.5}
    start = kind(**parameters, time_unit_days=time_unit_days)  # type: ignore[call-arg]
    log_prior = weak_beta_geometric if prior == "weak" else None

    def likelihood(some: pd.DataFrame) -> BetaGeometricLikelihood:
        return BetaGeometricLikelihood(some, kind.first_chances)

    return fit_purchase_model(start, patterns, likelihood, log_prior, engine)
