"""What of a change could be chance: hand-computed cases, and against resampling."""

from datetime import date
from math import sqrt

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.comparison import (
    Change,
    compare_quarters,
    compare_totals,
    comparison_results,
    pair_quarters,
)
from analysis.customers import sum_days
from analysis.inference import Z
from analysis.params import Quarter

QUARTER = Quarter.parse("2026Q3")
DAY = {"2026Q3": date(2026, 8, 1), "2026Q2": date(2026, 5, 1), "2026Q1": date(2026, 2, 1)}
DAY["2026Q4"] = date(2026, 11, 1)


def days_of(orders: list[tuple[str, str, float]]):
    """Orders as (customer, quarter, amount), as days."""
    frame = pd.DataFrame(orders, columns=["customer_id", "quarter", "amount"])
    frame["order_date"] = [DAY[quarter] for quarter in frame["quarter"]]
    frame["order_id"] = [str(n) for n in range(len(frame))]
    frame["is_return"] = frame["amount"] < 0
    table = ibis.memtable(frame.drop(columns="quarter"))
    return sum_days(table.mutate(amount=table.amount.cast("decimal(18, 4)")))


def changes_of(orders) -> dict[str, Change]:
    found = compare_quarters(days_of(orders), QUARTER, window_months=3)
    return {change.name: change for change in found}


ORDERS = [
    ("stays", "2026Q1", 10), ("stays", "2026Q2", 10), ("stays", "2026Q3", 16),
    ("leaves", "2026Q1", 5), ("leaves", "2026Q2", 8),
    ("came", "2026Q2", 1), ("came", "2026Q3", 3),
    ("new", "2026Q3", 4), ("also new", "2026Q3", 7),
    ("long gone", "2026Q1", 9),
]  # fmt: skip


class TestByHand:
    def test_active_customers(self):
        """Two came and one left: 2 − 1, give or take √(2 + 1), as McNemar has it."""
        change = changes_of(ORDERS)["active_customers"]
        assert (change.change, change.n) == (1, 5)
        assert change.error == pytest.approx(sqrt(3))

    def test_revenue(self):
        """Differences 6, −8, 2, 4, 7."""
        change = changes_of(ORDERS)["revenue"]
        assert change.change == pytest.approx(11)
        assert change.error == pytest.approx(sqrt(36 + 64 + 4 + 16 + 49))

    def test_retention(self):
        """2 of 3 now, 2 of 3 before: influences (1/3, −2/3, 1/3) and (1/3, 1/3, −2/3)."""
        change = changes_of(ORDERS)["retention"]
        assert change.change == pytest.approx(0)
        now = {"stays": 1 / 3, "leaves": -2 / 3, "came": 1 / 3}
        then = {"stays": 1 / 3, "leaves": 1 / 3, "long gone": -2 / 3}
        squares = [((now.get(c, 0) - then.get(c, 0)) / 3) ** 2 for c in now | then]
        assert change.error == pytest.approx(sqrt(sum(squares)))

    def test_the_ten_largest_of_few_are_all(self):
        change = changes_of(ORDERS)["top10_share"]
        assert (change.change, change.error) == (pytest.approx(0), pytest.approx(0))


def test_a_share_alone_has_the_binomial_error():
    """Where nobody is in both quarters' rates, the errors are those of two independent shares."""
    orders = [(f"a{i}", "2026Q1", 1) for i in range(40)]
    orders += [(f"a{i}", "2026Q2", 1) for i in range(10)]
    orders += [(f"b{i}", "2026Q2", 1) for i in range(50)]
    orders += [(f"b{i}", "2026Q3", 1) for i in range(30)]
    change = changes_of(orders)["retention"]
    # Those ten who came back to be asked again are in both, and none of them came.
    p, p_1 = 30 / 60, 10 / 40
    assert change.change == pytest.approx(p - p_1)
    binomial = p * (1 - p) / 60 + p_1 * (1 - p_1) / 40
    covariance = 10 * (0 - p) / 60 * (1 - p_1) / 40
    assert change.error == pytest.approx(sqrt(binomial - 2 * covariance))


