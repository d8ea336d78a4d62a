"""Each rule of each table at its edge."""

from datetime import date

import pytest
from tests.cleaning.tables import EXPORTED_ON, judged, orders, raw_table, reasons

BUYER = orders(("1", "c", "2026-01-01", "100"))
HEADER = "order_id,customer_id,order_date,amount"
PURCHASE = "1,c,2026-01-01,100"
SCALES = {"nps": (0, 10)}

ORDER_LINES = {
    # rule: (outcome, a line that meets it, one that just does not); both follow PURCHASE
    "missing_order_id": ("quarantined", " ,c,2026-01-05,5", "0,c,2026-01-05,5"),
    "missing_customer_id": ("quarantined", "2,\u00a0,2026-01-05,5", "2,0,2026-01-05,5"),
    "missing_order_date": ("quarantined", "2,c,,5", "2,c,2026-01-05,5"),
    "missing_amount": ("quarantined", "2,c,2026-01-05,", "2,c,2026-01-05,0"),
    "unreadable_order_id": ("quarantined", "1.2E+05,c,2026-01-05,5", "12E5,c,2026-01-05,5"),
    "unreadable_customer_id": ("quarantined", "2,1.23E+05,2026-01-05,5", "2,E+5,2026-01-05,5"),
    "unreadable_order_date": ("quarantined", "2,c,2026-02-29,5", "2,c,2026-02-28,5"),
    "unreadable_amount": ("quarantined", "2,c,2026-01-05,1O", "2,c,2026-01-05,10"),
    "future_order_date": ("quarantined", "2,c,2026-10-06,5", "2,c,2026-10-05,5"),
    "after_as_of": ("excluded", "2,c,2026-10-01,5", "2,c,2026-09-30,5"),
    "zero_amount": ("kept", "2,c,2026-01-05,0.00", "2,c,2026-01-05,0.0001"),
    "return": ("kept", "1,c,2026-01-05,-0.01", "2,c,2026-01-05,0.01"),
    "duplicate_row": ("kept", PURCHASE, "2,c,2026-01-01,100"),
    "return_before_purchase": ("quarantined", "2,c,2025-12-31,-5", "2,c,2026-01-01,-5"),
    "unmatched_return": ("kept", "2,c,2026-01-02,-5", "1,c,2026-01-02,-5"),
    "mended_number": ("fixed", "2,c,2026-01-05,¥5", "2,c,2026-01-05,5"),
    "respelled_id": ("fixed", "2, c ,2026-01-05,5", "2,c,2026-01-05,5"),
    "merged_id": ("fixed", "2,C,2026-01-05,5", "2,c,2026-01-05,5"),
}


@pytest.fixture(scope="module")
def edges(clean_one):
    """Reasons of the line that meets each rule and of the one that does not: in one table.

    Each rule has a customer of its own, so that the lines of others do not count.
    """
    lines = []
    for number, (_, meets, just_not) in enumerate(ORDER_LINES.values()):
        for line in (PURCHASE, meets, just_not):
            order, customer, day, amount = line.split(",")
            own = customer.replace("c", f"c{number}").replace("C", f"C{number}")
            lines.append((order or None, own or None, day or None, amount or None))
    found = judged(clean_one(orders(*lines), exported_on=EXPORTED_ON))
    places = range(0, len(lines), 3)
    return {rule: found[i : i + 3] for rule, i in zip(ORDER_LINES, places, strict=True)}


@pytest.mark.parametrize("rule", ORDER_LINES)
def test_each_rule_of_transactions_at_its_edge(edges, rule):
    _, met, unmet = edges[rule]
    assert met[0] == ORDER_LINES[rule][0]
    assert rule in met[1]
    assert rule not in unmet[1]


COMPLAINT = {"complaint_id": ["1", "2"], "customer_id": ["c", "c"]}
INVOICE = {"invoice_id": ["1", "2"], "customer_id": ["c", "c"], "amount": ["10", "10"]}
DEAL = {"opportunity_id": ["1", "2"], "customer_id": ["c", "c"], "stage": ["x", "x"]}
FOLLOW_UP = {"customer_id": ["c", "c"]}
ACTION = {"action_id": ["1", "2"], "holdout": ["no", "no"], "customer_id": ["c", "d"]}
RATE = {"currency": ["USD", "EUR"], "source": ["x", "x"], "date": ["2026-01-01"] * 2}
ANSWER = {"response_id": ["1", "2"], "customer_id": ["c", "c"], "date": ["2026-01-01"] * 2}
MASTER = {"customer_id": ["c", "d"]}

