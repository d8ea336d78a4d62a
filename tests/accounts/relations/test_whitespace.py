"""Whitespace: gaps against comparable customers."""

from decimal import Decimal

import pandas as pd
import pytest
from tests.accounts.relations.columns import columns
from tests.accounts.relations.tables import AS_OF, QUARTER, day, make_table

from analysis.accounts import whitespace
from analysis.schemas import TRANSACTIONS

START = QUARTER.shift(-3).first_day


def line(customer, category, amount=10, on="08-01", is_return=False):
    return {
        "order_id": f"{customer}{category}{on}",
        "customer_id": customer,
        "order_date": day(on),
        "amount": Decimal(amount),
        "category": category,
        "is_return": is_return,
    }


def customers_of(sizes, tier="high"):
    """Customers by group: the group is the score of frequency that they share."""
    return columns(
        [(f"{score}-{n}", tier, score, 1) for score, size in sizes.items() for n in range(size)],
        customer_id="string", tier="string", f_score="int64", n_orders_window="int64",
    )  # fmt: skip


def bought_of(lines):
    return whitespace.sum_categories(make_table(TRANSACTIONS, lines), START, AS_OF)


# Of 40 customers of score 5 all buy tea, 24 of them cups (at 10, 20 or 30) and 12 gifts.
LINES = [
    *(line(f"5-{n}", "Tea") for n in range(40)),
    *(line(f"5-{n}", "Cups", 10 + 10 * (n % 3)) for n in range(24)),
    *(line(f"5-{n}", "Gifts", 99) for n in range(12)),
]


def test_gaps_by_hand():
    gaps = whitespace.find_gaps(bought_of(LINES), customers_of({5: 40}), ["f_score"])
    found = gaps.order_by("customer_id").to_pandas()
    assert set(found["customer_id"]) == {f"5-{n}" for n in range(24, 40)}
    assert set(found["category"]) == {"Cups"}  # gifts are bought by too few
    assert found["penetration"].to_list() == [0.6] * 16
    assert found["worth"].to_list() == pytest.approx([0.6 * 20] * 16)


def test_small_groups_have_no_gaps():
    lines = [line(f"3-{n}", "Tea") for n in range(28)]
    gaps = whitespace.find_gaps(bought_of(lines), customers_of({3: 29}), ["f_score"])
    assert gaps.count().execute() == 0
    gaps = whitespace.find_gaps(bought_of(lines), customers_of({3: 30}), ["f_score"])
    assert gaps.count().execute() == 2


def test_groups_are_compared_within_themselves():
    lines = [*LINES, *(line(f"1-{n}", "Tea") for n in range(40))]
    gaps = whitespace.find_gaps(bought_of(lines), customers_of({5: 40, 1: 40}), ["f_score"])
    assert not gaps.customer_id.startswith("1-").any().execute()


def test_returns_and_other_days_are_no_purchases():
    lines = [
        line("a", "Tea", 10),
        line("a", "Tea", -4, "08-05", True),
        line("b", "Tea", -4, "08-05", True),
        line("c", "Tea", 10, "10-01"),
        line("d", None, 10),
    ]
    found = bought_of(lines).to_pandas()
    assert found.to_dict("records") == [{"customer_id": "a", "category": "Tea", "revenue": 6.0}]


def test_the_most_valuable_gap_comes_first():
    lines = [
        *(line(f"5-{n}", "Tea") for n in range(39)),
        *(line(f"5-{n}", "Cups", 50) for n in range(38)),
    ]
    gaps = whitespace.find_gaps(bought_of(lines), customers_of({5: 40}), ["f_score"])
    offers = whitespace.choose_offers(gaps).order_by("customer_id").to_pandas()
    assert offers[["customer_id", "category", "gaps"]].to_numpy().tolist() == [
        ["5-38", "Cups", 1], ["5-39", "Cups", 2],
    ]  # fmt: skip


def test_categories_with_their_shares():
    before = whitespace.sum_categories(
        make_table(TRANSACTIONS, [line("a", "Tea", 30, "02-01"), line("a", "Cups", 10, "02-01")]),
        day("01-01"),
        day("03-31"),
    )
    customers, bought = customers_of({5: 40}), bought_of(LINES)
    gaps = whitespace.find_gaps(bought, customers, ["f_score"])
    found = whitespace.describe_categories(bought, before, customers, gaps).set_index("category")
    assert found["buyers"].to_dict() == {"Gifts": 12, "Cups": 24, "Tea": 40}
    assert found.loc["Tea", "buyer_share"] == 1
    assert found["revenue_share"].sum() == pytest.approx(1)
    assert found["revenue_share_before"].dropna().to_dict() == {"Cups": 0.25, "Tea": 0.75}
    assert found["gaps"].to_dict() == {"Gifts": 0, "Cups": 16, "Tea": 0}
    results = whitespace.whitespace_results(found.reset_index(), whitespace.choose_offers(gaps))
    assert results["whitespace.customers"].value == 16
    assert results["whitespace.worth"].value == pytest.approx(16 * 12)
    assert results["whitespace.category"].value == "Cups"


def test_the_matrix_hides_small_counts():
    lines = [
        *(line(f"5-{n}", "Tea") for n in range(30)),
        *(line(f"5-{n}", "Cups") for n in range(20)),
    ]
    gaps = whitespace.find_gaps(bought_of(lines), customers_of({5: 40}), ["f_score"])
    crossed = whitespace.cross_gaps(gaps, ["high", "low"], ["Cups", "Tea"])
    assert crossed.loc["high", "Cups"] == 20
    assert pd.isna(crossed.loc["high", "Tea"])
    assert crossed.loc["low"].to_list() == [0, 0]


def test_the_matrix_gives_no_small_count_away():
    """The category's total is told: beside 40 told ones, the five would follow."""
    tiers = {"high": 40, "middle": 5, "low": 60}
    gaps = columns(
        [(f"{tier}{n}", tier, "Tea") for tier, size in tiers.items() for n in range(size)],
        customer_id="string", tier="string", category="string",
    )  # fmt: skip
    crossed = whitespace.cross_gaps(gaps, list(tiers), ["Tea"])["Tea"]
    assert crossed.isna().to_dict() == {"high": True, "middle": True, "low": False}


def test_without_categories():
    none = bought_of([])
    customers = customers_of({5: 40})
    gaps = whitespace.find_gaps(none, customers, ["f_score"])
    categories = whitespace.describe_categories(none, none, customers, gaps)
    results = whitespace.whitespace_results(categories, whitespace.choose_offers(gaps))
    assert all(r.note == whitespace.NO_CATEGORIES for r in results.values())
