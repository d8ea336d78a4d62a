"""Follow-ups: who was last contacted when, who is overdue, and how well owners cover theirs."""

from datetime import date

import ibis
import pandas as pd
import pytest
from tests.accounts.relations.tables import AS_OF, QUARTER, day, make_table

from analysis.accounts import credit, follow_ups
from analysis.schemas import CUSTOMERS, FOLLOW_UPS


def visit(customer, on, next_due=None, owner="Ann"):
    return {
        "customer_id": customer,
        "date": date.fromisoformat(on) if on.startswith("20") else day(on),
        "next_due": next_due and day(next_due),
        "owner": owner,
    }


def tiers_of(tiers):
    return ibis.memtable(
        {
            "customer_id": list(tiers),
            "tier": list(tiers.values()),
            "clv_12m": [100.0 * (1 + n) for n in range(len(tiers))],
        },
        schema={"customer_id": "string", "tier": "string", "clv_12m": "float64"},
    )


def plan(visits, tiers, cadence=None, customers=()):
    contacts = follow_ups.find_last_contacts(make_table(FOLLOW_UPS, visits), AS_OF)
    master = make_table(CUSTOMERS, customers)
    return follow_ups.plan_contacts(tiers_of(tiers), master, contacts, cadence or {}, AS_OF)


def row_of(planned, customer):
    return planned.filter(planned.customer_id == customer).to_pandas().iloc[0]


def results_of(planned, cadence=None):
    return follow_ups.follow_up_results(planned, make_table(FOLLOW_UPS), QUARTER, cadence or {})


def test_the_last_contact_counts():
    visits = [
        visit("a", "07-01", "08-01"),
        visit("a", "08-15", "11-01", "Ben"),
        visit("a", "08-15", "10-15", "Ben"),
        visit("a", "10-02", "12-01"),  # after the quarter
    ]
    found = follow_ups.find_last_contacts(make_table(FOLLOW_UPS, visits), AS_OF).to_pandas()
    assert found.astype(str).iloc[0].to_dict() == {
        "customer_id": "a",
        "last_contact": "2026-08-15",
        "contacts": "3",
        "next_due": "2026-10-15",
        "contacted_by": "Ben",
    }


@pytest.mark.parametrize(
    ("next_due", "cadence", "days"),
    [
        ("09-30", {}, None),  # due on the day itself
        ("09-29", {}, 1),
        (None, {}, None),  # nothing was promised
        (None, {"high": 60}, 10),  # 2026-07-22 + 60 days = 2026-09-20
        (None, {"high": 70}, None),  # due on the day itself
        ("12-01", {"high": 10}, None),  # what was agreed goes before the cadence
    ],
)
def test_when_a_contact_is_overdue(next_due, cadence, days):
    found = row_of(plan([visit("a", "07-22", next_due)], {"a": "high"}, cadence), "a")
    assert found["is_overdue"] == (days is not None)
    assert found["days_overdue"] == days or (days is None and pd.isna(found["days_overdue"]))


def test_a_strategic_customer_has_a_cadence_of_its_own():
    customers = [{"customer_id": "a", "strategic": True, "owner": "Cy"}]
    cadence = {"strategic": 30, "high": 90}
    found = row_of(plan([visit("a", "08-21")], {"a": "high"}, cadence, customers), "a")
    assert (found["tier"], found["cadence_days"], found["days_overdue"]) == ("strategic", 30, 10)
    assert (found["owner"], found["is_kept"]) == ("Cy", False)


def test_those_whom_nobody_contacted_are_not_overdue():
    planned = plan([visit("a", "09-01")], {"a": "high", "b": "high", "c": "low"}, {"high": 60})
    results = results_of(planned, {"high": 60})
    assert results["follow_ups.customers"].value == 2  # c has no cadence
    assert results["follow_ups.never"].value == 1
    assert results["follow_ups.overdue"].value == 0
    assert results["follow_ups.kept"].value == pytest.approx(1 / 2)
    assert row_of(planned, "b")["owner"] == "nobody"


