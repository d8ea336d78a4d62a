"""Satisfaction meets money: what those hold who recommend the company, and those who do not."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum
from analysis.params.satisfaction_models import Satisfaction
from analysis.results import Result, Unit, missing, number
from analysis.satisfaction.complaints import WINDOW_DAYS
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.measures import DETRACTORS_TO, PROMOTERS_FROM, score_column
from analysis.satisfaction.small_cells import FEWEST_NOT_DERIVABLE, FEWEST_SHOWN, too_small

VOICES = ("promoter", "passive", "detractor", "no_answer")
FEW, NO_VALUE = "needs 11 customers or more", "needs predicted value"
PROBABLY_GONE = 0.5
"""Customers whose probability to be active is lower count as leavers."""
MONEY_COLUMNS = (
    "voice", "customers", "customer_share", "revenue", "revenue_share", "value", "value_share",
    "value_at_risk", "median_p_alive",
)  # fmt: skip
ACCOUNT_COLUMNS = (
    "rank", "customer_id", "clv_12m", "voice", "nps", "csat", "answered_on", "open_complaints",
    "complaints",
)  # fmt: skip


def gather_voices(
    summary: ir.Table,
    value: ir.Table,
    answers: ir.Table,
    complaints: ir.Table,
    survey: Satisfaction,
    quarter: str,
    as_of: date,
) -> ir.Table:
    """Put side by side what each customer is worth, said, and complained of.

    Parameters
    ----------
    summary : ibis table
        One row a customer: ``customer_id``, ``n_orders_window``, ``revenue_window`` (money).
    value : ibis table
        One row a customer, from :func:`analysis.value.score_value`: ``customer_id``, ``clv_12m``
        and ``value_at_risk`` (money), ``p_alive``.
    answers : ibis table
        One row a questionnaire, from :func:`analysis.satisfaction.collect_answers`.
    complaints : ibis table
        One row a complaint, from :func:`analysis.satisfaction.open_complaints`.
    survey : Satisfaction
        Which item has which part.
    quarter : str
        The quarter whose answers count.
    as_of : date
        Complaints of the year up to here count.

    Returns
    -------
    ibis table
        One row a customer of the summary: ``customer_id``, ``is_active``, ``revenue_window``,
        ``clv_12m``, ``p_alive``, ``value_at_risk`` (money), ``nps``, ``csat`` (points of the
        scale, null without an answer), ``answered_on``, ``voice`` (one of :data:`VOICES`),
        ``complaints`` (within a year), ``open_complaints``.
    """
    since = ibis.literal(as_of - timedelta(days=WINDOW_DAYS)).cast("timestamp")
    recent = complaints.filter(complaints.opened_at >= since)
    complained = recent.group_by("customer_id").agg(
        complaints=recent.count(), open_complaints=recent.is_open.sum()
    )
    columns = {
        name: score_column(item)
        for name, item in (("nps", survey.nps), ("csat", survey.csat))
        if item and score_column(item) in answers.columns
    }
    said = answers.filter((answers.quarter == quarter) & answers.customer_id.notnull())
    said = said.select("customer_id", "date", *dict.fromkeys(columns.values()))
    joined = summary.select("customer_id", "n_orders_window", "revenue_window")
    for table in (
        value.select("customer_id", "clv_12m", "p_alive", "value_at_risk"),
        said,
        complained,
    ):
        joined = joined.left_join(table, "customer_id").drop("customer_id_right")
    scores = {
        name: joined[columns[name]] if name in columns else ibis.null("float64")
        for name in ("nps", "csat")
    }
    return joined.select(
        "customer_id",
        "revenue_window",
        "clv_12m",
        "p_alive",
        "value_at_risk",
        is_active=joined.n_orders_window > 0,
        nps=scores["nps"],
        csat=scores["csat"],
        answered_on=joined.date,
        voice=_voice(scores["nps"]),
        complaints=joined.complaints.coalesce(0),
        open_complaints=joined.open_complaints.coalesce(0),
    )


def sum_money(voices: ir.Table) -> pd.DataFrame:
    """Money held by promoters, passives, detractors and those who did not answer.

    Parameters
    ----------
    voices : ibis table
        One row a customer, from :func:`gather_voices`. Active customers count.

    Returns
    -------
    DataFrame
        One row for each of :data:`VOICES`: :data:`MONEY_COLUMNS`; null where the voice has fewer
        than 11 customers, or would give such a one away.
    """
    active = voices.filter(voices.is_active)
    summed = active.group_by("voice").agg(
        customers=active.count(),
        revenue=active.revenue_window.sum().cast("float64"),
        value=exact_sum(active.clv_12m),
        value_at_risk=exact_sum(active.value_at_risk),
        median_p_alive=active.p_alive.median(),
    )
    frame = summed.to_pandas().set_index("voice").reindex(list(VOICES))
    frame["customers"] = frame["customers"].fillna(0).astype(int)
    money = frame.astype("float64")
    for name in ("customers", "revenue", "value"):
        total = money[name].sum()
        column = "customer_share" if name == "customers" else f"{name}_share"
        frame[column] = money[name] / total if total > 0 else float("nan")
    frame = frame.astype("float64").mask(too_small(frame["customers"]))
    return frame.reset_index(names="voice")[list(MONEY_COLUMNS)]


def count_silent(voices: ir.Table) -> pd.DataFrame:
    """Detractors and probable leavers, and how many of them never complained within a year.

    Returns
    -------
    DataFrame
        Two rows: ``who`` (detractor, leaver), ``customers``, ``silent`` and ``share`` (at least:
        where fewer than 11 complained, as if 11 had), ``low``, ``high``, ``value_at_risk`` (money
        of the silent); null with fewer than 30 customers.
    """
    is_silent = voices.complaints == 0
    groups = {
        "detractor": voices.voice == "detractor",
        "leaver": (voices.p_alive < PROBABLY_GONE).fill_null(False),
    }
    aggregates = {}
    for who, belongs in groups.items():
        silent = belongs & is_silent
        aggregates[f"{who}_customers"] = belongs.sum()
        aggregates[f"{who}_silent"] = silent.sum()
        aggregates[f"{who}_risk"] = exact_sum(voices.value_at_risk, silent)
    row = voices.agg(**aggregates).to_pandas().iloc[0].fillna(0)
    rows = []
    for who in groups:
        n, silent = int(row[f"{who}_customers"]), int(row[f"{who}_silent"])
        is_told = n >= FEWEST_SHOWN
        # So few that complained are not told, nor may they follow by subtraction.
        silent = min(silent, n - FEWEST_NOT_DERIVABLE)
        interval = wilson_interval(silent / n, n) if is_told else (None, None)
        told = (silent, silent / n, *interval, row[f"{who}_risk"]) if is_told else (None,) * 5
        rows.append((who, n, *told))
    columns = ["who", "customers", "silent", "share", "low", "high", "value_at_risk"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[2:], "float64"))


def list_accounts(voices: ir.Table, n: int) -> pd.DataFrame:
    """The most valuable customers one by one, with what they said and complained of.

    Returns
    -------
    DataFrame
        One row a customer, the most valuable first: :data:`ACCOUNT_COLUMNS`.
    """
    worth = [ibis.desc("clv_12m", nulls_first=False), ibis.desc("revenue_window"), "customer_id"]
    top = voices.order_by(worth).limit(n).to_pandas()
    top.insert(0, "rank", range(1, len(top) + 1))
    return top[list(ACCOUNT_COLUMNS)]


def money_results(money: pd.DataFrame, silent: pd.DataFrame) -> dict[str, Result]:
    """Published numbers: what each voice holds, and the silent among detractors and leavers."""
    results: dict[str, Result] = {}
    units: dict[str, Unit] = {
        "customers": "customers",
        "value_share": "ratio",
        "value": "money",
        "value_at_risk": "money",
    }
    for row in money.itertuples():
        for field, unit in units.items():
            amount, name = getattr(row, field), f"satisfaction.money.{row.voice}.{field}"
            if pd.notna(amount):
                results[name] = number(amount, unit, n=int(row.customers))
            else:
                results[name] = missing(unit, FEW if pd.isna(row.customers) else NO_VALUE)
    for row in silent.itertuples():
        name = f"complaints.silent.{row.who}"
        results[name] = (
            number(row.share, "ratio", n=row.customers, low=row.low, high=row.high)
            if pd.notna(row.share)
            else missing("ratio", f"needs {FEWEST_SHOWN} customers; there are {row.customers}")
        )
    return results


def _voice(nps: ir.NumericValue) -> ir.StringValue:
    return ibis.cases(
        (nps.isnull(), "no_answer"),
        (nps >= PROMOTERS_FROM, "promoter"),
        (nps <= DETRACTORS_TO, "detractor"),
        else_="passive",
    )
