"""This quarter beside the last, with an interval: what of a change could be chance.

A customer counts as one draw. Each has an influence on a figure, by which the figure would change
if one more like it came; the change between two quarters then errs by the root of the summed
squares of the customers' differences of influence. Of a count this is McNemar's error, of a share
the binomial one, of money that of a compound Poisson process (Cowell & Flachaire 2015, "Statistical
Methods for Distributional Analysis", section 6.4). The two quarters are paired by customer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.inference import Z
from analysis.params import Quarter
from analysis.results import Result, Unit, missing, number

TOP = 10
"""How many of the largest customers are set beside all."""
NEEDS_BEFORE = "needs orders before the quarter"
NEEDS_TWO = "needs orders in the two quarters before"
NEEDS_REVENUE = "needs revenue in both quarters' windows"

Pair = tuple[ir.NumericValue, ir.NumericValue]


@dataclass(frozen=True)
class Change:
    """How a figure changed since last quarter.

    Attributes
    ----------
    name : str
        Of the figure; published as ``compared.<name>``.
    unit : str
        Its unit.
    change : float or None
        This quarter's figure less last quarter's; None where one is not known.
    error : float or None
        Standard error of the change.
    n : int
        Customers behind it.
    needs : str
        What it needs where it is not known.
    """

    name: str
    unit: Unit
    change: float | None
    error: float | None = None
    n: int = 0
    needs: str = NEEDS_BEFORE


def pair_quarters(days: ir.Table, quarter: Quarter, window_months: int) -> ir.Table:
    """What each customer did in this quarter, in the last, and in the one before.

    Parameters
    ----------
    days : ibis table
        From :func:`analysis.customers.sum_days`.
    quarter : Quarter
        Under review.
    window_months : int
        Months in which customers are weighed against each other.

    Returns
    -------
    ibis table
        One row a customer: ``bought``, ``bought_1``, ``bought_2`` (0 or 1 in this quarter, the last
        and the one before), ``revenue``, ``revenue_1`` (money, of the quarters), ``window``,
        ``window_1`` (money of the window up to the quarter's end, not below 0).
    """
    quarters = [quarter, quarter.previous(), quarter.shift(-2)]
    inside = [days.order_date.between(each.first_day, each.last_day) for each in quarters]
    windows = [
        days.order_date.between(each.months_back(window_months), each.last_day)
        for each in quarters[:2]
    ]

    def bought(place: int) -> ir.FloatingValue:
        return days.has_purchase.any(where=inside[place]).fill_null(False).cast("float64")

    def money(where: ir.BooleanValue) -> ir.FloatingValue:
        return days.revenue.sum(where=where).coalesce(0).cast("float64")

    return days.group_by("customer_id").agg(
        bought=bought(0),
        bought_1=bought(1),
        bought_2=bought(2),
        revenue=money(inside[0]),
        revenue_1=money(inside[1]),
        window=ibis.greatest(money(windows[0]), 0.0),
        window_1=ibis.greatest(money(windows[1]), 0.0),
    )


def stack_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Give each step of a bridge its bar, which begins where the step before ended.

    Parameters
    ----------
    steps : DataFrame
        Index: the step, the first and the last of which are levels. ``amount``: theirs, and between
        them the changes.

    Returns
    -------
    DataFrame
        The same with ``step``, ``bottom`` and ``height``.

    Examples
    --------
    >>> steps = pd.DataFrame({"amount": [5.0, 3, -1, 7]}, index=["start", "up", "down", "end"])
    >>> stack_steps(steps.rename_axis("step"))["bottom"].tolist()
    [0.0, 5.0, 8.0, 0.0]
    """
    reached = steps["amount"].iloc[:-1].cumsum().shift(fill_value=0.0)
    bottom = reached.reindex(steps.index, fill_value=0.0)
    return steps.assign(bottom=bottom, height=steps["amount"]).reset_index()


def compare_quarters(days: ir.Table, quarter: Quarter, window_months: int) -> list[Change]:
    """How active customers, their return, revenue and its concentration changed.

    Parameters
    ----------
    days, quarter, window_months
        As in :func:`pair_quarters`.

    Returns
    -------
    list of Change
        ``active_customers`` (customers), ``retention`` (of those who bought in a quarter, who
        bought in the next; ratio), ``revenue`` (money), ``top10_share`` (of the window's revenue;
        ratio).
    """
    pairs = pair_quarters(days, quarter, window_months)
    again, again_1 = pairs.bought * pairs.bought_1, pairs.bought_1 * pairs.bought_2
    sums = _first_row(
        pairs.agg(
            then=pairs.bought_1.sum(),
            earlier=pairs.bought_2.sum(),
            again=again.sum(),
            again_1=again_1.sum(),
            window=exact_sum(pairs.window),
            window_1=exact_sum(pairs.window_1),
        )
    )
    changes = compare_totals(
        pairs,
        {"active_customers": ("customers", "bought", "bought_1"),
         "revenue": ("money", "revenue", "revenue_1")},
        is_known=bool(sums["then"]),
    )  # fmt: skip
    return [*changes, _compare_retention(pairs, sums), _compare_top(pairs, sums)]


def compare_totals(
    pairs: ir.Table, totals: Mapping[str, tuple[Unit, str, str]], is_known: bool = True
) -> list[Change]:
    """How sums over the customers changed.

    Parameters
    ----------
    pairs : ibis table
        One row a customer.
    totals : mapping
        Name → unit, column of this quarter, column of the last; null counts as 0.
    is_known : bool
        Whether there is a last quarter at all.

    Examples
    --------
    Three customers spend 4 more, 3 less and the same: the sum rises by 1, give or take 5.

    >>> pairs = ibis.memtable({"now": [9.0, 2.0, 5.0], "then": [5.0, 5.0, 5.0]})
    >>> [found] = compare_totals(pairs, {"revenue": ("money", "now", "then")})
    >>> found.change, found.error, found.n
    (1.0, 5.0, 3)
    """
    if not is_known:
        return [Change(name, unit, None) for name, (unit, _, _) in totals.items()]
    columns = {name: (now, then) for name, (_, now, then) in totals.items()}
    influences = {
        name: (pairs[now].coalesce(0).cast("float64"), pairs[then].coalesce(0).cast("float64"))
        for name, (now, then) in columns.items()
    }
    found = _measure(pairs, influences)
    return [Change(name, unit, *found[name]) for name, (unit, _, _) in totals.items()]


def comparison_results(changes: Iterable[Change]) -> dict[str, Result]:
    """Published changes since last quarter: ``compared.<name>``, each with its 95 % interval."""
    return {f"compared.{change.name}": _published(change) for change in changes}


def _published(found: Change) -> Result:
    if found.change is None or found.error is None:
        return missing(found.unit, found.needs)
    low, high = found.change - Z * found.error, found.change + Z * found.error
    return number(found.change, found.unit, n=found.n, low=low, high=high)


def _compare_retention(pairs: ir.Table, sums: Mapping[str, Any]) -> Change:
    """Of those who bought in a quarter, who bought in the next one too."""
    then, earlier = sums["then"], sums["earlier"]
    if not then or not earlier:
        return Change("retention", "ratio", None, needs=NEEDS_TWO)
    rate, rate_1 = sums["again"] / then, sums["again_1"] / earlier
    weight = then / earlier
    now = pairs.bought_1 * (pairs.bought - _float(rate))
    before = _float(weight) * pairs.bought_2 * (pairs.bought_1 - _float(rate_1))
    _, error, _ = _measure(pairs, {"retention": (now, before)})["retention"]
    return Change("retention", "ratio", rate - rate_1, error / then, int(then))


def _compare_top(pairs: ir.Table, sums: Mapping[str, Any]) -> Change:
    """The share of the largest customers: one more of them moves it by what it exceeds the last."""
    total, total_1 = (sums[name] or 0.0 for name in ("window", "window_1"))
    if not total > 0 or not total_1 > 0:
        return Change("top10_share", "ratio", None, needs=NEEDS_REVENUE)
    share, now = _weigh_top(pairs, "window", total)
    share_1, before = _weigh_top(pairs, "window_1", total_1)
    measured = _measure(pairs, {"top": (now, before * _float(total / total_1))})
    _, error, n = measured["top"]
    return Change("top10_share", "ratio", share - share_1, error / total, n)


def _weigh_top(pairs: ir.Table, money: str, total: float) -> tuple[float, ir.FloatingValue]:
    """The share of the largest customers, and each customer's influence on it times the total."""
    top = pairs.order_by(ibis.desc(money)).limit(TOP)[money].to_pandas()
    share = float(top.sum()) / total
    last = float(top.iloc[-1]) if len(top) == TOP else 0.0
    return share, ibis.greatest(pairs[money] - _float(last), 0.0) - _float(share) * pairs[money]


def _measure(
    pairs: ir.Table, influences: Mapping[str, Pair]
) -> dict[str, tuple[float, float, int]]:
    """Of each pair of influences the summed difference, its error, and how many have any."""
    measures: dict[str, ir.Scalar] = {}
    for name, (now, then) in influences.items():
        difference = now.cast("float64") - then.cast("float64")
        measures |= {
            f"change_{name}": exact_sum(difference),
            f"squares_{name}": exact_sum(difference * difference),
            f"n_{name}": ((now != 0) | (then != 0)).sum().cast("int64"),
        }
    found = _first_row(pairs.agg(**measures))
    return {
        name: (
            found[f"change_{name}"] or 0.0,
            sqrt(found[f"squares_{name}"] or 0.0),
            found[f"n_{name}"] or 0,
        )
        for name in influences
    }


def _first_row(table: ir.Table) -> dict[str, Any]:
    row: dict[str, Any] = table.to_pyarrow().to_pylist()[0]
    return row


def _float(value: float) -> ir.FloatingScalar:
    """A number that the engine does not take for a decimal with as many digits."""
    return ibis.literal(value, "float64")
