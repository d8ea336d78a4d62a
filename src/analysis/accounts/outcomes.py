"""Did last quarter's actions work? The treated against those left out at random."""

import re
from collections.abc import Iterable
from math import sqrt
from typing import Any

import pandas as pd
from scipy.stats import t as student

from analysis.accounts.arms import Outcomes
from analysis.accounts.proportions import newcombe_interval, two_proportion_p_value
from analysis.inference import FALSE_DISCOVERIES, adjust_p_values
from analysis.results import Result, Unit, missing, number
from analysis.satisfaction.small_cells import FEWEST_SHOWN

WORKED, HARMED, NO_EVIDENCE = "worked", "harmed", "no_evidence"
NOT_ATTRIBUTABLE, TOO_FEW = "not_attributable", "too_few"
NEEDS_ACTIONS = "needs the table actions, with actions of the quarter before"
NEEDS_HOLDOUT = "not attributable: needs customers left out at random (holdout)"
NEEDS_MORE = f"needs {FEWEST_SHOWN} customers treated and {FEWEST_SHOWN} left out"
NEEDS_COST = "needs the column cost of the table actions"
NEEDS_MARGIN = "needs value.margin"
NEEDS_EFFECT = "needs an effect above 0 beyond chance"
SUMS = ("customers", "bought", "revenue", "revenue_squares", "cost", "costed")
EFFECT_COLUMNS = (
    "type", "treated", "held_out", "treated_rate", "natural_rate", "natural_n", "difference",
    "low", "high", "p_value", "verdict", "money", "money_low", "money_high", "cost", "costed",
    "profit", "profit_low", "profit_high", "cost_per_customer", "cost_per_customer_low",
    "cost_per_customer_high",
)  # fmt: skip
PUBLISHED: dict[str, tuple[str, Unit, str]] = {
    "money": ("money", "money", ""),
    "cost": ("cost", "money", NEEDS_COST),
    "profit": ("profit", "money", f"{NEEDS_COST}, and {NEEDS_MARGIN}"),
    "cost_per_customer": ("cost_per_customer", "money", NEEDS_EFFECT),
}
"""Published after each type: name, column and unit, and what it needs besides a holdout."""


def judge_actions(outcomes: Outcomes, margin: float | None) -> pd.DataFrame:
    """Judge each type of action against the customers who were left out of it.

    Parameters
    ----------
    outcomes : Outcomes
        From :func:`analysis.accounts.count_outcomes`.
    margin : float or None
        Margin as a share of revenue; without it profit is not told.

    Returns
    -------
    DataFrame
        One row a type, that of the most customers first:

        - ``treated``, ``held_out`` (customers);
        - ``treated_rate``, ``natural_rate``: shares who bought in the quarter, with the action and
          without it, the latter of ``natural_n`` customers;
        - ``difference``, ``low``, ``high``: what the action adds to that share;
        - ``p_value`` (adjusted) and ``verdict``: worked, harmed, no_evidence, not_attributable
          (nobody was left out) or too_few;
        - ``money``: revenue a treated customer brought on top, with interval; ``cost`` a treated
          customer of whom it is known (``costed``); ``profit`` = money · margin − cost;
          ``cost_per_customer`` for each who bought because of it. Null where unknown.

    Notes
    -----
    Shares: Newcombe's interval; a verdict needs one that leaves out 0, and a p-value that keeps
    false verdicts rare among all types (Benjamini and Hochberg). Money: Welch's interval. Without
    a holdout the natural rate is that of customers for whom nothing was planned, weighted to the
    segments of the treated; treated and untreated were not chosen at random, so their difference
    is not told.
    """
    rows = [
        _judge_type(str(name), arms, outcomes.untreated, margin)
        for name, arms in outcomes.arms.groupby("type", sort=True)
    ]
    effects = pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))
    effects = give_verdicts(effects)
    size = -(effects["treated"] + effects["held_out"])
    return effects.iloc[size.argsort(kind="stable")].reset_index(drop=True)


