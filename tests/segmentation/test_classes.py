"""Classes, concentration, rhythm and loyalty: hand-computed tables and what must never change."""

from datetime import date, timedelta
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analysis.customers import sum_days
from analysis.params import Quarter
from analysis.params.segmentation_models import Needs
from analysis.segmentation import classes, concentration, labels, loyalty, profit, rhythm

QUARTER = Quarter.parse("2026Q3")
AS_OF = QUARTER.last_day
NOTHING_NAMED = Needs()


def customers_of(money: list, name: str = "revenue") -> ibis.Table:
    exact = pa.array([Decimal(str(m)) for m in money], pa.decimal128(38, 4))
    ids = [f"c{n:04d}" for n in range(len(money))]
    return ibis.memtable(pa.table({"customer_id": ids, name: exact}))


def concentration_of(money: list) -> concentration.Concentration:
    customers = customers_of(money)
    bins = concentration.bin_money(customers, "revenue")
    return concentration.measure_concentration(
        bins, concentration.find_largest(customers, "revenue")
    )


def exact_gini(money: list) -> float:
    """Mean absolute difference ÷ twice the mean."""
    values = np.array([float(m) for m in money if m > 0])
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


class TestConcentration:
    @pytest.mark.parametrize("seed", range(4))
    def test_bins_give_the_gini_of_all_pairs(self, seed):
        money = np.random.default_rng(seed).lognormal(5, 1.4, 300).round(2).tolist()
        found = concentration_of([*money, 0, -12.5])
        assert found.gini == pytest.approx(exact_gini(money), abs=1e-6)
        shares = np.array(money) / sum(money)
        assert found.hhi == pytest.approx(float((shares**2).sum()), rel=1e-9)
        assert found.top10_share == pytest.approx(float(np.sort(shares)[-10:].sum()), rel=1e-9)
        assert found.customers == 300

    def test_equal_customers_are_not_concentrated(self):
        found = concentration_of([5, 5, 5, 5])
        assert found.gini == pytest.approx(0)
        assert found.hhi == pytest.approx(0.25)
        assert found.half_customers == 2
        assert len(found.dependences) == 4

    def test_nobody_with_revenue(self):
        found = concentration_of([0, -3])
        assert (found.customers, found.gini, found.half_share) == (0, None, None)
        results = concentration.concentration_results(found)
        assert results["concentration.gini"].value is None
        assert results["concentration.dependences.customers"].value == 0

    def test_results_name_the_band(self):
        results = concentration.concentration_results(concentration_of([60, 30, 10]))
        assert results["concentration.hhi"].value == pytest.approx(0.46)
        assert results["concentration.hhi_band"].value == "hhi_band.high"
        assert results["concentration.dependences.customers"].value == 3

    @pytest.mark.parametrize("factor", [1, 10_000])
    @pytest.mark.parametrize("seed", range(3))
    def test_contribution_follows_the_definition_in_any_unit(self, seed, factor):
        rng = np.random.default_rng(seed)
        money = [int(m) for m in rng.lognormal(4, 1.2, 200)]  # whole, so that many are equal
        customers = customers_of([m * factor for m in money])
        bins = concentration.bin_money(customers, "revenue")
        found = concentration.find_contribution_cuts(customers, "revenue", bins)
        total = sum(money)
        for share, cut in zip(concentration.CONTRIBUTION_SHARES, found, strict=True):
            first = [m for m in money if sum(o for o in money if o > m) < share * total]
            assert cut == min(first) * factor


