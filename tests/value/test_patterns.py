"""Counting customers by their history, by hand and as a law."""

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.value import count_patterns, count_spend, count_spending_patterns
from analysis.value.patterns import distinct_pairs

SIX = pd.DataFrame(
    {
        "segment": ["old", "old", "new", "new", "new", "new"],
        "frequency": [1, 0, 1, 1, 2, 2],
        "recency": [5, 0, 5, 5, 9, 9],
        "T": [9, 9, 9, 8, 9, 9],
        "monetary_value": [3.0, None, 3.0, 4.0, -1.0, 0.0],
    }
)


def rows(frame: pd.DataFrame) -> list[tuple]:
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_patterns_and_spend_by_hand():
    summary = ibis.memtable(SIX)
    assert rows(count_patterns(summary)) == [(0, 0, 9, 1), (1, 5, 8, 1), (1, 5, 9, 2), (2, 9, 9, 2)]
    assert rows(count_spend(summary)) == [(1, 3.0, 2), (1, 4.0, 1)]


def test_spending_patterns_by_hand():
    """Returns that outweigh purchases say nothing of spend."""
    counted = count_spending_patterns(ibis.memtable(SIX), "segment")
    assert counted.columns.to_list() == [
        "segment", "frequency", "recency", "T", "customers", "spenders", "spend", "spend_squared",
    ]  # fmt: skip
    assert rows(counted) == [
        ("new", 1, 5, 8, 1, 1, 4.0, 16.0),
        ("new", 1, 5, 9, 1, 1, 3.0, 9.0),
        ("new", 2, 9, 9, 2, 0, 0.0, 0.0),
        ("old", 0, 0, 9, 1, 0, 0.0, 0.0),
        ("old", 1, 5, 9, 1, 1, 3.0, 9.0),
    ]


def test_counted_patterns_are_all_customers(cdnow_patterns, cdnow_summary):
    assert cdnow_patterns["customers"].sum() == 2357
    assert not cdnow_patterns.duplicated(["frequency", "recency", "T"]).any()
    assert len(cdnow_patterns) < 2357
    assert count_spend(cdnow_summary)["customers"].sum() == 946
    spending = count_spending_patterns(cdnow_summary)
    assert spending["customers"].to_list() == cdnow_patterns["customers"].to_list()
    known = cdnow_summary.filter(cdnow_summary.frequency > 0)
    assert spending["spend"].sum() == pytest.approx(known.monetary_value.sum().execute())


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 1.5, 7.0])), max_size=30))
def test_distinct_pairs_stand_for_all_rows(pairs):
    first, second = [p[0] for p in pairs], [p[1] for p in pairs]
    found = distinct_pairs(first, second)
    assert len(found.first) == len(set(pairs))
    assert found.first[found.index].tolist() == first
    assert found.second[found.index].tolist() == second
