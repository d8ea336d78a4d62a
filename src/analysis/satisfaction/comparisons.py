"""Quarter on quarter: what changed by more than chance would explain."""

from math import erfc, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.satisfaction.intervals import Z

FALSE_DISCOVERIES = 0.05
"""The expected share of false verdicts among those that are given."""
UP, DOWN, NO_EVIDENCE = "up", "down", "no_evidence"


def compare_scores(scores: pd.DataFrame, quarter: str, before: str) -> pd.DataFrame:
    """Set each score beside that of an earlier quarter, with a verdict.

    Parameters
    ----------
    scores : DataFrame
        From :func:`analysis.satisfaction.score_all`.
    quarter, before : str
        The quarter under review and the one that it is compared with.

    Returns
    -------
    DataFrame
        One row a measure of both quarters: ``group``, ``measure``, ``unit``, ``value``,
        ``value_before``, ``n``, ``n_before``, and those of :func:`judge_changes`.
    """
    keys = ["group", "measure", "unit"]
    columns = [*keys, "value", "error", "n"]
    now = scores.loc[scores["quarter"] == quarter, columns]
    then = scores.loc[scores["quarter"] == before, columns]
    pairs = now.merge(then, on=keys, suffixes=("", "_before"))
    # The parts of the net promoter score would only repeat its verdict.
    pairs = pairs[pairs["group"] != "part"].reset_index(drop=True)
    errors = np.sqrt(pairs["error"] ** 2 + pairs["error_before"] ** 2)
    changes = judge_changes(pairs["value"] - pairs["value_before"], errors)
    return pairs.drop(columns=["error", "error_before"]).join(changes)


def judge_changes(changes: "pd.Series[float]", errors: "pd.Series[float]") -> pd.DataFrame:
    """Give each change an interval and a verdict, so that few of all verdicts are false.

    Parameters
    ----------
    changes, errors : Series
        Changes and their standard errors.

    Returns
    -------
    DataFrame
        ``change``, ``change_low``, ``change_high``, ``p_value``, ``p_adjusted`` (Benjamini and
        Hochberg) and ``verdict``: up, down or no_evidence.

    Notes
    -----
    The two samples are taken as independent. Customers who answered both times make that cautious:
    the true error of their difference is smaller.

    Examples
    --------
    >>> judged = judge_changes(pd.Series([10.0, 2.0]), pd.Series([3.0, 3.0]))
    >>> judged["verdict"].tolist(), judged["p_adjusted"].round(4).tolist()
    (['up', 'no_evidence'], [0.0017, 0.505])
    """
    z = (changes / errors.replace(0, np.nan)).to_numpy(dtype="float64")
    p = np.array([erfc(abs(value) / sqrt(2)) if value == value else 1.0 for value in z])
    p_adjusted = adjust_p_values(p)
    is_found = p_adjusted <= FALSE_DISCOVERIES
    return pd.DataFrame(
        {
            "change": changes,
            "change_low": changes - Z * errors,
            "change_high": changes + Z * errors,
            "p_value": p,
            "p_adjusted": p_adjusted,
            "verdict": np.where(is_found, np.where(changes > 0, UP, DOWN), NO_EVIDENCE),
        }
    )


def adjust_p_values(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """p-values that control the false discovery rate (Benjamini and Hochberg 1995, JRSS B 57).

    Examples
    --------
    >>> adjust_p_values(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(np.minimum(1.0, p[order] * len(p) / ranks))
    return adjusted
