"""Tiers, potential and playbook: who gets what, and who may be contacted."""

import ibis
import pandas as pd
import pytest

from analysis.params.playbook_models import Playbook
from analysis.params.segmentation_models import TierMoney, Tiers
from analysis.segmentation import playbook, tiers

CUSTOMERS = ibis.memtable(
    pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d", "e", "=f"],
            "segment": ["champion"] * 4 + ["inactive", "champion"],
            "f_score": [5, 5, 5, 5, None, 5],
            "revenue_window": [100.0, 80.0, 10.0, 20.0, 0.0, 60.0],
            "clv_12m": [90.0, 50.0, 40.0, 30.0, None, 5.0],
            "last_order_date": [None] * 6,
        }
    )
)
TIERS = Tiers(high=0.2, middle=0.4, potential=0.4)


def measured(pipeline=None) -> ibis.Table:
    return tiers.measure_potential(CUSTOMERS, ["f_score"], pipeline)


def column(table: ibis.Table, name: str) -> list:
    rows = table.select("customer_id", name).to_pyarrow().to_pylist()
    found = {row["customer_id"]: row[name] for row in rows}
    return [found[customer] for customer in ("a", "b", "c", "d", "e", "=f")]


def test_headroom_is_what_the_upper_quarter_of_peers_brings_more():
    # The upper quartile of 10, 20, 60, 80, 100 is 80.
    assert column(measured(), "headroom") == [0, 0, 70, 60, None, 20]


def test_open_deals_are_potential():
    pipeline = ibis.memtable({"customer_id": ["a", "e"], "open_pipeline": [5.0, 7.0]})
    assert column(measured(pipeline), "potential") == [5, 0, 70, 60, 7, 20]


def test_low_and_middle_value_with_high_potential_is_a_tier_of_its_own():
    table = measured()
    labelled = tiers.label_tiers(table, *tiers.find_tier_cuts(table, TIERS))
    assert column(labelled, "tier") == [
        "high",
        "middle",
        "potential",
        "potential",
        "unknown",
        "low",
    ]
    assert column(labelled, "tier_vip")[:4] == ["vip", "regular", "prospective", "prospective"]
    assert column(labelled, "tier_importance")[2] == "important"
    assert column(labelled, "potential_class") == [
        "none", "none", "high", "high", "unknown", "some",
    ]  # fmt: skip


def test_tiers_can_begin_at_money():
    table = measured()
    in_money = Tiers(potential=0.01, money=TierMoney(high=50.0, middle=30.0))
    labelled = tiers.label_tiers(table, *tiers.find_tier_cuts(table, in_money))
    assert column(labelled, "tier")[:2] == ["high", "high"]
    assert column(labelled, "tier")[3] == "middle"


TEXTS = dict.fromkeys(("strategy", "offer", "owner", "cadence", "channel"), "text")
BOOK = Playbook.model_validate(
    {
        "plays": [
            {"name": "call", "is_marketing": False} | TEXTS,
            {"name": "mail"} | TEXTS,
            {"name": "rest"} | TEXTS,
        ],
        "assign": [
            {
                "segment": "champion",
                "high": "call",
                "middle": "mail",
                "low": "mail",
                "potential": "mail",
            },
            {"segment": "inactive"} | dict.fromkeys(("high", "middle", "low", "potential"), "rest"),
        ],
    }
)


def plan_with(master) -> playbook.Plan:
    table = measured()
    labelled = tiers.label_tiers(table, *tiers.find_tier_cuts(table, TIERS))
    return playbook.plan(playbook.add_consent(labelled, master), BOOK)


MASTER = ibis.memtable(
    pd.DataFrame({"customer_id": ["a", "b", "c"], "consent_marketing": [False, True, None]})
)


def listed(plan: playbook.Plan, play: str) -> list[tuple]:
    rows = plan.lists[play].to_pandas()
    return list(zip(rows["customer_id"], rows["consent"], strict=True))


def test_marketing_lists_hold_only_those_who_agreed():
    plan = plan_with(MASTER)
    assert listed(plan, "mail") == [("b", "yes")]
    assert listed(plan, "call") == [("a", "no")]  # no marketing
    sizes = plan.sizes.set_index("play")
    assert sizes["customers"].to_dict() == {"call": 1, "mail": 4, "rest": 0}
    assert sizes["listed"].to_dict() == {"call": 1, "mail": 1, "rest": 0}


def test_where_consent_is_not_known_the_list_says_so_and_guards_its_ids():
    plan = plan_with(None)
    assert listed(plan, "mail") == [
        ("b", "unknown"), ("c", "unknown"), ("d", "unknown"), ("'=f", "unknown"),
    ]  # fmt: skip


def test_a_customer_without_a_tier_gets_no_play():
    plan = plan_with(MASTER)
    assert plan.sizes["customers"].sum() == 5
    assert playbook.plan_results(plan)["playbook.plays"].value == 2


def test_without_a_playbook_it_says_what_is_needed():
    plan = playbook.plan(measured(), None)
    assert playbook.plan_results(plan)["playbook.plays"].note == playbook.NEEDS_PLAYBOOK


@pytest.mark.parametrize("master", [None, MASTER])
def test_the_report_says_what_tiers_go_without(master):
    absent = tiers.find_absent(master, None)["label"].tolist()
    assert ("consent" in absent) == (master is None)
    assert {"pipeline", "industry"} <= set(absent)
