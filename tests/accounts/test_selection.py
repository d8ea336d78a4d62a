"""Key accounts: by the rule of the params, each with its reasons, and who joined or left."""

from datetime import date

import ibis
import pandas as pd
import pytest

from analysis import accounts
from analysis.params.accounts_models import Accounts
from analysis.params.segmentation_models import Tiers

KINDS = ibis.schema(
    {
        "customer_id": "string", "segment": "string", "tier": "string", "strategic": "boolean",
        "clv_12m": "float64", "revenue_window": "float64", "value_at_risk": "float64",
        "potential": "float64", "p_alive": "float64",
    }
)  # fmt: skip


def customers_of(rows: dict[str, dict]) -> ibis.Table:
    blank = dict.fromkeys(KINDS.names) | {
        "segment": "loyal", "tier": "low", "strategic": False, "revenue_window": 0.0,
    }  # fmt: skip
    filled = [blank | {"customer_id": one} | row for one, row in rows.items()]
    return ibis.memtable(pd.DataFrame(filled, columns=list(KINDS.names)), schema=KINDS)


def rule_of(value: int = 2, potential: int = 0, at_risk: int = 0, strategic: bool = False):
    key = {"potential": potential, "at_risk": at_risk, "strategic": strategic}
    return Accounts.model_validate({"key_accounts": value, "key": key})


CLV = {"a": 5.0, "b": 6.0, "c": 7.0, "d": 8.0}


@pytest.mark.parametrize(
    ("clv", "order"),
    [
        pytest.param((5.0, 6.0, 7.0, 8.0), "dcba", id="value decides"),
        pytest.param((5.0, 5.0, 5.0, 8.0), "dbca", id="then revenue"),
        pytest.param((None,) * 4, "bcda", id="revenue where no value is known"),
        pytest.param((5.0, None, 7.0, None), "cabd", id="a known value comes first"),
    ],
)
def test_the_order_of_accounts(clv, order):
    revenue = dict(zip("abcd", (10.0, 40.0, 30.0, 20.0), strict=True))
    rows = {
        one: {"clv_12m": worth, "revenue_window": revenue[one]}
        for one, worth in zip("abcd", clv, strict=True)
    }
    found = accounts.select_accounts(customers_of(rows), rule_of(4))
    assert "".join(found["customer_id"]) == order
    assert found["rank"].to_list() == [1, 2, 3, 4]
    assert set(found["reason"]) == {"value"}


def test_full_ties_go_by_id():
    rows = {one: {"clv_12m": 1.0} for one in "dcba"}
    found = accounts.select_accounts(customers_of(rows), rule_of(3))
    assert found["customer_id"].to_list() == ["a", "b", "c"]


def test_each_account_says_all_its_reasons():
    rows = {
        "a": {"clv_12m": 9.0, "tier": "high", "value_at_risk": 4.0, "strategic": True},
        "b": {"clv_12m": 8.0, "tier": "high", "value_at_risk": 1.0},
        "c": {"clv_12m": 7.0, "tier": "high", "value_at_risk": 5.0},
        "d": {"clv_12m": 1.0, "tier": "low", "value_at_risk": 99.0},
        "e": {"clv_12m": 2.0, "potential": 50.0},
        "f": {"clv_12m": 3.0, "strategic": True},
        "g": {"clv_12m": 1.0, "potential": 0.0},
    }
    chosen = accounts.select_accounts(customers_of(rows), rule_of(2, 3, 2, True))
    assert dict(zip(chosen["customer_id"], chosen["reason"], strict=True)) == {
        "a": "value;strategic;at_risk",
        "b": "value",
        "c": "at_risk",
        "f": "strategic",
        "e": "potential",  # of the three wanted only one has any
    }
    assert chosen["customer_id"].tolist() == ["a", "b", "c", "f", "e"]
    alone = accounts.select_accounts(customers_of(rows), rule_of(1))
    assert alone["customer_id"].tolist() == ["a"]


def test_strategic_customers_are_those_of_master_data():
    rows = customers_of({"a": {}, "b": {}, "c": {}}).drop("strategic")
    master = ibis.memtable({"customer_id": ["a", "b"], "strategic": [True, None]})
    called = accounts.add_strategic(rows, master).order_by("customer_id").strategic.to_pandas()
    assert called.tolist() == [True, False, False]
    assert not accounts.add_strategic(rows, None).strategic.any().execute()


