"""Engagement by tier: who was heard of, and whether it changed."""

from datetime import date

import ibis
import pytest
from tests.accounts.relations.tables import QUARTER, day, make_table

from analysis.accounts import engagement
from analysis.satisfaction.intervals import wilson_interval
from analysis.schemas import INTERACTIONS

BEFORE = QUARTER.shift(-1)


def tiered(**sizes):
    """Customers by tier; those of ``new`` are of the high tier, and came in the quarter."""
    rows = [(f"{tier}{n}", tier) for tier, size in sizes.items() for n in range(size)]
    return ibis.memtable(
        {
            "customer_id": [c for c, _ in rows],
            "tier": ["high" if tier == "new" else tier for _, tier in rows],
            "first_order_date": [
                date(2026, 8, 1) if tier == "new" else date(2025, 1, 1) for _, tier in rows
            ],
        },
        schema={"customer_id": "string", "tier": "string", "first_order_date": "date"},
    )


def interactions(rows):
    return make_table(
        INTERACTIONS,
        [{"customer_id": c, "date": day(when), "type": "visit"} for c, when in rows],
    )


def test_shares_by_hand():
    """Of 40 high ones 10 now and 4 before; of 60 low ones 30 and 30; ten came new."""
    rows = [
        *((f"high{n}", "07-01") for n in range(10)),
        *((f"high{n}", "09-30") for n in range(10)),
        *((f"high{n}", "04-01") for n in range(4)),
        *((f"low{n}", "08-01") for n in range(30)),
        *((f"low{n}", "06-30") for n in range(30)),
        ("new0", "09-01"), ("new0", "05-01"), ("stranger", "08-01"), ("low0", "10-01"),
    ]  # fmt: skip
    found = engagement.measure_engagement(
        interactions(rows), tiered(high=40, low=60, new=10), BEFORE, QUARTER
    ).set_index("tier")
    assert list(found.index) == ["all", "high", "low"]
    assert found.loc["high", "customers"] == 50
    assert found.loc["high", "share"] == pytest.approx(11 / 50)
    assert found.loc["high", "share_before"] == pytest.approx(4 / 40)  # the new were not there
    assert found.loc["high", "per_customer"] == pytest.approx(21 / 50)
    assert found.loc["all", "share"] == pytest.approx(41 / 110)
    low, high = wilson_interval(30 / 60, 60)
    assert (found.loc["low", "low"], found.loc["low", "high"]) == (low, high)
    assert found.loc["low", "verdict"] == "no_evidence"


def test_a_clear_change_is_told():
    rows = [(f"low{n}", "08-01") for n in range(90)] + [("low0", "05-01")]
    found = engagement.measure_engagement(interactions(rows), tiered(low=100), BEFORE, QUARTER)
    results = engagement.engagement_results(found)
    assert results["engagement.share"].value == pytest.approx(0.9)
    assert results["engagement.change"].value == pytest.approx(0.89)
    assert results["engagement.verdict"].value == "change.up"


def test_small_tiers_are_in_the_total_alone():
    rows = [(f"low{n}", "08-01") for n in range(9)]
    found = engagement.measure_engagement(
        interactions(rows), tiered(low=100, high=29), BEFORE, QUARTER
    )
    assert list(found["tier"]) == ["all", "low"]
    assert found["customers"].to_list() == [129, 100]


def test_without_interactions():
    found = engagement.measure_engagement(interactions([]), tiered(low=100), BEFORE, QUARTER)
    results = engagement.engagement_results(found)
    assert results["engagement.share"].note == engagement.NO_INTERACTIONS
    assert results["engagement.verdict"].value == "change.unknown"
