"""Other currencies: the rate of the day, kept beside what stood there; no rate, no review."""

from decimal import Decimal

import pytest
from tests.cleaning.tables import column_of, judged, orders, raw_table, reasons

from analysis.cleaning import RateError

RATES = raw_table(
    "fx_rates",
    {
        "currency": ["USD", "USD", "EUR"],
        "date": ["2026-01-01", "2026-02-01", "2026-03-01"],
        "rate": ["7", "7.12345678", "8"],
        "source": ["PBoC", "ECB", "PBoC"],
    },
)
LINES = [
    ("1", "c", "2026-01-31", "10"),
    ("2", "c", "2026-02-01", "10"),
    ("3", "c", "2026-02-02", "10"),
    ("4", "c", "2026-02-02", "10"),
    ("5", "c", "2026-03-01", "10"),
]


def test_the_last_rate_on_or_before_the_day_converts(clean_one):
    currencies = ["usd", "USD", None, "RMB", "EUR"]
    cleaned = clean_one(orders(*LINES, currency=currencies, cost=["1"] * 5), RATES)
    found = {name: column_of(cleaned.kept, name) for name in cleaned.kept.columns}
    assert found["amount"] == [Decimal(text) for text in ("70", "71.2346", "10", "10", "80")]
    assert found["cost"] == [Decimal(text) for text in ("7", "7.1235", "1", "1", "8")]
    assert found["original_amount"] == [Decimal(10)] * 5
    assert found["currency"] == ["USD", "USD", "CNY", "CNY", "EUR"]
    assert found["fx_rate"] == [Decimal(text) for text in ("7", "7.12345678", "1", "1", "8")]
    assert found["fx_source"] == ["PBoC", "ECB", None, None, "PBoC"]
    assert reasons(cleaned) == [["converted"], ["converted"], [], [], ["converted"]]


def test_a_missing_rate_stops_with_currency_and_days(clean_one):
    raw = orders(
        *LINES, ("6", "c", "2026-10-01", "1"), currency=["EUR", "EUR", "GBP", None, "EUR", "CHF"]
    )
    with pytest.raises(RateError) as stopped:
        clean_one(raw, RATES)
    assert "EUR on 2 days from 2026-01-31 to 2026-02-01" in str(stopped.value)
    assert "GBP on 1 days from 2026-02-02" in str(stopped.value)
    assert "CHF" not in str(stopped.value)  # later than the review


def test_other_currencies_need_rates(clean_one):
    with pytest.raises(RateError, match=r"Add rates to sources\.fx_rates"):
        clean_one(orders(LINES[0], currency=["USD"]))


def test_a_currency_that_is_no_code_is_set_aside(clean_one):
    cleaned = clean_one(orders(LINES[0], currency=["dollars"]))
    assert judged(cleaned) == [("quarantined", ["unreadable_currency"])]


def test_lines_after_the_review_need_no_rate(clean_one):
    raw = orders(LINES[0], ("6", "c", "2026-10-01", "1"), currency=[None, "CHF"])
    assert judged(clean_one(raw)) == [("kept", []), ("excluded", ["after_as_of", "converted"])]


INVOICES = {
    "invoice_id": ["I1", "I2", "I3"],
    "customer_id": ["c", "c", "c"],
    "issued_at": ["2026-01-31", "2026-02-02", "2026-02-02"],
    "due_at": ["2026-03-01"] * 3,
    "amount": ["10", "10", "10"],
    "paid_amount": ["4", "4", "4"],
    "currency": ["USD", "USD", None],
}


def test_invoices_take_the_rate_of_the_day_of_issue(clean_one):
    cleaned = clean_one(raw_table("receivables", INVOICES), RATES)
    found = {name: column_of(cleaned.kept, name) for name in cleaned.kept.columns}
    assert found["amount"] == [Decimal(text) for text in ("70", "71.2346", "10")]
    assert found["paid_amount"] == [Decimal(text) for text in ("28", "28.4938", "4")]
    assert found["original_amount"] == [Decimal(10)] * 3
    assert reasons(cleaned) == [["converted"], ["converted"], []]
    assert "rate_day" not in found


def test_invoices_without_a_rate_stop_the_review(clean_one):
    gbp = raw_table("receivables", INVOICES | {"currency": ["GBP", None, None]})
    with pytest.raises(RateError, match=r"receivables: no exchange rate .* GBP on 1 days"):
        clean_one(gbp, RATES)


def test_deals_take_the_rate_of_their_creation_or_of_today(clean_one):
    deals = {
        "opportunity_id": ["D1", "D2", "D3"],
        "customer_id": ["c"] * 3,
        "stage": ["Offer"] * 3,
        "amount": ["10", "10", "10"],
        "created_at": ["2026-01-31", None, None],
        "currency": ["USD", "USD", "CNY"],
    }
    cleaned = clean_one(raw_table("opportunities", deals), RATES)
    amounts = [Decimal(text) for text in ("70", "71.2346", "10")]
    assert column_of(cleaned.kept, "amount") == amounts
    undated = {name: values for name, values in deals.items() if name != "created_at"}
    cleaned = clean_one(raw_table("opportunities", undated), RATES)
    assert column_of(cleaned.kept, "amount")[0] == Decimal("71.2346")
