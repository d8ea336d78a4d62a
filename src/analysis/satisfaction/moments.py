"""Answers → sums of products by random group, from which regressions and their bootstrap come.

A million questionnaires become at most 4,096 groups of customers; drawing groups instead of
customers gives the same intervals, since a group is a random handful of them. All questionnaires
of a customer are in one group: they are not independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from analysis.satisfaction.measures import score_column

Floats = NDArray[np.float64]

HEX_DIGITS = 3
"""Digits of a customer's MD5 that name the group: 16³ = 4,096 groups."""


@dataclass(frozen=True)
class Moments:
    """Sums of products of complete answers.

    Attributes
    ----------
    items : tuple of str
        The items, the outcome last.
    products : array (groups, k + 1, k + 1)
        For each group Σ x xᵀ with x = (1, item, …, outcome).
    """

    items: tuple[str, ...]
    products: Floats

    @cached_property
    def total(self) -> Floats:
        """Sums over all groups."""
        return np.asarray(self.products.sum(axis=0))

    @property
    def n(self) -> int:
        """Questionnaires in which every item was answered."""
        return round(float(self.total[0, 0]))

    @property
    def means(self) -> Floats:
        """Mean score of each item."""
        return np.asarray(self.total[0, 1:] / self.total[0, 0])

    def bootstrap(self, replicates: int, rng: Generator) -> Floats:
        """Totals of resampled groups, (replicates, k + 1, k + 1)."""
        groups = len(self.products)
        drawn = rng.multinomial(groups, np.full(groups, 1 / groups), size=replicates)
        flat = drawn @ self.products.reshape(groups, -1)
        return np.asarray(flat.reshape(replicates, *self.products.shape[1:]))


def sum_products(answers: ir.Table, items: Sequence[str]) -> Moments:
    """Sum the products of the items over complete questionnaires.

    Parameters
    ----------
    answers : ibis table
        One row a questionnaire: ``response_id``, ``customer_id``, ``score_<item>``.
    items : sequence of str
        The items, the outcome last.
    """
    columns = [score_column(item) for item in items]
    complete = answers.drop_null(columns)
    pairs = [(i, j) for i in range(len(items)) for j in range(i, len(items))]
    aggregates = {"n": complete.count()}
    aggregates |= {f"s_{i}": complete[column].sum() for i, column in enumerate(columns)}
    for i, j in pairs:
        aggregates[f"p_{i}_{j}"] = (complete[columns[i]] * complete[columns[j]]).sum()
    # MD5 is the same on every engine and in every version of it.
    respondent = complete.customer_id.coalesce(complete.response_id)
    group = respondent.hexdigest("md5").right(HEX_DIGITS)
    sums = complete.group_by(group=group).agg(**aggregates).order_by("group").to_pandas()
    products = np.empty((len(sums), len(items) + 1, len(items) + 1))
    products[:, 0, 0] = sums["n"]
    for i in range(len(items)):
        products[:, 0, i + 1] = products[:, i + 1, 0] = sums[f"s_{i}"]
    for i, j in pairs:
        products[:, i + 1, j + 1] = products[:, j + 1, i + 1] = sums[f"p_{i}_{j}"]
    return Moments(tuple(items), products)


def covariances(products: Floats) -> Floats:
    """Covariances from sums of products, for one matrix or a stack of them."""
    n = products[..., :1, :1]
    means = products[..., :1, 1:] / n
    found = products[..., 1:, 1:] / n - np.swapaxes(means, -1, -2) * means
    return np.asarray(found * n / np.maximum(n - 1, 1))


def correlations(products: Floats) -> Floats:
    """Correlations from sums of products; 0 with an item that does not vary."""
    found = covariances(products)
    deviations = np.sqrt(np.diagonal(found, axis1=-2, axis2=-1))
    scale = np.where(deviations > 0, 1 / np.where(deviations > 0, deviations, 1), 0)
    found = found * scale[..., :, None] * scale[..., None, :]
    diagonal = np.arange(found.shape[-1])
    found[..., diagonal, diagonal] = 1
    return np.asarray(found)