AT_THE_EDGE = {
    # rule: (outcome, table, two rows, of which the first meets it and the second just does not)
    "closed_before_opened": (
        "quarantined",
        "complaints",
        COMPLAINT | {"opened_at": ["2026-01-02"] * 2, "closed_at": ["2026-01-01", "2026-01-02"]},
    ),
    "answered_before_opened": (
        "fixed",
        "complaints",
        COMPLAINT
        | {"opened_at": ["2026-01-02"] * 2, "first_response_at": ["2026-01-01", "2026-01-02"]},
    ),
    "future_closed_at": (
        "fixed",
        "complaints",
        COMPLAINT | {"opened_at": ["2026-01-02"] * 2, "closed_at": ["2026-10-06", "2026-10-05"]},
    ),
    "due_before_issued": (
        "kept",
        "receivables",
        INVOICE | {"issued_at": ["2026-01-02"] * 2, "due_at": ["2026-01-01", "2026-01-02"]},
    ),
    "paid_before_issued": (
        "kept",
        "receivables",
        INVOICE
        | {"issued_at": ["2026-01-02"] * 2, "due_at": ["2026-02-01"] * 2}
        | {"paid_at": ["2026-01-01", "2026-01-02"]},
    ),
    "overpaid": (
        "kept",
        "receivables",
        INVOICE
        | {"issued_at": ["2026-01-02"] * 2, "due_at": ["2026-02-01"] * 2}
        | {"paid_amount": ["10.01", "10"]},
    ),
    "out_of_range_paid_amount": (
        "fixed",
        "receivables",
        INVOICE
        | {"issued_at": ["2026-01-02"] * 2, "due_at": ["2026-02-01"] * 2}
        | {"paid_amount": ["-0.01", "0"]},
    ),
    "closed_before_created": (
        "kept",
        "opportunities",
        DEAL | {"created_at": ["2026-01-02"] * 2, "closed_at": ["2026-01-01", "2026-01-02"]},
    ),
    "decided_without_day": (
        "kept",
        "opportunities",
        DEAL | {"is_won": ["yes", None], "closed_at": [None, None]},
    ),
    "decided_in_future": (
        "kept",
        "opportunities",
        DEAL | {"is_won": ["yes", "no"], "closed_at": ["2026-10-06", "2026-10-05"]},
    ),
    "next_before_date": (
        "kept",
        "follow_ups",
        FOLLOW_UP | {"date": ["2026-01-02"] * 2, "next_due": ["2026-01-01", "2026-01-02"]},
    ),
    "unreadable_quarter": (
        "quarantined",
        "actions",
        ACTION | {"quarter": ["2026 Q3", "2026Q3"]},
    ),
    "rate_not_positive": ("quarantined", "fx_rates", RATE | {"rate": ["0", "0.01"]}),
    "score_off_scale": (
        "quarantined",
        "surveys",
        ANSWER | {"item": ["nps", "nps"], "score": ["11", "10"]},
    ),
    "unreadable_score": (
        "quarantined",
        "surveys",
        ANSWER | {"item": ["nps", "nps"], "score": ["nine", "9"]},
    ),
    "item_without_scale": (
        "kept",
        "surveys",
        ANSWER | {"item": ["taste", "nps"], "score": ["3", "3"]},
    ),
    "unknown_respondent": (
        "quarantined",
        "surveys",
        ANSWER | {"customer_id": ["x", None], "item": ["nps", "nps"], "score": ["3", "3"]},
    ),
    "unknown_customer": (
        "kept",
        "invitations",
        {"customer_id": ["x", "c"], "date": ["2026-01-01"] * 2},
    ),
    "future_birthday": ("fixed", "customers", MASTER | {"birthday": ["2026-10-06", "2026-10-05"]}),
    "unreadable_birthday": ("fixed", "customers", MASTER | {"birthday": ["1/2", "1990-01-02"]}),
}


@pytest.mark.parametrize("rule", AT_THE_EDGE)
def test_each_rule_of_other_tables_at_its_edge(clean_one, rule):
    outcome, table, columns = AT_THE_EDGE[rule]
    cleaned = clean_one(raw_table(table, columns), BUYER, scales=SCALES, exported_on=EXPORTED_ON)
    met, unmet = judged(cleaned)
    assert met == (outcome, [rule])
    assert rule not in unmet[1]


def test_rows_that_meet_no_rule_are_kept_without_a_reason(clean_one):
    assert judged(clean_one(BUYER)) == [("kept", [])]


def test_a_row_carries_all_its_reasons_the_gravest_first(clean_one):
    raw = orders((None, None, "2026-02-30", None), ("1", None, "2026-10-01", "¥0"))
    assert judged(clean_one(raw)) == [
        (
            "quarantined",
            ["missing_order_id", "missing_customer_id", "unreadable_order_date", "missing_amount"],
        ),
        ("quarantined", ["missing_customer_id", "after_as_of", "mended_number", "zero_amount"]),
    ]


def test_the_day_of_export_may_come_before_the_end_of_the_quarter(clean_one):
    raw = orders(("1", "c", "2026-09-29", "5"), ("2", "c", "2026-09-30", "5"))
    assert reasons(clean_one(raw, exported_on=date(2026, 9, 29))) == [[], ["future_order_date"]]


def test_without_the_day_of_export_no_order_is_too_late(clean_one):
    raw = orders(("1", "c", "2027-01-01", "5"))
    assert judged(clean_one(raw)) == [("excluded", ["after_as_of"])]


def test_a_positive_return_is_set_aside(clean_one):
    lines = [("1", "c", "2026-01-01", "9"), ("1", "c", "2026-01-02", "0.01")]
    found = judged(clean_one(orders(*lines, is_return=[None, "yes"])))
    assert found[1] == ("quarantined", ["positive_return", "return"])
