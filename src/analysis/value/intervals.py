"""How sure a forecast of totals is: by what is unknown of the parameters, and by plain chance.

Either alone is too narrow. In simulations nominal 90 % intervals of a portfolio's purchases cover
63 % with the parameters' uncertainty alone and 85 % with chance alone (docs/value-simulations.md
has both together). Hence, for each of many draws,

1. parameters are drawn from the normal distribution of their logarithms around the optimum
   (Laplace's approximation);
2. given them, mean and variance of each group's total follow in closed form from those of its
   customers, who are independent; :mod:`analysis.value.response` spares most evaluations;
3. the total is drawn from the gamma distribution with that mean and variance, which is never
   negative and skewed as sums of a few customers are.
"""

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from analysis.value.gamma_gamma import GammaGamma
from analysis.value.model import Model, PurchaseModel
from analysis.value.patterns import Floats, distinct_pairs
from analysis.value.response import Uncertain, respond

N_DRAWS = 400
LEVEL = 0.9
LEAST_TAIL = 0.2
"""Spend has a variance only where px + q > 2. Closer to 2 than this, this stands in for px + q − 2;
the upper end of such an interval is too low, and a q below 2 deserves a note."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Draws:
    """Possible totals.

    Attributes
    ----------
    groups : Index
        What the columns stand for.
    purchases : array, draws × groups
        Purchases within the horizon.
    value : array, draws × groups or None
        Discounted spend within the horizon, money; None without a model of spend.
    """

    groups: pd.Index
    purchases: Floats
    value: Floats | None


def draw_totals(
    counted: pd.DataFrame,
    purchases: PurchaseModel,
    gamma_gamma: GammaGamma | None,
    ends_days: ArrayLike,
    discounts: ArrayLike,
    *,
    by: str | None = None,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> Draws:
    """Draw what customers may buy and spend within a horizon, summed by group.

    Parameters
    ----------
    counted : DataFrame
        From :func:`analysis.value.count_spending_patterns`.
    purchases : PurchaseModel
        A fitted model.
    gamma_gamma : GammaGamma or None
        A fitted model of spend; None: purchases alone.
    ends_days, discounts : array
        Ends of consecutive periods, days from now; what money in each is worth now.
    by : str, optional
        The column that tells groups apart; None: one group, all customers.
    n_draws, seed : int
        How many draws, and where chance begins: equal seeds give equal draws.
    """
    keys = pd.Series("all", counted.index) if by is None else counted[by]
    codes, groups = pd.factorize(keys, sort=True)
    schedule = _Schedule(np.asarray(ends_days, float), np.asarray(discounts, float))
    rng = np.random.default_rng(seed)

    @cache  # The purchases stay the same while the parameters of spend vary.
    def orders_of(model: PurchaseModel) -> _Orders:
        return _expect_orders(counted, model, schedule)

    moments = respond(
        lambda model, spend: _moments(counted, codes, len(groups), orders_of(model), spend),
        Uncertain(purchases, draw_parameters(purchases, n_draws, rng)),
        Uncertain(gamma_gamma, draw_parameters(gamma_gamma, n_draws, rng)) if gamma_gamma else None,
    )
    # Draws × (mean, variance) of purchases and of value × groups.
    drawn = [
        _draw_gamma(moments[:, i], moments[:, i + 1], rng) for i in range(0, moments.shape[1], 2)
    ]
    return Draws(groups, drawn[0], drawn[1] if gamma_gamma else None)


def interval(totals: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Lower and upper ends of the central interval over the first axis."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(totals, tails, axis=0)
    return low, high


def draw_parameters(model: M, n_draws: int, rng: Generator) -> list[M]:
    """Models with parameters drawn from Laplace's approximation around the fitted ones.

    Gamma-Gamma is drawn from where it has a mean (q > 1), as it is fitted nowhere else.
    """
    logs = np.log(list(model.parameters.values()))
    spread = np.linalg.cholesky(model.log_covariance)
    drawn: list[M] = []
    while len(drawn) < n_draws:
        candidate = model.with_parameters(np.exp(logs + spread @ rng.standard_normal(len(logs))))
        if not isinstance(candidate, GammaGamma) or candidate.q > 1:
            drawn.append(candidate)
    return drawn


@dataclass(frozen=True)
class _Schedule:
    ends: Floats
    discounts: Floats


@dataclass(frozen=True)
class _Orders:
    """What is expected of each pattern: P(alive), and of those alive E[X], the same discounted,
    and E[X(X − 1)]."""

    p_alive: Floats
    plain: Floats
    discounted: Floats
    pairs: Floats


def _moments(
    counted: pd.DataFrame,
    codes: NDArray[np.intp],
    n_groups: int,
    orders: _Orders,
    gamma_gamma: GammaGamma | None,
) -> Floats:
    """Mean and variance of each group's purchases and value, moments × groups."""
    customers = counted["customers"].to_numpy(dtype=float)
    p_alive, plain, pairs = orders.p_alive, orders.plain, orders.pairs
    mean = p_alive * plain
    rows = [customers * mean, customers * (p_alive * (pairs + plain) - mean**2)]
    if gamma_gamma is not None:
        # The discount factor of a customer's average purchase stands in for that of each.
        factor = np.divide(orders.discounted, plain, out=np.ones_like(plain), where=plain > 0)
        first, second = p_alive * plain * factor, p_alive * pairs * factor**2
        rows += _value_moments(counted, gamma_gamma, first, first * factor, second)
    return np.array([np.bincount(codes, row, n_groups) for row in rows])


