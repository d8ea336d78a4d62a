"""Gamma-Gamma: what customers spend a purchase day, whatever how often they buy.

A customer's spend a purchase is Gamma(p, ν), and ν ~ Gamma(q, v) differs between customers. The
mean m of x purchases has the density of Fader & Hardie (2013), equation 1a:

    f(m | x) = Γ(px + q)/(Γ(px) Γ(q)) · v^q m^(px − 1) x^(px) / (v + x m)^(px + q)
"""

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.special import gammaln, polygamma, psi

from analysis.value.lifetimes_bridge import lifetimes_fitter, search_with_lifetimes
from analysis.value.model import Fit, Model, NotEstimableError
from analysis.value.optimise import Derivatives, in_logarithms
from analysis.value.patterns import Floats
from analysis.value.search import (
    Engine,
    approach,
    describe_fit,
    find_parameters,
    found_elsewhere,
    require_repeat_buyers,
)

HEAVY_TAIL = 1.5
"""Below this q a few customers carry the mean, and it moves much from quarter to quarter."""


SPEND_COLUMNS = ("frequency", "monetary_value", "customers")


@dataclass(frozen=True)
class GammaGamma(Model):
    """The gamma-gamma model of Fader & Hardie (2013), *The Gamma-Gamma Model of Monetary Value*.

    Attributes
    ----------
    p, q, v : float
        Parameters of Fader & Hardie (2013); v in money.
    fit : Fit, optional
        How the parameters were found.
    """

    p: float
    q: float
    v: float
    fit: Fit | None = None

    name = "gamma_gamma"
    parameter_names = ("p", "q", "v")

    @property
    def n_customers(self) -> int:
        """Repeat buyers with positive spend that the fit rests on."""
        return self._fitted.n_customers

    @property
    def mean_spend(self) -> float:
        """Mean spend a purchase day over all customers, money."""
        return self.p * self.v / (self.q - 1)

    @property
    def has_heavy_tail(self) -> bool:
        """Whether a few customers carry the mean, so that it deserves a warning."""
        return self.q < HEAVY_TAIL

    def expected_spend(self, frequency: ir.Column, monetary_value: ir.Column) -> ir.Value:
        """Expected mean spend a purchase day of each customer, given what they spent; money.

        Fader & Hardie (2013), equation 5. Customers without a repeat purchase, or whose returns
        outweigh their repeat purchases, get the mean over all customers.
        """
        known = (frequency > 0) & (monetary_value > 0)
        x = known.ifelse(frequency, 0).cast("float64")
        spent = known.ifelse(frequency * monetary_value, 0.0)
        return (self.p * (self.v + spent)) / (self.p * x + self.q - 1)

    def to_lifetimes(self) -> Any:
        """A ``lifetimes.GammaGammaFitter`` with these parameters."""
        return lifetimes_fitter("GammaGammaFitter", self.parameters)


