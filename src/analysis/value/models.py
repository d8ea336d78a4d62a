"""BG/NBD and Gamma-Gamma, fitted by lifetimes on counted patterns.

A customer enters the BG/NBD likelihood only through (frequency, recency, T), so each distinct
pattern is fitted once, weighted by how many customers share it. Names and conventions are those
of lifetimes and of Fader, Hardie & Lee (2005) and Fader & Hardie (2013).
"""

import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import roots_jacobi

MIN_REPEAT_BUYERS = 50
"""With fewer repeat buyers a fit says more about chance than about the customers."""

SHAPE_LIMITS = (1e-3, 1e3)
"""A shape parameter beyond these says that the search ran away: the data do not determine it."""
N_NODES = 64

Floats = NDArray[np.float64]


class NotEstimableError(Exception):
    """The data cannot carry a model; the text says why and what it would need."""


@dataclass(frozen=True)
class BGNBD:
    """A fitted BG/NBD model of buying and leaving.

    Attributes
    ----------
    r, alpha : float
        Gamma heterogeneity of the purchase rate; alpha in time units.
    a, b : float
        Beta heterogeneity of the probability to leave after a purchase.
    log_likelihood : float
        Of all customers, with time in time units.
    time_unit_days : int
        Days in a time unit.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    time_unit_days: int

    def expected_purchases(self, patterns: pd.DataFrame, horizon_days: float) -> Floats:
        """Expected purchases of each pattern in the next ``horizon_days`` days.

        Fader, Hardie & Lee (2005), equation 10. Its closed form has no value for one-time buyers
        where a + b ≤ 1, nor anywhere at a = 1; there the integral behind it is evaluated.
        """
        fitter = self.to_lifetimes()
        x, recency, age = self._times(patterns)
        horizon = horizon_days / self.time_unit_days
        with np.errstate(all="ignore"):
            closed_form = fitter.conditional_expected_number_of_purchases_up_to_time(
                horizon, x, recency, age
            )
            expected = np.array(closed_form, dtype=float)
            for count in np.unique(x[~np.isfinite(expected)]):
                lost = (x == count) & ~np.isfinite(expected)
                p_alive = fitter.conditional_probability_alive(x[lost], recency[lost], age[lost])
                expected[lost] = p_alive * self._integrate_purchases(count, age[lost], horizon)
        return expected

    def _integrate_purchases(self, count: float, age: Floats, horizon: float) -> Floats:
        """Expected purchases of customers who are active at ``age`` after ``count`` purchases.

        The mean over the probability p to leave after a purchase, which is Beta(a, b + x), of
        (1 − ((α + T) / (α + T + p t))^(r + x)) / p.
        """
        nodes, weights = roots_jacobi(N_NODES, self.b + count - 1, self.a - 1)
        p = (1 + nodes) / 2
        growth = np.outer(horizon / (self.alpha + age), p)
        purchases = -np.expm1(-(self.r + count) * np.log1p(growth)) / p
        mean: Floats = purchases @ (weights / weights.sum())
        return mean

    def p_alive(self, patterns: pd.DataFrame) -> Floats:
        """Probability that a customer of each pattern has not left for good.

        NaN for one-time buyers: the model lets nobody leave before a repeat purchase, so its
        value of 1 for them says nothing about them.
        """
        x, recency, age = self._times(patterns)
        alive = np.asarray(self.to_lifetimes().conditional_probability_alive(x, recency, age))
        return np.where(x == 0, np.nan, alive)

    def purchase_count_shares(self, age_days: int, most: int) -> Floats:
        """Probabilities of 0, 1, …, ``most`` repeat purchases within ``age_days`` of the first.

        Fader, Hardie & Lee (2005), equation 8.
        """
        fitter = self.to_lifetimes()
        age = age_days / self.time_unit_days
        return np.array(
            [
                float(fitter.probability_of_n_purchases_up_to_time(age, count))
                for count in range(most + 1)
            ]
        )

    def to_lifetimes(self) -> Any:
        """A ``lifetimes.BetaGeoFitter`` with these parameters, for its methods and plots."""
        fitter = _import_lifetimes().BetaGeoFitter()
        fitter.params_ = pd.Series({"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b})
        return fitter

    def _times(self, patterns: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
        return _in_time_units(patterns, self.time_unit_days)


@dataclass(frozen=True)
class GammaGamma:
    """A fitted Gamma-Gamma model of spend a purchase day.

    Attributes
    ----------
    p, q, v : float
        Parameters of Fader & Hardie (2013); v in money.
    log_likelihood : float
        Of all repeat buyers with positive spend.
    n_customers : int
        Repeat buyers that the fit rests on.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    n_customers: int

    @property
    def mean_spend(self) -> float:
        """Mean spend a purchase day over all customers, money."""
        return self.p * self.v / (self.q - 1)

    def expected_spend(self, frequency: ir.Column, monetary_value: ir.Column) -> ir.Value:
        """Expected mean spend a purchase day of each customer, given what they spent; money.

        Fader & Hardie (2013), equation 5. Customers without a repeat purchase, or whose returns
        outweigh their repeat purchases, get the mean over all customers.
        """
        known = (frequency > 0) & (monetary_value > 0)
        x = known.ifelse(frequency, 0)
        spent = known.ifelse(frequency * monetary_value, 0.0)
        return (self.p * (self.v + spent)) / (self.p * x + self.q - 1)


@dataclass(frozen=True)
class ValueModels:
    """Both models, or for each the reason why the data cannot carry it."""

    bgnbd: BGNBD | NotEstimableError
    gamma_gamma: GammaGamma | NotEstimableError


