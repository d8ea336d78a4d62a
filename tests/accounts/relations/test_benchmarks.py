"""Benchmarks: published numbers beside figures given by the user."""

import pytest
from tests.accounts.relations.tables import make_table

from analysis.accounts import benchmarks
from analysis.results import Result, missing, number
from analysis.schemas import BENCHMARKS

OURS = {
    "satisfaction.nps": number(20.0, "points", n=100, low=5.0, high=35.0),
    "credit.dso_days": number(59.7, "days"),
    "funnel.win_rate": missing("ratio", "needs the table opportunities"),
    "quality.grade": Result("A", "text"),
}


def given(metric, value, period="2026Q2", source="Trade"):
    return {"metric": metric, "value": value, "period": period, "source": source}


def compare(*rows):
    return benchmarks.compare_benchmarks(make_table(BENCHMARKS, rows), OURS)


@pytest.mark.parametrize(
    ("metric", "value", "verdict"),
    [
        ("satisfaction.nps", 4.9, "above"),
        ("satisfaction.nps", 5.0, "alike"),
        ("satisfaction.nps", 35.0, "alike"),
        ("satisfaction.nps", 35.1, "below"),
        ("credit.dso_days", 59.7, "alike"),
        ("credit.dso_days", 60.0, "below"),
        ("funnel.win_rate", 0.3, "not_computed"),
        ("quality.grade", 1.0, "not_computed"),
        ("no.such_number", 1.0, "not_computed"),
    ],
)
def test_verdicts(metric, value, verdict):
    (row,) = compare(given(metric, value)).to_dict("records")
    assert row["verdict"] == verdict
    if verdict != "not_computed":
        assert row["difference"] == pytest.approx(OURS[metric].value - value)


def test_the_last_period_of_each_source_counts():
    found = compare(
        given("credit.dso_days", 50, "2025Q4"),
        given("credit.dso_days", 45, "2026Q1"),
        given("credit.dso_days", 70, "2025Q1", "Bank"),
    )
    assert found[["source", "benchmark"]].to_numpy().tolist() == [["Bank", 70], ["Trade", 45]]


def test_what_is_published():
    rows = (given("satisfaction.nps", 0), given("credit.dso_days", 70), given("x", 1))
    results = benchmarks.benchmark_results(compare(*rows))
    assert {name.removeprefix("benchmarks."): r.value for name, r in results.items()} == {
        "compared": 2, "above": 1, "below": 1, "alike": 0, "not_computed": 1,
    }  # fmt: skip


def test_none_is_made_up():
    results = benchmarks.benchmark_results(compare())
    assert all(r.note == benchmarks.NO_BENCHMARKS for r in results.values())
