"""Do the customers behave as the models assume? One verdict and one consequence an assumption."""

from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.engine import exact_mean, exact_sum
from analysis.results import Result, Unit, number
from analysis.value.patterns import Floats
from analysis.value.rhythm import LEAST_INTERVALS

Verdict = Literal["ok", "warn", "fail", "open"]
Z_95 = 1.959963984540054
LEAST_CUSTOMERS = 50
"""With fewer customers a check stays open."""
REGULAR_INTERVALS_CV = 0.25
"""A customer whose intervals vary less than this buys as if by contract."""
LIMITS: dict[str, tuple[float, float]] = {
    "spend_frequency": (0.1, 0.3),
    "regularity": (1.5, 2.0),
    "contract": (0.05, 0.2),
    "season": (0.2, 0.4),
    "drift": (0.05, 0.15),
}
"""From where on a check warns, and from where on it fails."""
UNITS: dict[str, Unit] = {
    "spend_frequency": "parameter",
    "regularity": "parameter",
    "contract": "ratio",
    "season": "ratio",
    "drift": "ratio",
}


@dataclass(frozen=True)
class Check:
    """One assumption.

    Attributes
    ----------
    name : str
        A key of :data:`LIMITS`.
    value : float or None
        What was measured; None where the data are too few.
    n : int
        Customers (or months) that it rests on.
    low, high : float or None
        95 % interval, where one is known.
    """

    name: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> Verdict:
        """``ok``, ``warn``, ``fail``, or ``open`` without a value."""
        if self.value is None:
            return "open"
        warns, fails = LIMITS[self.name]
        size = abs(self.value)
        return "fail" if size > fails else "warn" if size > warns else "ok"


def check_spend(spend: pd.DataFrame) -> Check:
    """Is spend independent of frequency? Spearman's rank correlation of the two.

    Parameters
    ----------
    spend : DataFrame
        From :func:`analysis.value.count_spend`.

    Notes
    -----
    Interval by Fisher's z with the standard error √((1 + ρ²/2)/(n − 3)): Bonett & Wright (2000),
    Psychometrika 65(1).

    Examples
    --------
    >>> spend = pd.DataFrame({"frequency": [1, 2], "monetary_value": [5.0, 9.0],
    ...                       "customers": [40, 40]})
    >>> check_spend(spend).verdict
    'fail'
    """
    n = int(spend["customers"].sum())
    if n < LEAST_CUSTOMERS or spend["frequency"].nunique() < 2:
        return Check("spend_frequency", None, n)
    weight = spend["customers"].to_numpy(dtype=float)
    first, second = (_mean_ranks(spend[key], weight) for key in ("frequency", "monetary_value"))
    first, second = (ranks - np.average(ranks, weights=weight) for ranks in (first, second))
    spread = np.sqrt((weight @ first**2) * (weight @ second**2))
    rho = float((weight * first) @ second / spread) if spread else 0.0
    z = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    error = Z_95 * np.sqrt((1 + rho**2 / 2) / (n - 3))
    return Check("spend_frequency", rho, n, float(np.tanh(z - error)), float(np.tanh(z + error)))


def bin_spend(summary: ir.Table) -> pd.DataFrame:
    """Mean spend a purchase day by frequency.

    Returns
    -------
    DataFrame
        One row for 1, 2, 3–4, 5–8 and 9 or more repeat purchase days: ``frequency_from``,
        ``customers``, ``spend`` (money), ``low`` and ``high`` (95 % interval of the mean).
    """
    repeat = summary.filter((summary.frequency > 0) & (summary.monetary_value > 0))
    x = repeat.frequency
    begins = ibis.cases((x >= 9, 9), (x >= 5, 5), (x >= 3, 3), else_=x)
    rows = repeat.mutate(frequency_from=begins)
    found = rows.group_by("frequency_from").agg(
        customers=rows.count(),
        spend=exact_mean(rows.monetary_value),
        squares=exact_mean(rows.monetary_value * rows.monetary_value),
    )
    table = found.order_by("frequency_from").to_pandas()
    n, spread = table["customers"], table.pop("squares") - table["spend"] ** 2
    error = Z_95 * np.sqrt(spread.clip(lower=0) / (n - 1).where(n > 1))
    return table.assign(low=(table["spend"] - error).clip(lower=0), high=table["spend"] + error)


