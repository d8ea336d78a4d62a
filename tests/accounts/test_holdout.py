"""Who is left out next quarter: as many as wanted, alike, and the same whatever the order."""

from datetime import date
from math import floor

import ibis
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import accounts, cleaning, sources
from analysis.accounts.holdout import allocate
from analysis.cleaning import CleaningSettings
from analysis.params import Quarter
from analysis.params.accounts_models import Holdout
from analysis.params.playbook_models import Playbook
from analysis.params.source_models import ParquetSource
from analysis.schemas import ACTIONS, TRANSACTIONS

QUARTER = Quarter.parse("2026Q3")
SHARES = {"win_back": 0.2, "remind": 0.15, "protect": 0.0}
KINDS = ibis.schema(dict.fromkeys(("customer_id", "play", "segment", "tier"), "string"))


def customers(n: int = 900, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:05d}" for number in range(n)],
            "play": rng.choice(list(SHARES), n),
            "segment": rng.choice(["loyal", "at_risk", "new"], n, p=[0.6, 0.3, 0.1]),
            "tier": rng.choice(["middle", "low"], n),
        }
    )


def draw(frame: pd.DataFrame, shares=SHARES, seed: int = 1, quarter=QUARTER) -> pd.DataFrame:
    listed = ibis.memtable(frame, schema=KINDS)
    drawn = accounts.draw_holdout(listed, shares, seed, quarter).to_pandas()
    return drawn.sort_values("customer_id", ignore_index=True)


