"""What every fitted model can do, and what every model of buying and leaving can do."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.value.patterns import Floats, count_patterns, distinct_pairs, join_scored


class NotEstimableError(Exception):
    """The data cannot carry a model; the text says why and what it would need."""


@dataclass(frozen=True)
class Fit:
    """What a search for the best parameters found besides them.

    Attributes
    ----------
    log_likelihood : float
        Of all customers, without the prior, in the model's unit of time or of money.
    log_covariance : tuple of tuple of float
        Covariance of the natural logarithms of the parameters: the inverse of the negative Hessian
        of log-likelihood plus log-prior. Symmetric and positive-definite.
    n_customers : int
        Customers that the fit rests on.
    iterations : int
        Newton steps taken; 0 if lifetimes made the search.
    gradient_norm : float
        Length of the gradient in log-parameters where the search ended, per customer.
    converged : bool
        Whether a further step would gain nothing.
    prior : str
        ``weak`` or ``none``, see :mod:`analysis.value.priors`.
    """

    log_likelihood: float
    log_covariance: tuple[tuple[float, ...], ...]
    n_customers: int
    iterations: int
    gradient_norm: float
    converged: bool
    prior: str


class Model(ABC):
    """A frozen dataclass of positive parameters and of how they were found.

    ``fit`` is None where the parameters were given rather than fitted.
    """

    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]
    fit: Fit | None

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by name."""
        return {name: getattr(self, name) for name in self.parameter_names}

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of all customers at the fitted parameters, without the prior."""
        return self._fitted.log_likelihood

    @property
    def log_covariance(self) -> Floats:
        """Covariance of the logarithms of the parameters, in their order."""
        return np.array(self._fitted.log_covariance)

    @property
    def covariance(self) -> Floats:
        """Covariance of the parameters themselves, by the delta method: θᵢ θⱼ Cov(ln θᵢ, ln θⱼ)."""
        values = np.array(list(self.parameters.values()))
        return np.outer(values, values) * self.log_covariance

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters by name."""
        errors = np.sqrt(np.diag(self.covariance)).tolist()
        return dict(zip(self.parameter_names, errors, strict=True))

    def with_parameters(self, values: Iterable[float]) -> Self:
        """The model at other parameters, which nobody fitted."""
        named = dict(zip(self.parameter_names, map(float, values), strict=True))
        return replace(self, **named, fit=None)  # type: ignore[type-var]

    def to_json(self) -> str:
        """The model as JSON text; numbers come back exactly."""
        return json.dumps({"model": self.name} | asdict(self))  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The model that :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            If the text holds another kind of model.
        """
        fields = json.loads(text)
        if (name := fields.pop("model", None)) != cls.name:
            raise ValueError(f"this text holds {name}, not {cls.name}")
        if fit := fields["fit"]:
            rows = tuple(tuple(row) for row in fit["log_covariance"])
            fields["fit"] = Fit(**fit | {"log_covariance": rows})
        return cls(**fields)

    @abstractmethod
    def to_lifetimes(self) -> Any:
        """A lifetimes fitter with these parameters, for its methods and plots."""

    @property
    def _fitted(self) -> Fit:
        if self.fit is None:
            raise AttributeError("these parameters were given, not fitted")
        return self.fit


class PurchaseModel(Model):
    """A model of how often customers buy and when they leave for good.

    ``patterns`` is always a data frame with the columns ``frequency``, ``recency`` and ``T``, the
    latter two in days; horizons and ages are in days. Time parameters are in units of
    ``time_unit_days`` days.
    """

    can_lose_one_time_buyers: ClassVar[bool]
    """Whether a customer may leave before the first repeat purchase. Where not, ``p_alive`` of
    one-time buyers is 1 and says nothing about them."""
    time_parameters: ClassVar[frozenset[str]]
    """Parameters that are times, in units of time."""
    time_unit_days: float

    def score_alive(self, summary: ir.Table) -> ir.Table:
        """Customers with the probability that they have not left for good.

        Without a formula that the engine can reckon, the distinct histories are counted, scored
        and joined back.

        Parameters
        ----------
        summary : ibis table
            One row a customer, with ``frequency``, ``recency`` and ``T`` (days).

        Returns
        -------
        ibis table
            The same with ``p_alive``; 1 where the model knows no way to have left.
        """
        patterns = count_patterns(summary)
        keys = ["frequency", "recency", "T"]
        scored = patterns[keys].assign(p_alive=self.p_alive(patterns))
        return join_scored(summary, scored, keys)

    def expected_purchases(self, patterns: pd.DataFrame, horizon_days: float) -> Floats:
        """Expected purchases of each pattern within the next ``horizon_days`` days."""
        return self.discounted_purchases(patterns, [horizon_days], [1.0])

    def discounted_purchases(
        self, patterns: pd.DataFrame, ends_days: ArrayLike, weights: ArrayLike
    ) -> Floats:
        """Expected purchases of each pattern, weighted by the period in which they fall.

        Parameters
        ----------
        patterns : DataFrame
            Histories.
        ends_days : array
            Ends of consecutive periods, days from now.
        weights : array
            Weight of a purchase in each period, such as its discount factor.
        """
        if_alive = self.purchases_if_alive(patterns, ends_days, np.reshape(weights, (-1, 1)))
        return self.p_alive(patterns) * if_alive[:, 0]

    def purchases_if_alive(
        self, patterns: pd.DataFrame, ends_days: ArrayLike, weights: ArrayLike
    ) -> Floats:
        """Expected purchases of each pattern's customers if they have not left yet.

        They depend on frequency and T alone, so they are computed once for each distinct pair.

        Parameters
        ----------
        patterns : DataFrame
            Histories; ``recency`` is not needed.
        ends_days : array
            Ends of consecutive periods, days from now.
        weights : array, periods × schemes
            Weight of a purchase in each period, for one or more schemes of weighting.

        Returns
        -------
        array, patterns × schemes
        """
        pairs = distinct_pairs(patterns["frequency"], patterns["T"])
        found = self._purchases_if_alive(
            pairs.first,
            pairs.second / self.time_unit_days,
            np.asarray(ends_days, dtype=float) / self.time_unit_days,
            np.asarray(weights, dtype=float),
        )
        return found[pairs.index]

    def purchase_variance(self, patterns: pd.DataFrame, horizon_days: float) -> Floats:
        """Variance of each customer's purchases within the next ``horizon_days`` days.

        It holds for known parameters: what chance does to customers of one history.
        """
        mean = self.purchases_if_alive(patterns, [horizon_days], [[1.0]])[:, 0]
        pairs = self.purchase_pairs_if_alive(patterns, horizon_days)
        p_alive = self.p_alive(patterns)
        return p_alive * (pairs + mean) - (p_alive * mean) ** 2

    def purchase_pairs_if_alive(self, patterns: pd.DataFrame, horizon_days: float) -> Floats:
        """E[X(X − 1)] of the purchases X in the next ``horizon_days`` days if not left yet."""
        pairs = distinct_pairs(patterns["frequency"], patterns["T"])
        found = self._purchase_pairs_if_alive(
            pairs.first, pairs.second / self.time_unit_days, horizon_days / self.time_unit_days
        )
        return found[pairs.index]

    def expected_purchases_new(self, age_days: ArrayLike) -> Floats:
        """Expected repeat purchases of a new customer up to each age after the first purchase."""
        ages = np.atleast_1d(np.asarray(age_days, dtype=float))
        newcomer = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0]})
        # Row i of the weights belongs to period i: a purchase counts for all ages that end later.
        order = np.argsort(ages, kind="stable")
        reached = np.triu(np.ones((ages.size, ages.size)))
        expected = np.empty(ages.size)
        if_alive = self.purchases_if_alive(newcomer, ages[order], reached)[0]
        expected[order] = self.p_alive(newcomer) * if_alive
        return expected

    @abstractmethod
    def p_alive(self, patterns: pd.DataFrame) -> Floats:
        """Probability that a customer of each pattern has not left for good."""

    @abstractmethod
    def purchase_count_shares(self, age_days: ArrayLike, most: int) -> Floats:
        """Probabilities of 0, 1, …, ``most`` repeat purchases within ``age_days`` of the first.

        Returns
        -------
        array
            One row an age, one column a number of purchases; a single row without its axis for a
            single age.
        """

    @abstractmethod
    def _purchases_if_alive(
        self, frequency: Floats, age: Floats, ends: Floats, weights: Floats
    ) -> Floats:
        """Weighted expectations by pair of frequency and age, in units of time."""

    @abstractmethod
    def _purchase_pairs_if_alive(self, frequency: Floats, age: Floats, horizon: float) -> Floats:
        """E[X(X − 1)] by pair of frequency and age, in units of time."""
