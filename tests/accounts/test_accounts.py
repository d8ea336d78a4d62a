"""Key accounts: the best by predicted value, ties by id, revenue where nothing is predicted."""

from datetime import date

import ibis
import pytest

from analysis.accounts import account_results, select_key_accounts

SUMMARY = ibis.memtable(
    {
        "customer_id": ["a", "b", "c", "d"],
        "revenue_window": [10.0, 40.0, 30.0, 20.0],
        "last_order_date": [date(2026, 9, n) for n in range(1, 5)],
    }
)
SCORES = ibis.memtable(
    {"customer_id": ["a", "b", "c", "d"], "segment": ["new", "loyal", "champion", "at_risk"]}
)


def value_of(clv) -> ibis.Table:
    columns = {
        "customer_id": ["a", "b", "c", "d"],
        "expected_orders_12m": [1.0, 2.0, 3.0, 4.0],
        "clv_12m": clv,
        "p_alive": [None, 0.5, 0.5, 0.5],
    }
    kinds = {"expected_orders_12m": "float64", "clv_12m": "float64", "p_alive": "float64"}
    return ibis.memtable(columns, schema={"customer_id": "string", **kinds})


@pytest.mark.parametrize(
    ("clv", "order"),
    [
        pytest.param([5.0, 6.0, 7.0, 8.0], "dcba", id="value decides"),
        pytest.param([5.0, 5.0, 5.0, 8.0], "dbca", id="then revenue"),
        pytest.param([None] * 4, "bcda", id="revenue where no value is known"),
        pytest.param([5.0, None, 7.0, None], "cabd", id="a known value comes first"),
    ],
)
def test_the_order_of_accounts(clv, order):
    found = select_key_accounts(SUMMARY, SCORES, value_of(clv), n=4)
    assert "".join(found["customer_id"]) == order
    assert found["rank"].to_list() == [1, 2, 3, 4]


def test_full_ties_go_by_id():
    alike = SUMMARY.mutate(revenue_window=ibis.literal(1.0))
    found = select_key_accounts(alike, SCORES, value_of([1.0] * 4), n=3)
    assert found["customer_id"].to_list() == ["a", "b", "c"]


def test_columns_of_an_account():
    found = select_key_accounts(SUMMARY, SCORES, value_of([5.0, 6.0, 7.0, 8.0]), n=1)
    assert list(found.columns) == [
        "rank",
        "customer_id",
        "segment",
        "revenue_window",
        "expected_orders_12m",
        "clv_12m",
        "p_alive",
        "last_order_date",
    ]
    assert found["segment"].to_list() == ["at_risk"]


def test_there_may_be_fewer_customers_than_accounts():
    assert len(select_key_accounts(SUMMARY, SCORES, value_of([1.0] * 4), n=20)) == 4


def test_published_shares():
    value = value_of([5.0, 6.0, 7.0, 2.0])
    accounts = select_key_accounts(SUMMARY, SCORES, value, n=2)
    results = account_results(accounts, SUMMARY, value)
    assert {name: result.value for name, result in results.items()} == {
        "accounts.key.customers": 2,
        "accounts.key.revenue": 70.0,
        "accounts.key.revenue_share": 0.7,
        "accounts.key.clv_share": 13 / 20,
    }


def test_shares_of_nothing_are_not_computed():
    value = value_of([None] * 4)
    summary = SUMMARY.mutate(revenue_window=ibis.literal(-1.0))
    results = account_results(select_key_accounts(summary, SCORES, value, n=2), summary, value)
    assert results["accounts.key.clv_share"].note == "needs predicted value"
    assert results["accounts.key.revenue_share"].note == "needs revenue"


def test_no_customers_no_accounts():
    summary, scores, value = (
        table.filter(table.customer_id == "nobody")
        for table in (SUMMARY, SCORES, value_of([1.0] * 4))
    )
    accounts = select_key_accounts(summary, scores, value, n=5)
    results = account_results(accounts, summary, value)
    assert results["accounts.key.customers"].value == 0
    assert results["accounts.key.revenue"].value == 0
    assert results["accounts.key.clv_share"].value is None
