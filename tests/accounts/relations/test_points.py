"""Loyalty points: earned, spent, owed, and members beside others."""

from datetime import date

import pandas as pd
import pytest
from tests.accounts.relations.columns import columns
from tests.accounts.relations.tables import AS_OF, QUARTER, day, make_table

from analysis.accounts import loyalty_points
from analysis.satisfaction.intervals import wilson_interval
from analysis.schemas import LOYALTY

QUARTERS = [QUARTER.shift(-2), QUARTER.shift(-1), QUARTER]


def entry(customer, on, points):
    return {"customer_id": customer, "date": day(on), "points": points}


LEDGER = [
    entry("a", "05-01", 100),
    entry("a", "07-01", 50),
    entry("a", "09-30", -30),
    entry("b", "08-01", 40),
    entry("b", "10-01", 500),  # after the quarter
    entry("z", "06-01", 10),
    entry("z", "08-01", -999),  # more than there ever was
]


def summary_of(sizes):
    """Customers by prefix: (how many, how many of them bought, how many came back)."""
    rows = [
        (f"{prefix}{n}", int(n < back), int(n < bought), 10.0)
        for prefix, (size, bought, back) in sizes.items()
        for n in range(size)
    ]
    return columns(
        rows, customer_id="string", frequency="int64", n_orders_quarter="int64",
        revenue_window="float64",
    )  # fmt: skip


def results_of(entries, summary, point_value=0.1):
    ledger = make_table(LOYALTY, entries)
    members = loyalty_points.sum_points(ledger, AS_OF)
    return loyalty_points.point_results(
        members,
        loyalty_points.follow_points(ledger, members, QUARTERS),
        loyalty_points.compare_members(members, summary),
        point_value,
    )


def test_points_of_each_member():
    members = loyalty_points.sum_points(make_table(LOYALTY, LEDGER), AS_OF)
    found = members.order_by("customer_id").to_pandas().set_index("customer_id")
    assert found[["earned", "spent", "balance"]].to_numpy().tolist() == [
        [150, 30, 120], [40, 0, 40], [10, 999, -989],
    ]  # fmt: skip
    assert found["is_overdrawn"].to_list() == [False, False, True]
    assert str(found["member_since"].iloc[0])[:10] == "2026-05-01"


def test_quarters_leave_out_who_is_overdrawn():
    ledger = make_table(LOYALTY, LEDGER)
    members = loyalty_points.sum_points(ledger, AS_OF)
    trend = loyalty_points.follow_points(ledger, members, QUARTERS)
    assert trend.to_dict("records") == [
        {"quarter": "2026Q2", "earned": 100, "spent": 0, "balance": 100, "members": 1},
        {"quarter": "2026Q3", "earned": 90, "spent": 30, "balance": 160, "members": 2},
    ]


def test_what_is_published():
    results = results_of(LEDGER, summary_of({"a": (3, 1, 1)}))
    values = {name.removeprefix("points."): r.value for name, r in results.items()}
    assert values == {
        "members": 2, "earned": 90, "spent": 30, "balance": 160,
        "spent_share": pytest.approx(30 / 190), "liability": pytest.approx(16.0), "overdrawn": 1,
        "member_bought": None, "other_bought": None,
    }  # fmt: skip
    without = results_of(LEDGER, summary_of({"a": (3, 1, 1)}), point_value=None)
    assert without["points.liability"].note == loyalty_points.NO_VALUE


def test_members_beside_others():
    entries = [entry(f"m{n}", "07-01", 1) for n in range(40)]
    results = results_of(entries, summary_of({"m": (40, 30, 20), "o": (50, 10, 5)}))
    member, other = results["points.member_bought"], results["points.other_bought"]
    assert (member.value, member.n) == (0.75, 40)
    assert (other.value, other.n) == (0.2, 50)
    assert (member.low, member.high) == wilson_interval(0.75, 40)
    members = loyalty_points.sum_points(make_table(LOYALTY, entries), AS_OF)
    summary = summary_of({"m": (40, 30, 20), "o": (50, 10, 5)})
    compared = loyalty_points.compare_members(members, summary).set_index("group")
    assert compared["repeat_rate"].to_dict() == {"member": 0.5, "other": 0.1}
    assert compared["revenue_per_customer"].to_list() == [10, 10]


def test_without_points():
    results = results_of([], summary_of({"a": (40, 1, 1)}))
    assert all(r.note == loyalty_points.NO_POINTS for r in results.values())
    assert results.keys() == results_of(LEDGER, summary_of({"a": (3, 1, 1)})).keys()


def test_the_demo_ledger_equals_pandas(raw, folder):
    rows = raw("loyalty")
    rows = rows[rows["points"].notna() & (rows["date"] <= pd.Timestamp(AS_OF))]
    ledger = columns(
        [(r.customer_id, r.date.date(), int(r.points)) for r in rows.itertuples()],
        customer_id="string", date="date", points="int64",
    )  # fmt: skip
    balance = rows.groupby("customer_id")["points"].sum()
    sound = rows[rows["customer_id"].isin(balance[balance >= 0].index)]
    in_quarter = sound[sound["date"] >= pd.Timestamp(QUARTER.first_day)]["points"]
    members = loyalty_points.sum_points(ledger, AS_OF)
    trend = loyalty_points.follow_points(ledger, members, [QUARTER])
    now = trend.iloc[0]
    assert now["earned"] == in_quarter[in_quarter > 0].sum()
    assert now["spent"] == -in_quarter[in_quarter < 0].sum()
    assert now["balance"] == sound["points"].sum()
    # Three customers were planted who spent what they never had.
    assert members.is_overdrawn.sum().execute() == (balance < 0).sum() == 3
    assert date(2026, 9, 30) == AS_OF
