"""Expected purchases of customers who buy and leave as in BG/NBD and MBG/NBD, safe everywhere.

A customer who is active at age T after x purchases has λ ~ Gamma(ρ, α + T), ρ = r + x, and
p ~ Beta(a, B), B = b + x (one more in MBG/NBD). With g = t/(α + T), the purchases X within the
next t are expected to be

    E[X] = E_p[(1 − (1 + p g)^−ρ) / p] = ρ ∫₀^g F(ρ + 1, a; a + B; −s) ds

The closed form of Fader, Hardie & Lee (2005), equation 10, divides by a − 1 and has no value at
a = 1, nor at a + B = 1. Substituting y = s/(1 + s) and Pfaff's transformation turn the integral
into a series of positive, separable terms with neither flaw:

    E[X] = ρ Σₙ (a)ₙ (δ)ₙ / ((a + B)ₙ n!) · Jₙ(z),    Jₙ(z) = ∫₀^z yⁿ (1 − y)^(a − 2) dy

where z = t/(α + T + t) and δ = a + B − ρ − 1 is the same for all customers. The factor of each term
depends on x alone, Jₙ on T and t alone, so a whole table of customers costs little more than the
sum. In the same way, from E[X(X − 1)] = 2 E[λ² (1 − p) ∫₀^t s exp(−λ p s) ds],

    E[X(X − 1)] = 2 ρ (ρ + 1) B/(a + B)
                  · Σₙ (a)ₙ (δ)ₙ / ((a + B + 1)ₙ n!) · ∫₀^z yⁿ⁺¹ (1 − y)^(a − 3) dy

Where the series would be long (z near 1) or cancel, the mean over p is taken by quadrature.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc, expit, log_expit

from analysis.value.patterns import Floats

LARGEST_Z = 0.9
LARGEST_A = 30.0
SMALLEST_DELTA = -4.0
LOG_PRECISION = 42.0
"""Terms below e^−42 of the first are left out."""
STEP = 1 / 32
ROWS_AT_ONCE = 100
"""Customers or ages whose terms or nodes are held in memory together."""


@dataclass(frozen=True)
class ActiveCustomers:
    """Customers who have not left, one row each.

    Attributes
    ----------
    rho : array
        r + x, shape of their purchase rate.
    a : float
        First shape of their probability to leave.
    b : array
        B, its second shape.
    scale : array
        α + T, units of time.
    """

    rho: Floats
    a: float
    b: Floats
    scale: Floats

    @property
    def delta(self) -> float:
        """The same for all of them."""
        return float(self.a + self.b[0] - self.rho[0] - 1) if len(self.rho) else 0.0

    def at(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "ActiveCustomers":
        """Some of them."""
        return ActiveCustomers(self.rho[rows], self.a, self.b[rows], self.scale[rows])


def expected_purchases(active: ActiveCustomers, ends: Floats, weights: Floats) -> Floats:
    """E[X], weighted by the period in which purchases fall.

    Parameters
    ----------
    active : ActiveCustomers
        Who buys.
    ends : array
        Ends of consecutive periods from now, units of time, growing.
    weights : array, periods × schemes
        Weight of a purchase in each period.

    Returns
    -------
    array, customers × schemes
    """
    # Σ w (E(t_j) − E(t_j−1)) rearranged by ends.
    by_end = weights - np.vstack([weights[1:], np.zeros_like(weights[:1])])
    found = np.empty((len(active.rho), weights.shape[1]))
    quick = _suits_series(active, ends[-1])
    some = active.at(quick)
    found[quick] = some.rho[:, None] * _sum_series(some, ends, by_end, power=0)
    for rows in _blocks(np.flatnonzero(~quick)):
        found[rows] = _integrate_purchases(active.at(rows), ends) @ by_end
    return found


def expected_pairs(active: ActiveCustomers, horizon: float) -> Floats:
    """E[X(X − 1)] of the purchases X within the horizon."""
    found = np.empty(len(active.rho))
    quick = _suits_series(active, horizon)
    some = active.at(quick)
    factor = 2 * some.rho * (some.rho + 1) * some.b / (some.a + some.b)
    series = _sum_series(some, np.array([horizon]), np.ones((1, 1)), power=1)
    found[quick] = factor * series[:, 0]
    for rows in _blocks(np.flatnonzero(~quick)):
        found[rows] = _integrate_pairs(active.at(rows), horizon)
    return found


def _suits_series(active: ActiveCustomers, horizon: float) -> NDArray[np.bool_]:
    suits = active.a <= LARGEST_A and active.delta >= SMALLEST_DELTA
    return suits & (horizon <= LARGEST_Z * (active.scale + horizon))


def _sum_series(active: ActiveCustomers, ends: Floats, by_end: Floats, power: int) -> Floats:
    """Σₙ (a)ₙ (δ)ₙ / ((c)ₙ n!) ∫ yⁿ⁺ᵏ (1 − y)^(a − 2 − k) dy with k = ``power``, c = a + B + k."""
    found = np.zeros((len(active.rho), by_end.shape[1]))
    if not len(active.rho):
        return found
    scale_index, scales = pd.factorize(active.scale)
    c_index, c = pd.factorize(active.a + active.b + power)
    z = ends / (scales[:, None] + ends)
    n_terms = _count_terms(float(z.max()), active.a)
    factors = _series_factors(active.a, active.delta, c, n_terms).T
    integrals = _integrals(z, active.a - power, n_terms + power, by_end)[:, power:]
    # Nearly all pairs of c and scale occur where customers are many, so all are computed.
    for scheme, by_scale in enumerate(integrals):
        found[:, scheme] = (factors @ by_scale)[c_index, scale_index]
    return found


def _count_terms(largest_z: float, a: float) -> int:
    if largest_z == 0:
        return 1
    decay = -np.log(largest_z)
    n_terms = LOG_PRECISION / decay
    # (a)ₙ / n! grows as n^(a − 1).
    return int(n_terms + max(a - 1, 0) * np.log(n_terms + 2) / decay) + 20


def _series_factors(a: float, delta: float, c: Floats, n_terms: int) -> Floats:
    n = np.arange(n_terms - 1)[:, None]
    ratios = (a + n) * (delta + n) / ((c + n) * (n + 1))
    factors: Floats = np.vstack([np.ones((1, len(c))), np.cumprod(ratios, axis=0)])
    return factors


def _integrals(z: Floats, a: float, n_terms: int, by_end: Floats) -> Floats:
    """∫₀^z yᵐ (1 − y)^(a − 2) dy for m = 0, …, ``n_terms`` − 1, weighted by end.

    Integration by parts gives m Jₘ₋₁ = (m + a − 1) Jₘ + zᵐ (1 − z)^(a − 1), all positive. It runs
    from an m that no longer matters down to 0: upwards it would lose all digits. It is linear, so
    the ends are weighted before.

    Returns
    -------
    array, schemes × terms × ages
    """
    integrals = np.empty((by_end.shape[1], n_terms + 1, len(z)))
    for rows in _blocks(np.arange(len(z))):
        powers = np.empty((n_terms + 1, len(rows), len(by_end)))
        powers[0], powers[1:] = (1 - z[rows]) ** (a - 1), z[rows]
        np.cumprod(powers, axis=0, out=powers)
        integrals[:, :, rows] = np.moveaxis(powers @ by_end, 2, 0)
    integrals[:, n_terms] /= n_terms
    for k in range(n_terms - 1, 0, -1):
        integrals[:, k] += (k + a - 1) * integrals[:, k + 1]
        integrals[:, k] /= k
    return integrals[:, 1:]


def _integrate_purchases(active: ActiveCustomers, ends: Floats) -> Floats:
    """E[X] at each end: the mean of P(Poisson(λ t) > 0)/p over λ and p. Customers × ends."""
    p, weight = _nodes_of_p(active, float(ends[-1]))
    expected = np.empty((len(p), len(ends)))
    for column, end in enumerate(ends):
        growth = p * (end / active.scale)[:, None]
        bought = -np.expm1(-active.rho[:, None] * np.log1p(growth))
        expected[:, column] = (weight * bought / p).sum(axis=1)
    return expected


def _integrate_pairs(active: ActiveCustomers, horizon: float) -> Floats:
    """E[X(X − 1)]: the mean of 2 (1 − p) P(Poisson(λ p t) > 1)/p² over λ and p."""
    p, weight = _nodes_of_p(active, horizon)
    growth = p * (horizon / active.scale)[:, None]
    twice = betainc(2, active.rho[:, None], growth / (1 + growth))
    pairs: Floats = (weight * 2 * (1 - p) * twice / p**2).sum(axis=1)
    return pairs


def _nodes_of_p(active: ActiveCustomers, horizon: float) -> tuple[Floats, Floats]:
    """Nodes of p ~ Beta(a, B) and their weights, customers × nodes.

    The trapezoidal rule in v, where logit p = centre + 2 sinh v: the integrand is smooth and falls
    off double-exponentially on both sides, whatever the shapes.
    """
    a, b = active.a, active.b[:, None]
    # Expectations bend at p = 1/(ρ g), the density at p = a/B; nodes are densest between them.
    bend = active.rho * horizon / active.scale
    centre = -(np.log(active.b / a) + np.log1p(bend))[:, None] / 2
    least = min(a, float(active.b.min()))
    spread = np.abs(centre).max() + 45 / least + 10 / np.sqrt(least)
    v = np.arange(-np.arcsinh(spread / 2), np.arcsinh(spread / 2), STEP / np.sqrt(1 + a / 4))
    logit = centre + 2 * np.sinh(v)
    log_weight = a * log_expit(logit) + b * log_expit(-logit) + np.log(np.cosh(v))
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    # Below the floor all expectations have reached their limits for p = 0.
    p = np.maximum(expit(logit), 1e-140)
    return p, weight / weight.sum(axis=1, keepdims=True)


def _blocks(rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for first in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[first : first + ROWS_AT_ONCE]
