"""The 360° table: every customer once, what each table knows, the same columns always."""

from datetime import date, datetime

import ibis
import pandas as pd
import pytest

from analysis import accounts, tables
from analysis.accounts import customer_360 as c360
from analysis.locales import Words
from analysis.params.playbook_models import Playbook
from analysis.schemas import COMPLAINTS, CUSTOMERS, SURVEYS

AS_OF = date(2026, 9, 30)
TIERED = ibis.memtable(
    {
        "customer_id": ["a", "b"],
        "segment": ["loyal", "new"],
        "tier": ["high", "low"],
        "clv_12m": [9.0, 1.0],
        "value_at_risk": [2.0, None],
        "revenue_window": [5.0, 4.0],
        "last_order_date": [AS_OF, AS_OF],
        "p_alive": [0.9, None],
        "birthday": [AS_OF, AS_OF],
    }
)
BEFORE = ibis.memtable({"customer_id": ["a", "gone"], "segment": ["at_risk", "loyal"]})
TEXTS = dict.fromkeys(("strategy", "offer", "owner", "cadence", "channel"), "Call them")
BOOK = Playbook.model_validate(
    {
        "plays": [{"name": "call"} | TEXTS],
        "assign": [
            {"segment": segment} | dict.fromkeys(("high", "middle", "low", "potential"), "call")
            for segment in ("loyal", "new")
        ],
    }
)
DRAWN = ibis.memtable({"customer_id": ["a"], "is_held_out": [True]})


def empty(schema) -> ibis.Table:
    kinds = ibis.schema({column.name: column.dtype for column in schema.columns})
    return ibis.memtable(kinds.to_pyarrow().empty_table(), schema=kinds)


def gather(**given) -> ibis.Table:
    """With the parts given; of the others their tables have no rows, or there are none."""
    found = {
        "profile": c360.profile_part(None),
        "satisfaction": c360.Part(c360.SATISFACTION, None),
        "words": c360.last_words_part(empty(SURVEYS), "nps", AS_OF),
        "complaint": c360.last_complaint_part(empty(COMPLAINTS), AS_OF),
        "credit": c360.Part(c360.CREDIT, None),
        "pipeline": c360.Part(c360.PIPELINE, None),
        "contact": c360.Part(c360.CONTACT, None),
        "action": c360.action_part(TIERED, None, DRAWN),
    } | given
    return c360.gather_customer_360(TIERED, BEFORE, *found.values())


def rows_of(table: ibis.Table) -> dict[str, dict]:
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


def test_everybody_is_there_once_with_the_same_columns_whatever_is_given():
    master = ibis.memtable(
        {"customer_id": ["a", "z"], "name": ["Li", "Wu"], "owner": ["Chen", None],
         "birthday": [AS_OF, AS_OF]}
    )  # fmt: skip
    full, bare = gather(profile=c360.profile_part(master)), gather()
    assert full.schema() == bare.schema()
    assert list(rows_of(full)) == ["a", "b"]
    assert rows_of(full)["a"]["name"] == "Li"
    assert rows_of(full)["b"]["owner"] is None
    assert "birthday" not in full.columns
    assert set(c360.PROFILE) == set(CUSTOMERS.names) - {"customer_id", "birthday"}


def test_nobody_is_silent_or_content_where_nobody_was_asked():
    columns = {name: [None] for name in c360.SATISFACTION} | {"complaints": [0]}
    voices = ibis.memtable(
        {"customer_id": ["a"]} | columns | {"voice": ["no_answer"], "open_complaints": [0]},
        schema=ibis.schema({"customer_id": "string"} | c360.SATISFACTION),
    )
    some = ibis.memtable({"customer_id": ["a"]})
    for surveys, complaints in ((None, None), (some, None), (None, some), (some, some)):
        part = c360.satisfaction_part(voices, surveys, complaints)
        row = rows_of(gather(satisfaction=part))["a"]
        assert row["voice"] == (None if surveys is None else "no_answer")
        assert row["open_complaints"] == (None if complaints is None else 0)


def test_where_they_stood_last_quarter():
    assert rows_of(gather())["a"]["segment_before"] == "at_risk"
    assert rows_of(gather())["b"]["segment_before"] == "newcomer"


