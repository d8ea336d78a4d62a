"""Who may be leaving, why we think so, and what is at stake."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.cleaning.texts import guard_formulas
from analysis.engine import exact_sum
from analysis.params import Quarter
from analysis.params.value_models import Value
from analysis.results import Result, missing, number
from analysis.value.rhythm import LEAST_INTERVALS

MOST_DETRACTOR_SCORE = 6
"""Answers to the NPS question from 0 to 6 are those of detractors."""
REASONS = ("low_p_alive", "late", "overdue", "complaint", "detractor")


@dataclass(frozen=True)
class Thresholds:
    """When a customer is watched, and when given up.

    Attributes
    ----------
    watch_below, lost_below : float
        Probabilities still active under which a customer is watched, or counts as lost.
    overdue_ratio : float
        Multiple of the usual interval after which an order is overdue.
    """

    watch_below: float
    lost_below: float
    overdue_ratio: float

    @classmethod
    def of(cls, rates: Value) -> "Thresholds":
        """Those of a params file."""
        return cls(rates.watch_below, rates.lost_below, rates.overdue_ratio)


@dataclass(frozen=True)
class Signals:
    """What customers said in the quarter.

    Attributes
    ----------
    said : ibis table or None
        One row a customer who said something: ``customer_id``, ``complaints`` (number),
        ``nps_score`` (lowest of the quarter; null without an answer). None without both inputs.
    has_complaints : bool
        Whether complaints were given: without them nobody is known to have none.
    """

    said: ir.Table | None
    has_complaints: bool


def find_signals(
    complaints: ir.Table | None, surveys: ir.Table | None, nps_item: str | None, quarter: Quarter
) -> Signals:
    """Find what customers said in the quarter.

    Parameters
    ----------
    complaints, surveys : ibis tables or None
        Cleaned inputs, None where the review was not given them.
    nps_item : str or None
        The item of the survey that asks whether one would recommend the company.
    quarter : Quarter
        The quarter in which it was said.
    """
    start, end = quarter.first_day, quarter.last_day
    said = []
    if complaints is not None:
        rows = complaints.filter(complaints.opened_at.date().between(start, end))
        rows = rows.filter(rows.customer_id.notnull())
        said.append(
            rows.select("customer_id", complaints=ibis.literal(1), nps_score=ibis.null("float64"))
        )
    if surveys is not None and nps_item is not None and "customer_id" in surveys.columns:
        rows = surveys.filter(surveys.date.between(start, end) & (surveys.item == nps_item))
        rows = rows.filter(rows.customer_id.notnull())
        said.append(rows.select("customer_id", complaints=ibis.literal(0), nps_score=rows.score))
    if not said:
        return Signals(None, has_complaints=False)
    both = ibis.union(*said) if len(said) > 1 else said[0]
    sums = both.group_by("customer_id").agg(
        complaints=both.complaints.sum(), nps_score=both.nps_score.min()
    )
    return Signals(sums, has_complaints=complaints is not None)


def assess_churn(
    summary: ir.Table,
    scores: ir.Table,
    one_time_scores: ir.Table,
    segments: ir.Table,
    intervals: ir.Table,
    signals: Signals,
    thresholds: Thresholds,
) -> ir.Table:
    """Warn of customers who may be leaving.

    Parameters
    ----------
    summary, segments : ibis tables
        One row a customer; segments with ``customer_id``, ``segment``.
    scores, one_time_scores : ibis tables
        :func:`analysis.value.score_value` by the chosen model, and by one that can tell that a
        one-time buyer has left; it stands in where the first cannot.
    intervals : ibis table
        From :func:`analysis.value.measure_intervals`.
    signals : Signals
        From :func:`find_signals`.
    thresholds : Thresholds
        When to warn.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``segment``, ``frequency``, ``last_order_date``,
        ``days_since_last_order``, ``p_alive`` (never null where a model exists),
        ``usual_interval_days`` (own mean from three intervals on, else the segment's),
        ``overdue_ratio``, ``clv_12m`` and ``value_at_risk`` (money), ``complaints`` and
        ``nps_score`` (null where not asked), ``is_lost``, ``reasons`` (keys of :data:`REASONS`,
        each ended by ``;``).

    Notes
    -----
    BG/NBD takes one-time buyers for active. Their ``p_alive`` and ``value_at_risk``, and whether
    they are lost, are the other model's; the bridge, which goes by the chosen model alone, counts
    none of them as lost.
    """
    rows = _join_all(summary, scores, one_time_scores, segments, intervals, signals)
    has_habit = rows.frequency >= LEAST_INTERVALS
    by_segment = ibis.window(group_by="segment")
    pooled = rows.recency.sum().over(by_segment) / rows.frequency.sum().over(by_segment).nullif(0)
    usual = has_habit.ifelse(rows.recency / rows.frequency.nullif(0), pooled)
    rows = rows.mutate(usual_interval_days=usual)
    rows = rows.mutate(overdue_ratio=rows.days_since_last_order / rows.usual_interval_days)
    flags = {
        "low_p_alive": rows.p_alive < thresholds.watch_below,
        "late": rows.days_since_last_order > rows.late_after_days,
        "overdue": rows.overdue_ratio > thresholds.overdue_ratio,
        "complaint": rows.complaints > 0,
        "detractor": rows.nps_score <= MOST_DETRACTOR_SCORE,
    }
    named = [flags[key].fill_null(False).ifelse(f"{key};", "") for key in REASONS]
    is_lost = (rows.p_alive < thresholds.lost_below).fill_null(False)
    reasons = ibis.literal("").join(named)
    return rows.select(
        "customer_id", "segment", "frequency", "last_order_date", "days_since_last_order",
        "p_alive", "usual_interval_days", "overdue_ratio", "clv_12m", "value_at_risk",
        "revenue", "revenue_quarter", "n_orders_quarter", "complaints", "nps_score",
        is_lost=is_lost, reasons=reasons,
    )  # fmt: skip


def list_watched(churn: ir.Table, n: int) -> pd.DataFrame:
    """The watched customers with most money at risk; the lost are on the win-back list instead.

    Returns
    -------
    DataFrame
        One row a customer, most money first: ``rank`` and columns of :func:`assess_churn`.
    """
    watched = churn.filter((churn.reasons != "") & ~churn.is_lost)
    order = [ibis.desc("value_at_risk", nulls_first=False), ibis.desc("clv_12m"), "customer_id"]
    top = watched.order_by(order).limit(n).to_pandas()
    top.insert(0, "rank", range(1, len(top) + 1))
    return top


def list_all_watched(churn: ir.Table) -> ir.Table:
    """Every watched customer, most money at risk first, as a list for people.

    Returns
    -------
    ibis table
        ``customer_id`` (safe in a spreadsheet), ``segment``, ``value_at_risk`` and ``clv_12m``
        (money), ``p_alive``, ``days_since_last_order``, ``overdue_ratio``, ``reasons``.
    """
    watched = churn.filter((churn.reasons != "") & ~churn.is_lost)
    listed = watched.select(
        "segment", "days_since_last_order",
        customer_id=guard_formulas(watched.customer_id),
        value_at_risk=watched.value_at_risk.round(2),
        clv_12m=watched.clv_12m.round(2),
        p_alive=watched.p_alive.round(4),
        overdue_ratio=watched.overdue_ratio.round(2),
        reasons=watched.reasons,
    )  # fmt: skip
    columns = [
        "customer_id", "segment", "value_at_risk", "clv_12m", "p_alive", "days_since_last_order",
        "overdue_ratio", "reasons",
    ]  # fmt: skip
    order = [ibis.desc("value_at_risk", nulls_first=False), ibis.desc("clv_12m"), "customer_id"]
    return listed.select(columns).order_by(order)


def list_win_back(churn: ir.Table, customers: ir.Table | None) -> ir.Table:
    """Lost customers to write to, those worth most if they came back first.

    Parameters
    ----------
    churn : ibis table
        From :func:`assess_churn`.
    customers : ibis table or None
        With ``consent_marketing``: where it is given, only customers who agreed are listed.

    Returns
    -------
    ibis table
        ``customer_id`` (safe in a spreadsheet), ``segment``, ``last_order_date``,
        ``revenue`` so far and ``value_if_back_12m`` (money).
    """
    lost = churn.filter(churn.is_lost)
    if customers is not None and "consent_marketing" in customers.columns:
        agreed = customers.filter(customers.consent_marketing.fill_null(False))
        lost = lost.semi_join(agreed, "customer_id")
    listed = lost.select(
        "segment", "last_order_date", "revenue",
        customer_id=guard_formulas(lost.customer_id),
        value_if_back_12m=(lost.clv_12m + lost.value_at_risk).round(2),
    )  # fmt: skip
    columns = ["customer_id", "segment", "last_order_date", "revenue", "value_if_back_12m"]
    worth = ibis.desc("value_if_back_12m", nulls_first=False)
    return listed.select(columns).order_by(worth, "customer_id")


def count_reasons(churn: ir.Table) -> pd.DataFrame:
    """Watched customers by reason.

    Returns
    -------
    DataFrame
        One row a reason: ``reason``, ``customers``, ``value_at_risk`` (money; null where no value
        could be predicted). A customer with two reasons counts under both.
    """
    watched = churn.filter(~churn.is_lost)
    has = {key: watched.reasons.contains(f"{key};") for key in REASONS}
    sums = {f"n_{key}": flag.sum() for key, flag in has.items()}
    sums |= {f"v_{key}": exact_sum(watched.value_at_risk, flag) for key, flag in has.items()}
    found = watched.agg(**sums).to_pyarrow().to_pylist()[0]
    counted = pd.DataFrame(
        {
            "reason": REASONS,
            "customers": [int(found[f"n_{key}"] or 0) for key in REASONS],
            "value_at_risk": pd.array([found[f"v_{key}"] for key in REASONS], dtype="Float64"),
        }
    ).astype({"value_at_risk": "float64"})
    # Nobody puts nothing at risk; of somebody it may not be known.
    counted.loc[counted["customers"] == 0, "value_at_risk"] = 0.0
    return counted


def churn_results(churn: ir.Table, win_back: ir.Table, thresholds: Thresholds) -> dict[str, Result]:
    """Published numbers of the watchlist, of one-time buyers in doubt, and of the win-back list."""
    is_watched, is_once = (churn.reasons != "") & ~churn.is_lost, churn.frequency == 0
    found = churn.agg(
        watched=is_watched.sum(),
        watched_risk=exact_sum(churn.value_at_risk, is_watched),
        lost=churn.is_lost.sum(),
        once=is_once.sum(),
        once_alive=exact_sum(churn.p_alive, is_once),
        once_open=(is_once & ~churn.is_lost).sum(),
        once_risk=exact_sum(churn.value_at_risk, is_once & ~churn.is_lost),
    )
    sums = found.to_pyarrow().to_pylist()[0]
    alive = sums["once_alive"]
    return {
        "value.watch.customers": number(sums["watched"] or 0, "customers"),
        "value.watch.at_risk": _at_risk(sums["watched_risk"], sums["watched"]),
        "value.watch.below": number(thresholds.watch_below, "ratio"),
        "value.watch.overdue_ratio": number(thresholds.overdue_ratio, "index"),
        "value.lost.below": number(thresholds.lost_below, "ratio"),
        "value.lost.customers_now": number(sums["lost"] or 0, "customers"),
        "value.lost.win_back": number(win_back.count().execute(), "customers"),
        "value.one_time.customers": number(sums["once"] or 0, "customers"),
        "value.one_time.p_alive": (
            missing("ratio", "needs one-time buyers and a model that can lose them")
            if alive is None
            else number(alive / sums["once"], "ratio", n=sums["once"])
        ),
        "value.one_time.at_risk": _at_risk(sums["once_risk"], sums["once_open"]),
    }


def _at_risk(money: float | None, customers: int | None) -> Result:
    if money is None and customers:
        return missing("money", "needs predicted value")
    return number(money or 0.0, "money", n=customers or 0)


def _join_all(
    summary: ir.Table,
    scores: ir.Table,
    one_time_scores: ir.Table,
    segments: ir.Table,
    intervals: ir.Table,
    signals: Signals,
) -> ir.Table:
    """One row a customer with all that a warning may rest on."""
    once = one_time_scores.select(
        "customer_id", p_once=one_time_scores.p_alive, risk_once=one_time_scores.value_at_risk
    )
    rows = summary.join(scores, "customer_id").join(once, "customer_id")
    rows = rows.join(segments.select("customer_id", "segment"), "customer_id")
    rows = rows.left_join(intervals, "customer_id").drop("customer_id_right")
    if signals.said is None:
        rows = rows.mutate(complaints=ibis.null("int64"), nps_score=ibis.null("float64"))
    else:
        rows = rows.left_join(signals.said, "customer_id").drop("customer_id_right")
    is_unknown = rows.p_alive.isnull()
    return rows.mutate(
        p_alive=is_unknown.ifelse(rows.p_once, rows.p_alive),
        value_at_risk=is_unknown.ifelse(rows.risk_once, rows.value_at_risk),
    )
