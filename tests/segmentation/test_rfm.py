"""RFM: mid-rank scores whatever the ties, order, unit or later data, and a map without gaps."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import ceil

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import rankdata

from analysis.customers import summarize_customers
from analysis.segment_maps import EIGHT_CLASSES, GRID, INACTIVE, RFM_PACKAGE
from analysis.segmentation.labels import summarize_segments
from analysis.segmentation.rfm import (
    CutPoints,
    Scoring,
    count_scores,
    find_cut_points,
    find_map_cuts,
    score_maps,
    score_rfm,
)
from analysis.segmentation.thresholds import QUINTILES, find_thresholds

AS_OF = date(2026, 9, 30)
CUTS = ["recency", "frequency", "money"]
BY_GRID = Scoring(GRID)
MAP_CUTS = ((GRID, "quintile"), (RFM_PACKAGE, "quintile"), (EIGHT_CLASSES, "median"))


def summary_of(days, orders, money, order_days=None) -> ibis.Table:
    """A customer summary with what RFM looks at; customers are c0, c1, …"""
    exact = pa.array([Decimal(str(m)) for m in money], pa.decimal128(38, 4))
    columns = {
        "customer_id": [f"c{i}" for i in range(len(days))],
        "days_since_last_order": pa.array(days, pa.int64()),
        "n_orders_window": pa.array(orders, pa.int64()),
        "n_order_days_window": pa.array(orders if order_days is None else order_days, pa.int64()),
        "revenue_window": exact,
    }
    return ibis.memtable(pa.table(columns))


def mid_rank_scores(values) -> list[int]:
    """ceil(5 · (average rank − 0.5) / n), in whole numbers so that no rounding decides."""
    twice_rank = np.round(2 * rankdata(values, method="average")).astype(int)
    return [ceil(5 * (int(r) - 1) / (2 * len(values))) for r in twice_rank]


def scores_by(thresholds, values, better=lambda value, threshold: value >= threshold) -> list[int]:
    return [1 + sum(better(v, t) for t in thresholds if t is not None) for v in values]


def scores_of(summary, scoring=BY_GRID, cut_points=None) -> dict[str, tuple]:
    """Scores and segment of each customer."""
    cut_points = cut_points or find_cut_points(summary, scoring)
    rows = score_rfm(summary, cut_points, scoring).to_pyarrow().to_pylist()
    rows.sort(key=lambda row: int(row["customer_id"][1:]))
    return {row.pop("customer_id"): tuple(row.values()) for row in rows}


def random_values(rng, n: int, largest: int) -> list[int]:
    """Whole numbers with many ties, few or none, at times one value alone."""
    kind = rng.integers(4)
    if kind == 0:
        return [int(rng.integers(1, largest))] * n
    if kind == 1:
        return rng.permutation(np.arange(1, n + 1)).tolist()
    return rng.integers(1, 1 + (4 if kind == 2 else largest), n).tolist()


def test_cut_points_are_mid_rank_quintiles_on_1000_random_tables():
    """Each table is three columns of one wide table, so that the engine is asked only once."""
    rng = np.random.default_rng(20260930)
    for n in rng.permutation([1, 2, 3, 4, 5, 6, 7, 9, 11, 60]):
        columns = {f"v{k}": random_values(rng, int(n), 300) for k in range(100)}
        table = ibis.memtable(pa.table(columns))
        found = find_thresholds(table, dict.fromkeys(columns, QUINTILES))
        for name, values in columns.items():
            assert scores_by(found[name], values) == mid_rank_scores(values), values


def test_cut_points_fit_days_orders_and_money():
    rng = np.random.default_rng(8)
    days, orders = random_values(rng, 70, 300), random_values(rng, 70, 12)
    money = [m - 3 for m in random_values(rng, 70, 5_000)]  # returns can outweigh sales
    cuts = find_cut_points(summary_of(days, orders, money), Scoring(GRID))
    fresher = scores_by(cuts.recency, days, better=lambda value, most: value <= most)
    assert fresher == mid_rank_scores([-d for d in days])
    assert scores_by(cuts.frequency, orders) == mid_rank_scores(orders)
    assert scores_by(cuts.money, money) == mid_rank_scores(money)


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([7], [3]),
        ([7, 7], [3, 3]),
        ([1, 2], [2, 4]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1, 1, 1, 9], [2, 2, 2, 5]),
        ([1, 9, 9, 9], [1, 4, 4, 4]),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 2], [3, 3, 3, 3, 3, 3, 3, 3, 3, 5]),
    ],
)
def test_scores_by_hand(values, scores):
    summary = summary_of([300 - v for v in values], values, values)
    assert [row[:3] for row in scores_of(summary).values()] == [(s, s, s) for s in scores]


def test_engine_and_cut_points_agree():
    rng = np.random.default_rng(7)
    days, orders, money = (random_values(rng, 90, most) for most in (200, 9, 900))
    summary = summary_of(days, orders, money)
    expected = zip(
        mid_rank_scores([-d for d in days]),
        mid_rank_scores(orders),
        mid_rank_scores(money),
        strict=True,
    )
    assert [row[:3] for row in scores_of(summary).values()] == list(expected)


def test_frequency_counts_orders_or_their_days():
    summary = summary_of([1, 2], [9, 1], [5, 5], order_days=[1, 2])
    by_orders, by_days = Scoring(GRID, "orders"), Scoring(GRID, "order_days")
    assert [scores_of(summary, by_orders)[c][1] for c in ("c0", "c1")] == [4, 2]
    assert [scores_of(summary, by_days)[c][1] for c in ("c0", "c1")] == [2, 4]


def test_customers_without_an_order_in_the_window_have_no_scores():
    summary = summary_of([400, 5, 6], [0, 1, 2], [-5, 10, 20])
    found = scores_of(summary)
    assert found["c0"] == (None, None, None, INACTIVE)
    assert found["c1"][:3] == (4, 2, 2)  # the inactive do not enter the quintiles


@pytest.mark.parametrize("orders", [[], [0, 0]])
def test_without_active_customers_there_are_no_cut_points(orders):
    summary = summary_of([400] * len(orders), orders, [0] * len(orders))
    cuts = find_cut_points(summary, Scoring(GRID))
    assert cuts == CutPoints(*[(None,) * 4] * 3)
    scores = score_rfm(summary, cuts, Scoring(GRID))
    assert scores.count().execute() == len(orders)
    assert (count_scores(scores).to_numpy() == 0).all()
    assert summarize_segments(scores, summary, GRID)["customers"].sum() == len(orders)


def test_cut_points_as_a_frame():
    cuts = CutPoints((30, 20, 10, None), (1, 2, 3, 4), (Decimal("1.5"), None, None, None))
    frame = cuts.to_frame()
    assert frame["score"].to_list() == [2, 3, 4, 5]
    assert frame["recency"].to_list() == [30, 20, 10, None]
    assert frame["money"].to_list() == [Decimal("1.5"), None, None, None]
    assert [column for column in frame.columns if column != "score"] == CUTS


def test_frozen_cut_points_score_new_customers():
    five = summary_of([5, 4, 3, 2, 1], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    cuts = find_cut_points(five, Scoring(GRID))
    newcomer = summary_of([0], [100], ["0.5"])
    assert scores_of(newcomer, cut_points=cuts) == {"c0": (5, 5, 1, "champion")}


def purchases(seed: int, n_customers: int = 40) -> list[tuple]:
    """Order lines of the last 500 days, some of them returns."""
    rng = np.random.default_rng(seed)
    return [
        (
            f"c{customer}",
            f"{customer}-{number}",
            AS_OF - timedelta(int(rng.integers(0, 500))),
            Decimal(int(rng.integers(-20, 400))) / 4,
        )
        for customer in range(n_customers)
        for number in range(rng.integers(1, 8))
    ]


@pytest.fixture
def scores_of_lines(order_lines):
    def scores(lines) -> dict[str, tuple]:
        return scores_of(
            summarize_customers(order_lines(lines), AS_OF, date(2025, 10, 1), date(2026, 7, 1))
        )

    return scores


def shuffled(lines):
    return [lines[i] for i in np.random.default_rng(0).permutation(len(lines))]


def in_a_smaller_currency(lines):
    return [(customer, order, day, amount * 10_000) for customer, order, day, amount in lines]


def with_later_rows(lines):
    later = [(f"c{n}", "late", AS_OF + timedelta(1 + n), Decimal(9999)) for n in range(60)]
    return lines + later


def halves_exchanged(lines):
    return lines[len(lines) // 2 :] + lines[: len(lines) // 2]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_score_depends_on_order_unit_or_later_data(scores_of_lines, seed):
    lines = purchases(seed)
    scores = scores_of_lines(lines)
    for change in (shuffled, in_a_smaller_currency, with_later_rows, halves_exchanged):
        assert scores_of_lines(change(lines)) == scores, change.__name__


def cells_of(cell) -> set[tuple[int, int]]:
    return set(product(range(cell.r[0], cell.r[1] + 1), range(cell.f[0], cell.f[1] + 1)))


def test_the_grid_covers_each_of_25_cells_exactly_once():
    covered = Counter(place for cell in GRID.rules for place in cells_of(cell))
    assert covered == Counter(product(range(1, 6), repeat=2))
    assert len({cell.segment for cell in GRID.rules}) == len(GRID.rules) == 10


@pytest.mark.parametrize(
    ("r", "f", "segment"),
    [
        ((1, 2), (1, 2), "hibernating"),
        ((1, 2), (3, 4), "at_risk"),
        ((1, 2), (5,), "cannot_lose"),
        ((3,), (1, 2), "about_to_sleep"),
        ((3,), (3,), "need_attention"),
        ((3, 4), (4, 5), "loyal"),
        ((4,), (1,), "promising"),
        ((5,), (1,), "new"),
        ((4, 5), (2, 3), "potential_loyalist"),
        ((5,), (4, 5), "champion"),
    ],
)
def test_the_grid_is_the_published_one(r, f, segment):
    named = {place: cell.segment for cell in GRID.rules for place in cells_of(cell)}
    assert {named[place] for place in product(r, f)} == {segment}


def test_segments_follow_the_grid_in_the_engine():
    cuts = CutPoints((3, 2, 1, 0), (2, 3, 4, 5), (2, 3, 4, 5))
    places = list(product(range(1, 6), repeat=2))
    summary = summary_of([5 - r for r, _ in places], [f for _, f in places], [1] * 25)
    named = {place: cell.segment for cell in GRID.rules for place in cells_of(cell)}
    found = scores_of(summary, cut_points=cuts)
    assert [(row[0], row[1]) for row in found.values()] == places
    assert [row[3] for row in found.values()] == [named[place] for place in places]


SIX = summary_of(
    days=[0, 1, 100, 200, 300, 500], orders=[4, 1, 1, 1, 1, 0], money=[60, 20, 20, -10, 10, -7]
)


@pytest.fixture(scope="module")
def six_scores():
    return score_rfm(SIX, find_cut_points(SIX, Scoring(GRID)), Scoring(GRID))


def test_segments_by_hand(six_scores):
    # R 5 4 3 2 1; four customers with one order share F: ceil(5 · 2 / 5) = 2
    segments = summarize_segments(six_scores, SIX, GRID).set_index("segment")
    assert segments["customers"][lambda n: n > 0].to_dict() == {
        "champion": 1,
        "potential_loyalist": 1,
        "about_to_sleep": 1,
        "hibernating": 2,
        "inactive": 1,
    }
    hibernating = segments.loc["hibernating"]
    assert hibernating["revenue"] == 0
    assert hibernating["average_order"] == 0
    assert hibernating["days_since_last_order"] == 200  # the lower of the two in the middle
    champion = segments.loc["champion"]
    assert champion["average_order"] == 15
    assert champion["revenue_share"] == pytest.approx(60 / 93)
    assert champion["customer_share"] == pytest.approx(1 / 6)
    assert segments.loc["inactive", "revenue"] == -7
    assert np.isnan(segments.loc["inactive", "average_order"])


def test_segments_sum_to_the_whole(six_scores):
    segments = summarize_segments(six_scores, SIX, GRID)
    assert segments["segment"].to_list() == list(GRID.segments)
    assert segments["customers"].sum() == 6
    assert segments["revenue"].sum() == 93
    assert segments["customer_share"].sum() == pytest.approx(1)
    assert segments["revenue_share"].sum() == pytest.approx(1)


def test_counts_place_each_active_customer(six_scores):
    counts = count_scores(six_scores)
    assert counts.index.to_list() == [5, 4, 3, 2, 1]
    assert counts.columns.to_list() == [1, 2, 3, 4, 5]
    assert counts.loc[5, 5] == 1
    assert [counts.loc[r, 2] for r in (4, 3, 2, 1)] == [1, 1, 1, 1]
    assert counts.to_numpy().sum() == 5


def test_the_middle_cuts_the_eight_classes():
    summary = summary_of([10, 20, 30, 40], [1, 1, 1, 5], [1, 2, 3, 30])
    by_median = find_cut_points(summary, Scoring(EIGHT_CLASSES, cut="median"))
    assert by_median == CutPoints((20,), (5,), (Decimal(3),))
    by_mean = find_cut_points(summary, Scoring(EIGHT_CLASSES, cut="mean"))
    assert by_mean == CutPoints((20,), (5,), (Decimal(30),))  # means 25, 2 and 9
    fixed = CutPoints((15,), (1,), (Decimal(2),))
    assert find_cut_points(summary, Scoring(EIGHT_CLASSES, cut="fixed", fixed=fixed)) is fixed
    found = scores_of(summary, Scoring(EIGHT_CLASSES), by_median)
    assert [row[3] for row in found.values()] == [
        "general_develop",
        "general_develop",
        "important_retain",
        "important_keep",
    ]


def test_a_mean_that_is_a_value_is_not_above_itself():
    summary = summary_of([20, 20], [2, 2], ["0.0001", "0.0001"])
    cuts = find_cut_points(summary, Scoring(EIGHT_CLASSES, cut="mean"))
    assert cuts == CutPoints((None,), (None,), (None,))


def test_every_map_names_every_customer():
    rng = np.random.default_rng(5)
    summary = summary_of(
        *(random_values(rng, 150, most) for most in (300, 9)), rng.integers(1, 900, 150).tolist()
    )
    scorings = {m.name: Scoring(m, cut=c) for m, c in MAP_CUTS}
    scores = score_maps(summary, find_map_cuts(summary, scorings), scorings, "rfm").to_pandas()
    assert (scores["segment"] == scores["rfm"]).all()
    for row in scores.itertuples():
        combination = (row.r_score, row.f_score, row.m_score)
        assert row.grid == GRID.segment_of(combination)
        assert row.rfm == RFM_PACKAGE.segment_of(combination)
    assert set(scores["eight"]) <= set(EIGHT_CLASSES.segments)


def test_cut_points_are_published_with_their_units():
    results = CutPoints((30, None), (1, 2), (Decimal("1.5"), Decimal(9))).to_results("rfm.cuts")
    assert results["rfm.cuts.recency.2"].value == 30
    assert results["rfm.cuts.recency.2"].unit == "days"
    assert results["rfm.cuts.recency.3"].value is None
    assert results["rfm.cuts.money.3"].value == 9
