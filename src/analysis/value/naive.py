"""The baseline that every model must beat: customers go on as they did, x purchases in T days."""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import ArrayLike

from analysis.value.model import Fit, NotEstimableError, PurchaseModel
from analysis.value.patterns import Floats


@dataclass(frozen=True)
class Naive(PurchaseModel):
    """Everybody stays and buys at the rate x/T of so far; it has no parameters.

    Examples
    --------
    >>> import pandas as pd
    >>> history = pd.DataFrame({"frequency": [3, 0], "recency": [50, 0], "T": [60, 0]})
    >>> Naive().expected_purchases(history, 20).tolist()
    [1.0, 0.0]
    """

    time_unit_days: float = 1.0
    fit: Fit | None = None

    name = "naive"
    parameter_names = ()
    time_parameters = frozenset()
    can_lose_one_time_buyers = False

    @property
    def log_covariance(self) -> Floats:
        """Without parameters there is nothing to be unsure of."""
        return np.zeros((0, 0))

    def p_alive(self, patterns: Any) -> Floats:
        """Nobody ever leaves."""
        return np.ones(len(patterns))

    def score_alive(self, summary: ir.Table) -> ir.Table:
        """Nobody ever leaves."""
        return summary.mutate(p_alive=ibis.literal(1.0))

    def purchase_count_shares(self, age_days: ArrayLike, most: int) -> Floats:
        """A newcomer has no rate yet, so no repeat purchase is expected."""
        shares = np.zeros((*np.shape(age_days), most + 1))
        shares[..., 0] = 1.0
        return shares

    def to_lifetimes(self) -> Any:
        """There is no such fitter.

        Raises
        ------
        NotEstimableError
            Always.
        """
        raise NotEstimableError("lifetimes has no fitter for the rate x/T")

    def _purchases_if_alive(
        self, frequency: Floats, age: Floats, ends: Floats, weights: Floats
    ) -> Floats:
        days = np.diff(ends, prepend=0.0)
        return np.outer(_rate(frequency, age), days @ weights)

    def _purchase_pairs_if_alive(self, frequency: Floats, age: Floats, horizon: float) -> Floats:
        return (_rate(frequency, age) * horizon) ** 2


def _rate(frequency: Floats, age: Floats) -> Floats:
    return np.divide(frequency, age, out=np.zeros_like(age), where=age > 0)
