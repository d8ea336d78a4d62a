"""Dimensions, grades and pictures of data quality, by hand."""

import pandas as pd
import pytest

from analysis.quality import (
    GRADES,
    Dimension,
    cost_defects,
    dimension_of,
    grade_of,
    overall_score,
    score_cells,
    waterfall_steps,
)


@pytest.mark.parametrize(
    ("rule", "dimension"),
    [
        ("missing_order_id", "completeness"),
        ("short_row", "completeness"),
        ("unreadable_amount", "validity"),
        ("future_order_date", "validity"),
        ("score_off_scale", "validity"),
        ("duplicate_row", "uniqueness"),
        ("merged_id", "uniqueness"),
        ("unknown_customer", "consistency"),
        ("closed_before_opened", "consistency"),
    ],
)
def test_each_rule_tells_of_one_side_of_quality(rule, dimension):
    assert dimension_of(rule) == Dimension(dimension)


@pytest.mark.parametrize("rule", ["return", "converted", "after_as_of", "not_selected"])
def test_what_is_ordinary_is_no_defect(rule):
    assert dimension_of(rule) is None


def test_grades_begin_where_they_are_said_to():
    for grade, least in GRADES.items():
        assert grade_of(least) == grade
        assert grade_of(least - 1e-9) > grade
    assert grade_of(None) is None


def test_transactions_weigh_as_much_as_all_others():
    assert overall_score({"transactions": 0.9}) == 0.9
    assert overall_score({"transactions": 0.9, "surveys": 0.5, "loyalty": None}) == 0.7
    assert overall_score({"transactions": None}) is None


def test_defects_are_ordered_by_the_money_that_they_touch():
    orders = pd.DataFrame(
        {
            "rule": ["return", "missing_customer_id", "return_before_purchase"],
            "outcome": ["counted", "quarantined", "quarantined"],
            "rows": [9, 2, 1],
            "amount": [-90.0, 20.0, -50.0],
            "customers": [5, 0, 1],
        }
    )
    found = cost_defects({"transactions": orders})
    assert found["rule"].tolist() == ["return_before_purchase", "missing_customer_id"]
    assert found["dimension"].tolist() == ["consistency", "completeness"]


def test_the_waterfall_ends_at_what_is_kept():
    money = pd.DataFrame(
        {
            "outcome": ["read", "kept", "fixed", "quarantined", "excluded"],
            "rows": [10, 6, 1, 2, 1],
            "amount": [100.0, 60.0, 10.0, 25.0, 5.0],
        }
    )
    steps = waterfall_steps(money).set_index("outcome")
    assert steps["bottom"].to_dict() == {
        "read": 0, "quarantined": 75, "excluded": 70, "fixed": 60, "kept": 0,
    }  # fmt: skip
    assert steps["height"].sum() == 2 * 100


def test_cells_carry_the_grade_that_they_would_earn_alone():
    scores = pd.DataFrame(
        {
            "table": ["surveys"],
            "completeness": [1.0],
            "validity": [0.95],
            "uniqueness": [0.5],
            "consistency": [0.98],
            "timeliness": [None],
        }
    )
    cells = score_cells(scores)
    assert cells["grade"].tolist()[:4] == ["A", "C", "E", "B"]
    assert cells["grade"].isna().tolist() == [False] * 4 + [True]
