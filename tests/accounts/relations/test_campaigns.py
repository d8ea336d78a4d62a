"""Campaigns: what they cost, and what those whom they reached bought since."""

from decimal import Decimal

import pytest
from tests.accounts.relations.columns import columns
from tests.accounts.relations.tables import QUARTER, make_table

from analysis.accounts import campaigns
from analysis.schemas import ACTIONS

BEFORE = QUARTER.shift(-1)


def action(customer, kind="card", cost="2", *, holdout=False, quarter=BEFORE):
    return {
        "action_id": f"A{customer}{kind}{quarter}{cost}",
        "customer_id": customer,
        "quarter": str(quarter),
        "type": kind,
        "cost": None if cost is None else Decimal(cost),
        "holdout": holdout,
    }


def summary_of(n, bought):
    return columns(
        [(f"c{k}", int(k < bought), Decimal(100 if k < bought else 0)) for k in range(n)],
        customer_id="string", n_orders_quarter="int64", revenue_quarter="decimal(18, 4)",
    )  # fmt: skip


ROWS = [
    *(action(f"c{n}") for n in range(20)),
    action("c0", cost="3"),  # twice for one customer
    *(action(f"c{n}", holdout=True) for n in range(20, 30)),
    *(action(f"c{n}", "visit", "50") for n in range(5)),
    *(action(f"c{n}", "mail", "1") for n in range(8)),
    action("c1", quarter=QUARTER),
    action("stranger", cost="7"),
]


def test_by_hand():
    found = campaigns.sum_campaigns(make_table(ACTIONS, ROWS), summary_of(30, 10), BEFORE)
    assert found["type"].to_list() == ["other", "card"]  # five visits and eight mails
    other, card = found.to_dict("records")
    assert (card["reached"], card["cost"], card["bought"], card["revenue"]) == (21, 50, 10, 1000)
    assert card["cost_per_buyer"] == pytest.approx(5)
    assert card["revenue_per_cost"] == pytest.approx(20)
    assert (other["reached"], other["cost"], other["bought"]) == (13, 258, 13)
    results = campaigns.campaign_results(found, 10_000.0)
    assert results["campaigns.cost"].value == 308
    assert results["campaigns.reached"].value == 34
    assert results["campaigns.cost_share"].value == pytest.approx(0.0308)
    assert results["campaigns.cost_per_buyer"].value == pytest.approx(308 / 23)


def test_unknown_costs_are_not_zero():
    rows = [action(f"c{n}", cost=None) for n in range(20)]
    found = campaigns.sum_campaigns(make_table(ACTIONS, rows), summary_of(30, 10), BEFORE)
    results = campaigns.campaign_results(found, 10_000.0)
    assert found["cost"].isna().all()
    assert results["campaigns.reached"].value == 20
    assert results["campaigns.cost"].note == campaigns.NO_COST


def test_nobody_bought():
    rows = [action(f"c{n}") for n in range(20)]
    found = campaigns.sum_campaigns(make_table(ACTIONS, rows), summary_of(30, 0), BEFORE)
    results = campaigns.campaign_results(found, 0.0)
    assert results["campaigns.cost_per_buyer"].value is None
    assert results["campaigns.cost_share"].value is None
    assert results["campaigns.revenue_per_cost"].value == 0


def test_without_actions():
    found = campaigns.sum_campaigns(make_table(ACTIONS), summary_of(3, 1), BEFORE)
    results = campaigns.campaign_results(found, 1.0)
    assert all(r.note == campaigns.NO_ACTIONS for r in results.values())
    assert campaigns.sum_revenue(summary_of(30, 10)) == 1000
