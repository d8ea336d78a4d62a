"""Returns: which purchase they take back, and those that nobody can have made."""

import pytest
from tests.cleaning.tables import column_of, judged, orders, reasons


@pytest.mark.parametrize(
    ("lines", "is_too_early"),
    [
        ([("1", "c", "2026-01-02", "9"), ("2", "c", "2026-01-01", "-9")], True),
        ([("1", "c", "2026-01-01", "9"), ("2", "c", "2026-01-01", "-9")], False),
        ([("1", "other", "2026-01-01", "9"), ("2", "c", "2026-01-01", "-9")], True),
        # The purchase is after the review, was rejected, or is itself a return.
        ([("1", "c", "2026-10-01", "9"), ("2", "c", "2026-01-01", "-9")], True),
        ([("1", "c", "2026-01-01", "x"), ("2", "c", "2026-01-01", "-9")], True),
        ([("1", "c", "2026-01-01", "-9"), ("2", "c", "2026-01-02", "-9")], True),
        ([("1", "c", "2026-01-01", "0"), ("2", "c", "2026-01-02", "-9")], False),
    ],
)
def test_a_return_needs_an_earlier_purchase(clean_one, lines, is_too_early):
    assert ("return_before_purchase" in reasons(clean_one(orders(*lines)))[1]) == is_too_early


def test_a_return_belongs_to_its_order_or_to_the_last_purchase_of_its_product(clean_one):
    lines = [
        ("1", "c", "2026-01-01", "5"),
        ("2", "c", "2026-01-02", "5"),
        ("3", "c", "2026-01-09", "5"),
        ("1", "c", "2026-01-03", "-5"),  # its own order
        ("r1", "c", "2026-01-03", "-5"),  # the last tea before that day
        ("r2", "c", "2026-01-03", "-5"),  # no cup was bought by then
        ("3", "c", "2026-01-08", "-5"),  # its order is later, but tea was bought
    ]
    cleaned = clean_one(orders(*lines, product=["tea", "tea", "cup", "tea", "tea", "cup", "tea"]))
    assert column_of(cleaned.table, "returned_order_id") == [
        *[None] * 3, "1", "2", None, "2",
    ]  # fmt: skip
    assert reasons(cleaned)[5] == ["unmatched_return", "return"]


def test_a_return_is_flagged_or_negative(clean_one):
    rows = [
        ("5", None, False),
        ("5", "F", False),
        ("0", "true", True),
        ("-5", None, True),
        ("-5", "no", True),
        ("-5", "1", True),
    ]
    lines = [("1", "c", "2026-01-01", amount) for amount, *_ in rows]
    kept = clean_one(orders(*lines, is_return=[flag for _, flag, _ in rows])).kept
    assert column_of(kept, "is_return") == [is_return for *_, is_return in rows]


def test_refunds_of_strangers_count_nowhere(clean_one):
    found = judged(clean_one(orders(("1", "c", "2026-01-01", "-5"))))
    assert found == [("quarantined", ["return_before_purchase", "return"])]
