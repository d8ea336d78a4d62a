"""Copies, repeated keys, outliers, contradictions, debts of points, and stale tables."""

from datetime import date

import pytest
from tests.cleaning.tables import judged, orders, raw_table, reasons

from analysis.cleaning import DuplicateIdError

BUYER = orders(("1", "c", "2026-01-01", "100"))
LINE = ("1", "c", "2026-01-01", "100")


@pytest.mark.parametrize(("duplicates", "outcome"), [("keep", "kept"), ("exclude", "excluded")])
def test_copies_after_the_first_are_duplicates(clean_one, duplicates, outcome):
    lines = [LINE, ("2", *LINE[1:]), LINE, LINE]
    found = judged(clean_one(orders(*lines), duplicates=duplicates))
    assert found == [("kept", []), ("kept", []), *[(outcome, ["duplicate_row"])] * 2]


def test_rejected_rows_are_not_compared(clean_one):
    raw = orders(*[("1", "c", "2026-10-01", "5")] * 2)
    assert judged(clean_one(raw, duplicates="exclude")) == [("excluded", ["after_as_of"])] * 2


@pytest.mark.parametrize("days", [("2026-01-01", "2026-01-02"), ("2026-01-02", "2026-01-01")])
def test_of_two_answers_to_one_question_the_earlier_stays(clean_one, days):
    raw = raw_table(
        "surveys",
        {
            "response_id": ["1", "1", "1"],
            "date": [*days, "2026-01-03"],
            "item": ["nps", "nps", "csat"],
            "score": ["9", "1", "4"],
        },
    )
    cleaned = clean_one(raw, BUYER, scales={"nps": (0, 10), "csat": (1, 5)})
    expected = [[], ["repeated_key"], []] if days[0] < days[1] else [["repeated_key"], [], []]
    assert reasons(cleaned) == expected


def test_a_customer_in_two_rows_stops_the_run_and_is_not_named(clean_all):
    raw = raw_table("customers", {"customer_id": ["c1", "c2", "C1 "], "name": ["Ann", "Bo", "An"]})
    with pytest.raises(DuplicateIdError) as stopped:
        clean_all(raw, BUYER)
    message = str(stopped.value)
    assert "customers.csv line 2, customers.csv line 4" in message
    assert "Ann" not in message
    assert "c1" not in message


def test_whole_copies_of_a_customer_can_be_left_out(clean_one):
    raw = raw_table("customers", {"customer_id": ["c1", "c1"], "name": ["Ann", "Ann"]})
    found = judged(clean_one(raw, BUYER, duplicates="exclude"))
    assert found == [("kept", []), ("excluded", ["duplicate_row"])]


def test_an_outlier_is_a_multiple_of_what_99_lines_of_100_stay_below(clean_one):
    lines = [(str(n), "c", "2026-01-01", "1") for n in range(200)]
    lines += [("a", "c", "2026-01-01", "100"), ("b", "c", "2026-01-01", "100.01")]
    found = reasons(clean_one(orders(*lines), outlier_multiple=100))
    assert found[-2:] == [[], ["outlier"]]
    assert not any(found[:-2])


def test_customers_cannot_be_treated_and_held_out_in_one_quarter(clean_one):
    raw = raw_table(
        "actions",
        {
            "action_id": ["1", "2", "3", "4", "5"],
            "customer_id": ["c", "c", "c", "d", "d"],
            "quarter": ["2026Q2", "2026Q2", "2026Q3", "2026Q2", "2026Q2"],
            "holdout": ["yes", "no", "no", "yes", "yes"],
        },
    )
    buyers = orders(LINE, ("2", "d", "2026-01-01", "1"))
    both = ["held_out_and_treated"]
    assert reasons(clean_one(raw, buyers)) == [both, both, [], [], []]


def test_customers_left_out_of_one_type_may_get_another(clean_one):
    raw = raw_table(
        "actions",
        {
            "action_id": ["1", "2", "3", "4"],
            "customer_id": ["c", "c", "d", "d"],
            "quarter": ["2026Q2"] * 4,
            "type": ["voucher", "card", "voucher", "voucher"],
            "holdout": ["yes", "no", "yes", "no"],
        },
    )
    buyers = orders(LINE, ("2", "d", "2026-01-01", "1"))
    both = ["held_out_and_treated"]
    assert reasons(clean_one(raw, buyers)) == [[], [], both, both]


def test_points_below_zero_at_the_end_of_a_day(clean_one):
    raw = raw_table(
        "loyalty",
        {
            "customer_id": ["c", "c", "c", "c"],
            "date": ["2026-01-02", "2026-01-01", "2026-01-02", "2026-01-03"],
            "points": ["-15", "10", "5", "-1"],
        },
    )
    assert reasons(clean_one(raw, BUYER)) == [[], [], [], ["negative_balance"]]


def test_customers_are_known_by_master_data_or_orders(clean_all):
    known = raw_table("customers", {"customer_id": ["m"]})
    contacts = {
        "customer_id": ["m", "c", "x", "M"],
        "date": [f"2026-01-0{n}" for n in (1, 2, 3, 4)],
    }
    found = clean_all(BUYER, known, raw_table("follow_ups", contacts))
    assert reasons(found["follow_ups"]) == [[], [], ["unknown_customer"], ["merged_id"]]
    assert reasons(found["transactions"]) == [["unknown_customer"]]


def test_a_table_is_stale_if_its_newest_row_is_too_old(clean_one):
    newest = clean_one(orders(LINE, ("2", "c", "2026-06-29", "5")), stale_after_days=92)
    assert newest.stale_since == date(2026, 6, 29)
    assert clean_one(orders(LINE, ("2", "c", "2026-06-30", "5"))).stale_since is None