def test_prospects_count_and_strangers_do_not():
    customers = [{"customer_id": "p", "owner": "Ann"}]
    visits = [visit("p", "07-01", "08-01"), visit("x", "07-01", "08-01")]
    planned = plan(visits, {}, customers=customers)
    assert planned.customer_id.to_pandas().to_list() == ["p"]
    assert row_of(planned, "p")["tier"] == "unknown"
    strangers = credit.find_strangers(
        make_table(FOLLOW_UPS, visits), make_table(CUSTOMERS, customers), tiers_of({})
    )
    results = follow_ups.follow_up_results(planned, strangers, QUARTER, {})
    assert results["follow_ups.strangers"].value == 1
    assert results["follow_ups.overdue_value"].note == "needs predicted value"


def test_coverage_hides_small_counts():
    """Of Ann's 30 customers 12 are overdue, of Cy's 12 three; Ben's four join Cy's."""
    customers = [f"{owner}{n}" for owner, size in (("a", 30), ("b", 4), ("c", 12), ("d", 20))
                 for n in range(size)]  # fmt: skip
    owners = {"a": "Ann", "b": "Ben", "c": "Cy", "d": "Di"}
    late = {*(f"a{n}" for n in range(12)), *(f"c{n}" for n in range(3))}
    visits = [visit(c, "07-15", "08-01" if c in late else "11-01", owners[c[0]]) for c in customers]
    planned = plan(visits, dict.fromkeys(customers, "high"))
    covered = follow_ups.cover(planned, "owner", QUARTER).set_index("level")
    assert covered["customers"].to_dict() == {"Ann": 30, "Di": 20, "other": 16}
    assert covered["share"].to_list() == [1, 1, 1]
    # All overdue are 15: with Ann's 12 told, the three would be known.
    assert covered["overdue"].isna().to_dict() == {"Ann": True, "Di": False, "other": True}
    assert covered["never"].to_list() == [0, 0, 0]


def test_many_owners_are_put_together():
    tiers = {f"{n:02}-{k}": "high" for n in range(20) for k in range(11)}
    visits = [visit(c, "07-15", owner=f"Owner {c[:2]}") for c in tiers]
    covered = follow_ups.cover(plan(visits, tiers), "owner", QUARTER)
    assert len(covered) == follow_ups.MOST_LEVELS + 1
    assert covered.set_index("level").loc["other", "customers"] == 8 * 11
    assert covered["customers"].sum() == 220


def test_the_overdue_list_begins_with_the_most_valuable():
    planned = plan(
        [visit(c, "07-01", "08-01") for c in "abc"], {"a": "low", "b": "low", "c": "low"}
    )
    assert follow_ups.list_overdue(planned, 2)["customer_id"].to_list() == ["c", "b"]


def test_without_follow_ups():
    results = results_of(plan([], {"a": "high"}, {"high": 60}), {"high": 60})
    assert all(r.value is None and r.note == follow_ups.NO_FOLLOW_UPS for r in results.values())
    full = results_of(plan([visit("a", "07-01", "08-01")], {"a": "high"}))
    assert results.keys() == full.keys()


class TestDemo:
    """The demo company: the overdue are those that were planted."""

    @pytest.fixture(scope="class")
    def planned(self, cleaned):
        customers = cleaned["customers"]
        tiered = customers.select(
            "customer_id", tier=ibis.literal("high"), clv_12m=ibis.literal(1.0)
        )
        contacts = follow_ups.find_last_contacts(cleaned["follow_ups"], AS_OF)
        return follow_ups.plan_contacts(tiered, customers, contacts, {"high": 90}, AS_OF)

    def test_the_planted_ones_are_found(self, planned, folder, truth):
        found = planned.filter(planned.is_overdue).select("customer_id", "due_on").to_pandas()
        planted = pd.read_csv(folder / "truth/overdue.csv")
        assert set(found["customer_id"]) == set(planted["customer_id"])
        due = found.set_index("customer_id")["due_on"].astype(str)
        assert due.to_dict() == planted.set_index("customer_id")["next_due"].to_dict()
        assert len(found) == truth["follow_ups"]["overdue"] == 37

    def test_equals_pandas_on_the_raw_file(self, planned, raw):
        rows, known = raw("follow_ups"), set(raw("customers")["customer_id"])
        rows = rows[(rows["date"] <= pd.Timestamp(AS_OF)) & rows["customer_id"].isin(known)]
        last = rows.sort_values("date").groupby("customer_id").tail(1)
        late = last[last["next_due"] < pd.Timestamp(AS_OF)]
        results = results_of(planned, {"high": 90})
        assert results["follow_ups.overdue"].value == len(late)
        assert results["follow_ups.overdue_share"].value == pytest.approx(len(late) / len(last))
