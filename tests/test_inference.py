"""Verdicts: what chance would make is not called a change."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from analysis.inference import adjust_p_values, judge_changes


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_equal_those_of_scipy(p):
    assert adjust_p_values(np.array(p)) == pytest.approx(false_discovery_control(p), abs=1e-12)


def test_a_change_of_two_errors_is_no_evidence_among_many():
    alone = judge_changes(pd.Series([2.0]), pd.Series([1.0]))
    among = judge_changes(pd.Series([2.0] + [0.0] * 9), pd.Series([1.0] * 10))
    assert alone["verdict"].tolist() == ["up"]
    assert among["verdict"].tolist() == ["no_evidence"] * 10


def test_interval_and_p_value_are_those_of_a_normal_error():
    judged = judge_changes(pd.Series([-3.0]), pd.Series([1.5])).iloc[0]
    assert (judged.change_low, judged.change_high) == pytest.approx(norm.interval(0.95, -3, 1.5))
    assert judged.p_value == pytest.approx(2 * norm.sf(2))
    assert judged.verdict == "down"


def test_without_an_error_there_is_no_evidence():
    assert judge_changes(pd.Series([0.0]), pd.Series([0.0]))["verdict"].tolist() == ["no_evidence"]


def test_chance_alone_rarely_gets_a_verdict():
    """Of 2,000 strips of ten measures without a change, about one in twenty has a verdict."""
    rng = np.random.default_rng(1)
    strips = [judge_changes(pd.Series(rng.normal(size=10)), pd.Series(np.ones(10)))
              for _ in range(2000)]  # fmt: skip
    share = np.mean([(strip["verdict"] != "no_evidence").any() for strip in strips])
    assert 0.03 < share < 0.07