def _expect_orders(counted: pd.DataFrame, purchases: PurchaseModel, schedule: _Schedule) -> _Orders:
    pairs = distinct_pairs(counted["frequency"], counted["T"])
    cells = pd.DataFrame({"frequency": pairs.first, "T": pairs.second})
    weights = np.column_stack([np.ones_like(schedule.discounts), schedule.discounts])
    orders = purchases.purchases_if_alive(cells, schedule.ends, weights)[pairs.index]
    twice = purchases.purchase_pairs_if_alive(cells, schedule.ends[-1])[pairs.index]
    return _Orders(purchases.p_alive(counted), orders[:, 0], orders[:, 1], twice)


def _value_moments(
    counted: pd.DataFrame, model: GammaGamma, orders: Floats, squared: Floats, pairs: Floats
) -> list[Floats]:
    """Mean and variance of the value of each pattern's customers together.

    Given ν, a purchase costs p/ν on average with variance p/ν², and ν ~ Gamma(k, R) with
    k = px + q and R = v + x m. Hence E[z] = p E[1/ν], E[z²] = p (p + 1) E[1/ν²] and, for two
    purchases of one customer, E[z z′] = p² E[1/ν²]. The sums of R and R² over the customers of a
    pattern follow from the sums of m and m².
    """
    p, q, v = model.p, model.q, model.v
    x, customers, spenders, spend, spend_squared = (
        counted[name].to_numpy(dtype=float)
        for name in ("frequency", "customers", "spenders", "spend", "spend_squared")
    )
    mean, variance = np.zeros(len(x)), np.zeros(len(x))
    unknown = customers - spenders
    for shape, reach, reach_squared in (
        (p * x + q, spenders * v + x * spend,
         spenders * v**2 + 2 * v * x * spend + x**2 * spend_squared),
        (np.full(len(x), q), unknown * v, unknown * v**2),
    ):  # fmt: skip
        by_square = reach_squared / ((shape - 1) * np.maximum(shape - 2, LEAST_TAIL))
        mean += orders * p * reach / (shape - 1)
        variance += (squared * p * (p + 1) + pairs * p**2) * by_square
        variance -= orders**2 * p**2 * reach_squared / (shape - 1) ** 2
    return [mean, np.maximum(variance, 0.0)]


def _draw_gamma(mean: Floats, variance: Floats, rng: Generator) -> Floats:
    """One draw each from gamma distributions with these means and variances."""
    is_certain = (variance <= 0) | (mean <= 0)
    shape = np.where(is_certain, 1.0, mean**2 / np.where(is_certain, 1.0, variance))
    scale = np.where(is_certain, 0.0, variance / np.where(is_certain, 1.0, mean))
    return np.where(is_certain, mean, rng.gamma(shape, scale))