def test_the_last_answer_and_complaint_up_to_the_as_of_date():
    surveys = ibis.memtable(
        {
            "customer_id": ["a", "a", "a", "a", None, "b"],
            "date": [date(2026, 5, 1), date(2026, 8, 1), date(2026, 8, 1), date(2026, 10, 1),
                     date(2026, 9, 1), date(2026, 9, 1)],
            "item": ["nps"] * 5 + ["csat"],
            "score": [9.0, 7.0, 6.0, 1.0, 3.0, 5.0],
        }
    )  # fmt: skip
    complaints = ibis.memtable(
        {
            "customer_id": ["b", "b", "b"],
            "opened_at": [
                datetime(2026, 1, 5, 9),
                datetime(2026, 9, 30, 23),
                datetime(2026, 10, 1),
            ],
        }
    )
    rows = rows_of(
        gather(
            words=c360.last_words_part(surveys, "nps", AS_OF),
            complaint=c360.last_complaint_part(complaints, AS_OF),
        )
    )
    assert (rows["a"]["last_nps"], rows["a"]["last_nps_on"]) == (6.0, date(2026, 8, 1))
    assert rows["b"]["last_nps"] is None
    assert rows["b"]["last_complaint_on"] == AS_OF


def test_the_next_action_is_that_of_the_playbook():
    rows = rows_of(gather(action=c360.action_part(TIERED, BOOK, DRAWN)))
    assert [rows[one]["play"] for one in "ab"] == ["call", "call"]
    assert rows["a"]["is_held_out"] is True
    assert rows["b"]["is_held_out"] is None  # on no list


@pytest.fixture(scope="module")
def cards() -> pd.DataFrame:
    money = ibis.memtable(
        {"customer_id": ["a"], "open_receivables": [50.0], "overdue_receivables": [20.0]}
    )
    said = ibis.memtable({"customer_id": ["a", "b"], "voice": ["passive", "no_answer"],
                          "open_complaints": [1, 0]})  # fmt: skip
    master = ibis.memtable({"customer_id": ["a"], "name": ["Secret Name"], "owner": ["Chen"]})
    known = gather(
        profile=c360.profile_part(master),
        credit=c360.Part(c360.CREDIT, money),
        satisfaction=c360.Part(c360.SATISFACTION, said),
        action=c360.action_part(TIERED, BOOK, DRAWN),
    )
    chosen = pd.DataFrame(
        {"rank": [1, 2], "customer_id": ["b", "a"], "segment": ["new", "loyal"],
         "value_at_risk": [None, 2.0], "reason": ["value", "value;strategic"]}
    )  # fmt: skip
    return accounts.make_cards(chosen, known)


def test_cards_keep_the_order_of_accounts_and_hold_no_name(cards):
    assert cards["customer_id"].tolist() == ["b", "a"]
    shown = tables.table_cards(cards, BOOK, words=Words("en", "CNY"))
    assert shown.rows[1] == (
        "a", "At risk → Loyal", "Passives", "1", "CN¥20.00", "–", "–",
        "Call them (held out)",
    )  # fmt: skip
    assert shown.rows[0][1] == "New this quarter → New"
    assert "Secret" not in str(shown.rows)
    assert "Chen" not in str(shown.rows)


def test_talks_are_with_those_with_whom_something_is_open(cards):
    assert accounts.find_talks(cards)["customer_id"].tolist() == ["a"]
    quiet = cards.assign(overdue_receivables=None, open_complaints=0)
    assert accounts.find_talks(quiet).empty
    poor = quiet.assign(last_nps=[6.0, 7.0])
    assert accounts.find_talks(poor)["customer_id"].tolist() == ["b"]
    at_risk = quiet.assign(reason=["value", "value;at_risk"])
    assert accounts.find_talks(at_risk)["customer_id"].tolist() == ["a"]
    assert len(accounts.find_talks(quiet.assign(is_overdue=True), n=1)) == 1


def test_what_cards_ask_for(cards):
    results = accounts.card_results(cards)
    assert results["accounts.key.without_owner"].value == 1
    assert results["accounts.key.overdue"].value == 20
    assert results["accounts.key.open_complaints"].value == 1
    assert results["accounts.key.open"].value == 1


def test_no_accounts_no_cards(cards):
    nobody = accounts.make_cards(cards[["customer_id", "segment"]].iloc[:0], gather())
    assert nobody.empty


def test_tables_for_later_steps_have_types_without_a_row():
    chosen = pd.DataFrame(columns=["rank", "customer_id", "clv_12m", "reason"])
    assert accounts.tabulate_accounts(chosen).schema()["clv_12m"].is_floating()


def test_words_for_every_reason():
    from analysis.accounts.selection import REASONS

    for language in ("en", "zh"):
        words = Words(language, "CNY")
        for reason in REASONS:
            assert words(f"why_key.{reason}")
            assert words(f"why_joined.{reason}")
            assert words(f"why_left.{reason}")