class TestWhaleCurve:
    LINES = ibis.memtable(
        {
            "customer_id": ["a", "b", "c"],
            "order_date": [date(2026, 9, 1)] * 3,
            "amount": [100.0, 50.0, 20.0],
            "cost": [20.0, 30.0, 40.0],
        }
    )

    def test_it_rises_above_one_where_somebody_costs_more_than_they_bring(self):
        profits = profit.measure_profit(self.LINES, date(2026, 1, 1), AS_OF)
        bins = profit.bin_profits(profits)
        curve = profit.draw_whale_curve(bins)
        assert curve["revenue_share"].tolist() == pytest.approx([0, 80 / 80, 100 / 80, 1])
        results = profit.profit_results(bins, curve)
        assert results["concentration.profit_peak"].value == pytest.approx(1.25)
        share = results["concentration.profit_peak_customer_share"].value
        assert share == pytest.approx(2 / 3)
        assert results["concentration.unprofitable.customers"].value == 1

    @pytest.mark.parametrize(
        "lines",
        [LINES.drop("cost"), LINES.mutate(cost=ibis.cases((LINES.cost > 25, LINES.cost)))],
        ids=["no column", "a gap"],
    )
    def test_without_every_cost_there_is_none(self, lines):
        profits = profit.measure_profit(lines, date(2026, 1, 1), AS_OF)
        assert profits is None
        bins = profit.bin_profits(profits)
        results = profit.profit_results(bins, profit.draw_whale_curve(bins))
        assert results["concentration.profit_peak"].note == profit.NEEDS_COST


class TestRhythm:
    def test_returns_and_second_orders_of_a_day_make_no_interval(self, order_lines):
        day = date(2026, 1, 1)
        amounts = {"1": (0, 5), "2": (0, 5), "3": (10, 5), "4": (12, -5), "5": (30, 5)}
        lines = order_lines(
            [("a", o, day + timedelta(n), amount) for o, (n, amount) in amounts.items()]
        )
        row = rhythm.measure_rhythm(sum_days(lines), AS_OF).to_pyarrow().to_pylist()[0]
        assert (row["n_intervals"], row["cycle_days"]) == (2, 10)  # 10 and 20, the lower middle
        assert row["interval_cv"] == pytest.approx(np.std([10, 20], ddof=1) / 15)

    def test_cycles_are_counted_once(self):
        cycles = rhythm.count_cycles(ibis.memtable({"cycle_days": [1, 15, 16, 400, None]}))
        assert cycles["customers"].sum() == 4
        assert cycles["customers"].tolist()[:2] == [2, 1]
        assert cycles["customers"].iloc[-1] == 1
        assert cycles["is_median"].tolist()[0]
        assert cycles["is_median"].sum() == 1


WIDE = ibis.memtable(
    pd.DataFrame(
        {
            "customer_id": list("abcdef"),
            "first_order_date": [date(2026, 9, 1)] + [date(2025, 1, 1)] * 5,
            "n_orders_window": [1, 9, 3, 2, 0, 1],
            "n_orders_quarter": [1, 4, 1, 0, 0, 0],
            "revenue_window": [10.0, 900.0, 50.0, 40.0, 0.0, -5.0],
            "f_score": [1, 5, 3, 2, None, 1],
            "cycle_days": [None, 23, 60, 200, 31, None],
            "interval_cv": [None, 0.3, 0.7, 1.4, None, None],
            "premium_share": [1.0, 0.1, 0.5, 0.2, None, 0.0],
            "has_only_trials": [False, False, False, True, None, False],
            "recency": [0, 600, 600, 600, 200, 0],
            "advocacy": [1.0, 1.0, -1.0, None, 0.0, None],
        }
    )
)
ALL_NAMED = Needs(trial_products=("Sample",), premium_products=("Gold",))


def test_each_customer_has_one_label_in_each_scheme():
    labelled = classes.label_customers(WIDE, QUARTER, ALL_NAMED, (45.0, 60.0)).to_pandas()
    found = {scheme: labelled[scheme].tolist() for scheme in classes.SCHEMES}
    assert found == {
        "need": ["new", "frequent", "premium", "trial", "inactive", "regular"],
        "behaviour": ["occasional", "frequent", "occasional", "none", "none", "none"],
        "stickiness": ["not_sticky", "sticky", "not_sticky", "unknown", "not_sticky", "unknown"],
        "contribution": ["c", "a", "b", "c", "none", "none"],
        "cycle": ["unknown", "month", "quarter", "longer", "month", "unknown"],
        "stability": ["unknown", "steady", "variable", "irregular", "unknown", "unknown"],
    }
    for scheme, values in found.items():
        assert set(values) <= set(classes.SCHEMES[scheme])