def test_each_segment_and_tier_gives_its_share_to_the_nearest_customer():
    drawn = draw(customers())
    for play, share in SHARES.items():
        mine = drawn[drawn["play"] == play]
        assert abs(mine["is_held_out"].sum() - share * len(mine)) < 1
        for _, rows in mine.groupby(["segment", "tier"]):
            assert abs(rows["is_held_out"].sum() - share * len(rows)) < 1


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=12),
    st.floats(0.01, 0.5),
    st.text(max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_any_sizes_give_their_share(sizes, share, salt):
    frame = pd.DataFrame(
        {"play": "p", "segment": [f"{n:02d}" for n in range(len(sizes))], "tier": "low",
         "customers": sizes}
    )  # fmt: skip
    found = allocate(frame, {"p": share}, salt)
    total, n = found["held_out"].sum(), sum(sizes)
    if min(floor(share * n), n - floor(share * n) - 1) < 30:
        assert total == 0
    else:
        assert abs(total - share * n) < 1 + 1e-9
        assert total >= 30
        assert n - total >= 30
        assert ((found["held_out"] - share * found["customers"]).abs() < 1 + 1e-9).all()
        assert (found["held_out"] >= 0).all()


def test_every_customer_is_as_likely_to_be_left_out():
    """Over many seeds each of a small and of a large group is left out as often as the share."""
    frame = pd.DataFrame(
        {"play": "p", "segment": ["a", "b", "c"], "tier": "low", "customers": [2, 7, 291]}
    )
    drawn = [allocate(frame, {"p": 0.2}, str(n))["held_out"].to_numpy() for n in range(2000)]
    rates = np.mean(drawn, axis=0) / frame["customers"]
    assert rates.to_numpy() == pytest.approx([0.2] * 3, abs=0.02)


def test_the_order_of_rows_changes_nothing():
    frame = customers()
    shuffled = frame.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(draw(frame), draw(shuffled))


def test_a_customer_more_moves_at_most_one_other_of_each_segment_and_tier():
    frame = customers()
    newcomer = pd.DataFrame([["X1", "win_back", "loyal", "low"]], columns=frame.columns)
    before = draw(frame).set_index("customer_id")
    after = draw(pd.concat([frame, newcomer])).set_index("customer_id").loc[before.index]
    moved = before[before["is_held_out"] != after["is_held_out"]]
    assert (moved["play"] == "win_back").all()
    assert moved.groupby(["segment", "tier"]).size().max() <= 1 or moved.empty


def test_seed_and_quarter_draw_anew():
    frame = customers()
    one = draw(frame)["is_held_out"]
    assert (one != draw(frame, seed=2)["is_held_out"]).any()
    assert (one != draw(frame, quarter=QUARTER.shift(1))["is_held_out"]).any()
    assert (one == draw(frame)["is_held_out"]).all()


@pytest.mark.parametrize(("n", "held_out"), [(100, 0), (149, 0), (150, 30)])
def test_a_short_list_stays_whole(n, held_out):
    frame = customers(n).assign(play="win_back", segment="loyal", tier="low")
    assert draw(frame)["is_held_out"].sum() == pytest.approx(held_out, abs=held_out > 0)


def test_nobody_on_no_list():
    assert draw(customers().iloc[:0]).empty


def test_a_play_may_have_a_share_of_its_own():
    texts = dict.fromkeys(("strategy", "offer", "owner", "cadence", "channel"), "text")
    book = Playbook.model_validate(
        {
            "plays": [{"name": "a"} | texts, {"name": "b", "holdout": 0} | texts],
            "assign": [{"segment": "new"} | dict.fromkeys(("high", "middle", "low"), "a")
                       | {"potential": "b"}],
        }
    )  # fmt: skip
    assert accounts.shares_of(book, Holdout(share=0.3)) == {"a": 0.3, "b": 0}
    assert accounts.shares_of(None, Holdout()) == {}


def test_the_plan_is_the_next_reviews_table_of_actions(connection, store, tmp_path):
    """Written, read and cleaned as the next quarter does it: both sides are as they were drawn."""
    frame = customers()
    drawn = accounts.draw_holdout(ibis.memtable(frame, schema=KINDS), SHARES, 1, QUARTER)
    owners = ibis.memtable({"customer_id": ["C00001"], "owner": ["Li"]})
    planned = accounts.plan_actions(drawn, owners, QUARTER)
    assert planned.columns == ACTIONS.names
    path = tmp_path / "planned_actions.parquet"
    pq.write_table(planned.order_by("action_id").to_pyarrow(), path)

    source = ParquetSource.model_validate({"format": "parquet", "location": str(path)})
    raw = {"actions": sources.read_table(connection, ACTIONS, source, tmp_path)}
    lines = tmp_path / "orders.csv"
    lines.write_text(
        "order_id,customer_id,order_date,amount\n"
        + "".join(f"{n},{c},2026-10-05,1\n" for n, c in enumerate(frame["customer_id"]))
    )
    from analysis.params.source_models import CsvSource

    orders = CsvSource.model_validate({"format": "csv", "location": str(lines)})
    raw["transactions"] = sources.read_table(connection, TRANSACTIONS, orders, tmp_path)
    as_of = QUARTER.shift(1).last_day
    cleaned = cleaning.clean_tables(raw, CleaningSettings(as_of, "CNY"), store)
    kept = cleaned["actions"].kept
    assert kept.count().execute() == len(frame)

    arms = accounts.assign_arms(kept, "2026Q3").to_pandas()
    assert not arms.duplicated(["customer_id", "type"]).any()
    sides = {out: set(rows["customer_id"]) for out, rows in arms.groupby("is_held_out")}
    assert not sides[True] & sides[False]
    there = drawn.to_pandas().set_index("customer_id")["is_held_out"]
    assert sides[True] == set(there.index[there])
    assert accounts.assign_arms(kept, "2026Q4").count().execute() == 0
    dues = kept.due.to_pandas().dt.date if hasattr(kept.due.to_pandas(), "dt") else kept.due
    assert set(dues) == {date(2026, 12, 31)}


def test_what_people_open_holds_no_formula():
    frame = customers(1).assign(customer_id="=1+1")
    drawn = accounts.draw_holdout(ibis.memtable(frame, schema=KINDS), SHARES, 1, QUARTER)
    planned = accounts.plan_actions(drawn, None, QUARTER)
    assert planned.customer_id.execute()[0] == "=1+1"
    assert accounts.guard_plan(planned).customer_id.execute()[0] == "'=1+1"
