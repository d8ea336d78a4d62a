"""What somebody has to decide: drafted from the facts, each with its number and who answers."""

from collections.abc import Iterable, Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from analysis.accounts.outcomes import (
    HARMED,
    NO_EVIDENCE,
    NOT_ATTRIBUTABLE,
    TOO_FEW,
    WORKED,
    name_types,
)
from analysis.results import Result, missing, number

MARKETING, SALES, SERVICE, FINANCE = "marketing", "sales", "service", "finance"
DECISION_COLUMNS = ("decision", "subject", "result", "value", "unit", "owner")
AREAS = {
    "owners_missing": SALES, "accounts_at_risk": SALES, "accounts_joined": SALES,
    "accounts_complaints": SERVICE, "accounts_overdue": FINANCE,
}  # fmt: skip
"""Who answers for what is asked about key accounts."""
NAMES = {
    "owners_missing": "accounts.key.without_owner",
    "accounts_at_risk": "accounts.key.value_at_risk",
    "accounts_joined": "accounts.key.joined",
    "accounts_complaints": "accounts.key.open_complaints",
    "accounts_overdue": "accounts.key.overdue",
}
"""The published number behind each."""


def card_results(cards: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of the cards: what about the key accounts asks for somebody.

    Parameters
    ----------
    cards : DataFrame
        From :func:`analysis.accounts.make_cards`.
    """
    n = len(cards)
    risk = cards["value_at_risk"].astype("float64")
    complaints = cards["open_complaints"].astype("float64")
    overdue = cards["overdue_receivables"].astype("float64")
    return {
        "accounts.key.without_owner": number(int(cards["owner"].isna().sum()), "customers", n=n)
        if cards["owner"].notna().any()
        else missing("customers", "needs the column owner of the table customers"),
        "accounts.key.value_at_risk": number(risk.sum(), "money", n=n)
        if risk.notna().any()
        else missing("money", "needs predicted value"),
        "accounts.key.open_complaints": number(int((complaints > 0).sum()), "customers", n=n)
        if complaints.notna().any()
        else missing("customers", "needs the table complaints"),
        "accounts.key.overdue": number(overdue.sum(), "money", n=n)
        if overdue.notna().any()
        else missing("money", "needs the table receivables"),
    }


def draft_decisions(
    effects: pd.DataFrame, power: pd.DataFrame, results: Mapping[str, Result]
) -> pd.DataFrame:
    """Draft what the review asks somebody to decide.

    Parameters
    ----------
    effects : DataFrame
        From :func:`analysis.accounts.judge_actions`.
    power : DataFrame
        From :func:`analysis.accounts.state_power`.
    results : mapping
        Published numbers of key accounts (:func:`card_results` and
        :func:`analysis.accounts.account_results`).

    Returns
    -------
    DataFrame
        One row a decision, actions first: ``decision`` (a key of words), ``subject`` (the type of
        action, or the play; empty otherwise), ``result`` (name of the published number that
        calls for it), ``value`` and ``unit`` of that number, ``owner`` (marketing, sales, service
        or finance). What no fact calls for is not asked.
    """
    rows = [*_ask_about_actions(effects), *_ask_about_lists(effects, power)]
    for decision, name in NAMES.items():
        result = results.get(name)
        if result is not None and result.value:
            rows.append((decision, "", name, result.value, result.unit, AREAS[decision]))
    return pd.DataFrame(rows, columns=list(DECISION_COLUMNS))


def tabulate_decisions(decisions: pd.DataFrame) -> ir.Table:
    """The decisions as a table for later steps, in their order (``place``)."""
    rows = [
        {"place": place, **row, "value": float(row["value"])}
        for place, row in enumerate(decisions.to_dict("records"), start=1)
    ]
    names = ("decision", "subject", "result", "unit", "owner")
    schema = ibis.schema({"place": "int64", **dict.fromkeys(names, "string"), "value": "float64"})
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()), schema=schema)


def decision_results(decisions: pd.DataFrame) -> dict[str, Result]:
    """Published: how many decisions there are to take."""
    return {"decisions.accounts": number(len(decisions), "count")}


def _ask_about_actions(effects: pd.DataFrame) -> Iterable[tuple[object, ...]]:
    """A decision for each type of action, by its verdict."""
    names = name_types(effects["type"])
    for name, effect in zip(names, effects.to_dict("records"), strict=True):
        verdict, prefix = effect["verdict"], f"actions.{name}"
        if verdict == WORKED and pd.notna(effect["profit_low"]) and effect["profit_low"] <= 0:
            column = "cost_per_customer"
            yield ("check_price", effect["type"], f"{prefix}.{column}", effect[column], "money",
                   MARKETING)  # fmt: skip
        elif verdict in (WORKED, HARMED, NO_EVIDENCE):
            decision = {WORKED: "go_on", HARMED: "stop", NO_EVIDENCE: "change_or_stop"}[verdict]
            yield (decision, effect["type"], f"{prefix}.effect", effect["difference"], "ratio",
                   MARKETING)  # fmt: skip
        elif verdict in (NOT_ATTRIBUTABLE, TOO_FEW):
            yield ("hold_out", effect["type"], f"{prefix}.treated", effect["treated"], "customers",
                   MARKETING)  # fmt: skip


def _ask_about_lists(effects: pd.DataFrame, power: pd.DataFrame) -> Iterable[tuple[object, ...]]:
    """The list that would show least, if no effect of last quarter was as large as it needs."""
    found = effects.loc[effects["verdict"] == WORKED, "difference"]
    shown = power.dropna(subset=["smallest_effect"])
    if found.empty or shown.empty:
        return
    worst = shown.loc[shown["smallest_effect"].idxmax()]
    if worst["smallest_effect"] > found.max():
        name = f"next_actions.{worst['play']}.smallest_effect"
        yield ("enlarge_holdout", worst["play"], name, worst["smallest_effect"], "ratio", MARKETING)
