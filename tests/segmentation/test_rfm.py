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
from analysis.segmentation import (
    GRID,
    INACTIVE,
    CutPoints,
    find_cut_points,
    grid_counts,
    score_rfm,
    segment_results,
    summarize_segments,
)

AS_OF = date(2026, 9, 30)
CUTS = ["recency", "frequency", "money"]


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


def scores_of(summary, frequency="orders", cut_points=None) -> dict[str, tuple]:
    """Scores and segment of each customer."""
    cut_points = cut_points or find_cut_points(summary, frequency)
    rows = score_rfm(summary, cut_points, frequency).to_pyarrow().to_pylist()
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


def test_cut_points_are_mid_rank_quintiles_on_200_random_columns():
    rng = np.random.default_rng(20260930)
    for case in range(67):  # three columns each
        n = 1 + case if case < 10 else int(rng.integers(11, 120))
        days = random_values(rng, n, 300)
        orders = random_values(rng, n, 12)
        money = [m - 3 for m in random_values(rng, n, 5_000)]  # returns can outweigh sales
        cuts = find_cut_points(summary_of(days, orders, money), "orders")
        fresher = scores_by(cuts.recency, days, better=lambda value, most: value <= most)
        assert fresher == mid_rank_scores([-d for d in days]), days
        assert scores_by(cuts.frequency, orders) == mid_rank_scores(orders), orders
        assert scores_by(cuts.money, money) == mid_rank_scores(money), money


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
    assert [scores_of(summary, "orders")[c][1] for c in ("c0", "c1")] == [4, 2]
    assert [scores_of(summary, "order_days")[c][1] for c in ("c0", "c1")] == [2, 4]


def test_customers_without_an_order_in_the_window_have_no_scores():
    summary = summary_of([400, 5, 6], [0, 1, 2], [-5, 10, 20])
    found = scores_of(summary)
    assert found["c0"] == (None, None, None, INACTIVE)
    assert found["c1"][:3] == (4, 2, 2)  # the inactive do not enter the quintiles


@pytest.mark.parametrize("orders", [[], [0, 0]])
def test_without_active_customers_there_are_no_cut_points(orders):
    summary = summary_of([400] * len(orders), orders, [0] * len(orders))
    cuts = find_cut_points(summary, "orders")
    assert cuts == CutPoints(*[(None,) * 4] * 3)
    scores = score_rfm(summary, cuts, "orders")
    assert scores.count().execute() == len(orders)
    assert (grid_counts(scores).to_numpy() == 0).all()
    assert summarize_segments(scores, summary)["customers"].sum() == len(orders)


def test_cut_points_as_a_frame():
    cuts = CutPoints((30, 20, 10, None), (1, 2, 3, 4), (Decimal("1.5"), None, None, None))
    frame = cuts.to_frame()
    assert frame["score"].to_list() == [2, 3, 4, 5]
    assert frame["recency"].to_list() == [30, 20, 10, None]
    assert frame["money"].to_list() == [Decimal("1.5"), None, None, None]
    assert [column for column in frame.columns if column != "score"] == CUTS


def test_frozen_cut_points_score_new_customers():
    cuts = find_cut_points(summary_of([5, 4, 3, 2, 1], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]), "orders")
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
    covered = Counter(place for cell in GRID for place in cells_of(cell))
    assert covered == Counter(product(range(1, 6), repeat=2))
    assert len({cell.segment for cell in GRID}) == len(GRID) == 10


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
    named = {place: cell.segment for cell in GRID for place in cells_of(cell)}
    assert {named[place] for place in product(r, f)} == {segment}


def test_segments_follow_the_grid_in_the_engine():
    cuts = CutPoints((3, 2, 1, 0), (2, 3, 4, 5), (2, 3, 4, 5))
    places = list(product(range(1, 6), repeat=2))
    summary = summary_of([5 - r for r, _ in places], [f for _, f in places], [1] * 25)
    named = {place: cell.segment for cell in GRID for place in cells_of(cell)}
    found = scores_of(summary, cut_points=cuts)
    assert [(row[0], row[1]) for row in found.values()] == places
    assert [row[3] for row in found.values()] == [named[place] for place in places]


SIX = summary_of(
    days=[0, 1, 100, 200, 300, 500], orders=[4, 1, 1, 1, 1, 0], money=[60, 20, 20, -10, 10, -7]
)


@pytest.fixture(scope="module")
def six_scores():
    return score_rfm(SIX, find_cut_points(SIX, "orders"), "orders")


def test_segments_by_hand(six_scores):
    # R 5 4 3 2 1; four customers with one order share F: ceil(5 · 2 / 5) = 2
    segments = summarize_segments(six_scores, SIX).set_index("segment")
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
    segments = summarize_segments(six_scores, SIX)
    assert segments["segment"].to_list() == [*(cell.segment for cell in GRID), INACTIVE]
    assert segments["customers"].sum() == 6
    assert segments["revenue"].sum() == 93
    assert segments["customer_share"].sum() == pytest.approx(1)
    assert segments["revenue_share"].sum() == pytest.approx(1)


def test_grid_counts_place_each_active_customer(six_scores):
    counts = grid_counts(six_scores)
    assert counts.index.to_list() == [5, 4, 3, 2, 1]
    assert counts.columns.to_list() == [1, 2, 3, 4, 5]
    assert counts.loc[5, 5] == 1
    assert [counts.loc[r, 2] for r in (4, 3, 2, 1)] == [1, 1, 1, 1]
    assert counts.to_numpy().sum() == 5


def test_published_numbers(six_scores):
    segments = summarize_segments(six_scores, SIX)
    results = segment_results(segments, window_months=12)
    assert results["rfm.window_months"].value == 12
    assert results["segments.grid.champion.revenue"].value == 60
    assert results["segments.grid.loyal.customers"].value == 0
    assert results["segments.largest_by_revenue.segment"].value == "segment.champion"
    assert results["segments.largest_by_customers.segment"].value == "segment.hibernating"
    assert results["segments.largest_by_customers.customer_share"].value == pytest.approx(1 / 3)
    assert len(results) == 1 + 4 * 11 + 2 * 3
