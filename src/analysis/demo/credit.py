"""Invoices of businesses: most are paid late, some in part, some not yet."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.demo.columns import Integers, calendar_days, money, number_ids
from analysis.demo.company import Company, customer_ids
from analysis.demo.market import HOME

TERMS_DAYS, STRATEGIC_TERMS_DAYS = 30, 60
PARTIAL_SHARE, UNPAID_SHARE = 0.03, 0.015
AGEING_DAYS = (0, 30, 60, 90)
"""Upper ends of the classes of days overdue: current, 1–30, 31–60, 61–90, above."""


@dataclass(frozen=True)
class Invoices:
    """One entry an invoice; ``paid_on`` lies after the export where nothing was paid yet."""

    customer: Integers
    issued: Integers
    due: Integers
    cents: Integers
    paid_cents: Integers
    paid_on: Integers


def issue_invoices(company: Company) -> Invoices:
    """Invoice each purchase of a business, and draw when and how much of it is paid."""
    rng, accounts = company.dice("invoices"), company.accounts
    sales = company.exported
    sales = sales.select(accounts.is_business[sales.customer])
    n = len(sales)
    is_strategic = accounts.is_strategic[sales.customer]
    due = sales.day + np.where(is_strategic, STRATEGIC_TERMS_DAYS, TERMS_DAYS)
    habit = rng.normal(0, 8, len(company.buyers))[sales.customer]
    delay = habit + rng.lognormal(2.4, 0.8, n) - 5
    paid_on = np.maximum(due + np.rint(delay).astype(np.int64), sales.day + 1)
    paid_on = np.where(rng.random(n) < UNPAID_SHARE, company.timeline.horizon, paid_on)
    in_part = rng.random(n) < PARTIAL_SHARE
    paid = np.where(in_part, sales.spend // 2, sales.spend)
    return Invoices(sales.customer, sales.day, due, sales.spend, paid, paid_on)


def tabulate_receivables(company: Company, invoices: Invoices) -> pa.Table:
    """The table ``receivables``, in the order of issue."""
    first_day = company.timeline.first_day
    is_paid = invoices.paid_on <= company.timeline.exported
    return pa.table(
        {
            "invoice_id": number_ids("I", np.arange(1, len(is_paid) + 1)),
            "customer_id": customer_ids(invoices.customer),
            "issued_at": calendar_days(first_day, invoices.issued),
            "due_at": calendar_days(first_day, invoices.due),
            "amount": money(invoices.cents),
            "paid_amount": money(np.where(is_paid, invoices.paid_cents, 0)),
            "currency": pa.array([HOME] * len(is_paid)),
            "paid_at": calendar_days(first_day, invoices.paid_on, is_paid),
        }
    )


def measure_credit(company: Company, invoices: Invoices) -> dict[str, object]:
    """Ageing and days sales outstanding as of the quarter's last day; money in CNY.

    DSO = open receivables / sales on credit in the quarter · days of the quarter.
    """
    timeline = company.timeline
    is_issued = invoices.issued <= timeline.as_of
    paid = np.where(invoices.paid_on <= timeline.as_of, invoices.paid_cents, 0)
    open_cents = np.where(is_issued, invoices.cents - paid, 0)
    age_class = np.searchsorted(AGEING_DAYS, timeline.as_of - invoices.due)
    ageing = np.bincount(age_class, weights=open_cents, minlength=len(AGEING_DAYS) + 1) / 100
    in_quarter = is_issued & (invoices.issued >= timeline.quarter_start)
    sales = int(invoices.cents[in_quarter].sum())
    days = timeline.as_of - timeline.quarter_start + 1
    labels = ("current", "1-30", "31-60", "61-90", "over_90")
    return {
        "open": int(open_cents.sum()) / 100,
        "ageing": dict(zip(labels, ageing.tolist(), strict=True)),
        "credit_sales_quarter": sales / 100,
        "days_in_quarter": days,
        "dso_days": int(open_cents.sum()) / sales * days if sales else None,
    }
