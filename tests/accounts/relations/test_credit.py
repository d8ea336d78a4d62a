"""Receivables: what is open, how late it is, and who is warned of."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from tests.accounts.relations.tables import AS_OF, QUARTER, day, make_table

from analysis.accounts import credit, credit_change
from analysis.params import Quarter
from analysis.params.relations_models import LossRates
from analysis.schemas import CUSTOMERS, RECEIVABLES

RATES = LossRates(current=0.01, days_1_30=0.02, days_31_60=0.1, days_61_90=0.2, over_90=0.5)

QUARTERS = (QUARTER.shift(-1), QUARTER)


def invoice(number, customer, issued, due, amount, paid=None, paid_at=None):
    return {
        "invoice_id": f"I{number}",
        "customer_id": customer,
        "issued_at": day(issued),
        "due_at": day(due),
        "amount": Decimal(amount),
        "paid_amount": None if paid is None else Decimal(paid),
        "paid_at": paid_at and day(paid_at),
    }


INVOICES = [
    invoice(1, "a", "07-10", "09-30", 100),  # due on the day itself: not late
    invoice(2, "a", "07-10", "09-29", 200, 50, "08-01"),  # 1 day late, 150 open
    invoice(3, "a", "07-10", "08-31", 300, 0),  # 30 days
    invoice(4, "b", "06-10", "08-30", 400),  # 31 days
    invoice(5, "b", "06-10", "07-02", 500),  # 90 days
    invoice(6, "b", "06-10", "07-01", 600, 600, "10-01"),  # 91 days: paid after the quarter
    invoice(7, "c", "07-10", "08-10", 700, 700, "09-30"),  # settled on the last day
    invoice(8, "c", "08-10", "08-10", -80),  # a credit note
    invoice(9, "d", "10-02", "11-01", 900),  # not issued yet
]
RECEIVED = make_table(RECEIVABLES, INVOICES)


def results_of(invoices, customers=(), rates=RATES, quarters=QUARTERS):
    receivables = make_table(RECEIVABLES, invoices)
    master = make_table(CUSTOMERS, customers)
    found = credit.open_invoices(receivables, AS_OF)
    debtors = credit.use_limits(credit.sum_receivables(found), master)
    return credit.credit_results(
        credit.measure_credit(receivables, quarters),
        credit.age_receivables(found),
        debtors,
        credit.warn_of_credit(debtors, 0.8),
        credit.find_strangers(found, master),
        rates,
    )


def test_each_invoice_falls_into_its_bucket():
    ageing = credit.age_receivables(credit.open_invoices(RECEIVED, AS_OF)).set_index("bucket")
    assert ageing["amount"].to_dict() == {
        "current": 100, "days_1_30": 450, "days_31_60": 400, "days_61_90": 500, "over_90": 600,
        "credits": -80,
    }  # fmt: skip
    assert ageing["invoices"].to_list() == [1, 2, 1, 1, 1, 1]
    assert ageing["share"].to_list()[:5] == pytest.approx(
        [100 / 2050, 450 / 2050, 400 / 2050, 500 / 2050, 600 / 2050]
    )


def test_sums_of_each_customer():
    sums = credit.sum_receivables(credit.open_invoices(RECEIVED, AS_OF))
    found = sums.order_by("customer_id").to_pandas().set_index("customer_id").astype(float)
    assert found.loc["a"].to_list() == [550, 450, 0, 30]
    assert found.loc["b"].to_list() == [1500, 1500, 600, 91]
    assert found.loc["c"].to_list()[:3] == [-80, 0, 0]
    assert np.isnan(found.loc["c", "days_overdue"])
    assert "d" not in found.index


def test_dso_by_hand():
    """1,970 open; invoiced in the quarter 100 + 200 + 300 + 700 − 80 = 1,220; 92 days."""
    results = results_of(INVOICES)
    assert results["credit.open"].value == 1970
    assert results["credit.sales"].value == 1220
    assert results["credit.dso_days"].value == pytest.approx(1970 / 1220 * 92)
    assert results["credit.overdue"].value == 1950
    assert results["credit.overdue_share"].value == pytest.approx(1950 / 2050)
    assert results["credit.credits"].value == -80


def test_earlier_quarters_know_nothing_of_later_payments():
    trend = credit.measure_credit(RECEIVED, QUARTERS)
    # The first quarter began before the first invoice: it would look too small.
    assert trend["quarter"].to_list() == ["2026Q3"]
    early = [invoice(0, "z", "04-01", "05-01", 1000, 1000, "07-05"), *INVOICES]
    trend = credit.measure_credit(make_table(RECEIVABLES, early), QUARTERS)
    assert trend["open"].to_list() == [1000 + 1500, 1970]
    assert trend["overdue"].to_list() == [1000, 1950]
    assert trend["credit_sales"].to_list() == [2500, 1220]
    assert results_of(early)["credit.dso_change"].value == pytest.approx(
        1970 / 1220 * 92 - 2500 / 2500 * 91
    )


def test_expected_loss_needs_rates():
    assert results_of(INVOICES)["credit.expected_loss"].value == pytest.approx(
        100 * 0.01 + 450 * 0.02 + 400 * 0.1 + 500 * 0.2 + 600 * 0.5
    )
    without = results_of(INVOICES, rates=None)["credit.expected_loss"]
    assert (without.value, without.note) == (None, "needs accounts.credit.loss_rates")


@pytest.mark.parametrize(
    ("limit", "reasons"),
    [
        (None, set()),
        ("0", {"over_limit"}),
        ("549.99", {"over_limit"}),
        ("550", {"near_limit"}),
        ("687.5", {"near_limit"}),
        ("687.6", set()),
    ],
)
def test_who_is_warned_of(limit, reasons):
    master = make_table(CUSTOMERS, [{"customer_id": "a", "credit_limit": limit and Decimal(limit)}])
    sums = credit.sum_receivables(credit.open_invoices(RECEIVED, AS_OF))
    debtors = credit.use_limits(sums, master)
    warned = credit.list_warned(credit.warn_of_credit(debtors, 0.8), 10).set_index("customer_id")
    found = {r for r in credit.REASONS if "a" in warned.index and warned.loc["a", r]}
    assert found == reasons
    assert warned.loc["b", "over_90"]
    assert warned.index[0] == "b"


def test_use_of_limits_counts_those_who_owe_nothing():
    customers = [
        {"customer_id": "a", "credit_limit": Decimal(500)},
        {"customer_id": "e", "credit_limit": Decimal(1500)},
        {"customer_id": "f", "credit_limit": None},
    ]
    results = results_of(INVOICES, customers)
    assert results["credit.limit_use"].value == pytest.approx(550 / 2000)
    assert (results["credit.over_limit"].value, results["credit.over_limit"].n) == (1, 2)
    # b and c are in no other table: their money is in all sums, and told.
    assert results["credit.strangers"].value == 1500 - 80


def test_payments_without_day_or_amount():
    rows = [
        invoice(1, "a", "07-10", "08-10", 100, 40),  # received, nobody knows when
        invoice(2, "a", "07-10", "08-10", 100, None, "08-01"),  # paid in full
        invoice(3, "a", "07-10", "08-10", 100, None, "10-02"),  # after the quarter
    ]
    assert results_of(rows)["credit.open"].value == 60 + 100


@pytest.mark.parametrize(
    ("rows", "needs"),
    [
        ([], "needs the table receivables"),
        ([invoice(1, "a", "07-10", "08-10", 100)], "needs paid_amount or paid_at"),
    ],
)
def test_what_is_missing_is_told(rows, needs):
    results = results_of(rows)
    assert all(r.value is None and r.note.startswith(needs) for r in results.values())
    assert results.keys() == results_of(INVOICES).keys()


def test_no_invoices_in_the_quarter():
    old = [invoice(1, "a", "05-10", "06-10", 100, 0)]
    results = results_of(old, quarters=[QUARTER])
    assert results["credit.open"].value == 100
    assert results["credit.dso_days"].note == "needs invoices written in the quarter"


def test_the_order_of_rows_is_irrelevant():
    turned = make_table(RECEIVABLES, reversed(INVOICES))
    quarters = [QUARTER]
    pd.testing.assert_frame_equal(
        credit.measure_credit(turned, quarters), credit.measure_credit(RECEIVED, quarters)
    )


class TestDemo:
    """The demo company: against pandas on the raw file, and against the truth."""

    @pytest.fixture(scope="class")
    def trend(self, cleaned):
        return credit.measure_credit(cleaned["receivables"], QUARTERS)

    def test_equals_pandas_on_the_raw_file(self, raw, trend, cleaned):
        rows = raw("receivables")
        last, first = pd.Timestamp(AS_OF), pd.Timestamp(QUARTER.first_day)
        rows = rows[rows["due_at"].notna() & (rows["issued_at"] <= last)]
        is_open = rows["amount"] - rows["paid_amount"].where(rows["paid_at"] <= last, 0)
        sales = rows.loc[rows["issued_at"] >= first, "amount"].sum()
        late = (last - rows["due_at"]).dt.days
        assert trend["open"].iloc[-1] == pytest.approx(is_open.sum())
        assert trend["overdue"].iloc[-1] == pytest.approx(is_open[late > 0].sum())
        assert trend["dso_days"].iloc[-1] == pytest.approx(is_open.sum() / sales * 92)
        assert trend["dso_days"].iloc[-1] == pytest.approx(59.67, abs=0.005)
        bounds = [-np.inf, 0, 30, 60, 90, np.inf]
        expected = is_open.groupby(pd.cut(late, bounds), observed=False).sum()
        ageing = credit.age_receivables(credit.open_invoices(cleaned["receivables"], AS_OF))
        assert ageing["amount"].to_list() == pytest.approx(expected.to_list())

    def test_sound_rows_give_the_truth(self, cleaned, truth):
        """Added rows carry a dash in their key."""
        rows = cleaned["receivables"]
        sound = rows.filter(~rows.invoice_id.contains("-"))
        trend = credit.measure_credit(sound, [QUARTER])
        known = truth["credit"]
        assert trend["open"].iloc[-1] == pytest.approx(known["open"])
        assert trend["credit_sales"].iloc[-1] == pytest.approx(known["credit_sales_quarter"])
        assert trend["dso_days"].iloc[-1] == pytest.approx(known["dso_days"])
        ageing = credit.age_receivables(credit.open_invoices(sound, AS_OF))
        assert ageing["amount"].to_list() == pytest.approx(list(known["ageing"].values()))

    def test_a_quarter_ago_is_what_it_was_then(self, cleaned):
        """The number of a past quarter is what a review of that quarter tells."""
        before = Quarter.parse("2026Q2")
        rows = cleaned["receivables"]
        then = credit.measure_credit(rows.filter(rows.issued_at <= before.last_day), [before])
        now = credit.measure_credit(rows, [before, QUARTER])
        assert now.iloc[0].to_dict() == then.iloc[0].to_dict()


def test_overdue_beside_a_quarter_ago():
    """Of a 0 → 450, of b 0 → 1500; z owed 1000 and paid: 950 more, each customer one draw."""
    early = [invoice(0, "z", "04-01", "05-01", 1000, 1000, "07-05"), *INVOICES]
    receivables = make_table(RECEIVABLES, early)
    [found] = credit_change.compare_overdue(receivables, AS_OF, day("06-30"))
    assert found.change == pytest.approx(450 + 1500 - 1000)
    assert found.error == pytest.approx((450**2 + 1500**2 + 1000**2) ** 0.5)
    [none] = credit_change.compare_overdue(make_table(RECEIVABLES, INVOICES), AS_OF, day("05-01"))
    assert none.change is None
