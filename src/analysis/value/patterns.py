"""Customers counted by their history: all that the models need to know of them.

The likelihoods depend on a customer only through (frequency, recency, T), that of spending only
through (frequency, monetary_value). The engine counts equal customers; Python sees the counts.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from analysis.engine import exact_sum

Floats = NDArray[np.float64]


def count_patterns(summary: ir.Table) -> pd.DataFrame:
    """Count customers with the same history.

    Returns
    -------
    DataFrame
        One row a pattern: ``frequency``, ``recency`` (days), ``T`` (days), ``customers``; sorted.
    """
    keys = ["frequency", "recency", "T"]
    counted = summary.group_by(keys).agg(customers=summary.count())
    return _fetch(counted.order_by(keys))


def list_ages(summary: ir.Table) -> pd.DataFrame:
    """List the distinct pairs of frequency and T: what customers who stay do depends on no more.

    Returns
    -------
    DataFrame
        One row a pair: ``frequency``, ``T`` (days); sorted.
    """
    keys = ["frequency", "T"]
    return _fetch(summary.select(keys).distinct().order_by(keys))


def join_scored(customers: ir.Table, scored: pd.DataFrame, keys: list[str]) -> ir.Table:
    """Give customers what was computed once for all who share the keys.

    The engine never waits for Python.
    """
    found = ibis.memtable(pa.Table.from_pandas(scored, preserve_index=False))
    return customers.join(found, keys)


def count_spend(summary: ir.Table) -> pd.DataFrame:
    """Count repeat buyers with the same frequency and positive mean spend.

    Returns
    -------
    DataFrame
        One row a pair: ``frequency``, ``monetary_value`` (money), ``customers``; sorted.
    """
    keys = ["frequency", "monetary_value"]
    repeat = summary.filter((summary.frequency > 0) & (summary.monetary_value > 0))
    return _fetch(repeat.group_by(keys).agg(customers=repeat.count()).order_by(keys))


def count_spending_patterns(summary: ir.Table, *groups: str) -> pd.DataFrame:
    """Count customers with the same history and group, and sum what they spent.

    Parameters
    ----------
    summary : ibis table
        One row a customer, with ``frequency``, ``recency``, ``T``, ``monetary_value``.
    *groups : str
        Further columns of it that tell groups apart, such as a segment.

    Returns
    -------
    DataFrame
        One row a pattern and group: the groups, ``frequency``, ``recency`` (days), ``T`` (days),
        ``customers``; of those with a known positive spend ``spenders``, ``spend`` (sum of
        monetary_value, money) and ``spend_squared`` (sum of its squares); sorted.
    """
    keys = [*groups, "frequency", "recency", "T"]
    is_known = ((summary.frequency > 0) & (summary.monetary_value > 0)).fill_null(False)
    spend = is_known.ifelse(summary.monetary_value, 0.0)
    counted = summary.group_by(keys).agg(
        customers=summary.count(),
        spenders=is_known.sum(),
        spend=exact_sum(spend),
        spend_squared=exact_sum(spend * spend),
    )
    return _fetch(counted.order_by(keys))


def pattern_columns(
    patterns: pd.DataFrame, time_unit_days: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Frequency, recency and T of patterns, the latter in units of time, and their customers."""
    return (
        patterns["frequency"].to_numpy(dtype=float),
        patterns["recency"].to_numpy(dtype=float) / time_unit_days,
        patterns["T"].to_numpy(dtype=float) / time_unit_days,
        patterns["customers"].to_numpy(dtype=float),
    )


@dataclass(frozen=True)
class DistinctPairs:
    """The distinct pairs in two columns.

    Attributes
    ----------
    first, second : array
        The pairs.
    index : array
        For each row of the columns, the place of its pair.
    """

    first: Floats
    second: Floats
    index: NDArray[np.intp]


def distinct_pairs(first: ArrayLike, second: ArrayLike) -> DistinctPairs:
    """Find the distinct pairs in two columns.

    Examples
    --------
    >>> pairs = distinct_pairs([1, 0, 1], [7, 7, 7])
    >>> pairs.first, pairs.second, pairs.index
    (array([1., 0.]), array([7., 7.]), array([0, 1, 0]))
    """
    firsts, seconds = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    first_code, _ = pd.factorize(firsts)
    second_code, second_values = pd.factorize(seconds)
    index, codes = pd.factorize(first_code * len(second_values) + second_code)
    place = np.empty(len(codes), dtype=np.intp)
    place[index[::-1]] = np.arange(len(index))[::-1]
    return DistinctPairs(firsts[place], seconds[place], index)


def _fetch(counted: ir.Table) -> pd.DataFrame:
    """Counted rows from the engine, by the shortest way: there may be hundreds of thousands."""
    frame: pd.DataFrame = counted.to_pyarrow().to_pandas()
    return frame
