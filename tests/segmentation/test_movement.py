"""Migration, cohorts and sensitivity on histories that can be followed by hand."""

from datetime import date

import ibis
import pandas as pd
import pytest

from analysis.customers import sum_days, sum_windows, summarize_customers
from analysis.params import FiscalCalendar, Quarter
from analysis.segment_maps import GRID, MAPS
from analysis.segmentation import cohorts, migration, rfm, sensitivity

QUARTER = Quarter.parse("2026Q3")


def scored(segments: dict[str, str], revenue: float = 10.0) -> ibis.Table:
    return ibis.memtable(
        {
            "customer_id": list(segments),
            "segment": list(segments.values()),
            "revenue_window": [revenue] * len(segments),
        }
    )


EARLIER = scored({"a": "champion", "b": "champion", "c": "loyal", "d": "inactive"}, 7.0)
NOW = {"a": "champion", "b": "loyal", "c": "inactive", "d": "new", "e": "new"}
OWN = scored(NOW | {"a": "loyal"})


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return migration.track_movement(EARLIER, scored(NOW), OWN)


def test_shares_are_those_of_the_row(pairs):
    shares = pairs.set_index(["before", "now"])["share"].to_dict()
    assert shares == {
        ("champion", "champion"): 0.5,
        ("champion", "loyal"): 0.5,
        ("inactive", "new"): 1,
        ("loyal", "inactive"): 1,
        ("newcomer", "new"): 1,
    }


def test_real_movement_stands_apart_from_rebinning(pairs):
    kinds = migration.summarize_movement(pairs, GRID).set_index("kind")
    assert kinds["customers"].to_dict() == {
        "stayed": 1, "up": 0, "down": 1, "lapsed": 1, "returned": 1, "newcomer": 1, "rebinned": 1,
    }  # fmt: skip
    assert kinds.loc["lapsed", "revenue"] == 7
    assert kinds.loc["down", "revenue"] == 10
    assert kinds["customers"].drop("rebinned").sum() == len(NOW)


def test_published_movement(pairs):
    results = migration.movement_results(pairs, migration.summarize_movement(pairs, GRID))
    assert results["migration.champion.loyal.customers"].value == 1
    assert results["migration.newcomer.new.customers"].value == 1
    assert results["movement.moved.customers"].value == 3
    assert "migration.loyal.loyal.customers" not in results


def test_a_customer_whom_the_summary_lost_is_absent():
    found = migration.track_movement(EARLIER, scored({"a": "champion"}), scored({"a": "champion"}))
    assert found.set_index(["before", "now"])["customers"]["loyal", migration.ABSENT] == 1
    assert migration.ABSENT in migration.tabulate_movement(found, GRID, "customers").columns


def test_without_an_earlier_quarter_nothing_is_claimed():
    found = migration.track_movement(EARLIER.limit(0), scored(NOW), OWN)
    kinds = migration.summarize_movement(found, GRID)
    results = migration.movement_results(found, kinds)
    assert results["movement.moved.customers"].note == migration.NEEDS_EARLIER


def test_flows_fill_both_sides_without_overlap(pairs):
    flows = migration.draw_flows(pairs, GRID)
    assert flows["customers"].sum() == pairs["customers"].sum()
    for place in ("left", "right"):
        rows = flows.sort_values(place)
        ends = rows[place] + rows["customers"]
        assert (rows[place].iloc[1:].to_numpy() >= ends.iloc[:-1].to_numpy()).all()
    directions = flows.set_index(["before", "now"])["direction"].to_dict()
    assert directions == {
        ("keep", "keep"): "same",
        ("keep", "inactive"): "down",
        ("inactive", "develop"): "up",
        ("newcomer", "develop"): "new",
    }


LINES = [
    ("a", "1", date(2026, 1, 5), 100),
    ("a", "2", date(2026, 5, 5), 40),
    ("a", "3", date(2026, 9, 5), 60),
    ("b", "4", date(2026, 2, 5), 100),
    ("b", "5", date(2026, 8, 5), 20),
    ("c", "6", date(2026, 5, 6), 50),
    ("d", "7", date(2026, 9, 6), 10),
    ("d", "8", date(2026, 10, 6), 10),
]


@pytest.fixture(scope="module")
def lines(order_lines) -> ibis.Table:
    return order_lines(LINES)


def summary_of(lines: ibis.Table, quarter: Quarter) -> ibis.Table:
    return summarize_customers(lines, quarter.last_day, quarter.months_back(12), quarter.first_day)


