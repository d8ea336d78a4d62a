"""Booleans, mapped values, selected rows, faults of reading, and what cannot be read."""

import pytest
from tests.cleaning.tables import column_of, judged, orders, raw_table

from analysis.cleaning.casting import FALSE, TRUE

CUSTOMER = ("1", "c", "2026-01-01", "5")


@pytest.mark.parametrize(
    ("words", "meaning"),
    [([*TRUE, " Yes ", "TRUE", "ｙｅｓ"], True), ([*FALSE, "No", "FALSE"], False)],
)
def test_words_for_true_and_false(clean_one, words, meaning):
    raw = raw_table(
        "customers",
        {"customer_id": [f"c{i}" for i in range(len(words))], "strategic": words},
    )
    cleaned = clean_one(raw, orders(CUSTOMER))
    assert column_of(cleaned.table, "strategic") == [meaning] * len(words)


def test_consent_that_cannot_be_read_was_not_given(clean_one):
    raw = raw_table(
        "customers",
        {"customer_id": ["a", "b", "c"], "consent_marketing": ["yes", "perhaps", None]},
    )
    cleaned = clean_one(raw, orders(CUSTOMER))
    assert column_of(cleaned.kept, "consent_marketing") == [True, False, None]
    assert judged(cleaned)[1] == ("fixed", ["unreadable_consent_marketing"])


def test_an_optional_value_that_cannot_be_read_is_left_empty_and_counted(clean_one):
    cleaned = clean_one(orders(CUSTOMER, ("2", *CUSTOMER[1:]), quantity=["2", "two"]))
    assert judged(cleaned) == [("kept", []), ("fixed", ["unreadable_quantity"])]
    assert column_of(cleaned.kept, "quantity")[1] is None


def test_whether_a_line_is_a_return_must_be_known(clean_one):
    cleaned = clean_one(orders(CUSTOMER, ("2", *CUSTOMER[1:]), is_return=["no", "perhaps"]))
    assert judged(cleaned)[1] == ("quarantined", ["unreadable_is_return"])


def test_values_are_mapped(clean_one):
    raw = raw_table(
        "opportunities",
        {
            "opportunity_id": ["1", "2", "3", "4"],
            "customer_id": ["c"] * 4,
            "stage": ["closedwon", "closedlost", "talks", None],
            "is_won": ["closedwon", "closedlost", "talks", None],
        },
        values={
            "is_won": {"closedwon": "true", "closedlost": "false", "*": ""},
            "stage": {"closedwon": "Won", "": "unknown"},
        },
    )
    cleaned = clean_one(raw, orders(CUSTOMER))
    assert column_of(cleaned.table, "is_won") == [True, False, None, None]
    assert column_of(cleaned.table, "stage") == ["Won", "closedlost", "talks", "unknown"]
    assert [outcome for outcome, _ in judged(cleaned)] == ["kept"] * 4


def test_rows_that_are_not_wanted_are_excluded_and_counted(clean_one):
    raw = orders(
        CUSTOMER,
        ("2", *CUSTOMER[1:]),
        ("3", *CUSTOMER[1:]),
        only_0=["won", "open", None],
        only_1=["x", "x", "x"],
        only={"Stage": ["won", "signed"], "Kind": "x"},
    )
    assert judged(clean_one(raw)) == [
        ("kept", []),
        ("excluded", ["not_selected"]),
        ("excluded", ["not_selected"]),
    ]


@pytest.mark.parametrize("fault", ["extra_field", "short_row", "control_character", "summary_row"])
def test_a_row_that_could_not_be_read_has_that_one_reason(clean_one, fault):
    columns = {
        "order_id": ["1", None],
        "customer_id": ["c", None],
        "order_date": ["2026-01-01", None],
        "amount": ["5", None],
    }
    raw = raw_table("transactions", columns | {"read_fault": [None, fault]})
    assert judged(clean_one(raw)) == [("kept", []), ("quarantined", [fault])]


def test_kept_rows_are_typed_and_carry_no_judgement(clean_one):
    kept = clean_one(orders(CUSTOMER, (None, "c", "2026-01-01", "5"))).kept
    assert {name: str(dtype) for name, dtype in kept.schema().items()} == {
        "source_file": "string",
        "source_row": "int64",
        "order_id": "string",
        "customer_id": "string",
        "order_date": "date",
        "amount": "decimal(18, 4)",
        "is_return": "boolean",
        "returned_order_id": "string",
    }
    assert kept.count().execute() == 1


def test_extra_columns_of_customers_are_kept(clean_one):
    raw = raw_table("customers", {"customer_id": ["c"], "loyalty_tier": ["gold"]})
    assert column_of(clean_one(raw, orders(CUSTOMER)).kept, "loyalty_tier") == ["gold"]
