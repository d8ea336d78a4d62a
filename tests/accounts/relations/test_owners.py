"""Account owners and kinds of stakeholders."""

from decimal import Decimal

import numpy as np
import pytest
from tests.accounts.relations.columns import columns
from tests.accounts.relations.tables import QUARTER, day, make_table

from analysis.accounts import owners
from analysis.satisfaction.intervals import wilson_interval
from analysis.schemas import CUSTOMERS, TRANSACTIONS


def kpis_of(customers, satisfied_from=9.0):
    """Customers: (id, owner, orders now, bought before, csat, contacted on, overdue)."""
    summary = columns(
        [(c[0], c[2], 10.0) for c in customers],
        customer_id="string", n_orders_quarter="int64", revenue_quarter="float64",
    )  # fmt: skip
    master = make_table(CUSTOMERS, [{"customer_id": c[0], "owner": c[1]} for c in customers])
    sums = {
        "contacts": columns(
            [(c[0], c[5]) for c in customers if c[5]], customer_id="string", last_contact="date"
        ),
        "receivables": columns(
            [(c[0], Decimal(c[6])) for c in customers if c[6]],
            customer_id="string", overdue_receivables="decimal(18, 4)",
        ),
        "pipeline": columns([], customer_id="string", open_pipeline="decimal(18, 4)"),
    }  # fmt: skip
    return owners.gather_kpis(
        summary,
        master,
        columns([(c[0],) for c in customers if c[3]], customer_id="string"),
        columns([(c[0], c[4]) for c in customers], customer_id="string", csat="float64"),
        sums,
        satisfied_from,
        QUARTER,
    )


ANN = [
    (f"a{n}", "Ann", int(n < 30), n < 40, 9.0 if n < 20 else 5.0,
     day("07-01") if n < 25 else day("06-30"), 5 if n < 10 else None)
    for n in range(50)
]  # fmt: skip
BEN = [(f"b{n}", "Ben", 1, True, None, None, None) for n in range(20)]
CY = [(f"c{n}", "Cy", 1, True, None, None, None) for n in range(5)]


def test_figures_by_hand():
    found = owners.compare_owners(kpis_of([*ANN, *BEN, *CY])).set_index("level")
    ann = found.loc["Ann"]
    assert (ann["customers"], ann["retained_of"]) == (50, 40)
    assert ann["retained"] == pytest.approx(30 / 40)
    assert (ann["low"], ann["high"]) == wilson_interval(30 / 40, 40)
    assert ann["satisfied"] == pytest.approx(20 / 50)
    assert ann["contacted_share"] == pytest.approx(25 / 50)
    assert (ann["revenue"], ann["overdue_receivables"], ann["open_pipeline"]) == (500, 50, 0)


def test_small_owners_are_hidden():
    """Cy's five are too few, and alone they would follow by subtraction: Ben's join them."""
    found = owners.compare_owners(kpis_of([*ANN, *BEN, *CY]))
    assert found["level"].to_list() == ["Ann", "other"]
    other = found.iloc[1]
    assert other["customers"] == 25
    assert np.isnan(other["retained"])  # of fewer than 30
    assert np.isnan(other["satisfied"])
    assert np.isnan(other["low"])


def test_without_a_scale_nobody_is_satisfied_or_not():
    found = owners.compare_owners(kpis_of(ANN, satisfied_from=None))
    assert found["satisfied"].isna().all()
    assert owners.find_satisfied({"csat": (1, 10)}, "csat") == 9
    assert owners.find_satisfied({"csat": (1, 10)}, None) is None
    assert owners.find_satisfied({}, "csat") is None


def test_without_owners():
    nobody = [(c[0], None, *c[2:]) for c in ANN]
    results = owners.owner_results(owners.compare_owners(kpis_of(nobody)))
    assert all(r.note == owners.NO_OWNERS for r in results.values())


def test_published():
    results = owners.owner_results(owners.compare_owners(kpis_of([*ANN, *BEN, *CY])))
    assert results["owners.listed"].value == 1
    assert results["owners.least_retained"].value == pytest.approx(0.75)


def test_who_bought_in_a_quarter():
    lines = make_table(
        TRANSACTIONS,
        [
            {"order_id": "1", "customer_id": "a", "order_date": day("07-01"), "is_return": False},
            {"order_id": "2", "customer_id": "a", "order_date": day("09-30"), "is_return": False},
            {"order_id": "3", "customer_id": "b", "order_date": day("08-01"), "is_return": True},
            {"order_id": "4", "customer_id": "c", "order_date": day("10-01"), "is_return": False},
        ],
    )
    assert owners.find_buyers(lines, QUARTER).customer_id.to_pandas().to_list() == ["a"]


def test_stakeholders():
    kinds = {"g": "government", "i": "investor", "n": None}
    rows = [(f"{kind}{n}", size) for kind, size in (("g", 20), ("i", 12), ("n", 3))
            for n in range(size)]  # fmt: skip
    tiered = columns(
        [(c, 1, Decimal(100), 7.0) for c, _ in rows],
        customer_id="string", n_orders_window="int64", revenue_window="decimal(18, 4)",
        clv_12m="float64",
    )  # fmt: skip
    master = make_table(
        CUSTOMERS, [{"customer_id": c, "stakeholder_type": kinds[c[0]]} for c, _ in rows]
    )
    found = owners.count_stakeholders(tiered, master)
    assert found["level"].to_list() == ["government", "other"]
    assert found["customers"].to_list() == [20, 15]
    assert found["revenue_share"].to_list() == pytest.approx([20 / 35, 15 / 35])
    assert found["value_share"].sum() == pytest.approx(1)
    assert found["active"].to_list() == [1, 1]
    none = make_table(CUSTOMERS, [{"customer_id": "g0"}])
    results = owners.stakeholder_results(owners.count_stakeholders(tiered, none))
    assert results["stakeholders.kinds"].note == owners.NO_STAKEHOLDERS
