"""The customer summary: by hand, in plain Python, by lifetimes, and what cannot change it."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.customers import customer_results, sum_quarters, summarize_customers
from analysis.params import FiscalCalendar, Quarter

AS_OF = date(2026, 9, 30)
WINDOW_START, QUARTER_START = date(2025, 10, 1), date(2026, 7, 1)

SIX_LINES = [
    # customer, order, day, amount
    ("a", "1", date(2025, 9, 30), "40"),  # one day before the window
    ("a", "2", date(2025, 10, 1), "10"),
    ("a", "3", date(2025, 10, 1), "20"),  # two orders of one day
    ("a", "4", date(2026, 7, 1), "50"),
    ("a", "4", date(2026, 9, 30), "-25.5"),  # a return is no purchase
    ("b", "5", date(2026, 9, 30), "7"),
]


def summarize(lines, as_of: date = AS_OF) -> dict[str, dict]:
    """The summary as one record a customer."""
    summary = summarize_customers(lines, as_of, WINDOW_START, QUARTER_START)
    return {row["customer_id"]: row for row in summary.to_pyarrow().to_pylist()}


def test_six_lines_by_hand(order_lines):
    summary = summarize(order_lines(SIX_LINES))
    assert set(summary) == {"a", "b"}
    assert summary["a"] == {
        "customer_id": "a",
        "first_order_date": date(2025, 9, 30),
        "last_order_date": date(2026, 7, 1),
        "n_orders": 4,
        "n_order_days": 3,
        "revenue": Decimal("94.5"),
        "n_orders_window": 3,
        "n_order_days_window": 2,
        "revenue_window": Decimal("54.5"),
        "n_orders_quarter": 1,
        "revenue_quarter": Decimal("24.5"),
        "frequency": 2,
        "recency": 274,
        "T": 365,
        "days_since_last_order": 91,
        "monetary_value": 27.25,  # (94.5 − 40) / 2
    }
    assert summary["b"] == {
        "customer_id": "b",
        "first_order_date": AS_OF,
        "last_order_date": AS_OF,
        "n_orders": 1,
        "n_order_days": 1,
        "revenue": Decimal(7),
        "n_orders_window": 1,
        "n_order_days_window": 1,
        "revenue_window": Decimal(7),
        "n_orders_quarter": 1,
        "revenue_quarter": Decimal(7),
        "frequency": 0,
        "recency": 0,
        "T": 0,
        "days_since_last_order": 0,
        "monetary_value": None,
    }


def test_the_first_purchase_day_is_no_day_of_a_return(order_lines):
    lines = [("a", "1", AS_OF - timedelta(n), amount) for n, amount in ((9, -1), (5, 10), (2, 20))]
    customer = summarize(order_lines(lines))["a"]
    assert customer["first_order_date"] == AS_OF - timedelta(5)
    assert customer["monetary_value"] == 19  # all but the 10 of the first day


def test_only_customers_who_bought_are_customers(order_lines):
    lines = order_lines([("a", "1", AS_OF, "-5"), ("b", "2", AS_OF + timedelta(1), "5")])
    assert summarize(lines) == {}


def in_plain_python(lines) -> dict[str, dict]:
    """The definition once more: a loop over customers and their days."""
    days = defaultdict(lambda: defaultdict(list))
    for customer, order, day, amount in lines:
        if day <= AS_OF:
            days[customer][day].append((order, Decimal(amount)))
    found = {}
    for customer, by_day in days.items():
        money = {day: sum(amount for _, amount in rows) for day, rows in by_day.items()}
        orders = {
            day: len({order for order, amount in rows if amount >= 0})
            for day, rows in by_day.items()
        }
        bought = sorted(day for day, n in orders.items() if n)
        if not bought:
            continue
        first, last = bought[0], bought[-1]
        repeat = len(bought) - 1
        found[customer] = {
            "customer_id": customer,
            "first_order_date": first,
            "last_order_date": last,
            "n_orders": sum(orders.values()),
            "n_order_days": len(bought),
            "revenue": sum(money.values()),
            "n_orders_window": sum(n for day, n in orders.items() if day >= WINDOW_START),
            "n_order_days_window": sum(day >= WINDOW_START for day in bought),
            "revenue_window": sum(m for day, m in money.items() if day >= WINDOW_START),
            "n_orders_quarter": sum(n for day, n in orders.items() if day >= QUARTER_START),
            "revenue_quarter": sum(m for day, m in money.items() if day >= QUARTER_START),
            "frequency": repeat,
            "recency": (last - first).days,
            "T": (AS_OF - first).days,
            "days_since_last_order": (AS_OF - last).days,
            "monetary_value": pytest.approx(
                float((sum(money.values()) - money[first]) / repeat), abs=1e-9
            )
            if repeat
            else None,
        }
    return found


purchase_lines = st.tuples(
    st.sampled_from("abcdef"),
    st.sampled_from("12"),
    st.integers(-420, 3).map(lambda n: AS_OF + timedelta(n))
    | st.sampled_from([WINDOW_START, QUARTER_START, QUARTER_START - timedelta(1)]),
    st.sampled_from(["0", "10", "12.3456", "-4", "-12.3456", "1000000"]),
)


@settings(settings.get_profile("engine"))
@given(lines=st.lists(purchase_lines, min_size=25, max_size=80))
def test_a_loop_over_customers_finds_the_same(order_lines, lines):
    assert summarize(order_lines(lines)) == in_plain_python(lines)


@settings(settings.get_profile("engine"))
@given(lines=st.lists(purchase_lines, min_size=1, max_size=40), seed=st.integers(0, 99))
def test_neither_order_nor_later_rows_change_anything(order_lines, lines, seed):
    later = [("a", "9", AS_OF + timedelta(1), "777"), ("z", "9", AS_OF + timedelta(90), "7")]
    shuffled = random.Random(seed).sample(lines + later, len(lines) + len(later))
    assert summarize(order_lines(shuffled)) == summarize(order_lines(lines))


@settings(settings.get_profile("engine"))
@given(lines=st.lists(purchase_lines, min_size=25, max_size=80))
def test_all_money_lands_somewhere(order_lines, lines):
    first_day = defaultdict(Decimal)
    summary = summarize(order_lines(lines))
    for customer, _, day, amount in lines:
        if customer in summary and day == summary[customer]["first_order_date"]:
            first_day[customer] += Decimal(amount)
    for customer, row in summary.items():
        if row["frequency"]:
            repeat = row["frequency"] * row["monetary_value"]
            assert float(row["revenue"]) == pytest.approx(float(first_day[customer]) + repeat)


def test_lifetimes_summarises_cdnow_alike(cdnow_transactions, cdnow_summary):
    from lifetimes.utils import summary_data_from_transaction_data

    columns = ["customer_id", "order_date", "amount"]
    lines = cdnow_transactions.select(columns).to_pandas().astype({"amount": float})
    theirs = summary_data_from_transaction_data(
        lines, *columns, observation_period_end="1997-09-30"
    )
    ours = cdnow_summary.to_pandas().set_index("customer_id").loc[theirs.index]
    # lifetimes has a mean of 0 where there is nothing to take a mean of.
    ours["monetary_value"] = ours["monetary_value"].fillna(0)
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs, check_dtype=False, rtol=1e-12)
    assert len(ours) == 2357
    assert (ours["frequency"] > 0).sum() == 946


def test_quarters_sum_to_all_money_between_them(order_lines):
    lines = order_lines([*SIX_LINES, ("b", "6", AS_OF + timedelta(1), "1000")])
    last = Quarter.parse("2026Q3")
    found = sum_quarters(lines, [last.shift(-n) for n in range(9, -1, -1)])
    assert [tuple(row) for row in found.itertuples(index=False)] == [
        ("2025Q3", 40.0),
        ("2025Q4", 30.0),
        ("2026Q1", 0.0),
        ("2026Q2", 0.0),
        ("2026Q3", 31.5),
    ]


def test_quarters_of_a_fiscal_year(order_lines):
    calendar = FiscalCalendar(first_month=2, named_after="end")
    quarters = [Quarter.parse(name, calendar) for name in ("2026Q3", "2026Q4")]
    found = sum_quarters(order_lines(SIX_LINES), quarters)
    assert found["revenue"].to_list() == [70.0, 0.0]  # August to October 2025, then to January


def test_no_orders_no_quarters(order_lines):
    found = sum_quarters(order_lines([]), [Quarter.parse("2026Q3")])
    assert found.empty
    assert list(found.columns) == ["quarter", "revenue"]


def test_published_numbers(order_lines):
    summary = summarize_customers(order_lines(SIX_LINES), AS_OF, WINDOW_START, QUARTER_START)
    results = customer_results(summary)
    assert {name: (result.value, result.unit) for name, result in results.items()} == {
        "customers.total": (2, "customers"),
        "customers.active_window": (2, "customers"),
        "customers.active_quarter": (2, "customers"),
        "revenue.total": (101.5, "money"),
        "revenue.window": (61.5, "money"),
        "revenue.quarter": (31.5, "money"),
        "orders.quarter": (2, "orders"),
        "retention.repeat_rate": (0.5, "ratio"),
    }
    assert results["retention.repeat_rate"].n == 2


def test_published_numbers_without_customers(order_lines):
    summary = summarize_customers(order_lines([]), AS_OF, WINDOW_START, QUARTER_START)
    results = customer_results(summary)
    assert results["customers.total"].value == 0
    assert results["retention.repeat_rate"].value is None
    assert results["retention.repeat_rate"].note == "needs customers"
