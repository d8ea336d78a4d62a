"""Ids are text, and one customer has one spelling."""

import pyarrow as pa
import pytest
from tests.cleaning.tables import column_of, orders, raw_table, reasons

from analysis import cleaning


@pytest.fixture(scope="module")
def ids_of(read_column):
    """Customers' ids as they are read."""

    def ids_of(stood, **declared) -> list:
        return read_column(raw_table("transactions", lines_of(stood), **declared), "customer_id")

    return ids_of


def lines_of(ids) -> dict[str, list]:
    n = len(ids)
    columns = {"order_id": ["1"] * n, "customer_id": ids}
    return columns | {"order_date": ["2026-01-01"] * n, "amount": ["5"] * n}


def test_ids_stay_text(ids_of):
    texts = ["007", "123.0", "9007199254740993", "12E5", "NA", "null", "1e+", "a b"]
    assert ids_of(texts) == texts


def test_ids_that_a_spreadsheet_made_numbers_have_lost_digits(ids_of):
    assert ids_of(["1.23E+05", "1e+20", "5E+3"]) == [None] * 3


def test_numbers_become_ids_while_they_are_exact(ids_of):
    assert ids_of(pa.array([123.0, 1.5, float("nan"), 2.0**60])) == [
        "123", None, None, None,
    ]  # fmt: skip
    assert ids_of(pa.array([2**60])) == [str(2**60)]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        # The example of Salesforce's own help, all capitals, none.
        ("001A0000006Vm9u", "001A0000006Vm9uIAC"),
        ("ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNO555"),
        ("abcdefghijklmno", "abcdefghijklmnoAAA"),
        ("C-001", "C-001"),
    ],
)
def test_salesforce_ids_of_15_signs_become_those_of_18(ids_of, short, long):
    assert ids_of([short, long], ids="salesforce") == [long, long]
    assert ids_of([short]) == [short]


def test_spellings_of_one_customer_are_merged_and_listed(clean_all, store):
    spellings = ["c1", "C1", " c1 ", "c1\u00a0", "ｃ1", "c2"]
    lines = orders(*((str(n), c, "2026-01-01", "5") for n, c in enumerate(spellings)))
    cleaned = clean_all(lines)
    assert column_of(cleaned["transactions"].kept, "customer_id") == ["c1"] * 5 + ["c2"]
    found = reasons(cleaned["transactions"])
    assert found == [[], ["merged_id"], *[["respelled_id"]] * 3, []]
    listed = store("merges_listed", cleaning.list_merges(cleaned)).to_pyarrow().to_pylist()
    assert {(row["spelling"], row["customer_id"], row["rows"]) for row in listed} == {
        (spelling, "c1", 1) for spelling in spellings[1:5]
    }


def test_master_data_decide_how_a_customer_is_spelled(clean_all):
    master = raw_table("customers", {"customer_id": ["C1", "b"], "parent_id": ["B", None]})
    lines = orders(*((n, "c1", "2026-01-01", "5") for n in "123"))
    cleaned = clean_all(lines, master)
    assert column_of(cleaned["transactions"].kept, "customer_id") == ["C1"] * 3
    assert column_of(cleaned["customers"].kept, "parent_id") == ["b", None]


def test_without_master_data_most_rows_decide_then_the_alphabet(clean_one):
    raw = raw_table("transactions", lines_of(["x", "X", "X", "y", "Y"]))
    assert column_of(clean_one(raw).kept, "customer_id") == ["X", "X", "X", "Y", "Y"]
