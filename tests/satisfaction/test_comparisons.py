"""Scores of two quarters side by side."""

import pandas as pd
import pytest

from analysis.satisfaction import compare_scores


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
