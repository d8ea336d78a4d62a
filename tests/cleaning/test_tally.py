"""Rows and money add up, and every reason is counted."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.cleaning.tables import orders, raw_table

from analysis import cleaning

DIRTY = orders(
    ("1", "c", "2026-01-01", "0.10"),
    ("2", "c", "2026-01-02", "0.20"),
    ("2", "c", "2026-01-02", "0.20"),
    ("3", None, "2026-01-03", "0.70"),
    ("4", "c", "2026-10-01", "5"),
    ("5", "c", "2026-01-04", "broken"),
    ("6", "d", "2026-01-04", "-1"),
    ("7", "c", "2026-01-05", "¥3"),
)


@pytest.fixture(scope="module")
def cleaned(clean_one):
    return clean_one(DIRTY, duplicates="exclude")


def test_tally_of_outcomes(cleaned):
    tally = cleaning.tally_outcomes(cleaned)
    assert tally.index.to_list() == ["read", "kept", "fixed", "quarantined", "excluded"]
    assert tally["rows"].to_list() == [8, 2, 1, 3, 2]
    assert [str(amount) for amount in tally["amount"]] == [
        "8.2000", "0.3000", "3.0000", "-0.3000", "5.2000",
    ]  # fmt: skip


def test_tally_of_reasons_counts_a_row_under_each(cleaned):
    reasons = cleaning.tally_reasons(cleaned)
    assert [tuple(row) for row in reasons.itertuples(index=False)] == [
        ("missing_customer_id", "quarantined", 1, Decimal("0.7"), 0),
        ("unreadable_amount", "quarantined", 1, Decimal(0), 1),
        ("mended_number", "fixed", 1, Decimal(3), 1),
        ("after_as_of", "excluded", 1, Decimal(5), 1),
        ("return", "counted", 1, Decimal(-1), 1),
        ("duplicate_row", "excluded", 1, Decimal("0.2"), 1),
        ("return_before_purchase", "quarantined", 1, Decimal(-1), 1),
    ]


def test_tables_without_money_or_rows(clean_one):
    raw = raw_table("customers", {"customer_id": [None], "name": ["x"]})
    cleaned = clean_one(raw, DIRTY)
    tally = cleaning.tally_outcomes(cleaned)
    assert tally.columns.to_list() == ["rows"]
    assert tally.loc["quarantined", "rows"] == 1
    nothing = replace(cleaned, table=cleaned.table.limit(0), rows_read=0)
    assert (cleaning.tally_outcomes(nothing) == 0).all(axis=None)
    assert cleaning.tally_reasons(nothing).empty


@pytest.mark.parametrize("lost", ["row", "money"])
def test_what_vanishes_stops_the_run(cleaned, lost):
    table = cleaned.table
    broken = {
        "row": table.filter(table.source_row != 5),
        "money": table.mutate(amount=table.amount + 1),
    }[lost]
    with pytest.raises(cleaning.ConservationError, match="transactions"):
        cleaning.tally_outcomes(replace(cleaned, table=broken))
