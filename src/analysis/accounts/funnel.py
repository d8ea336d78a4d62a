"""The sales funnel: deals by stage, how many are won, how fast, and what next quarter holds.

A deal is open on a day if it was created by then and not decided by then: what was won later is
not known yet. The day on which an open deal closes is what its owner expects.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum, quantile
from analysis.params import Quarter
from analysis.results import Result, Unit, missing, number
from analysis.satisfaction.intervals import wilson_interval
from analysis.schemas import MONEY

WON, LOST, OPEN = "won", "lost", "open"
DECIDED_LATER = "decided_later"
SLOW_SHARE = 0.9
FEWEST_WON = 10
"""Won deals from which the time that winning takes is told."""
NO_DEALS = "needs the table opportunities"
NO_DECISIONS = "needs is_won and closed_at in the table opportunities"
NO_TARGET = "needs accounts.funnel.next_quarter_target"
TREND_COLUMNS = ("quarter", "won", "lost", "win_rate", "low", "high", "won_amount", "days_to_win")


def judge_deals(opportunities: ir.Table, as_of: date) -> ir.Table:
    """Deals as they stood at the end of a day.

    Parameters
    ----------
    opportunities : ibis table
        One row a deal: ``opportunity_id``, ``customer_id``, ``stage``, ``amount`` (money),
        ``created_at``, ``closed_at``, ``is_won``, ``probability``.
    as_of : date
        Deals created later, and decisions made later, are not known yet.

    Returns
    -------
    ibis table
        The deals that were there, with ``state`` (won, lost, open; null where it was decided on
        an unknown day), ``stage`` (:data:`DECIDED_LATER`, and no probability, where it was decided
        since: what they were is not known), ``days_open`` (from creation to the decision, else
        to the day; null where it would be negative), ``is_slipped`` (open, and expected to be
        closed by then).
    """
    rows = opportunities.filter((opportunities.created_at <= as_of).fill_null(True))
    is_open = rows.is_won.isnull() | (rows.closed_at > as_of).fill_null(False)
    is_later = is_open & rows.is_won.notnull()
    is_undated = rows.is_won.notnull() & rows.closed_at.isnull()
    until = is_open.ifelse(ibis.literal(as_of), rows.closed_at)
    days = until.delta(rows.created_at, unit="day")
    return rows.mutate(
        state=ibis.cases(
            (is_undated, ibis.null("string")), (is_open, OPEN), (rows.is_won, WON), else_=LOST
        ),
        # What was decided since had another stage and chance on that day, which nobody noted.
        stage=is_later.ifelse(DECIDED_LATER, rows.stage),
        probability=is_later.ifelse(None, rows.probability),
        days_open=(days >= 0).ifelse(days, None),
        is_slipped=is_open & (rows.closed_at <= as_of).fill_null(False),
    )


def sum_pipeline(deals: ir.Table) -> ir.Table:
    """The open deals of each customer.

    Parameters
    ----------
    deals : ibis table
        From :func:`judge_deals`.

    Returns
    -------
    ibis table
        One row a customer with open deals: ``customer_id``, ``open_deals``, ``open_pipeline``
        (money), ``next_close`` (the earliest day on which one is expected to be decided).
    """
    rows = deals.filter(deals.state == OPEN)
    return rows.group_by("customer_id").agg(
        open_deals=rows.count(),
        open_pipeline=rows.amount.sum().coalesce(0).cast(MONEY),
        next_close=rows.closed_at.min(),
    )


def count_stages(deals: ir.Table) -> pd.DataFrame:
    """Open deals by stage, the least likely to be won first.

    Returns
    -------
    DataFrame
        ``stage``, ``deals``, ``amount`` (money), ``probability`` (mean), ``weighted`` (money times
        probability; both null where no probability is given), ``mean_days_open``, ``slipped``.
    """
    rows = deals.filter(deals.state == OPEN)
    stages = rows.group_by("stage").agg(
        deals=rows.count(),
        amount=rows.amount.sum().coalesce(0).cast("float64"),
        probability=exact_sum(rows.probability) / rows.probability.count(),
        weighted=exact_sum(rows.amount.cast("float64") * rows.probability),
        mean_days_open=rows.days_open.mean(),
        slipped=rows.is_slipped.sum(),
    )
    return stages.order_by("probability", ibis.desc("deals"), "stage").to_pandas()


def measure_decisions(deals: ir.Table, quarters: Sequence[Quarter]) -> pd.DataFrame:
    """Deals won and lost in each quarter.

    Returns
    -------
    DataFrame
        One row a quarter with a decision, in the order given: :data:`TREND_COLUMNS`: ``win_rate``
        = won / (won + lost) with its 95 % interval (Wilson 1927), ``won_amount`` (mean money of a
        won deal), ``days_to_win`` (mean days from creation).
    """
    branches = [
        (deals.closed_at.between(quarter.first_day, quarter.last_day), str(quarter))
        for quarter in quarters
    ]
    decided = deals.filter(deals.state.isin((WON, LOST))).mutate(quarter=ibis.cases(*branches))
    decided = decided.filter(decided.quarter.notnull())
    counted = (
        decided.group_by("quarter", "state")
        .agg(
            deals=decided.count(),
            amount=decided.amount.sum().cast("float64"),
            with_amount=decided.amount.count(),
            days=decided.days_open.sum(),
            with_days=decided.days_open.count(),
        )
        .to_pandas()
    )
    won = counted[counted["state"] == WON].set_index("quarter")
    lost = counted[counted["state"] == LOST].set_index("quarter")
    names = [str(q) for q in quarters if str(q) in set(counted["quarter"])]
    trend = pd.DataFrame({"quarter": names})
    trend["won"] = won["deals"].reindex(names).fillna(0).astype(int).to_numpy()
    trend["lost"] = lost["deals"].reindex(names).fillna(0).astype(int).to_numpy()
    trend["win_rate"] = trend["won"] / (trend["won"] + trend["lost"])
    intervals = [wilson_interval(r.win_rate, r.won + r.lost) for r in trend.itertuples()]
    trend["low"] = [low for low, _ in intervals]
    trend["high"] = [high for _, high in intervals]
    trend["won_amount"] = (won["amount"] / won["with_amount"]).reindex(names).to_numpy()
    trend["days_to_win"] = (won["days"] / won["with_days"]).reindex(names).to_numpy()
    return trend[list(TREND_COLUMNS)]


def find_slow(deals: ir.Table, since: date) -> tuple[float | None, pd.DataFrame]:
    """Open deals that are older than nine of ten won deals were when they were won.

    Parameters
    ----------
    deals : ibis table
        From :func:`judge_deals`.
    since : date
        First day whose won deals are compared with.

    Returns
    -------
    float or None
        That age in days; None with fewer than ten won deals.
    DataFrame
        One row a slow deal, the largest first: ``opportunity_id``, ``customer_id``, ``stage``,
        ``amount`` (money), ``days_open``, ``closed_at`` (expected).
    """
    columns = ["opportunity_id", "customer_id", "stage", "amount", "days_open", "closed_at"]
    won = deals.filter(
        (deals.state == WON) & (deals.closed_at >= since) & deals.days_open.notnull()
    )
    found = won.agg(n=won.count(), limit=quantile(won.days_open, SLOW_SHARE))
    row = found.to_pyarrow().to_pylist()[0]
    if row["n"] < FEWEST_WON:
        return None, pd.DataFrame(columns=columns)
    slow = deals.filter((deals.state == OPEN) & (deals.days_open > row["limit"]))
    ordered = slow.order_by(ibis.desc("amount", nulls_first=False), "opportunity_id")
    rows = ordered.select(columns).mutate(amount=slow.amount.cast("float64"))
    return float(row["limit"]), rows.to_pandas()


def cover_quarter(deals: ir.Table, quarter: Quarter) -> dict[str, float]:
    """Open deals that are expected to close in a quarter.

    Returns
    -------
    dict
        ``deals``, ``amount`` (money), ``weighted`` (money times probability; NaN where none is
        given).
    """
    is_in = deals.closed_at.between(quarter.first_day, quarter.last_day)
    rows = deals.filter((deals.state == OPEN) & is_in)
    totals = (
        rows.agg(
            deals=rows.count(),
            amount=rows.amount.sum().coalesce(0).cast("float64"),
            weighted=exact_sum(rows.amount.cast("float64") * rows.probability),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    return {name: float("nan") if value is None else value for name, value in totals.items()}


def funnel_results(
    stages: pd.DataFrame,
    trend: pd.DataFrame,
    slow: tuple[float | None, pd.DataFrame],
    coming: dict[str, float],
    target: float | None,
    quarter: str,
) -> dict[str, Result]:
    """Published numbers of the funnel.

    ``funnel.open``, ``.open_amount``, ``.slipped`` (open past the day on which they were to
    close), ``.won``, ``.lost``, ``.win_rate`` (and the
    ends of its interval, ``_low`` and ``_high``), ``.won_amount``, ``.days_to_win``, ``.velocity``
    (money a day), ``.slow``, ``.slow_amount``, ``.slow_after``, ``.next_quarter``,
    ``.next_quarter_weighted`` and ``.coverage`` (of the target).

    Notes
    -----
    Velocity = open deals · win rate · mean won deal / mean days from creation to winning.
    """
    if stages.empty and trend.empty:
        return _nothing()
    n_open = int(stages["deals"].sum())
    results = {
        "funnel.open": number(n_open, "count"),
        "funnel.open_amount": number(float(stages["amount"].sum()), "money", n=n_open),
        "funnel.slipped": number(int(stages["slipped"].sum()), "count", n=n_open),
    }
    now = trend[trend["quarter"] == quarter]
    results |= _decided(now.iloc[0], n_open) if len(now) else _undecided()
    return results | _slow_results(slow) | _coverage(coming, target)


def _decided(now: "pd.Series[float]", n_open: int) -> dict[str, Result]:
    """Numbers of a quarter in which deals were won or lost."""
    won, decided = int(now["won"]), int(now["won"] + now["lost"])
    rate = number(now["win_rate"], "ratio", n=decided, low=now["low"], high=now["high"])
    results = {
        "funnel.won": number(won, "count"),
        "funnel.lost": number(decided - won, "count"),
        "funnel.win_rate": rate,
        "funnel.win_rate_low": number(now["low"], "ratio", n=decided),
        "funnel.win_rate_high": number(now["high"], "ratio", n=decided),
    }
    amount, days = now["won_amount"], now["days_to_win"]
    results["funnel.won_amount"] = (
        number(amount, "money", n=won)
        if amount == amount
        else missing("money", "needs amounts of deals that were won in the quarter")
    )
    results["funnel.days_to_win"] = (
        number(days, "days", n=won)
        if days == days
        else missing("days", "needs created_at of deals that were won in the quarter")
    )
    results["funnel.velocity"] = (
        number(n_open * now["win_rate"] * amount / days, "money", n=won, note="money a day")
        if amount == amount and days > 0
        else missing("money", "needs won deals with amount and created_at in the quarter")
    )
    return results


def _undecided() -> dict[str, Result]:
    return {
        "funnel.won": number(0, "count"),
        "funnel.lost": number(0, "count"),
        "funnel.win_rate": missing("ratio", NO_DECISIONS),
        "funnel.win_rate_low": missing("ratio", NO_DECISIONS),
        "funnel.win_rate_high": missing("ratio", NO_DECISIONS),
        "funnel.won_amount": missing("money", NO_DECISIONS),
        "funnel.days_to_win": missing("days", NO_DECISIONS),
        "funnel.velocity": missing("money", NO_DECISIONS),
    }


def _slow_results(slow: tuple[float | None, pd.DataFrame]) -> dict[str, Result]:
    limit, deals = slow
    if limit is None:
        needs = f"needs {FEWEST_WON} deals won within a year"
        units: dict[str, Unit] = {"slow": "count", "slow_amount": "money", "slow_after": "days"}
        return {f"funnel.{name}": missing(unit, needs) for name, unit in units.items()}
    return {
        "funnel.slow": number(len(deals), "count"),
        "funnel.slow_amount": number(float(deals["amount"].sum()), "money", n=len(deals)),
        "funnel.slow_after": number(limit, "days", note="nine of ten won deals were faster"),
    }


def _coverage(coming: dict[str, float], target: float | None) -> dict[str, Result]:
    n, weighted = int(coming["deals"]), coming["weighted"]
    return {
        "funnel.next_quarter": number(coming["amount"], "money", n=n),
        "funnel.next_quarter_weighted": number(weighted, "money", n=n)
        if weighted == weighted
        else missing("money", "needs probability in the table opportunities"),
        "funnel.coverage": number(coming["amount"] / target, "ratio", n=n)
        if target
        else missing("ratio", NO_TARGET),
    }


def _nothing() -> dict[str, Result]:
    counts = ("open", "slipped", "won", "lost", "slow")
    money = (
        "open_amount", "won_amount", "velocity", "slow_amount", "next_quarter",
        "next_quarter_weighted",
    )  # fmt: skip
    ratios = ("win_rate", "win_rate_low", "win_rate_high", "coverage")
    return (
        {f"funnel.{name}": missing("count", NO_DEALS) for name in counts}
        | {f"funnel.{name}": missing("money", NO_DEALS) for name in money}
        | {f"funnel.{name}": missing("days", NO_DEALS) for name in ("days_to_win", "slow_after")}
        | {f"funnel.{name}": missing("ratio", NO_DEALS) for name in ratios}
    )
