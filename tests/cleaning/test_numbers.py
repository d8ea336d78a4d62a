"""Numbers are read as declared, or not at all."""

from decimal import Decimal

import pyarrow as pa
import pytest
from tests.cleaning.tables import column_of, judged, orders, raw_table

DIALECTS = [
    (
        {},
        {
            "12.5": "12.5",
            "+12.5": "12.5",
            "-.5": "-0.5",
            " 12 ": "12",
            "1e3": "1000",
            "0.00005": "0.0001",
            "99999999999999.9999": "99999999999999.9999",
            "100000000000000": None,
            "12,5": None,
            "1 000": None,
            "1_000": None,
            "0x1F": None,
            "inf": None,
            "nan": None,
            "1e400": None,
            "(9.50)": "-9.5",
            "¥9.50": "9.5",
            "￥ 9.50": "9.5",
            "9.50元": "9.5",
            "CNY 9.50": "9.5",
            "-¥9.50": "-9.5",
            "(¥9.50)": "-9.5",
            "¥-9.50": "-9.5",
            "９．５０": "9.5",
            "$9.50": None,
            "9.50 USD": None,
            "(-9.50)": None,
            "9.50)": None,
            "\u00a09.50\u3000": "9.5",
        },
    ),
    ({"decimal": ","}, {"12,5": "12.5", "-1": "-1", "12.5": None, "1,2,3": None, "¥12,5": "12.5"}),
    (
        {"thousands": ","},
        {
            "1,234.5": "1234.5",
            "-1,234,567": "-1234567",
            "12,34,567": "1234567",
            "1234.5": "1234.5",
            "12,50": None,
            "1,2345": None,
            "1.5,000": None,
            "¥1,234.50": "1234.5",
            "１，２３４": "1234",
        },
    ),
    ({"decimal": ",", "thousands": "."}, {"1.234,5": "1234.5", "12.50": None}),
    ({"decimal": ",", "thousands": " "}, {"1 234,5": "1234.5", "12 50": None}),
    ({"thousands": "'"}, {"1'234.5": "1234.5"}),
]


@pytest.mark.parametrize(("dialect", "readings"), DIALECTS)
def test_amounts_are_read_as_declared_or_not_at_all(read_column, dialect, readings):
    raw = orders(*(("1", "c", "2026-01-01", text) for text in readings), **dialect)
    assert read_column(raw, "amount") == [
        None if amount is None else Decimal(amount) for amount in readings.values()
    ]


def test_mended_numbers_are_counted_as_fixed(clean_one):
    texts = ["9.5", "¥9.5", "９.5", "(9.5)"]
    found = judged(clean_one(orders(*((text, "c", "2026-01-01", text) for text in texts))))
    assert [("mended_number" in reasons, outcome) for outcome, reasons in found] == [
        (False, "kept"),
        (True, "fixed"),
        (True, "fixed"),
        (True, "fixed"),
    ]


def test_whole_numbers_are_not_cut(read_column):
    points = ["5", "-5", "5.0", "1.9", "1e2", "9223372036854775807", "x", "inf"]
    n = len(points)
    raw = raw_table(
        "loyalty", {"customer_id": ["c"] * n, "date": ["2026-01-01"] * n, "points": points}
    )
    expected = [5, -5, 5, None, 100, 2**63 - 1, None, None]
    assert read_column(raw, "points") == expected


@pytest.mark.parametrize(
    "scores", [["9", "inf", "1e400", "nan"], [9.0, float("inf"), 1e309, float("nan")]]
)
def test_infinite_scores_are_unreadable(clean_one, scores):
    raw = raw_table(
        "surveys",
        {
            "response_id": ["1", "2", "3", "4"],
            "date": ["2026-01-01"] * 4,
            "item": ["nps"] * 4,
            "score": scores,
        },
    )
    cleaned = clean_one(raw, orders(("1", "c", "2026-01-01", "1")), scales={"nps": (0, 10)})
    assert judged(cleaned) == [("kept", [])] + [("quarantined", ["unreadable_score"])] * 3


def test_typed_amounts_that_cannot_be_cast_are_quarantined(clean_one):
    amounts = pa.array([1.5, float("nan"), 1e30, float("inf")])
    raw = raw_table(
        "transactions",
        {
            "order_id": ["1", "2", "3", "4"],
            "customer_id": ["c"] * 4,
            "order_date": ["2026-01-01"] * 4,
            "amount": amounts,
        },
    )
    assert judged(clean_one(raw)) == [("kept", [])] + [("quarantined", ["unreadable_amount"])] * 3


def test_probabilities_in_percent_become_shares(clean_one):
    raw = raw_table(
        "opportunities",
        {
            "opportunity_id": ["1", "2"],
            "customer_id": ["c", "c"],
            "stage": ["open", "open"],
            "probability": ["25", "250"],
        },
        percent=["probability"],
    )
    cleaned = clean_one(raw, orders(("1", "c", "2026-01-01", "1")))
    assert column_of(cleaned.table, "probability") == [0.25, None]
    assert judged(cleaned)[1] == ("fixed", ["out_of_range_probability"])
