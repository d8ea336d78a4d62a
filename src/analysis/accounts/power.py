"""How large an effect must be to be seen: what a holdout of a given size can tell."""

from math import sqrt

import ibis.expr.types as ir
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr

from analysis.accounts.arms import Outcomes
from analysis.inference import Z
from analysis.results import Result, missing, number
from analysis.satisfaction.small_cells import FEWEST_SHOWN

POWER = 0.8
"""How often an effect of the size named is found."""
NEEDS_HOLDOUT = f"needs a list from which {FEWEST_SHOWN} customers can be left out"
NEEDS_RATE = "needs customers of the same segments a quarter ago"


def smallest_effect(natural_rate: float, treated: int, held_out: int) -> float | None:
    """The smallest rise of a share that is found with 80 % power at the 5 % level, two-sided.

    Parameters
    ----------
    natural_rate : float
        Share who buy without the action.
    treated, held_out : int
        Customers on both sides.

    Returns
    -------
    float or None
        Rise of the share; None where even a rise to 1 is found less often.

    Notes
    -----
    Fleiss, Levin & Paik (2003), *Statistical Methods for Rates and Proportions*, eq. 4.14, solved
    for the difference, without continuity correction.

    Examples
    --------
    Shares of .3 and .5 need about 93 customers on each side:

    >>> round(smallest_effect(0.3, 93, 93), 3)
    0.2
    """
    highest = 1 - natural_rate
    if highest <= 0 or power_of(highest, natural_rate, treated, held_out) < POWER:
        return None
    found = brentq(lambda d: power_of(d, natural_rate, treated, held_out) - POWER, 0, highest)
    return float(found)


def power_of(difference: float, natural_rate: float, treated: int, held_out: int) -> float:
    """How often the pooled z-test at the 5 % level finds a rise of a share of that size."""
    p0, p1 = natural_rate, natural_rate + difference
    pooled = (treated * p1 + held_out * p0) / (treated + held_out)
    under_null = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / held_out))
    error = sqrt(p1 * (1 - p1) / treated + p0 * (1 - p0) / held_out)
    if error == 0:
        return 1.0 if difference > 0 else 0.0
    return float(ndtr((difference - Z * under_null) / error))


def natural_rates(outcomes: Outcomes) -> tuple[dict[str, float], float | None]:
    """Share of customers of each segment who buy in a quarter although nothing is done for them.

    Parameters
    ----------
    outcomes : Outcomes
        Of last quarter: those left out of its actions, and those of no action at all.

    Returns
    -------
    dict, float or None
        The share of each segment of 30 such customers or more, and that of all of them, which
        stands in for the other segments. None where there are fewer than 30.
    """
    held_out = outcomes.arms[outcomes.arms["is_held_out"].astype(bool)]
    columns = ["segment", "customers", "bought"]
    natural = pd.concat([held_out[columns], outcomes.untreated[columns]])
    sums = natural.groupby("segment")[["customers", "bought"]].sum()
    total = sums.sum()
    if total["customers"] < FEWEST_SHOWN:
        return {}, None
    enough = sums[sums["customers"] >= FEWEST_SHOWN]
    rates = enough["bought"] / enough["customers"]
    return {str(name): float(rate) for name, rate in rates.items()}, float(
        total["bought"] / total["customers"]
    )


def state_power(drawn: ir.Table, outcomes: Outcomes) -> pd.DataFrame:
    """Say of each of next quarter's lists how large an effect would be seen.

    Parameters
    ----------
    drawn : ibis table
        From :func:`analysis.accounts.draw_holdout`: ``play``, ``segment``, ``is_held_out``.
    outcomes : Outcomes
        From :func:`analysis.accounts.count_outcomes`: how many buy without an action.

    Returns
    -------
    DataFrame
        One row a play, that of the most customers first: ``play``, ``treated``, ``held_out``
        (customers), ``natural_rate``, and ``smallest_effect`` (rise of that share that is found
        with 80 % power; null without a holdout, without a natural rate, and where no rise would
        be found so often).
    """
    counted = drawn.group_by("play", "segment", "is_held_out").agg(customers=drawn.count())
    sizes = counted.order_by("play", "segment", "is_held_out").to_pandas()
    by_segment, overall = natural_rates(outcomes)
    rows = []
    for play, parts in sizes.groupby("play", sort=True):
        is_out = parts["is_held_out"].astype(bool)
        held_out = int(parts["customers"].where(is_out, 0).sum())
        treated = int(parts["customers"].sum()) - held_out
        rate = effect = None
        if overall is not None:
            expected = parts["segment"].map(by_segment).fillna(overall)
            rate = float((expected * parts["customers"]).sum() / parts["customers"].sum())
        if rate is not None and held_out and treated:
            effect = smallest_effect(rate, treated, held_out)
        rows.append((play, treated, held_out, rate, effect))
    frame = pd.DataFrame(
        rows, columns=["play", "treated", "held_out", "natural_rate", "smallest_effect"]
    ).astype({"natural_rate": "float64", "smallest_effect": "float64"})
    size = -(frame["treated"] + frame["held_out"])
    return frame.iloc[size.argsort(kind="stable")].reset_index(drop=True)


def plan_results(power: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of next quarter's actions: customers, those held out, and what is seen."""
    results: dict[str, Result] = {
        "next_actions.customers": number(int(power["treated"].sum()), "customers")
        if len(power)
        else missing("customers", "needs a playbook, and the value of the next twelve months"),
        "next_actions.held_out": number(int(power["held_out"].sum()), "customers"),
        "next_actions.lists": number(len(power), "count"),
        "next_actions.judged": number(int((power["held_out"] > 0).sum()), "count"),
    }
    for row in power.to_dict("records"):
        name, n = f"next_actions.{row['play']}", row["treated"] + row["held_out"]
        results[f"{name}.held_out"] = number(row["held_out"], "customers", n=n)
        effect = row["smallest_effect"]
        if pd.notna(effect):
            results[f"{name}.smallest_effect"] = number(effect, "ratio", n=n)
        else:
            why = NEEDS_RATE if row["held_out"] and pd.isna(row["natural_rate"]) else NEEDS_HOLDOUT
            results[f"{name}.smallest_effect"] = missing("ratio", why)
    return results
