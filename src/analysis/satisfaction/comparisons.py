"""Quarter on quarter: what changed by more than chance would explain."""

import numpy as np
import pandas as pd

from analysis.inference import judge_changes


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
        ``value_before``, ``n``, ``n_before``, and those of
        :func:`analysis.inference.judge_changes`.
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
