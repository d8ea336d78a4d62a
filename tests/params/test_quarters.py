from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.params import FiscalCalendar, Quarter

calendars = st.builds(FiscalCalendar, st.integers(1, 12), st.sampled_from(["start", "end"]))
quarters = st.builds(Quarter, st.integers(1900, 2200), st.integers(1, 4), calendars)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "first_month", "named_after", "first_day", "last_day"),
    [
        ("2026Q1", 1, "end", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q3", 1, "start", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026Q1", 4, "start", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026Q4", 4, "start", date(2027, 1, 1), date(2027, 3, 31)),
        ("2026Q1", 4, "end", date(2025, 4, 1), date(2025, 6, 30)),
        ("2026Q4", 4, "end", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q2", 7, "start", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026Q3", 7, "end", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q1", 10, "end", date(2025, 10, 1), date(2025, 12, 31)),
        ("2026Q2", 10, "start", date(2027, 1, 1), date(2027, 3, 31)),
        ("2024Q4", 3, "start", date(2024, 12, 1), date(2025, 2, 28)),
        ("2023Q4", 3, "start", date(2023, 12, 1), date(2024, 2, 29)),  # 2024 is a leap year
        ("1899Q4", 3, "start", date(1899, 12, 1), date(1900, 2, 28)),  # 1900 is none
        ("1999Q4", 3, "start", date(1999, 12, 1), date(2000, 2, 29)),  # 2000 is one
    ],
)
def test_days(text, first_month, named_after, first_day, last_day):
    quarter = Quarter.parse(text, FiscalCalendar(first_month, named_after))
    assert (quarter.first_day, quarter.last_day) == (first_day, last_day)
    assert str(quarter) == text


@pytest.mark.parametrize(
    ("day", "first_month", "named_after", "text"),
    [
        (date(2026, 9, 30), 1, "end", "2026Q3"),
        (date(2026, 10, 1), 1, "end", "2026Q4"),
        (date(2026, 3, 31), 4, "end", "2026Q4"),
        (date(2026, 4, 1), 4, "end", "2027Q1"),
        (date(2026, 4, 1), 4, "start", "2026Q1"),
        (date(2026, 6, 30), 7, "start", "2025Q4"),
        (date(2026, 12, 31), 10, "end", "2027Q1"),
        (date(2024, 2, 29), 3, "start", "2023Q4"),
    ],
)
def test_containing(day, first_month, named_after, text):
    assert str(Quarter.containing(day, FiscalCalendar(first_month, named_after))) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026Q5",
        "2026Q0",
        "2026q3",
        "26Q3",
        "2026 Q3",
        "Q3 2026",
        "2026Q3\n",
        "",
        "\uff12\uff10\uff12\uff16Q3",
    ],
)
def test_parse_refuses(text):
    with pytest.raises(ValueError, match="2026Q3"):
        Quarter.parse(text)


def test_previous_crosses_the_year():
    assert str(Quarter(2026, 1).previous()) == "2025Q4"
    assert str(Quarter(2026, 3).shift(4)) == "2027Q3"
    assert str(Quarter(2026, 3).shift(-11)) == "2023Q4"


def test_order():
    assert min(map(Quarter.parse, ["2026Q2", "2025Q4", "2026Q1"])) == Quarter(2025, 4)
    assert Quarter(2026, 1) >= Quarter(2026, 1)
    with pytest.raises(TypeError):
        _ = Quarter(2026, 1) < Quarter(2026, 1, FiscalCalendar(4))


def test_naming_is_irrelevant_for_the_calendar_year():
    assert Quarter(2026, 3, FiscalCalendar(1, "start")) == Quarter(
        2026, 3, FiscalCalendar(1, "end")
    )


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 5), (999, 1), (9999, 1)])
def test_out_of_range(year, number):
    with pytest.raises(ValueError, match="quarter"):
        Quarter(year, number)


@pytest.mark.parametrize("calendar", [(0, "end"), (13, "end"), (4, "middle")])
def test_calendar_refuses(calendar):
    with pytest.raises(ValueError, match="must be"):
        FiscalCalendar(*calendar)


def test_limits_have_days():
    for first_month in (1, 2, 12):
        for named_after in ("start", "end"):
            calendar = FiscalCalendar(first_month, named_after)
            for quarter in (Quarter(1000, 1, calendar), Quarter(9998, 4, calendar)):
                assert quarter.first_day < quarter.last_day


@given(quarters, st.integers(-400, 400))
def test_shift_and_back(quarter, n):
    assert quarter.shift(n).shift(-n) == quarter
    assert (quarter.shift(n) > quarter) == (n > 0)


@given(quarters)
def test_consecutive_quarters_adjoin(quarter):
    assert quarter.previous().last_day + timedelta(days=1) == quarter.first_day
    assert 89 <= (quarter.last_day - quarter.first_day).days + 1 <= 92


@given(quarters)
def test_contains_its_first_and_last_day(quarter):
    assert Quarter.containing(quarter.first_day, quarter.calendar) == quarter
    assert Quarter.containing(quarter.last_day, quarter.calendar) == quarter


@given(days, calendars)
def test_each_day_lies_in_its_quarter(day, calendar):
    quarter = Quarter.containing(day, calendar)
    assert quarter.first_day <= day <= quarter.last_day


@given(quarters)
def test_text_and_back(quarter):
    assert Quarter.parse(str(quarter), quarter.calendar) == quarter
