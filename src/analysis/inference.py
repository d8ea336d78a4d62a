"""Is it a change, or chance? Verdicts that keep false discoveries rare."""

from math import erfc, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Z = 1.959963984540054
"""The standard normal quantile of 97.5 %."""
FALSE_DISCOVERIES = 0.05
"""The expected share of false verdicts among those that are given."""
UP, DOWN, NO_EVIDENCE = "up", "down", "no_evidence"


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