def test_changes_tell_who_and_why():
    then = customers_of(
        {"a": {"clv_12m": 9.0}, "b": {"clv_12m": 8.0}, "c": {"clv_12m": 1.0},
         "d": {"clv_12m": 7.0}}
    )  # fmt: skip
    now = customers_of(
        {"a": {"clv_12m": 9.0}, "b": {"clv_12m": 0.5}, "c": {"clv_12m": 8.0},
         "d": {"clv_12m": 0.0, "segment": "inactive"}, "n": {"clv_12m": 7.5}}
    )  # fmt: skip
    rule = rule_of(3)
    changes = accounts.compare_accounts(
        accounts.select_accounts(now, rule), accounts.select_accounts(then, rule), now, then
    )
    assert changes.values.tolist() == [
        ["c", "joined", "value", 8.0],
        ["n", "joined", "new_customer;value", 7.5],
        ["b", "left", "value", 8.0],
        ["d", "left", "inactive;value", 7.0],
    ]
    same = accounts.select_accounts(then, rule)
    assert accounts.compare_accounts(same, same, then, then).empty
    assert accounts.compare_accounts(same, same.iloc[:0], then, then) is None


def test_last_quarter_is_seen_as_it_was():
    scores = ibis.memtable(
        {
            "customer_id": ["a", "b", "c"],
            "segment": ["loyal"] * 3,
            "f_score": [3, 3, 3],
            "revenue_window": [10.0, 40.0, 40.0],
        }
    )
    worth = ibis.memtable(
        {
            "customer_id": ["a", "b", "c"],
            "clv_12m": [1.0, 9.0, 5.0],
            "value_at_risk": [0.1, 1.0, 2.0],
            "p_alive": [0.9, 0.9, 0.7],
        }
    )
    day = date(2026, 6, 30)
    deals = ibis.memtable(
        pd.DataFrame(
            {
                "customer_id": ["a", "b", "c"],
                "amount": [100.0, 200.0, 300.0],
                # closed since, closed before, and not known yet
                "created_at": [date(2026, 5, 1), date(2026, 5, 1), date(2026, 7, 1)],
                "closed_at": [date(2026, 8, 1), date(2026, 6, 1), None],
            }
        ),
        schema=ibis.schema(
            {"customer_id": "string", "amount": "float64", "created_at": "date",
             "closed_at": "date"}
        ),
    )  # fmt: skip
    seen = accounts.look_back(scores, worth, None, deals, Tiers(), day)
    found = seen.to_pandas().set_index("customer_id")
    assert found["potential"].to_dict() == {"a": 130.0, "b": 0.0, "c": 0.0}
    assert found["tier"]["b"] == "high"
    assert not found["strategic"].any()


def results_of(rows: dict[str, dict], rule, changes=None):
    customers = customers_of(rows)
    return accounts.account_results(accounts.select_accounts(customers, rule), customers, changes)


def test_published_numbers():
    rows = {
        "a": {"clv_12m": 5.0, "revenue_window": 10.0},
        "b": {"clv_12m": 6.0, "revenue_window": 40.0, "strategic": True},
        "c": {"clv_12m": 7.0, "revenue_window": 30.0},
        "d": {"clv_12m": 2.0, "revenue_window": 20.0},
    }
    changes = pd.DataFrame({"change": ["joined", "joined", "left"]})
    results = results_of(rows, rule_of(2, strategic=True), changes)
    assert {name: result.value for name, result in results.items()} == {
        "accounts.key.customers": 2,
        "accounts.key.revenue": 70.0,
        "accounts.key.revenue_share": 0.7,
        "accounts.key.clv_share": 13 / 20,
        "accounts.key.by_value": 2,
        "accounts.key.by_strategic": 1,
        "accounts.key.by_at_risk": 0,
        "accounts.key.by_potential": 0,
        "accounts.key.joined": 2,
        "accounts.key.left": 1,
    }


def test_what_cannot_be_computed_says_why():
    results = results_of({"a": {"revenue_window": -1.0}}, rule_of(2))
    assert results["accounts.key.customers"].value == 1
    assert results["accounts.key.clv_share"].note == "needs predicted value"
    assert results["accounts.key.revenue_share"].note == "needs revenue"
    assert results["accounts.key.joined"].note == "needs customers a quarter ago"


def test_no_customers_no_accounts():
    customers = customers_of({"a": {}}).filter(ibis.literal(False))
    chosen = accounts.select_accounts(customers, rule_of(5, 5, 5, True))
    assert chosen.empty
    results = accounts.account_results(chosen, customers, None)
    assert results["accounts.key.customers"].value == 0
    assert results["accounts.key.revenue"].value == 0
    assert results["accounts.key.clv_share"].value is None