def count_patterns(summary: ir.Table) -> pd.DataFrame:
    """Count customers with the same history.

    Returns
    -------
    DataFrame
        One row a pattern: ``frequency``, ``recency`` (days), ``T`` (days), ``customers``; sorted.
    """
    keys = ["frequency", "recency", "T"]
    counted = summary.group_by(keys).agg(customers=summary.count())
    return counted.order_by(keys).to_pandas()


def count_spend(summary: ir.Table) -> pd.DataFrame:
    """Count repeat buyers with the same frequency and positive mean spend.

    Returns
    -------
    DataFrame
        One row a pair: ``frequency``, ``monetary_value`` (money), ``customers``; sorted.
    """
    keys = ["frequency", "monetary_value"]
    repeat = summary.filter((summary.frequency > 0) & (summary.monetary_value > 0))
    return repeat.group_by(keys).agg(customers=repeat.count()).order_by(keys).to_pandas()


def fit_models(summary: ir.Table, time_unit_days: int) -> ValueModels:
    """Fit both models to the customer summary, each on its own."""
    bgnbd: BGNBD | NotEstimableError
    gamma_gamma: GammaGamma | NotEstimableError
    try:
        bgnbd = fit_bgnbd(count_patterns(summary), time_unit_days)
    except NotEstimableError as refusal:
        bgnbd = refusal
    try:
        gamma_gamma = fit_gamma_gamma(count_spend(summary))
    except NotEstimableError as refusal:
        gamma_gamma = refusal
    return ValueModels(bgnbd, gamma_gamma)


def fit_bgnbd(patterns: pd.DataFrame, time_unit_days: int) -> BGNBD:
    """Fit BG/NBD by maximum likelihood.

    Parameters
    ----------
    patterns : DataFrame
        From :func:`count_patterns`; recency and T in days.
    time_unit_days : int
        Days in the time unit of the parameters: 7 for the published tables.

    Raises
    ------
    NotEstimableError
        With fewer than 50 repeat buyers, or if the search does not converge or runs away.
    """
    _require_repeat_buyers(patterns)
    x, recency, age = _in_time_units(patterns, time_unit_days)
    weights = patterns["customers"].to_numpy(dtype=float)
    fitter = _fit(_import_lifetimes().BetaGeoFitter(), x, recency, age, weights=weights)
    parameters = fitter.params_[["r", "alpha", "a", "b"]].to_numpy(dtype=float)
    # lifetimes keeps a mean over customers on rescaled time; the papers print the plain sum.
    mean_loss = fitter._negative_log_likelihood(np.log(parameters), x, recency, age, weights, 0.0)
    r, alpha, a, b = parameters.tolist()
    _require_shapes(r, a, b)
    return BGNBD(r, alpha, a, b, float(-mean_loss * weights.sum()), time_unit_days)


def fit_gamma_gamma(spend: pd.DataFrame) -> GammaGamma:
    """Fit Gamma-Gamma by maximum likelihood.

    Parameters
    ----------
    spend : DataFrame
        From :func:`count_spend`.

    Raises
    ------
    NotEstimableError
        With fewer than 50 repeat buyers, if the search does not converge or runs away, or if
        q ≤ 1: then the model's mean spend is infinite.
    """
    _require_repeat_buyers(spend)
    x, mean = spend["frequency"].to_numpy(float), spend["monetary_value"].to_numpy(float)
    weights = spend["customers"].to_numpy(dtype=float)
    fitter = _fit(_import_lifetimes().GammaGammaFitter(), x, mean, weights=weights)
    parameters = fitter.params_[["p", "q", "v"]].to_numpy(dtype=float)
    p, q, v = parameters.tolist()
    _require_shapes(p, q)
    if q <= 1:
        raise NotEstimableError("the spend of a few customers is so large that no mean exists")
    mean_loss = fitter._negative_log_likelihood(np.log(parameters), x, mean, weights, 0.0)
    return GammaGamma(p, q, v, float(-mean_loss * weights.sum()), int(weights.sum()))


def _require_repeat_buyers(counted: pd.DataFrame) -> None:
    n_repeat = int(counted.loc[counted["frequency"] > 0, "customers"].sum())
    if n_repeat < MIN_REPEAT_BUYERS:
        raise NotEstimableError(
            f"{n_repeat} customers bought again; a fit needs at least {MIN_REPEAT_BUYERS}"
        )


def _require_shapes(*shapes: float) -> None:
    least, most = SHAPE_LIMITS
    if not all(least <= shape <= most for shape in shapes):
        raise NotEstimableError("the customers are too much alike to tell the model's parameters")


def _fit(fitter: Any, *columns: Floats, weights: Floats) -> Any:
    from lifetimes.utils import ConvergenceError

    # lifetimes warns of steps that its search takes back, and prints the search that failed.
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        try:
            return fitter.fit(*columns, weights=weights)
        except ConvergenceError:
            raise NotEstimableError("the search for the best parameters does not settle") from None


def _in_time_units(patterns: pd.DataFrame, time_unit_days: int) -> tuple[Floats, Floats, Floats]:
    return (
        patterns["frequency"].to_numpy(dtype=float),
        patterns["recency"].to_numpy(dtype=float) / time_unit_days,
        patterns["T"].to_numpy(dtype=float) / time_unit_days,
    )


def _import_lifetimes() -> Any:
    """lifetimes, imported where it is needed: it takes a second and warns of pandas 4."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes

    return lifetimes