def test_what_lacks_its_input_is_named_and_not_counted():
    bare = WIDE.drop("premium_share", "has_only_trials", "advocacy")
    labelled = classes.label_customers(bare, QUARTER, NOTHING_NAMED, (45.0, 60.0))
    schemes = classes.schemes_of(labelled, NOTHING_NAMED)
    assert "stickiness" not in schemes
    assert schemes["need"] == ("new", "frequent", "regular", "inactive")
    absent = classes.find_absent(labelled, NOTHING_NAMED)
    assert absent["label"].tolist() == [
        "perceived_value", "need.trial", "need.premium", "stickiness",
    ]  # fmt: skip
    counts = labels.count_labels(labelled, list(schemes))
    summarized = labels.summarize_schemes(counts, schemes)
    assert summarized.groupby("scheme")["customers"].sum().eq(6).all()
    assert "segments.need.trial.customers" not in labels.label_results(summarized)


def test_premium_and_trial_follow_product_or_category():
    lines = ibis.memtable(
        {
            "customer_id": ["a", "a", "b"],
            "order_date": [date(2026, 9, 1)] * 3,
            "amount": [75.0, 25.0, 9.0],
            "is_return": [False] * 3,
            "product": ["Gold", "Tin", "Sample"],
            "category": ["x", "x", None],
        }
    )
    mix = classes.measure_mix(lines, date(2026, 1, 1), AS_OF, ALL_NAMED).order_by("customer_id")
    assert mix.to_pyarrow().to_pylist() == [
        {"customer_id": "a", "premium_share": 0.75, "has_only_trials": False},
        {"customer_id": "b", "premium_share": 0.0, "has_only_trials": True},
    ]
    assert classes.measure_mix(lines, date(2026, 1, 1), AS_OF, NOTHING_NAMED) is None


def test_a_label_that_nobody_announced_is_an_error():
    counts = pd.DataFrame({"need": ["new", "??"], "customers": [1, 1], "revenue": [1.0, 1.0]})
    with pytest.raises(ValueError, match=r"\?\?"):
        labels.summarize_labels(counts, "need", ["new"])


EVEN = {"repeat": 1.0, "tenure": 1.0, "advocacy": 1.0}


class TestLoyalty:
    CUSTOMERS = ibis.memtable(
        pd.DataFrame(
            {
                "segment": ["x", "x", "y", "y"],
                "frequency": [1, 2, 0, 0],
                "recency": [100, 300, 100, 100],
                "advocacy": [1.0, 1.0, -1.0, None],
            }
        )
    )

    def test_by_hand(self):
        found = loyalty.index_loyalty(self.CUSTOMERS, EVEN, ["x", "y", "z"])
        x, y = found.segments.to_dict("records")
        # repeat: means 1 and 0 of .5, deviation .5; tenure: 200 and 100 of 150, deviation 86.6;
        # advocacy: 1 and −1 of 1/3, deviation .943
        assert x["index"] == pytest.approx((1 + 50 / 86.6025 + (2 / 3) / 0.942809) / 3, rel=1e-5)
        assert y["index"] == pytest.approx((-1 - 50 / 86.6025 - (4 / 3) / 0.942809) / 3, rel=1e-5)
        assert (x["repeat_rate"], x["tenure_days"], y["advocacy"]) == (1, 200, -1)

    def test_an_unknown_part_does_not_count(self):
        found = loyalty.index_loyalty(self.CUSTOMERS.drop("advocacy"), EVEN, ["x", "y"])
        assert found.weights == {"repeat": 0.5, "tenure": 0.5}
        results = loyalty.loyalty_results(found)
        assert results["loyalty.weight.advocacy"].note == loyalty.NEEDS["advocacy"]
        assert results["loyalty.index.x"].n == 2

    def test_the_average_customer_has_0(self):
        found = loyalty.index_loyalty(self.CUSTOMERS.drop("advocacy"), EVEN, ["x", "y"]).segments
        assert (found["index"] * found["customers"]).sum() == pytest.approx(0)

    def test_advocacy_counts_promoters_less_detractors(self):
        surveys = ibis.memtable(
            {
                "customer_id": ["a", "a", "b", None],
                "item": ["nps", "nps", "delivery", "nps"],
                "score": [10.0, 7.0, 1.0, 0.0],
            }
        )
        assert loyalty.measure_advocacy(surveys).to_pyarrow().to_pylist() == [
            {"customer_id": "a", "advocacy": 0.5}
        ]
        assert loyalty.measure_advocacy(None) is None
