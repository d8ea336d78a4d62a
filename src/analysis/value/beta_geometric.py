"""The likelihood that BG/NBD and MBG/NBD share.

Customers buy at a rate λ ~ Gamma(r, α) and leave after a purchase with probability p ~ Beta(a, b).
In MBG/NBD they may also leave right after the first purchase, which adds one chance to leave. With
c = 0 for BG/NBD and c = 1 for MBG/NBD, a customer with x repeat purchases, the last at age t_x,
observed to age T, has

    L = Γ(r + x)/Γ(r) · α^r / (α + T)^(r + x) · B(a, b + x + c)/B(a, b)
        · (1 + δ · a/(b + x + c − 1) · ((α + T)/(α + t_x))^(r + x))

where δ = 0 for BG/NBD at x = 0, else 1: Fader, Hardie & Lee (2005), equation 6; Batislam, Denizel &
Filiztekin (2007). The term after δ is the odds of having left.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln, polygamma, psi

from analysis.value.optimise import Derivatives, in_logarithms
from analysis.value.patterns import Floats

ROWS_AT_ONCE = 10_000
"""Patterns whose terms are held together: few enough for the processor's cache."""


class BetaGeometricLikelihood:
    """Log-likelihood of counted patterns as a function of ln(r, α, a, b), time in days.

    What depends on frequency or T alone is summed by their distinct values; only the odds of
    having left are computed for each pattern.
    """

    def __init__(self, patterns: pd.DataFrame, first_chances: int) -> None:
        """Count what the likelihood needs; ``first_chances`` is c above."""
        x, age, weight = (
            patterns[name].to_numpy(float) for name in ("frequency", "T", "customers")
        )
        self.first_chances = first_chances
        self.n_customers = weight.sum()
        self.x, self.n_x = _sum_by(x, weight)
        self.age, self.n_age, self.purchases_age = _sum_by(age, weight, weight * x)
        can_have_left = (x > 0) | (first_chances > 0)
        self.left_x = x[can_have_left]
        self.left_weight = weight[can_have_left]
        self.left_recency = patterns["recency"].to_numpy(float)[can_have_left]
        self.left_age = age[can_have_left]

    def __call__(self, log_parameters: Floats) -> Derivatives:
        """Value, gradient and Hessian in log-parameters."""
        parameters = np.exp(log_parameters)
        smooth = self._counts(*parameters) + self._ages(*parameters)
        return in_logarithms(smooth, parameters) + self._left(*parameters)

    def _counts(self, r: float, alpha: float, a: float, b: float) -> Derivatives:
        """Terms in frequency alone: Γ(r + x)/Γ(r) and B(a, b + x + c)/B(a, b)."""
        n, total = self.n_x, self.n_customers
        s, survived = r + self.x, b + self.x + self.first_chances
        value = (
            n @ (gammaln(s) + gammaln(survived) - gammaln(a + survived))
            - total * (gammaln(r) + gammaln(b) - gammaln(a + b))
        )  # fmt: skip
        d_a = total * psi(a + b) - n @ psi(a + survived)
        gradient = [
            n @ psi(s) - total * psi(r), 0.0, d_a, d_a + n @ psi(survived) - total * psi(b),
        ]  # fmt: skip
        hessian = np.zeros((4, 4))
        hessian[0, 0] = n @ polygamma(1, s) - total * polygamma(1, r)
        hessian[2:, 2:] = total * polygamma(1, a + b) - n @ polygamma(1, a + survived)
        hessian[3, 3] += n @ polygamma(1, survived) - total * polygamma(1, b)
        return Derivatives(float(value), np.array(gradient), hessian)

    def _ages(self, r: float, alpha: float, a: float, b: float) -> Derivatives:
        """Terms in T alone: α^r / (α + T)^(r + x)."""
        total, exponent = self.n_customers, r * self.n_age + self.purchases_age
        log_age, inverse = np.log(alpha + self.age), 1 / (alpha + self.age)
        gradient = np.zeros(4)
        gradient[0] = total * np.log(alpha) - self.n_age @ log_age
        gradient[1] = total * r / alpha - exponent @ inverse
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = total / alpha - self.n_age @ inverse
        hessian[1, 1] = -total * r / alpha**2 + exponent @ inverse**2
        value = total * r * np.log(alpha) - exponent @ log_age
        return Derivatives(float(value), gradient, hessian)

    def _left(self, *parameters: float) -> Derivatives:
        """Terms ln(1 + odds of having left), already in log-parameters."""
        starts = range(0, len(self.left_x), ROWS_AT_ONCE)
        terms = (self._left_of(slice(i, i + ROWS_AT_ONCE), *parameters) for i in starts)
        return sum(terms, start=Derivatives(0.0, np.zeros(4), np.zeros((4, 4))))

    def _left_of(self, rows: slice, r: float, alpha: float, a: float, b: float) -> Derivatives:
        """The same of some patterns."""
        weight, x = self.left_weight[rows], self.left_x[rows]
        age, recency = self.left_age[rows], self.left_recency[rows]
        s, before = r + x, b + x + self.first_chances - 1
        by_age, by_recency = 1 / (alpha + age), 1 / (alpha + recency)
        growth = np.log1p((age - recency) * by_recency)
        log_odds = np.log(a / before) + s * growth
        # One exponential serves both ln(1 + odds) and the probability.
        tail = np.exp(-np.abs(log_odds))
        p_left = np.where(log_odds > 0, 1.0, tail) / (1 + tail)
        gap = by_age - by_recency
        slopes = np.empty((4, len(s)))
        slopes[0], slopes[1], slopes[2], slopes[3] = r * growth, alpha * s * gap, 1.0, -b / before
        expected = weight * p_left
        gradient = slopes @ expected
        hessian = (slopes * (expected * (1 - p_left))) @ slopes.T
        # Second derivatives of the log-odds by log-parameters.
        hessian[0, 0] += gradient[0]
        hessian[[0, 1], [1, 0]] += r * alpha * (expected @ gap)
        hessian[1, 1] += gradient[1] - alpha**2 * (expected @ (s * gap * (by_age + by_recency)))
        hessian[3, 3] += gradient[3] + expected @ slopes[3] ** 2
        value = weight @ (np.maximum(log_odds, 0.0) + np.log1p(tail))
        return Derivatives(float(value), gradient, hessian)


def odds_left(
    parameters: tuple[float, float, float, float],
    first_chances: int,
    frequency: Any,
    recency: Any,
    age: Any,
) -> Any:
    """Odds that customers have left, where they can have; at x + c = 0 they mean nothing.

    ``frequency``, ``recency`` and ``age`` are arrays or columns of the engine, and so are the
    odds. Recency and age are in the unit of time of α.
    """
    r, alpha, a, b = parameters
    growth = (alpha + age) / (alpha + recency)
    return a / (b + frequency + (first_chances - 1)) * growth ** (r + frequency)


def _sum_by(values: Floats, *weights: Floats) -> tuple[Floats, ...]:
    """The distinct values, and for each the sum of each weight."""
    index, distinct = pd.factorize(values)
    return distinct, *(np.bincount(index, weight) for weight in weights)
