"""Does satisfaction lead retention? What those bought next who answered before."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.inference import Z
from analysis.params import Quarter
from analysis.results import Result, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.measures import DETRACTORS_TO, PROMOTERS_FROM
from analysis.satisfaction.small_cells import FEWEST_SHOWN

ACTIVITY_BANDS = (1, 2, 4)
"""Orders in the year before the quarter's end from which a band of like customers begins."""
NEEDS = f"needs {FEWEST_SHOWN} promoters and as many detractors of earlier quarters"


@dataclass(frozen=True)
class Lead:
    """How much more often promoters bought again than detractors.

    Attributes
    ----------
    rates : DataFrame
        One row a voice: ``voice``, ``customers``, ``bought``, ``rate``, ``low``, ``high``.
    difference, low, high : float or None
        Difference of the rates of promoters and detractors who had ordered alike before.
    """

    rates: pd.DataFrame
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def follow_answers(
    answers: ir.Table, transactions: ir.Table, nps: str | None, quarters: Sequence[Quarter]
) -> pd.DataFrame:
    """Count who bought in the quarter after the one in which they answered.

    Parameters
    ----------
    answers : ibis table
        One row a questionnaire: ``customer_id``, ``quarter``, and the column ``nps``.
    transactions : ibis table
        Cleaned order lines: ``customer_id``, ``order_id``, ``order_date``, ``is_return``.
    nps : str or None
        Column of the answers with the score from 0 to 10.
    quarters : sequence of Quarter
        Quarters, oldest first; answers of all but the last are followed.

    Returns
    -------
    DataFrame
        One row a quarter of answering, band of orders in the year up to its end, and voice:
        ``quarter``, ``band``, ``voice``, ``customers``, ``bought``.
    """
    columns = ["quarter", "band", "voice", "customers", "bought"]
    if nps is None or nps not in answers.columns:
        return pd.DataFrame(columns=columns)
    said = answers.filter(answers.customer_id.notnull() & answers[nps].notnull())
    voice = ibis.cases(
        (said[nps] >= PROMOTERS_FROM, "promoter"),
        (said[nps] <= DETRACTORS_TO, "detractor"),
        else_="passive",
    )
    said = said.select("customer_id", "quarter", voice=voice)
    orders = transactions.filter(~transactions.is_return).select(
        "customer_id", "order_id", "order_date"
    )
    parts = [
        _follow(said.filter(said.quarter == str(now)), orders, now, later)
        for now, later in pairwise(quarters)
    ]
    counted = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return counted.select(columns).order_by(columns[:3]).to_pandas()


def compare_retention(followed: pd.DataFrame) -> Lead:
    """Rates of buying again by voice, and the difference between like customers.

    Parameters
    ----------
    followed : DataFrame
        From :func:`follow_answers`.

    Notes
    -----
    The difference is that of Mantel and Haenszel over quarters and bands of earlier orders, with
    the variance of Sato (1989), *Biometrics* 45: customers are compared with those who ordered as
    often before. It still is no proof of cause: those who answer chose to, and whatever else makes
    customers both content and loyal stays in it.

    Examples
    --------
    >>> followed = pd.DataFrame({"quarter": "q", "band": 0, "voice": ["promoter", "detractor"],
    ...                          "customers": [100, 100], "bought": [60, 40]})
    >>> lead = compare_retention(followed)
    >>> round(lead.difference, 3), round(lead.low, 3), round(lead.high, 3)
    (0.2, 0.064, 0.336)
    """
    sums = followed.groupby("voice")[["customers", "bought"]].sum()
    rows = []
    for voice in ("promoter", "passive", "detractor"):
        if voice in sums.index and sums.loc[voice, "customers"] >= FEWEST_SHOWN:
            n, bought = int(sums.loc[voice, "customers"]), int(sums.loc[voice, "bought"])
            rows.append((voice, n, bought, bought / n, *wilson_interval(bought / n, n)))
    columns = ["voice", "customers", "bought", "rate", "low", "high"]
    rates = pd.DataFrame(rows, columns=columns)
    if not {"promoter", "detractor"} <= set(rates["voice"]):
        return Lead(rates)
    difference, error = _mantel_haenszel(followed)
    return Lead(rates, difference, difference - Z * error, difference + Z * error)


def retention_results(lead: Lead) -> dict[str, Result]:
    """Published: rates of buying again of promoters and detractors, and their difference."""
    rates = lead.rates.set_index("voice")
    results = {}
    for voice in ("promoter", "detractor"):
        name = f"satisfaction.retention.{voice}"
        if voice in rates.index:
            row = rates.loc[voice]
            results[name] = number(
                row["rate"], "ratio", n=int(row["customers"]), low=row["low"], high=row["high"]
            )
        else:
            results[name] = missing("ratio", NEEDS)
    results["satisfaction.retention.difference"] = (
        number(
            lead.difference, "ratio", low=lead.low, high=lead.high,
            note="between customers with as many orders before; no proof of cause",
        )
        if lead.difference is not None
        else missing("ratio", NEEDS)
    )  # fmt: skip
    results["satisfaction.retention.verdict"] = Result(f"change.{_verdict(lead)}", "label")
    return results


def _verdict(lead: Lead) -> str:
    if lead.low is None or lead.high is None:
        return "unknown"
    if lead.low > 0:
        return "leads"
    return "contrary" if lead.high < 0 else "no_evidence"


def _follow(said: ir.Table, orders: ir.Table, now: Quarter, later: Quarter) -> ir.Table:
    """One row a band and voice of those who answered in one quarter."""
    year_before = now.shift(-3).first_day
    in_year = orders.order_date.between(year_before, now.last_day)
    in_next = orders.order_date.between(later.first_day, later.last_day)
    bought = orders.group_by("customer_id").agg(
        n_orders=orders.order_id.nunique(where=in_year), has_bought=in_next.any()
    )
    rows = said.left_join(bought, "customer_id")
    n = rows.n_orders.coalesce(0)
    band = sum(((n >= edge).cast("int8") for edge in ACTIVITY_BANDS), ibis.literal(0, "int8"))
    rows = rows.mutate(band=band.cast("int64"), has_bought=rows.has_bought.coalesce(False))
    return rows.group_by("quarter", "band", "voice").agg(
        customers=rows.count(), bought=rows.has_bought.sum()
    )


def _mantel_haenszel(followed: pd.DataFrame) -> tuple[float, float]:
    """Common difference of the rates of promoters and detractors, and its standard error."""
    wide = followed.pivot_table(
        index=["quarter", "band"], columns="voice", values=["customers", "bought"], aggfunc="sum"
    ).dropna(subset=[("customers", "promoter"), ("customers", "detractor")])
    n1, n0 = wide["customers", "promoter"], wide["customers", "detractor"]
    a, b = wide["bought", "promoter"], wide["bought", "detractor"]
    n = n1 + n0
    weight = (n1 * n0 / n).sum()
    difference = ((a * n0 - b * n1) / n).sum() / weight
    p = (n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (a * (n0 - b) + b * (n1 - a)) / (2 * n)
    variance = (difference * p.sum() + q.sum()) / weight**2
    return float(difference), sqrt(max(0.0, float(variance)))
