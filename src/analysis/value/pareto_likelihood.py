"""The likelihood of Pareto/NBD, with the unknown moment of leaving integrated out.

Customers buy at a rate λ ~ Gamma(r, α) and leave at a rate μ ~ Gamma(s, β), at any moment. Over the
moment τ of leaving, a customer with x repeat purchases, the last at age t_x, observed to age T, has

    L = Γ(r + x)/Γ(r) · α^r β^s · ( (α + T)^−(r + x) (β + T)^−s
        + s ∫_{t_x}^T (α + τ)^−(r + x) (β + τ)^−(s + 1) dτ )

(Fader & Hardie 2005, *A Note on Deriving the Pareto/NBD Model*, equation 17). The usual closed form
of the integral is a difference of two hypergeometric functions that loses all digits for frequent
buyers. Here it is a sum of positive terms by Gauss–Legendre quadrature over ln(τ + min(α, β)), and
its derivatives are moments under the same weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, gammaln, logsumexp, polygamma, psi

from analysis.value.optimise import Derivatives, in_logarithms
from analysis.value.patterns import Floats

NEGLIGIBLE = 42.0
"""Moments that are e^42 times less likely than the last purchase are left out."""
ROWS_AT_ONCE = 10_000
"""Patterns whose nodes are held in memory together."""


@dataclass(frozen=True)
class Histories:
    """Frequency, recency and T of some patterns, one row each; times in one unit."""

    x: Floats
    recency: Floats
    age: Floats

    def blocks(self) -> Iterator[tuple[slice, "Histories"]]:
        """Rows in portions that fit into memory."""
        for first in range(0, len(self.x), ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            yield rows, Histories(self.x[rows], self.recency[rows], self.age[rows])


@dataclass(frozen=True)
class Leaving:
    """The possible moments of leaving of some patterns; arrays are patterns × nodes.

    Attributes
    ----------
    log_odds : array, patterns
        Log-odds of having left by T.
    share : array
        How likely each moment is among those who left.
    log_alpha, log_beta : array
        ln((α + τ)/(α + T)) and ln((β + τ)/(β + T)).
    by_alpha, by_beta : array
        1/(α + τ) and 1/(β + τ).
    """

    log_odds: Floats
    share: Floats
    log_alpha: Floats
    log_beta: Floats
    by_alpha: Floats
    by_beta: Floats


def spread_leaving(parameters: Floats, histories: Histories) -> Leaving:
    """Put nodes on the moments at which customers may have left."""
    r, alpha, s, beta = parameters
    x, recency, age = histories.x[:, None], histories.recency[:, None], histories.age[:, None]
    nearest = min(alpha, beta)
    first = np.log(nearest + recency)
    width = np.log(nearest + _last_moment(parameters, histories)[:, None]) - first
    nodes, weights = np.polynomial.legendre.leggauss(40 + 3 * int(width.max(initial=0.0)))
    log_moment = first + width * (1 + nodes) / 2
    moment = np.exp(log_moment) - nearest
    log_alpha = np.log1p((moment - age) / (alpha + age))
    log_beta = np.log1p((moment - age) / (beta + age))
    with np.errstate(divide="ignore"):
        log_width = np.log(width / 2)
    log_share = log_moment - (r + x) * log_alpha - (s + 1) * log_beta + np.log(weights)
    log_sum = logsumexp(log_share, axis=1, keepdims=True)
    log_odds = log_sum + log_width + np.log(s) - np.log(beta + age)
    share = np.exp(log_share - log_sum)
    return Leaving(
        log_odds[:, 0], share, log_alpha, log_beta, 1 / (alpha + moment), 1 / (beta + moment)
    )


def _last_moment(parameters: Floats, histories: Histories) -> Floats:
    """Age after which a customer can hardly have left, given the purchases and the last of them."""
    r, alpha, s, beta = parameters
    since = histories.recency
    by_purchases = np.expm1(np.minimum(NEGLIGIBLE / (r + histories.x), 500.0))
    by_leaving = np.expm1(min(NEGLIGIBLE / (s + 1), 500.0))
    reach = np.minimum((alpha + since) * by_purchases, (beta + since) * by_leaving)
    return np.asarray(np.minimum(histories.age, since + reach))


class ParetoLikelihood:
    """Log-likelihood of counted patterns as a function of ln(r, α, s, β), time in days."""

    def __init__(self, patterns: pd.DataFrame) -> None:
        """Take ``frequency``, ``recency``, ``T`` and ``customers`` from the patterns."""
        x, recency, age, self.weight = (
            patterns[name].to_numpy(dtype=float)
            for name in ("frequency", "recency", "T", "customers")
        )
        self.histories = Histories(x, recency, age)
        self.x, index = np.unique(x, return_inverse=True)
        self.n_x = np.bincount(index, self.weight)

    def __call__(self, log_parameters: Floats) -> Derivatives:
        """Value, gradient and Hessian in log-parameters."""
        parameters = np.exp(log_parameters)
        total = in_logarithms(self._stayed(*parameters), parameters)
        for rows, histories in self.histories.blocks():
            total = total + _left(parameters, histories, self.weight[rows])
        return total

    def _stayed(self, r: float, alpha: float, s: float, beta: float) -> Derivatives:
        """The likelihood if nobody had left: Γ(r + x)/Γ(r) α^r β^s (α + T)^−(r + x) (β + T)^−s."""
        x, age, weight = self.histories.x, self.histories.age, self.weight
        n, total = self.n_x, weight.sum()
        by_alpha, by_beta = 1 / (alpha + age), 1 / (beta + age)
        kept_alpha = weight @ np.log(alpha * by_alpha)
        kept_beta = weight @ np.log(beta * by_beta)
        value = (
            n @ gammaln(r + self.x) - total * gammaln(r)
            + r * kept_alpha + s * kept_beta + (weight * x) @ np.log(by_alpha)
        )  # fmt: skip
        slope_alpha = total / alpha - weight @ by_alpha
        slope_beta = total / beta - weight @ by_beta
        gradient = [
            n @ psi(r + self.x) - total * psi(r) + kept_alpha,
            r * slope_alpha - (weight * x) @ by_alpha,
            kept_beta,
            s * slope_beta,
        ]
        hessian = np.zeros((4, 4))
        hessian[0, 0] = n @ polygamma(1, r + self.x) - total * polygamma(1, r)
        hessian[0, 1] = hessian[1, 0] = slope_alpha
        hessian[1, 1] = (weight * (r + x)) @ by_alpha**2 - total * r / alpha**2
        hessian[2, 3] = hessian[3, 2] = slope_beta
        hessian[3, 3] = s * (weight @ by_beta**2 - total / beta**2)
        return Derivatives(float(value), np.array(gradient), hessian)


def _left(parameters: Floats, histories: Histories, weight: Floats) -> Derivatives:
    """The terms ln(1 + odds of having left), in log-parameters."""
    r, alpha, s, beta = parameters
    exponent, age = (r + histories.x)[:, None], histories.age[:, None]
    leaving = spread_leaving(parameters, histories)
    gap_alpha, gap_beta = leaving.by_alpha - 1 / (alpha + age), leaving.by_beta - 1 / (beta + age)
    # Slopes of the logarithm of each node's term, patterns × nodes.
    slopes = np.stack(
        [
            -r * leaving.log_alpha,
            -alpha * exponent * gap_alpha,
            -s * leaving.log_beta,
            -beta * (s + 1) * gap_beta,
        ]
    )
    mean = np.einsum("pij,ij->pi", slopes, leaving.share)
    kept = beta / (beta + histories.age)
    of_odds = mean + np.stack([0 * kept, 0 * kept, 1 + 0 * kept, -kept])
    p_left = expit(leaving.log_odds)
    expected = weight * p_left
    node = expected[:, None] * leaving.share
    flat = slopes.reshape(4, -1)
    gradient = of_odds @ expected
    hessian = (flat * node.ravel()) @ flat.T - (mean * expected) @ mean.T
    hessian += (of_odds * (expected * (1 - p_left))) @ of_odds.T
    hessian += np.diag(mean @ expected)
    hessian[[0, 1], [1, 0]] -= r * alpha * np.vdot(node, gap_alpha)
    hessian[[2, 3], [3, 2]] -= s * beta * np.vdot(node, gap_beta)
    sum_alpha, sum_beta = leaving.by_alpha + 1 / (alpha + age), leaving.by_beta + 1 / (beta + age)
    hessian[1, 1] += alpha**2 * np.vdot(node, exponent * gap_alpha * sum_alpha)
    hessian[3, 3] += beta**2 * (s + 1) * np.vdot(node, gap_beta * sum_beta)
    hessian[3, 3] -= expected @ (kept * (1 - kept))
    value = weight @ np.logaddexp(0.0, leaving.log_odds)
    return Derivatives(float(value), gradient, hessian)
