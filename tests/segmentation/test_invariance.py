"""No label of any scheme depends on the order of rows, the unit of money or later data."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from analysis.customers import sum_days, summarize_days
from analysis.params import Quarter
from analysis.params.rfm_models import Rfm
from analysis.params.segmentation_models import Needs, Tiers
from analysis.segment_maps import MAPS
from analysis.segmentation import classes, concentration, migration, rfm, rhythm, tiers

QUARTER = Quarter.parse("2026Q3")
AS_OF = QUARTER.last_day


def purchases(seed: int, n_customers: int = 60) -> list[tuple]:
    """Order lines of the last 700 days, some of them returns."""
    rng = np.random.default_rng(seed)
    return [
        (
            f"c{customer:02d}",
            f"{customer}-{number}",
            AS_OF - timedelta(int(rng.integers(0, 700))),
            Decimal(int(rng.integers(-20, 400))) / 4,
        )
        for customer in range(n_customers)
        for number in range(rng.integers(1, 9))
    ]


def shuffled(lines):
    return [lines[i] for i in np.random.default_rng(0).permutation(len(lines))]


def in_a_smaller_currency(lines):
    return [(customer, order, day, amount * 10_000) for customer, order, day, amount in lines]


def with_later_rows(lines):
    later = [(f"c{n:02d}", "late", AS_OF + timedelta(1 + n), Decimal(9999)) for n in range(60)]
    return lines + later


def halves_exchanged(lines):
    return lines[len(lines) // 2 :] + lines[: len(lines) // 2]


@pytest.fixture
def label(order_lines):
    """Every label of every customer, and every movement with its customers."""

    def label(lines, cut) -> tuple[dict[str, dict], dict]:
        table = sum_days(order_lines(lines))
        scorings = rfm.choose_scorings(Rfm(cut=cut))
        summary, earlier = (
            summarize_days(table, q.last_day, q.months_back(12), q.first_day)
            for q in (QUARTER, QUARTER.previous())
        )
        scores = rfm.score_maps(summary, rfm.find_map_cuts(summary, scorings), scorings, "grid")
        bins = concentration.bin_money(summary, "revenue_window")
        cuts = concentration.find_contribution_cuts(summary, "revenue_window", bins)
        wide = classes.gather_customers(summary, scores, rhythm.measure_rhythm(table, AS_OF))
        labelled = classes.label_customers(wide, QUARTER, Needs(), cuts)
        valued = labelled.mutate(clv_12m=labelled.revenue_window)
        measured = tiers.measure_potential(valued, ["f_score"], None)
        tiered = tiers.label_tiers(measured, *tiers.find_tier_cuts(measured, Tiers()))
        schemes = [*MAPS, *classes.schemes_of(labelled, Needs()), "tier", "potential_class"]
        frame = tiered.select("customer_id", *schemes).to_pandas().set_index("customer_id")
        frozen = rfm.find_cut_points(earlier, scorings["grid"])
        keep = ["revenue_window"]
        pairs = migration.track_movement(
            rfm.score_rfm(earlier, frozen, scorings["grid"], keep),
            rfm.score_rfm(summary, frozen, scorings["grid"], keep),
            scores,
        )
        moved = pairs.set_index(["before", "now"])[["customers", "rebinned_customers"]]
        return frame.to_dict("index"), moved.to_dict("index")

    return label


@pytest.mark.parametrize(("seed", "cut"), [(1, "median"), (2, "mean")])
def test_no_label_depends_on_order_unit_or_later_data(label, seed, cut):
    lines = purchases(seed)
    labels, moved = label(lines, cut)
    assert len(labels) >= 55
    for change in (shuffled, in_a_smaller_currency, with_later_rows, halves_exchanged):
        again, moved_again = label(change(lines), cut)
        assert again == labels, change.__name__
        assert moved_again == moved, change.__name__


@pytest.mark.parametrize("seed", [3])
def test_equal_customers_get_equal_labels(label, seed):
    lines = purchases(seed, n_customers=30)
    twins = [(f"x{c}", f"x{order}", day, amount) for c, order, day, amount in lines]
    labels, _ = label(lines + twins, "median")
    assert all(labels[c] == labels[f"x{c}"] for c in labels if not c.startswith("x"))
