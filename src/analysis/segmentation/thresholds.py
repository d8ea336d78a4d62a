"""Thresholds: where along a measure one class ends and the next begins.

Classes are functions of a handful of values that are found once, never of each customer's rank
among all. So equal values get equal classes, and neither the order of rows nor the unit of money
matters.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.engine import quantile

Value = int | float | Decimal | None
Thresholds = tuple[Value, ...]

Shares = Sequence[Fraction]
QUINTILES: Shares = tuple(Fraction(k, 5) for k in range(1, 5))
HALVES: Shares = (Fraction(1, 2),)

MONEY_STEP = Decimal("0.0001")
"""Money is exact to this (:data:`analysis.schemas.MONEY`)."""


def find_thresholds(customers: ir.Table, shares: Mapping[str, Shares]) -> dict[str, Thresholds]:
    """Find the value of each measure at which a customer's mid-rank passes a share of all.

    Parameters
    ----------
    customers : ibis table
        One row a customer; of each measure, more is better.
    shares : mapping
        For each measure the shares of 1, ascending: ``QUINTILES`` give the scores 1 to 5.

    Returns
    -------
    dict
        For each measure the smallest value of the class above each share; None where ties leave
        that class without a customer.

    Notes
    -----
    Among n customers with |less| below v and |equal| at v, the mid-rank of v is
    |less| + (|equal| + 1)/2, and v lies above the share p if (mid-rank − ½)/n > p. With p = k/5
    that is the mid-rank quintile, ceil(5 · (mid-rank − ½)/n). The value at the p-quantile either
    passes, or the next larger one does: a handful of aggregates find it, without a global sort.

    Examples
    --------
    Of four customers three bought once. Their mid-rank is 2, and (2 − ½)/4 = .375 passes only the
    first fifth; the fourth customer's (4 − ½)/4 = .875 passes all:

    >>> customers = ibis.memtable({"orders": [1, 1, 1, 9]})
    >>> find_thresholds(customers, {"orders": QUINTILES})
    {'orders': (1, 9, 9, 9)}
    """
    steps = [(name, share) for name, wanted in shares.items() for share in wanted]
    pivots = aggregate(
        customers, {(name, share): quantile(customers[name], float(share)) for name, share in steps}
    )
    counts: dict[Any, ir.Scalar] = {}
    for step, pivot in pivots.items():
        values = customers[step[0]]
        at = literal_like(values, pivot)
        counts["n", step] = values.count()
        counts["less", step] = (values < at).sum()
        counts["equal", step] = (values == at).sum()
        counts["following", step] = values.min(where=values > at)
    found = aggregate(customers, counts)

    def begins(step: tuple[str, Fraction]) -> Value:
        if not found["n", step]:
            return None
        doubled = 2 * found["less", step] + found["equal", step]
        passes = doubled > 2 * step[1] * found["n", step]
        begin: Value = pivots[step] if passes else found["following", step]
        return begin

    return {name: tuple(begins(step) for step in steps if step[0] == name) for name in shares}


def find_means(customers: ir.Table, measures: Sequence[str]) -> dict[str, Thresholds]:
    """Find the smallest value of each measure that lies above its mean.

    Examples
    --------
    >>> find_means(ibis.memtable({"orders": [1, 1, 4]}), ["orders"])
    {'orders': (4,)}
    """
    wanted: dict[Any, ir.Scalar] = {name: customers[name].sum() for name in measures}
    sums = aggregate(customers, wanted | {None: customers.count()})
    n = sums.pop(None)
    if not n:
        return dict.fromkeys(measures, (None,))
    above: dict[Any, ir.Scalar] = {}
    for name in measures:
        values = customers[name]
        # Rounding down to the step of the values keeps "above the mean" exact in whatever unit.
        step = Decimal(1) if values.type().is_integer() else MONEY_STEP
        mean = (Decimal(sums[name]) / n).quantize(step, ROUND_FLOOR)
        above[name] = values.min(where=values > literal_like(values, mean))
    return {name: (value,) for name, value in aggregate(customers, above).items()}


def aggregate(table: ir.Table, measures: Mapping[Any, ir.Scalar]) -> dict[Any, Any]:
    """Exact values of several aggregates from one pass over the table."""
    row = table.agg([measure.name(f"m{i}") for i, measure in enumerate(measures.values())])
    return dict(zip(measures, row.to_pyarrow().to_pylist()[0].values(), strict=True))


def literal_like(values: ir.Column, value: Any) -> ir.Scalar:
    """A value in the type of a column, so that they are compared exactly."""
    plain = int(value) if values.type().is_integer() and value is not None else value
    return ibis.literal(plain, type=values.type())


def count_reached(measure: ir.Column, thresholds: Thresholds) -> ir.IntegerValue:
    """1 and one more for each threshold that the measure reaches: the score, or class number."""
    reached = [
        (measure >= literal_like(measure, t)).cast("int8") for t in thresholds if t is not None
    ]
    return sum(reached, start=ibis.literal(1, type="int8")).cast("int8")