def check_rhythm(intervals: ir.Table) -> tuple[Check, Check]:
    """Do customers buy at random moments, or regularly; and do some buy as if by contract?

    ``intervals`` is from :func:`analysis.value.measure_intervals`.

    Returns
    -------
    Check, Check
        ``regularity``: the shape k of Erlang-k intervals, 1 if purchases are random (Wheat &
        Morrison 1990, *Marketing Science* 9(1)). With two successive intervals t and u of each
        customer, t/(t + u) is Beta(k, k), whose variance is 1/(4 (2k + 1)).
        ``contract``: the share of customers with at least three intervals whose intervals hardly
        vary (coefficient of variation below .25).
    """
    first, second = intervals.first_interval, intervals.second_interval
    share = first / (first + second)
    n = intervals.intervals
    # (n Σx² − (Σx)²)/(n (n − 1)) < (c Σx / n)², in whole days but for the limit itself.
    squares = n * (n * intervals.squares - intervals.days * intervals.days)
    hardly_varies = squares < REGULAR_INTERVALS_CV**2 * (n - 1) * intervals.days * intervals.days
    has_habit = n >= LEAST_INTERVALS
    found = intervals.agg(
        n_pairs=share.count(),
        total=exact_sum(share),
        squares=exact_sum(share * share),
        n_habits=has_habit.sum(),
        regular=(has_habit & hardly_varies).sum(),
    )
    sums = found.to_pyarrow().to_pylist()[0]
    n_pairs, n_habits = sums["n_pairs"], sums["n_habits"] or 0
    k = None
    if n_pairs >= LEAST_CUSTOMERS:
        variance = (sums["squares"] - sums["total"] ** 2 / n_pairs) / (n_pairs - 1)
        k = (1 - 4 * variance) / (8 * variance) if variance > 0 else None
    regular = sums["regular"] / n_habits if n_habits >= LEAST_CUSTOMERS else None
    return Check("regularity", k, n_pairs), Check("contract", regular, n_habits)


def check_season(days: pd.DataFrame, tracked: pd.DataFrame) -> Check:
    """Is there a season? How far calendar months stray from the model, the same way each year.

    Parameters
    ----------
    days : DataFrame
        From :func:`analysis.value.count_days`.
    tracked : DataFrame
        From :func:`analysis.value.track_purchases`.

    Notes
    -----
    For each calendar month that was seen in two years or more, the smallest departure of counted
    from expected purchases, 0 if it changes sign between years. Reported is the largest of them.
    """
    weekly = tracked.set_index("week_end")[["counted", "expected"]].diff().dropna()
    monthly = weekly.groupby([weekly.index.year, weekly.index.month]).sum()
    whole = weekly.groupby([weekly.index.year, weekly.index.month]).size() >= 4
    departure = (monthly["counted"] / monthly["expected"] - 1)[whole & (monthly["expected"] > 0)]
    departure = departure[np.isfinite(departure)]
    by_month = departure.groupby(level=1)
    seen = by_month.size()
    if (seen >= 2).sum() < 12 or days["repeats"].sum() < LEAST_CUSTOMERS:
        return Check("season", None, int((seen >= 2).sum()))
    same = by_month.agg(lambda found: abs(found).min() if len({*np.sign(found)}) == 1 else 0.0)
    return Check("season", float(same[seen >= 2].max()), int((seen >= 2).sum()))


def check_drift(bridge: pd.DataFrame) -> Check:
    """How far do other parameters alone move last quarter's value?

    Parameters
    ----------
    bridge : DataFrame
        From :func:`analysis.value.sum_bridge`.
    """
    amounts, customers = (bridge.set_index("step")[key] for key in ("amount", "customers"))
    n = int(customers["start"])
    if not amounts["start"] or not np.isfinite(amounts["reestimated"]):
        return Check("drift", None, n)
    return Check("drift", float(amounts["reestimated"] / amounts["start"]), n)


def check_results(checks: tuple[Check, ...]) -> dict[str, Result]:
    """Published numbers of the checks: what was measured, with its verdict as note."""
    found = {
        f"value.check.{check.name}": Result(None, UNITS[check.name], note="needs more customers")
        if check.value is None
        else number(
            check.value, UNITS[check.name], n=check.n, low=check.low, high=check.high,
            note=check.verdict,
        )
        for check in checks
    }  # fmt: skip
    failed = sum(check.verdict == "fail" for check in checks)
    warned = sum(check.verdict == "warn" for check in checks)
    return found | {
        "value.checks.failed": number(failed, "count"),
        "value.checks.warned": number(warned, "count"),
        "value.checks.made": number(sum(c.verdict != "open" for c in checks), "count"),
    }


def _mean_ranks(values: "pd.Series[float]", weight: Floats) -> Floats:
    """Rank of each row among all customers, equal values at the mean of their places."""
    customers = pd.Series(weight).groupby(values.to_numpy()).sum()
    mean_rank = customers.cumsum() - (customers - 1) / 2
    return np.asarray(mean_rank.loc[values], dtype=np.float64)