def test_errors_agree_with_resampling():
    """Customers drawn again, as many as a Poisson number says, vary as much as the error tells."""
    random = np.random.default_rng(3)
    n = 600
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(n)],
            "now": np.exp(random.normal(4, 1.2, n)) * (random.random(n) < 0.6),
            "then": np.exp(random.normal(4, 1.2, n)) * (random.random(n) < 0.5),
            "earlier": random.random(n) < 0.5,
        }
    )
    orders = [
        *((row.customer_id, "2026Q3", row.now) for row in frame.itertuples() if row.now),
        *((row.customer_id, "2026Q2", row.then) for row in frame.itertuples() if row.then),
        *((row.customer_id, "2026Q1", 1.0) for row in frame.itertuples() if row.earlier),
    ]
    counts = random.poisson(1, (4000, n))

    def share(money: np.ndarray, weights: np.ndarray) -> float:
        ranked = np.repeat(money, weights)
        return np.sort(ranked)[-10:].sum() / ranked.sum()

    now, then = frame["now"].to_numpy(), frame["then"].to_numpy()
    bought, bought_1, bought_2 = now > 0, then > 0, frame["earlier"].to_numpy()
    again, again_1 = bought & bought_1, bought_1 & bought_2
    resampled = {
        "active_customers": counts @ (bought.astype(int) - bought_1),
        "revenue": counts @ (now - then),
        "retention": (counts @ again) / (counts @ bought_1)
        - (counts @ again_1) / (counts @ bought_2),
        "top10_share": np.array([share(now, w) - share(then, w) for w in counts]),
    }
    for name, change in changes_of(orders).items():
        assert change.error == pytest.approx(resampled[name].std(), rel=0.12), name


def test_noise_is_as_large_as_its_error():
    """Of quarters that differ by chance alone, the squared change is on average its variance."""
    random = np.random.default_rng(11)
    ratios = []
    for _ in range(30):
        orders = [
            (f"c{i}", quarter, float(random.integers(1, 50)))
            for quarter in ("2026Q3", "2026Q2", "2026Q1")
            for i in np.flatnonzero(random.random(150) < 0.4)
        ]
        changes = changes_of(orders)
        ratios.append(
            [(changes[n].change / changes[n].error) ** 2 for n in ("revenue", "retention")]
        )
    assert np.mean(ratios) == pytest.approx(1, abs=0.45)


def test_nothing_before_is_said_and_not_guessed():
    results = comparison_results(changes_of([("a", "2026Q3", 5.0)]).values())
    assert {name: result.value for name, result in results.items()} == dict.fromkeys(results)
    assert all(result.note.startswith("needs ") for result in results.values())
    results = comparison_results(changes_of([("a", "2026Q3", 5), ("a", "2026Q2", 4)]).values())
    assert results["compared.revenue"].value == 1
    assert results["compared.retention"].value is None


def test_the_interval_is_published():
    low_high = comparison_results([Change("revenue", "money", 10.0, 2.0, 7)])["compared.revenue"]
    assert (low_high.value, low_high.n) == (10.0, 7)
    assert (low_high.low, low_high.high) == pytest.approx((10 - 2 * Z, 10 + 2 * Z))


def test_null_is_no_money():
    pairs = ibis.memtable({"now": [1.0, None], "then": [None, 4.0]})
    [change] = compare_totals(pairs, {"clv": ("money", "now", "then")})
    assert (change.change, change.error) == (-3.0, pytest.approx(sqrt(17)))


def test_a_return_is_no_purchase():
    pairs = pair_quarters(days_of([("a", "2026Q2", 9), ("a", "2026Q3", -4)]), QUARTER, 12)
    row = pairs.to_pandas().iloc[0]
    assert (row.bought, row.bought_1, row.revenue, row.window) == (0, 1, -4, 5)


def test_days_after_the_quarter_change_nothing():
    later = [*ORDERS, ("stays", "2026Q4", 1000.0), ("newer", "2026Q4", 1000.0)]
    assert changes_of(later) == changes_of(ORDERS)
