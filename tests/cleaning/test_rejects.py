"""Each rejected row with its place and what stood there, in one list over all tables."""

import csv

import pytest
from tests.cleaning.tables import orders, raw_table

from analysis import cleaning, engine


@pytest.fixture(scope="module")
def rejects_of(clean_all, connection, tmp_path_factory):
    """The rows of rejects.csv as a spreadsheet would see them."""

    def rejects_of(*tables) -> list[dict[str, str]]:
        cleaned = clean_all(*tables)
        path = tmp_path_factory.mktemp("rejects") / "rejects.csv"
        raw_tables = {raw.schema.name: raw for raw in tables}
        engine.write_csv(connection, cleaning.describe_rejects(cleaned, raw_tables, None), path)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rejects_of


def test_rejects_of_all_tables_in_the_order_of_their_sources(rejects_of):
    lines = orders(
        ("1", "c", "2026-01-01", "5"),
        (None, "c", "2026-02-30", "5"),
        ("3", "c", "2026-10-01", "7"),
        (None, None, None, None),
        ("5", "c", "2026-01-01", "5"),
        read_fault=[None, None, None, "short_row", None],
        line=[None, None, None, "4;c", None],
        only_0=["x", "x", "x", "x", "y"],
        only={"Kind": "x"},
    )
    master = raw_table("customers", {"customer_id": [None, "c"]})
    assert [list(row.values()) for row in rejects_of(lines, master)] == [
        ["customers", "customers.csv", "2", "quarantined", "missing_customer_id", "customer_id: "],
        [
            "transactions",
            "transactions.csv",
            "3",
            "quarantined",
            "missing_order_id; unreadable_order_date",
            "order_id: , customer_id: c, order_date: 2026-02-30, amount: 5",
        ],
        [
            "transactions",
            "transactions.csv",
            "4",
            "excluded",
            "after_as_of",
            "order_id: 3, customer_id: c, order_date: 2026-10-01, amount: 7",
        ],
        ["transactions", "transactions.csv", "5", "quarantined", "short_row", "4;c"],
    ]


def test_no_spreadsheet_takes_a_reject_for_a_formula(rejects_of):
    shown = {
        "=1+1": "'=1+1",
        "@SUM(A1)": "'@SUM(A1)",
        "＝1": "'＝1",
        "+86138": "+86138",
        "a=1": "a=1",
    }
    n = len(shown)
    lines = orders(*[(None, None, None, None)] * n, read_fault=["short_row"] * n, line=list(shown))
    assert [row["stood"] for row in rejects_of(lines)] == list(shown.values())