def give_verdicts(effects: pd.DataFrame) -> pd.DataFrame:
    """Adjust the p-values of all rows to each other, and fill in verdicts that rest on them.

    ``verdict`` stays where it is given; elsewhere ``low``, ``high`` and ``p_value`` decide.
    """
    is_tested = effects["verdict"].isna()
    judged = effects.astype({"verdict": "object"})
    p = adjust_p_values(effects.loc[is_tested, "p_value"].to_numpy(dtype="float64"))
    judged.loc[is_tested, "p_value"] = p
    is_found = is_tested & (judged["p_value"].astype("float64") <= FALSE_DISCOVERIES)
    judged.loc[is_tested, "verdict"] = NO_EVIDENCE
    judged.loc[is_found & (effects["low"].astype("float64") > 0), "verdict"] = WORKED
    judged.loc[is_found & (effects["high"].astype("float64") < 0), "verdict"] = HARMED
    return judged


def difference_of(treated: "pd.Series[float]", held_out: "pd.Series[float]") -> dict[str, float]:
    """Difference of the shares who bought, its interval and p-value, of two rows of counts."""
    counts = (
        int(treated["bought"]), int(treated["customers"]),
        int(held_out["bought"]), int(held_out["customers"]),
    )  # fmt: skip
    low, high = newcombe_interval(*counts)
    difference = counts[0] / counts[1] - counts[2] / counts[3]
    p_value = two_proportion_p_value(*counts)
    return {"difference": difference, "low": low, "high": high, "p_value": p_value}


def action_results(effects: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of each type, ``actions.<type>.effect`` and others, and how many there are.

    A type's name becomes a part of a number's name by small letters, digits and ``_``.
    """
    verdicts = effects["verdict"].value_counts()
    results: dict[str, Result] = {
        "actions.types": number(len(effects), "count")
        if len(effects)
        else missing("count", NEEDS_ACTIONS),
        "actions.judged": number(
            int(effects["verdict"].isin([WORKED, HARMED, NO_EVIDENCE]).sum()), "count"
        ),
        "actions.worked": number(int(verdicts.get(WORKED, 0)), "count"),
    }
    for name, effect in zip(name_types(effects["type"]), effects.to_dict("records"), strict=True):
        results |= {f"actions.{name}.{key}": r for key, r in _results_of(effect).items()}
    return results


def name_types(types: Iterable[str]) -> list[str]:
    """The part of a number's name that stands for each type; no two are alike.

    Examples
    --------
    >>> name_types(["Win-back voucher", "win back voucher", "优惠券", "types"])
    ['win_back_voucher', 'win_back_voucher_2', '优惠券', 'types_2']
    """
    taken, names = {"types", "judged", "worked"}, []
    for one in types:
        stem = re.sub(r"\W+", "_", one.lower()).strip("_") or "unnamed"
        name, count = stem, 1
        while name in taken:
            count += 1
            name = f"{stem}_{count}"
        taken.add(name)
        names.append(name)
    return names


def _judge_type(
    name: str, arms: pd.DataFrame, untreated: pd.DataFrame, margin: float | None
) -> dict[str, Any]:
    sums = arms.groupby("is_held_out")[list(SUMS)].sum().reindex([False, True], fill_value=0)
    treated, held_out = sums.loc[False], sums.loc[True]
    n1, n0 = int(treated["customers"]), int(held_out["customers"])
    row: dict[str, Any] = {"type": name, "treated": n1, "held_out": n0}
    row |= {"costed": int(treated["costed"])}
    if treated["costed"]:
        row["cost"] = treated["cost"] / treated["costed"]
    if n1 >= FEWEST_SHOWN:
        row["treated_rate"] = treated["bought"] / n1
    if not n0:
        share, n = _natural_rate(arms, untreated)
        told = n >= FEWEST_SHOWN
        row |= {"natural_rate": share if told else None, "natural_n": n}
        return row | {"verdict": NOT_ATTRIBUTABLE}
    row["natural_n"] = n0
    if n0 >= FEWEST_SHOWN:
        row["natural_rate"] = held_out["bought"] / n0
    if min(n1, n0) < FEWEST_SHOWN:
        return row | {"verdict": TOO_FEW}
    row |= difference_of(treated, held_out)
    row |= _weigh_money(treated, held_out)
    return row | _weigh_cost(row, margin)


def _natural_rate(arms: pd.DataFrame, untreated: pd.DataFrame) -> tuple[float, int]:
    """Share of customers without any action who bought, weighted to the segments of the treated.

    Returns it with the number of customers that it rests on; segments of which nobody was left
    without an action do not count.
    """
    weights = arms.groupby("segment")["customers"].sum()
    rest = untreated.set_index("segment")
    shared = weights.index.intersection(rest.index)
    if shared.empty:
        return float("nan"), 0
    weights, rest = weights[shared], rest.loc[shared]
    rates = rest["bought"] / rest["customers"]
    return float((weights * rates).sum() / weights.sum()), int(rest["customers"].sum())


def _weigh_money(treated: "pd.Series[float]", held_out: "pd.Series[float]") -> dict[str, float]:
    """Revenue a customer more than those left out brought, with Welch's interval."""
    parts = []
    for side in (treated, held_out):
        n, mean = side["customers"], side["revenue"] / side["customers"]
        variance = max(0.0, side["revenue_squares"] - n * mean**2) / (n - 1)
        parts.append((mean, variance / n, n))
    (mean1, v1, n1), (mean0, v0, n0) = parts
    money, error = mean1 - mean0, sqrt(v1 + v0)
    if error == 0:
        return {"money": money, "money_low": money, "money_high": money}
    freedom = (v1 + v0) ** 2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))
    margin = float(student.ppf(0.975, freedom)) * error
    return {"money": money, "money_low": money - margin, "money_high": money + margin}