class GammaGammaLikelihood:
    """Log-likelihood of counted mean spend as a function of ln(p, q, v); money in mean spends."""

    def __init__(self, spend: pd.DataFrame) -> None:
        """Count what the likelihood needs of ``frequency``, ``monetary_value``, ``customers``."""
        frequency, mean, weight = (spend[name].to_numpy(dtype=float) for name in SPEND_COLUMNS)
        # Rows of one frequency stand together, so that sums by frequency run through memory once.
        rows = np.argsort(frequency, kind="stable")
        frequency, mean, self.weight = frequency[rows], mean[rows], weight[rows]
        self.first_of_x = np.flatnonzero(np.diff(frequency, prepend=-1.0))
        self.x = frequency[self.first_of_x]
        self.n_customers = self.weight.sum()
        self.unit = self.weight @ mean / self.n_customers
        self.spent = frequency * mean / self.unit
        self.n_x = self._sum_by_x(self.weight)
        log_spent = self.weight * np.log(self.spent)
        self.log_spent_x = self._sum_by_x(log_spent)
        # f(m) = … m^(px − 1) x^(px) = … (x m)^(px) / m; the last factor has no parameter.
        self.constant = self.n_x @ np.log(self.x) - log_spent.sum()

    @property
    def unit_term(self) -> float:
        """What the log-likelihood lacks to be one of spend in money: densities have a unit."""
        return -float(self.n_customers * np.log(self.unit))

    def __call__(self, log_parameters: Floats) -> Derivatives:
        """Value, gradient and Hessian in log-parameters."""
        parameters = np.exp(log_parameters)
        natural = self._counts(*parameters) + self._amounts(*parameters)
        return in_logarithms(natural, parameters)

    def _counts(self, p: float, q: float, v: float) -> Derivatives:
        """Terms in frequency, and in the spend of all who share one."""
        n, x, total, px = self.n_x, self.x, self.n_customers, p * self.x
        trigamma = n * polygamma(1, px + q)
        value = (
            n @ (gammaln(px + q) - gammaln(px)) + total * (q * np.log(v) - gammaln(q))
            + p * (x @ self.log_spent_x) + self.constant
        )  # fmt: skip
        gradient = np.array(
            [
                (n * x) @ (psi(px + q) - psi(px)) + x @ self.log_spent_x,
                n @ psi(px + q) + total * (np.log(v) - psi(q)),
                total * q / v,
            ]
        )
        pq, qv = x @ trigamma, total / v
        hessian = np.array(
            [
                [x**2 @ (trigamma - n * polygamma(1, px)), pq, 0.0],
                [pq, trigamma.sum() - total * polygamma(1, q), qv],
                [0.0, qv, -total * q / v**2],
            ]
        )
        return Derivatives(float(value), gradient, hessian)

    def _amounts(self, p: float, q: float, v: float) -> Derivatives:
        """The term −(px + q) ln(v + x m), summed by frequency."""
        reach = v + self.spent
        exponent = p * self.x + q
        logs = self._sum_by_x(self.weight * np.log(reach))
        inverse = self.weight / reach
        inverses, squares = self._sum_by_x(inverse), self._sum_by_x(inverse / reach)
        gradient = -np.array([self.x @ logs, logs.sum(), exponent @ inverses])
        pv, qv = -self.x @ inverses, -inverses.sum()
        hessian = np.array([[0.0, 0.0, pv], [0.0, 0.0, qv], [pv, qv, exponent @ squares]])
        return Derivatives(float(-exponent @ logs), gradient, hessian)

    def _sum_by_x(self, values: Floats) -> Floats:
        sums: Floats = np.add.reduceat(values, self.first_of_x)
        return sums


def fit_gamma_gamma(spend: pd.DataFrame, engine: Engine = "own") -> GammaGamma:
    """Fit Gamma-Gamma by maximum likelihood.

    Parameters
    ----------
    spend : DataFrame
        From :func:`analysis.value.count_spend`.
    engine : str
        ``own``, or ``lifetimes`` for the search of that library.

    Raises
    ------
    NotEstimableError
        With fewer than 50 repeat buyers, if the search does not settle or runs away, or if
        q ≤ 1: then the model's mean spend is infinite.
    """
    require_repeat_buyers(spend)
    likelihood = GammaGammaLikelihood(spend)
    # From p = 4, q = 3 and the v that gives the observed mean.
    start, shapes = np.array([4.0, 3.0, 0.5]), [0, 1]
    if engine == "lifetimes":
        x, mean, customers = (spend[n].to_numpy(dtype=float) for n in SPEND_COLUMNS)
        found = search_with_lifetimes(GammaGamma(*start), x, mean, customers=customers)
        optimum = found_elsewhere(likelihood, np.log(found / [1.0, 1.0, likelihood.unit]), shapes)
    else:
        first = approach(GammaGammaLikelihood, spend, np.log(start))
        optimum = find_parameters(likelihood, None, first, shapes)
    p, q, v = np.exp(optimum.point)
    require_mean(q)
    log_likelihood = optimum.at_point.value + likelihood.unit_term
    fit = describe_fit(optimum, log_likelihood, likelihood.n_customers, "none")
    return GammaGamma(float(p), float(q), float(v * likelihood.unit), fit)


def require_mean(q: float) -> None:
    """Refuse a distribution of spend that has no mean."""
    if q <= 1:
        raise NotEstimableError("the spend of a few customers is so large that no mean exists")