def test_cohorts_by_hand(lines):
    calendar = cohorts.Calendar("quarter", FiscalCalendar())
    summary = summary_of(lines, QUARTER)
    found = cohorts.follow_cohorts(sum_days(lines), summary, QUARTER.last_day, calendar)
    rows = found.set_index(["cohort", "age"])
    assert rows.loc[("2026Q1", 0), "customers"] == 2
    assert rows["in_period"].to_dict() == {
        ("2026Q1", 0): 1, ("2026Q1", 1): 0.5, ("2026Q1", 2): 1,
        ("2026Q2", 0): 1, ("2026Q2", 1): 0,
        ("2026Q3", 0): 1,
    }  # fmt: skip
    assert rows["on_or_after"].to_dict() == {
        ("2026Q1", 0): 1, ("2026Q1", 1): 1, ("2026Q1", 2): 1,
        ("2026Q2", 0): 1, ("2026Q2", 1): 0,
        ("2026Q3", 0): 1,
    }  # fmt: skip
    assert rows.loc[("2026Q1", 2), "revenue_share"] == pytest.approx(80 / 200)


def test_new_customers_are_in_no_retention_rate(lines):
    results = cohorts.retention_results(
        summary_of(lines, QUARTER), summary_of(lines, QUARTER.previous()), QUARTER
    )
    assert results["retention.customer_rate"].value == pytest.approx(2 / 3)
    assert results["retention.active_rate"].value == pytest.approx(1 / 2)
    assert results["retention.revenue_rate"].value == pytest.approx(60 / 90)
    assert results["retention.customer_rate"].n == 3


@pytest.mark.parametrize(
    ("period", "first_month", "day", "label"),
    [
        ("quarter", 1, date(2026, 9, 30), "2026Q3"),
        ("quarter", 4, date(2026, 3, 31), "2026Q4"),
        ("quarter", 4, date(2026, 4, 1), "2027Q1"),
        ("month", 1, date(2026, 1, 1), "2026-01"),
        ("month", 4, date(2026, 12, 31), "2026-12"),
    ],
)
def test_periods_follow_the_fiscal_year(period, first_month, day, label):
    calendar = cohorts.Calendar(period, FiscalCalendar(first_month))
    assert calendar.label(calendar.index_of(day)) == label
    table = ibis.memtable({"day": [day]})
    assert table.select(n=calendar.index(table.day)).to_pyarrow().to_pylist() == [
        {"n": calendar.index_of(day)}
    ]


def test_sensitivity_counts_who_changes(lines):
    summary = summary_of(lines, QUARTER)
    scorings = {name: rfm.Scoring(m) for name, m in MAPS.items() if name != "eight"}
    maps = {name: MAPS[name] for name in scorings}
    cuts = rfm.find_map_cuts(summary, scorings)
    scores = rfm.score_maps(summary, cuts, scorings, "grid")
    same = QUARTER.months_back(12)
    windows = sum_windows(
        sum_days(lines), QUARTER.last_day, dict.fromkeys(sensitivity.WINDOWS, same)
    )
    variants = sensitivity.score_variants(scores, summary, windows, scorings["grid"])
    panel = sensitivity.measure_sensitivity(variants, GRID, maps).set_index("variant")
    # The same window gives the same labels; each share is one of the whole.
    assert panel.loc["window_longer", "customers"] == 0
    frame = variants.to_pandas()
    for name in ("cuts_lower", "cuts_higher"):
        changed = frame[name] != frame["segment"]
        assert panel.loc[name, "customers"] == changed.sum()
        assert panel.loc[name, "revenue"] == float(frame["revenue_window"][changed].sum())
    aims = frame["grid"].map(GRID.aims) != frame["rfm"].map(MAPS["rfm"].aims)
    assert panel.loc["map_rfm", "customers"] == aims.sum()


def test_neighbouring_windows_are_a_quarter_away(lines):
    def orders(months: int) -> list[int]:
        found = sensitivity.measure_windows(sum_days(lines), QUARTER, months)
        return [found[f"n_orders_window_{name}"].sum().execute() for name in sensitivity.WINDOWS]

    assert orders(12) == [7, 7]  # from January 2026 and July 2025 on: all but the one to come
    assert orders(4) == [3, 5]  # from July and from May 2026 on
    assert orders(2) == [2, 3]  # one month less, one more
