"""The same functions give the same tables on Spark as on DuckDB.

Run by ``make test-spark``, which installs PySpark; elsewhere there is none, and the tests are
skipped.
"""

import pytest

from analysis import customers
from analysis.params import FiscalCalendar
from analysis.params.playbook_models import Playbook
from analysis.params.rfm_models import Rfm
from analysis.params.segmentation_models import Needs, Tiers
from analysis.segmentation import (
    classes,
    clusters,
    cohorts,
    concentration,
    labels,
    loyalty,
    migration,
    playbook,
    rfm,
    rhythm,
    sensitivity,
    tiers,
)
from analysis.segmentation.revenue_bridge import bridge_revenue

from .conftest import QUARTER, SCORINGS, compare, summary_of

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: make test-spark")

NEEDS = Needs(premium_products=("Teaware",), trial_products=("Celadon cup",))


@pytest.fixture(scope="module")
def fitted(summaries):
    return clusters.fit_clusters(summaries[0])


@pytest.fixture(scope="module")
def labelled(both, summaries, scores, fitted, stored):
    def label(lines, summary, scored):
        bins = concentration.bin_money(summary, "revenue_window")
        cuts = concentration.find_contribution_cuts(summary, "revenue_window", bins)
        wide = classes.gather_customers(
            summary,
            scored,
            rhythm.measure_rhythm(customers.sum_days(lines), QUARTER.last_day),
            classes.measure_mix(lines, QUARTER.months_back(12), QUARTER.last_day, NEEDS),
        )
        table = classes.label_customers(wide, QUARTER, NEEDS, cuts)
        return stored(table.mutate(cluster=clusters.label_clusters(table, fitted)))

    return tuple(map(label, both, summaries, scores))


def test_customer_summary(summaries):
    compare(*(s.to_pandas() for s in summaries), key=["customer_id"])


@pytest.mark.parametrize("name", ["grid", "eight"])
def test_cut_points(summaries, name):
    one, other = (rfm.find_cut_points(s, SCORINGS[name]) for s in summaries)
    assert one == other


def test_mean_cuts(summaries):
    scoring = rfm.Scoring(SCORINGS["eight"].segment_map, cut="mean")
    one, other = (rfm.find_cut_points(s, scoring) for s in summaries)
    assert one == other


def test_scores_and_segments(scores):
    compare(*(s.to_pandas() for s in scores), key=["customer_id"])


def test_segment_table(scores, summaries):
    segment_map = SCORINGS["grid"].segment_map
    one, other = (
        labels.summarize_segments(scored, summary, segment_map)
        for scored, summary in zip(scores, summaries, strict=True)
    )
    compare(one, other, key=["segment"])


def test_concentration(summaries):
    found = [
        concentration.measure_concentration(
            concentration.bin_money(s, "revenue_window"),
            concentration.find_largest(s, "revenue_window"),
        )
        for s in summaries
    ]
    assert found[0].gini == pytest.approx(found[1].gini, rel=1e-9)
    assert found[0].hhi == pytest.approx(found[1].hhi, rel=1e-9)
    compare(found[0].largest, found[1].largest, key=["customer_id"])


def test_every_class_of_every_customer(labelled):
    compare(*(table.to_pandas() for table in labelled), key=["customer_id"])


def test_the_sample_of_the_clusters_is_the_same(summaries):
    one, other = (clusters.draw_sample(s) for s in summaries)
    assert one == pytest.approx(other)


def test_the_revenue_bridge(both):
    compare(*(bridge_revenue(customers.sum_days(t), QUARTER) for t in both), key=["step"])


def test_movement(both, summaries, scores, stored):
    scoring, keep = SCORINGS["grid"], ["revenue_window"]

    def track(lines, summary, own):
        earlier = stored(summary_of(lines, QUARTER.previous()))
        frozen = rfm.find_cut_points(earlier, scoring)
        return migration.track_movement(
            rfm.score_rfm(earlier, frozen, scoring, keep),
            rfm.score_rfm(summary, frozen, scoring, keep),
            own,
        )

    compare(*map(track, both, summaries, scores), key=["before", "now"])


@pytest.mark.parametrize("period", ["quarter", "month"])
def test_cohorts(both, summaries, period):
    calendar = cohorts.Calendar(period, FiscalCalendar(4))
    one, other = (
        cohorts.follow_cohorts(customers.sum_days(lines), summary, QUARTER.last_day, calendar)
        for lines, summary in zip(both, summaries, strict=True)
    )
    compare(one, other, key=["cohort", "age"])


def test_loyalty(labelled):
    weights = {"repeat": 1.0, "tenure": 1.0, "advocacy": 1.0}
    segments = SCORINGS["grid"].segment_map.segments
    one, other = (loyalty.index_loyalty(t, weights, segments).segments for t in labelled)
    compare(one, other, key=["segment"])


def test_sensitivity(both, summaries, scores, stored):
    def panel(lines, summary, scored):
        windows = sensitivity.measure_windows(customers.sum_days(lines), QUARTER, 12)
        variants = sensitivity.score_variants(scored, summary, stored(windows), SCORINGS["grid"])
        return sensitivity.measure_sensitivity(
            variants, SCORINGS["grid"].segment_map, Rfm().segment_maps
        )

    compare(*map(panel, both, summaries, scores), key=["variant"])


def test_tiers_and_plays(labelled):
    text = {"en": "x", "zh": "x"}
    play = {"name": "call"} | dict.fromkeys(
        ("strategy", "offer", "owner", "cadence", "channel"), text
    )
    tier_names = ("high", "middle", "low", "potential")
    rows = [
        {"segment": segment} | dict.fromkeys(tier_names, "call")
        for segment in SCORINGS["grid"].segment_map.segments
    ]
    book = Playbook.model_validate({"plays": [play], "assign": rows})

    def lists(table):
        valued = table.mutate(clv_12m=table.revenue.cast("float64") / (table["T"] + 1))
        measured = tiers.measure_potential(valued, ["f_score"], None)
        cuts = tiers.find_tier_cuts(measured, Tiers())
        tiered = playbook.add_consent(tiers.label_tiers(measured, *cuts), None)
        return playbook.plan(tiered, book).lists["call"].to_pandas()

    compare(*map(lists, labelled), key=["customer_id"])
