"""Concentration: how much of the money hangs on how few customers.

Sorting all customers would be a global window. Instead they are counted in narrow bins of money,
which are ordered and do not overlap: the curve is exact wherever a bin ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.engine import exact_sum
from analysis.results import Result, Unit, missing, number
from analysis.segmentation.thresholds import Thresholds, Value

BINS_PER_DOUBLING = 512
"""Money in one bin differs by .14 % at most: its share of the Gini coefficient is below 1e-6."""

DRAWN_POINTS = 200
DEPENDENCE_FROM = 0.1
"""A customer with this share of the revenue is a dependence."""

HHI_BANDS = ((0.25, "high"), (0.10, "moderate"), (0.0, "low"))
"""Bands of the Herfindahl-Hirschman index, as competition authorities have drawn them."""

CONTRIBUTION_SHARES = (0.95, 0.80)
"""Class A brings the first 80 % of the revenue, class B the next 15 %."""


@dataclass(frozen=True)
class Concentration:
    """How concentrated the revenue of a window is.

    Attributes
    ----------
    curve : DataFrame
        The Pareto curve, at most a few hundred points: ``customer_share`` (from the largest on),
        ``revenue_share``.
    customers : int
        Customers with revenue above zero; the others have no share.
    gini, hhi, top10_share : float or None
        None without revenue.
    half_customers : int or None
        The fewest customers who bring half of the revenue.
    largest : DataFrame
        The ten largest: ``customer_id``, ``revenue`` (money), ``revenue_share``.
    """

    curve: pd.DataFrame
    customers: int
    gini: float | None
    hhi: float | None
    top10_share: float | None
    half_customers: int | None
    largest: pd.DataFrame

    @property
    def half_share(self) -> float | None:
        """The smallest share of the customers with revenue who bring half of it."""
        return self.half_customers / self.customers if self.half_customers else None

    @property
    def dependences(self) -> pd.DataFrame:
        """Those of the largest who bring a tenth of the revenue or more, each."""
        return self.largest[self.largest["revenue_share"] >= DEPENDENCE_FROM]


def bin_money(customers: ir.Table, measure: str) -> pd.DataFrame:
    """Count customers in narrow bins of money.

    Returns
    -------
    DataFrame
        One row a bin that occurs, largest money first: ``customers``, ``money``, ``squares`` (sum
        of squares), ``least`` and ``most`` (exact).
    """
    values = customers[measure]
    size = values.cast("float64").abs()
    place = (size.nullif(0.0).log2() * BINS_PER_DOUBLING).floor().cast("int64")
    # The engine's logarithm may differ in its last bit; only where a bin ends depends on it.
    binned = customers.group_by(sign=values.sign().cast("int8"), place=place).agg(
        customers=customers.count(),
        money=values.sum().cast("float64"),
        squares=exact_sum(size * size),
        least=values.min(),
        most=values.max(),
    )
    return binned.to_pandas().sort_values("least", ascending=False, ignore_index=True)


def measure_concentration(bins: pd.DataFrame, largest: pd.DataFrame) -> Concentration:
    """Measure concentration from the bins of revenue and the ten largest customers.

    Notes
    -----
    Gini = 1 − 2 · area under the Lorenz curve, HHI = Σ share², both over the customers with
    revenue above zero.

    Examples
    --------
    Three customers with 6, 3 and 1: Lorenz area (.1 + .5 + 1.4)/6, so Gini = 1 − 2 · 1/3.

    >>> customers = ibis.memtable({"customer_id": ["a", "b", "c"], "revenue": [6.0, 3.0, 1.0]})
    >>> bins = bin_money(customers, "revenue")
    >>> found = measure_concentration(bins, find_largest(customers, "revenue"))
    >>> round(found.gini, 3), round(found.hhi, 2), found.half_customers
    (0.333, 0.46, 1)
    """
    paying = bins[bins["money"] > 0]
    total, n = paying["money"].sum(), int(paying["customers"].sum())
    curve = accumulate(paying)
    largest = largest[largest["revenue"] > 0]
    shares = largest["revenue"].astype(float) / total
    largest = largest.assign(revenue_share=shares)
    if not n:
        return Concentration(curve, 0, None, None, None, None, largest)
    before = curve["revenue_share"].shift(fill_value=0.0)
    area = (
        (curve["revenue_share"] + before)
        / 2
        * curve["customer_share"].diff().fillna(curve["customer_share"])
    ).sum()
    return Concentration(
        curve=thin_out(curve),
        customers=n,
        gini=float(2 * area - 1),
        hhi=float(paying["squares"].sum() / total**2),
        top10_share=float(shares.sum()),
        half_customers=_fewest_for_half(paying, total),
        largest=largest,
    )


def accumulate(bins: pd.DataFrame) -> pd.DataFrame:
    """The shares of the customers and of the money, from the largest bin on."""
    sums = bins[["customers", "money"]].cumsum()
    shares = sums / sums.iloc[-1:].to_numpy() if len(sums) else sums.astype(float)
    return shares.set_axis(["customer_share", "revenue_share"], axis=1)


def thin_out(curve: pd.DataFrame) -> pd.DataFrame:
    """As many points of a curve as can be seen, from the origin to its end."""
    kept = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), DRAWN_POINTS)).astype(int))
    origin = pd.DataFrame([[0.0, 0.0]], columns=curve.columns)
    return pd.concat([origin, curve.iloc[kept]], ignore_index=True)


def find_largest(customers: ir.Table, measure: str, n: int = 10) -> pd.DataFrame:
    """The ``n`` customers with most money: ``customer_id``, ``revenue``; ties go by id."""
    top = customers.order_by([ibis.desc(measure), "customer_id"]).limit(n)
    return top.select("customer_id", revenue=measure).to_pandas()


def find_contribution_cuts(
    customers: ir.Table,
    measure: str,
    bins: pd.DataFrame,
    shares: Sequence[float] = CONTRIBUTION_SHARES,
) -> Thresholds:
    """Find the least money of the customers who bring the first ``shares`` of it.

    A value belongs to the first share p if those with more money bring less than p: so equal
    values are never parted. The bins say between which values to look, and the values there
    decide exactly.

    Examples
    --------
    >>> customers = ibis.memtable({"customer_id": list("abcd"), "revenue": [60.0, 25.0, 10.0, 5.0]})
    >>> find_contribution_cuts(customers, "revenue", bin_money(customers, "revenue"))
    (10.0, 25.0)
    """
    paying = bins[bins["money"] > 0]
    if paying.empty:
        return tuple(None for _ in shares)
    total = paying["money"].sum()
    above = paying["money"].cumsum().shift(fill_value=0.0)
    ends = [paying[above < share * total].index[-1] for share in shares]
    values = customers[measure]
    inside = ibis.or_(*(values.between(paying["least"][end], paying["most"][end]) for end in ends))
    found = customers.filter(inside).group_by(value=values).agg(money=values.sum()).to_pandas()
    return tuple(
        _first_short_of(share * total, above[end], found, paying.loc[end])
        for share, end in zip(shares, ends, strict=True)
    )


def concentration_results(found: Concentration) -> dict[str, Result]:
    """Published numbers: Gini, HHI with its band, the ten largest, half of the revenue, warning."""
    needs = "needs customers with revenue in the window"

    def measured(value: float | None, unit: Unit) -> Result:
        return missing(unit, needs) if value is None else number(value, unit, n=found.customers)

    band = next((name for least, name in HHI_BANDS if (found.hhi or 0.0) >= least), "low")
    return {
        "concentration.gini": measured(found.gini, "index"),
        "concentration.hhi": measured(found.hhi, "parameter"),
        "concentration.hhi_band": Result(f"hhi_band.{band}", "label"),
        "concentration.top10_share": measured(found.top10_share, "ratio"),
        "concentration.half_customers": measured(found.half_customers, "customers"),
        "concentration.half_customer_share": measured(found.half_share, "ratio"),
        "concentration.dependences.customers": number(len(found.dependences), "customers"),
    }


def _first_short_of(target: float, above: float, found: pd.DataFrame, ends: Any) -> Value:
    """The smallest value of one bin such that those with more money bring less than the target."""
    inside = found[found["value"].between(ends["least"], ends["most"])]
    inside = inside.sort_values("value", ascending=False)
    reached = above + inside["money"].astype(float).cumsum().shift(fill_value=0.0)
    least: Value = inside["value"][reached < target].tolist()[-1]
    return least


def _fewest_for_half(paying: pd.DataFrame, total: float) -> int:
    """How many customers it takes at least; inside a bin all count alike."""
    before = paying["money"].cumsum().shift(fill_value=0.0)
    last = paying[before < total / 2].iloc[-1]
    missing_money = total / 2 - before[last.name]
    inside = int(np.ceil(missing_money / (last["money"] / last["customers"])))
    return int(paying["customers"].loc[: last.name].sum() - last["customers"]) + inside
