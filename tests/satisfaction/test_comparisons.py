"""Verdicts between quarters, and the false discoveries among them."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.satisfaction import adjust_p_values, compare_scores, judge_changes


def test_adjusted_p_values_as_in_statsmodels():
    rng = np.random.default_rng(3)
    for n in (1, 2, 25):
        p = rng.random(n) ** 3
        assert adjust_p_values(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_nothing_to_compare():
    assert adjust_p_values(np.array([])).size == 0


def test_of_changes_that_are_none_hardly_any_is_reported():
    rng = np.random.default_rng(4)
    false = 0
    for _ in range(400):
        changes = pd.Series(rng.normal(size=20))
        false += (judge_changes(changes, pd.Series(np.ones(20)))["verdict"] != "no_evidence").any()
    # With no true change at all, the false discovery rate is the chance of any verdict.
    assert false / 400 < 0.08


def test_a_change_without_an_error_is_no_evidence():
    judged = judge_changes(pd.Series([5.0]), pd.Series([0.0]))
    assert judged["verdict"].tolist() == ["no_evidence"]


def test_quarters_are_paired_by_measure():
    scores = pd.DataFrame(
        {
            "quarter": ["2026Q2", "2026Q3", "2026Q3", "2026Q2", "2026Q3"],
            "group": ["headline", "headline", "item", "part", "part"],
            "measure": ["nps", "nps", "delivery", "promoters", "promoters"],
            "unit": ["points", "points", "score", "ratio", "ratio"],
            "value": [20.0, 40.0, 4.0, 0.3, 0.5],
            "error": [3.0, 4.0, 0.1, 0.1, 0.1],
            "n": [300, 200, 200, 300, 200],
        }
    )
    (row,) = compare_scores(scores, "2026Q3", "2026Q2").to_dict("records")
    assert (row["measure"], row["change"], row["n_before"]) == ("nps", 20.0, 300)
    assert (row["change_low"], row["change_high"]) == pytest.approx((20 - 9.8, 20 + 9.8), abs=0.01)
    assert row["verdict"] == "up"
