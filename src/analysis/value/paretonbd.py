"""Pareto/NBD: customers buy when they like and may leave at any moment."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, exprel, gammaln, xlogy

from analysis.value.lifetimes_bridge import lifetimes_fitter
from analysis.value.model import Fit, PurchaseModel
from analysis.value.pareto_likelihood import Histories, ParetoLikelihood, spread_leaving
from analysis.value.patterns import Floats
from analysis.value.priors import Prior, weak_pareto
from analysis.value.search import Engine, fit_purchase_model, guess_rate, require_repeat_buyers

N_NODES = 96
"""Nodes over the moment of leaving for the distribution of purchase counts."""


@dataclass(frozen=True)
class ParetoNBD(PurchaseModel):
    """The Pareto/NBD model of Schmittlein, Morrison & Colombo (1987), *Management Science* 33(1).

    Equations are those of Fader & Hardie (2005), *A Note on Deriving the Pareto/NBD Model and
    Related Expressions*.

    Attributes
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; alpha in units of time.
    s, beta : float
        Shape and rate of the gamma distribution of rates of leaving; beta in units of time.
    time_unit_days : float
        Days in a unit of time.
    fit : Fit, optional
        How the parameters were found.
    """

    r: float
    alpha: float
    s: float
    beta: float
    time_unit_days: float
    fit: Fit | None = None

    name = "paretonbd"
    parameter_names = ("r", "alpha", "s", "beta")
    time_parameters = frozenset({"alpha", "beta"})
    can_lose_one_time_buyers = True

    def p_alive(self, patterns: pd.DataFrame) -> Floats:
        """Probability that a customer of each pattern has not left for good; equation 36."""
        histories = Histories(
            patterns["frequency"].to_numpy(dtype=float),
            patterns["recency"].to_numpy(dtype=float) / self.time_unit_days,
            patterns["T"].to_numpy(dtype=float) / self.time_unit_days,
        )
        parameters = np.array([self.r, self.alpha, self.s, self.beta])
        alive = np.empty(len(patterns))
        for rows, some in histories.blocks():
            alive[rows] = expit(-spread_leaving(parameters, some).log_odds)
        return alive

    def purchase_count_shares(self, age_days: ArrayLike, most: int) -> Floats:
        """Probabilities of 0, 1, …, ``most`` repeat purchases within ``age_days`` of the first.

        Those who stay to the end and those who leave at some moment before, over which it is
        integrated (equation 16).
        """
        age = np.asarray(age_days, dtype=float)[..., None] / self.time_unit_days
        nearest = min(self.alpha, self.beta)
        nodes, weights = np.polynomial.legendre.leggauss(N_NODES)
        width = np.log1p(age / nearest)
        reach = nearest * np.exp(width * (1 + nodes) / 2)
        moment = reach - nearest
        kept = (self.beta / (self.beta + moment)) ** self.s
        density = self.s * kept / (self.beta + moment) * reach * width * weights / 2
        left = np.einsum("...i,...in->...n", density, self._count_shares_active(moment, most))
        stayed = (self.beta / (self.beta + age)) ** self.s * self._count_shares_active(
            age[..., 0], most
        )
        shares: Floats = stayed + left
        return shares

    def to_lifetimes(self) -> Any:
        """A ``lifetimes.ParetoNBDFitter`` with these parameters, for its methods and plots."""
        return lifetimes_fitter("ParetoNBDFitter", self.parameters)

    def _count_shares_active(self, time: Floats, most: int) -> Floats:
        """NBD probabilities of 0, …, ``most`` purchases of customers active for ``time``."""
        n = np.arange(most + 1.0)
        share = (time / (self.alpha + time))[..., None]
        log_share = (
            gammaln(self.r + n) - gammaln(self.r) - gammaln(n + 1)
            + self.r * np.log1p(-share) + xlogy(n, share)
        )  # fmt: skip
        shares: Floats = np.exp(log_share)
        return shares

    def _purchases_if_alive(
        self, frequency: Floats, age: Floats, ends: Floats, weights: Floats
    ) -> Floats:
        """Equation 41 without P(alive): rate of buying times the time until leaving."""
        active = _power_integral(self.beta + age[:, None], ends, self.s)
        in_period = np.diff(active, axis=1, prepend=0.0)
        rate = (self.r + frequency) / (self.alpha + age)
        purchases: Floats = rate[:, None] * (in_period @ weights)
        return purchases

    def _purchase_pairs_if_alive(self, frequency: Floats, age: Floats, horizon: float) -> Floats:
        """E[λ²] E[min(time until leaving, t)²]."""
        shape, since = self.r + frequency, self.beta + age
        squared_rate = shape * (shape + 1) / (self.alpha + age) ** 2
        # ∫ u S(u) du = ∫ (since + u) S(u) du − since ∫ S(u) du, where S is the chance to stay.
        ends = np.array([horizon])
        shifted = since * _power_integral(since[:, None], ends, self.s - 1)[:, 0]
        plain = since * _power_integral(since[:, None], ends, self.s)[:, 0]
        pairs: Floats = 2 * squared_rate * (shifted - plain)
        return pairs


def _power_integral(since: Floats, ends: Floats, s: float) -> Floats:
    """∫₀^t (since / (since + u))^s du, also at s = 1."""
    growth = np.log1p(ends / since)
    integral: Floats = since * growth * exprel((1 - s) * growth)
    return integral


def fit_paretonbd(
    patterns: pd.DataFrame, time_unit_days: float, prior: Prior = "weak", engine: Engine = "own"
) -> ParetoNBD:
    """Fit Pareto/NBD; parameters and errors as of :func:`analysis.value.fit_bgnbd`."""
    require_repeat_buyers(patterns)
    mean_age = float(np.average(patterns["T"], weights=patterns["customers"]))
    start = ParetoNBD(
        r=0.5,
        alpha=guess_rate(patterns, 0.5, time_unit_days),
        s=0.5,
        beta=mean_age / time_unit_days,
        time_unit_days=time_unit_days,
    )
    log_prior = weak_pareto(mean_age) if prior == "weak" else None
    return fit_purchase_model(start, patterns, ParetoLikelihood, log_prior, engine)
