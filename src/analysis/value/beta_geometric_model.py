"""What BG/NBD and MBG/NBD share once they are fitted."""

from typing import Any, ClassVar

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, gammaln

from analysis.value.beta_geometric import odds_left
from analysis.value.beta_geometric_moments import (
    ActiveCustomers,
    expected_pairs,
    expected_purchases,
)
from analysis.value.model import PurchaseModel
from analysis.value.patterns import Floats


class BetaGeometricModel(PurchaseModel):
    """Predictions of both models; they differ in one more chance to leave."""

    parameter_names = ("r", "alpha", "a", "b")
    time_parameters = frozenset({"alpha"})
    first_chances: ClassVar[int]
    """Chances to leave before the first repeat purchase: 0 in BG/NBD, 1 in MBG/NBD."""
    r: float
    alpha: float
    a: float
    b: float

    def p_alive(self, patterns: pd.DataFrame) -> Floats:
        """Probability that a customer of each pattern has not left for good.

        Fader, Hardie & Lee (2008), *Computing P(alive) Using the BG/NBD Model*; for MBG/NBD,
        Batislam, Denizel & Filiztekin (2007).
        """
        frequency = patterns["frequency"].to_numpy(dtype=float)
        recency, age = (patterns[name].to_numpy(dtype=float) for name in ("recency", "T"))
        # Odds beyond all floats are those of customers who have left.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            odds = self._odds_left(frequency, recency, age)
            alive: Floats = np.where(self._can_have_left(frequency), 1 / (1 + odds), 1.0)
        return alive

    def score_alive(self, summary: ir.Table) -> ir.Table:
        """The same of each customer, by the engine alone; see :class:`PurchaseModel`."""
        # Spark reckons whole and literal numbers as decimals of few places.
        names = "frequency", "recency", "T"
        odds = self._odds_left(*(summary[name].cast("float64") for name in names))
        can_have_left = self._can_have_left(summary.frequency)
        return summary.mutate(p_alive=can_have_left.ifelse(1 / (1 + odds), 1.0))

    def purchase_count_shares(self, age_days: ArrayLike, most: int) -> Floats:
        """Probabilities of 0, 1, …, ``most`` repeat purchases within ``age_days`` of the first.

        Fader, Hardie & Lee (2005), equation 8; the probability that a customer who never leaves
        buys at least n times is written as an incomplete beta function, which cannot cancel.
        """
        age = np.asarray(age_days, dtype=float)[..., None] / self.time_unit_days
        n, chances = np.arange(most + 1.0), self.first_chances
        share = age / (self.alpha + age)
        log_same = (
            gammaln(self.r + n) - gammaln(self.r) - gammaln(n + 1)
            + self.r * np.log1p(-share) + _times_log(n, share)
        )  # fmt: skip
        log_beta = betaln(self.a, self.b)
        stayed = np.exp(log_same + betaln(self.a, self.b + n + chances) - log_beta)
        # betainc(0, …) is 1: every customer makes at least no repeat purchase.
        at_least = np.where(n > 0, betainc(np.maximum(n, 1), self.r, share), 1.0)
        can_leave = n + chances > 0
        survived = self.b + np.where(can_leave, n + chances - 1, 0)
        left = can_leave * at_least * np.exp(betaln(self.a + 1, survived) - log_beta)
        shares: Floats = stayed + left
        return shares

    def _odds_left(self, frequency: Any, recency: Any, age: Any) -> Any:
        """Odds of having left by frequency, recency and T in days, arrays or engine columns."""
        parameters = (self.r, self.alpha * self.time_unit_days, self.a, self.b)
        return odds_left(parameters, self.first_chances, frequency, recency, age)

    def _can_have_left(self, frequency: Any) -> Any:
        return frequency + self.first_chances > 0

    def _active(self, frequency: Floats, age: Floats) -> ActiveCustomers:
        return ActiveCustomers(
            rho=self.r + frequency,
            a=self.a,
            b=self.b + frequency + self.first_chances,
            scale=self.alpha + age,
        )

    def _purchases_if_alive(
        self, frequency: Floats, age: Floats, ends: Floats, weights: Floats
    ) -> Floats:
        return expected_purchases(self._active(frequency, age), ends, weights)

    def _purchase_pairs_if_alive(self, frequency: Floats, age: Floats, horizon: float) -> Floats:
        return expected_pairs(self._active(frequency, age), horizon)


def _times_log(n: Floats, share: Floats) -> Floats:
    """ln(shareⁿ), with 0⁰ = 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, n * np.log(share), 0.0)