def _weigh_cost(effect: dict[str, Any], margin: float | None) -> dict[str, float]:
    """Profit a treated customer, and the cost of each customer who bought because of it."""
    cost = effect.get("cost")
    if cost is None:
        return {}
    found: dict[str, float] = {}
    if margin is not None:
        for end in ("", "_low", "_high"):
            found[f"profit{end}"] = effect[f"money{end}"] * margin - cost
    if (low := effect["low"]) > 0:
        found["cost_per_customer"] = cost / effect["difference"]
        found["cost_per_customer_low"] = cost / effect["high"]
        found["cost_per_customer_high"] = cost / low
    return found


def _results_of(effect: dict[str, Any]) -> dict[str, Result]:
    """One type's numbers by the last part of their names."""
    treated, held_out = _count(effect, "treated"), _count(effect, "held_out")
    verdict = str(effect["verdict"])
    why = {NOT_ATTRIBUTABLE: NEEDS_HOLDOUT, TOO_FEW: NEEDS_MORE}.get(verdict)
    results = {
        "treated": number(treated, "customers"),
        "held_out": number(held_out, "customers"),
        "verdict": Result(f"effect.{verdict}", "label"),
        "treated_return": _ratio(effect["treated_rate"], treated),
        "natural_return": _ratio(effect["natural_rate"], _count(effect, "natural_n")),
        "effect": missing("ratio", why)
        if why
        else _with_interval(effect, "difference", "ratio", treated + held_out),
    }
    for name, (column, unit, needs) in PUBLISHED.items():
        if pd.notna(effect[column]):
            n = _count(effect, "costed") if name == "cost" else treated + held_out
            results[name] = _with_interval(effect, column, unit, n)
        else:
            results[name] = missing(unit, needs if name == "cost" else why or needs)
    return results


def _with_interval(effect: dict[str, Any], column: str, unit: Unit, n: int) -> Result:
    ends = ("low", "high") if column == "difference" else (f"{column}_low", f"{column}_high")
    low, high = (effect.get(end) for end in ends)
    interval = {} if low is None or high is None else {"low": low, "high": high}
    return number(effect[column], unit, n=n, **interval)


def _ratio(share: Any, n: int) -> Result:
    if pd.isna(share):
        return missing("ratio", f"needs {FEWEST_SHOWN} customers; there are {n}")
    return number(share, "ratio", n=n)


def _count(effect: dict[str, Any], column: str) -> int:
    return 0 if pd.isna(effect[column]) else int(effect[column])
