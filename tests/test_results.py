"""What may be published, and under which names."""

from decimal import Decimal

import numpy as np
import pytest

from analysis.results import PublicationError, Result, merge, missing, number


def test_numbers_become_plain():
    assert number(Decimal("12.34"), "money").value == 12.34
    assert type(number(np.int64(3), "count").value) is int
    assert type(number(np.float64(0.5), "ratio").value) is float


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), np.float64("-inf")])
def test_what_is_no_number_is_not_published(value):
    with pytest.raises(PublicationError):
        number(value, "money")


def test_json_holds_what_is_known():
    assert number(0.4, "ratio", n=100, low=0.3).as_json() == {
        "value": 0.4,
        "unit": "ratio",
        "n": 100,
        "low": 0.3,
    }


def test_a_missing_number_says_what_it_needs():
    assert missing("money", "needs the margin").as_json() == {
        "value": None,
        "unit": "money",
        "note": "needs the margin",
    }


def test_results_are_merged_by_name():
    first, second = {"b": Result(1, "count")}, {"a.c": Result(2, "count")}
    assert list(merge([first, second])) == ["a.c", "b"]


def test_no_name_is_published_twice():
    with pytest.raises(PublicationError, match="published twice: a"):
        merge([{"a": Result(1, "count")}, {"a": Result(1, "count")}])


@pytest.mark.parametrize("below", ["a.b.c", "a.b.c.d"])
def test_no_name_begins_another(below):
    with pytest.raises(PublicationError, match=rf"{below} cannot be published beside a\.b"):
        merge([{"a.b": Result(1, "count")}, {below: Result(2, "count")}])
