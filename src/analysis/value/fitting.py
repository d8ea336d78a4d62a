"""All models of one customer summary."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import ibis.expr.types as ir

from analysis.value.bgnbd import BGNBD, fit_bgnbd
from analysis.value.gamma_gamma import GammaGamma, fit_gamma_gamma
from analysis.value.mbgnbd import MBGNBD, fit_mbgnbd
from analysis.value.model import NotEstimableError, PurchaseModel
from analysis.value.naive import Naive
from analysis.value.paretonbd import ParetoNBD, fit_paretonbd
from analysis.value.patterns import count_patterns, count_spend
from analysis.value.priors import Prior
from analysis.value.search import Engine

PurchaseModelName = Literal["bgnbd", "mbgnbd", "paretonbd", "naive"]
M = TypeVar("M")


@dataclass(frozen=True)
class ValueModels:
    """All models, or for each the reason why the data cannot carry it.

    ``chosen`` names the model of buying and leaving with which customers are valued.
    """

    bgnbd: BGNBD | NotEstimableError
    mbgnbd: MBGNBD | NotEstimableError
    paretonbd: ParetoNBD | NotEstimableError
    gamma_gamma: GammaGamma | NotEstimableError
    chosen: PurchaseModelName = "bgnbd"

    @property
    def purchases(self) -> PurchaseModel | NotEstimableError:
        """The chosen model, or why there is none."""
        candidates: dict[str, PurchaseModel | NotEstimableError] = {
            "bgnbd": self.bgnbd,
            "mbgnbd": self.mbgnbd,
            "paretonbd": self.paretonbd,
            "naive": Naive(),
        }
        return candidates[self.chosen]

    @property
    def for_one_time_buyers(self) -> "ValueModels":
        """The same, with a chosen model that can tell that a one-time buyer has left.

        BG/NBD cannot: to it everybody is active until after the first repeat purchase.
        """
        is_open = isinstance(self.purchases, PurchaseModel) and (
            self.purchases.can_lose_one_time_buyers
        )
        if is_open:
            return self
        can = not isinstance(self.mbgnbd, NotEstimableError)
        return replace(self, chosen="mbgnbd" if can else "paretonbd")


def fit_models(
    summary: ir.Table, time_unit_days: float, prior: Prior = "weak", engine: Engine = "own"
) -> ValueModels:
    """Fit all models to the customer summary, each on its own.

    Parameters
    ----------
    summary : ibis table
        One row a customer, from :func:`analysis.customers.summarize_customers`.
    time_unit_days : float
        Days in the unit of time of the parameters.
    prior, engine : str
        See :mod:`analysis.value.priors` and :mod:`analysis.value.search`.
    """
    patterns, spend = count_patterns(summary), count_spend(summary)
    return ValueModels(
        bgnbd=_or_refusal(lambda: fit_bgnbd(patterns, time_unit_days, prior, engine)),
        mbgnbd=_or_refusal(lambda: fit_mbgnbd(patterns, time_unit_days, prior, engine)),
        paretonbd=_or_refusal(lambda: fit_paretonbd(patterns, time_unit_days, prior, engine)),
        gamma_gamma=_or_refusal(lambda: fit_gamma_gamma(spend, engine)),
    )


def _or_refusal(fit: Callable[[], M]) -> M | NotEstimableError:
    try:
        return fit()
    except NotEstimableError as refusal:
        return refusal
