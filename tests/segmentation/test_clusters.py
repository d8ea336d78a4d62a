"""Clusters: groups where there are some, none where there are none, and the same ones each time."""

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.segmentation import clusters


def customers_of(points: np.ndarray) -> pd.DataFrame:
    """Customers whose log recency, frequency and money are the given points."""
    values = np.expm1(points)
    return pd.DataFrame(
        {
            "customer_id": [f"c{n:05d}" for n in range(len(points))],
            "days_since_last_order": values[:, 0],
            "n_orders_window": np.maximum(values[:, 1], 0.01),
            "revenue_window": values[:, 2],
        }
    )


def three_groups() -> np.ndarray:
    rng = np.random.default_rng(1)
    centres = np.array([[1.0, 3.0, 9.0], [4.0, 1.0, 5.0], [6.0, 3.0, 7.0]])
    return np.concatenate([centre + 0.15 * rng.normal(size=(80, 3)) for centre in centres])


@pytest.fixture(scope="module")
def found() -> clusters.Clusters:
    return clusters.fit_clusters(ibis.memtable(customers_of(three_groups())))


def test_planted_groups_are_found(found):
    assert len(found.centres) == 3
    assert found.silhouette > clusters.STRONG_FROM
    assert found.stability == pytest.approx(1)
    assert clusters.cluster_results(found)["clusters.grade"].value == "cluster_grade.strong"


def test_customers_get_the_nearest_centre(found):
    table = ibis.memtable(customers_of(three_groups()))
    labels = table.select("customer_id", cluster=clusters.label_clusters(table, found))
    by_id = labels.to_pandas().sort_values("customer_id")["cluster"].to_numpy()
    groups = [set(by_id[start : start + 80]) for start in (0, 80, 160)]
    assert groups == [{"c1"}, {"c3"}, {"c2"}]  # most money first


def test_the_order_of_rows_changes_nothing(found):
    shuffled = customers_of(three_groups()).sample(frac=1, random_state=3)
    again = clusters.fit_clusters(ibis.memtable(shuffled))
    assert np.array_equal(again.centres, found.centres)


def test_a_cloud_has_no_groups():
    points = 5 + np.random.default_rng(2).normal(size=(600, 3))
    found = clusters.fit_clusters(ibis.memtable(customers_of(np.abs(points))))
    none = clusters.Clusters(found.centres, found.means, found.deviations, 0.2, 0.9, found.n)
    assert found.silhouette < clusters.REASONABLE_FROM
    assert not none.has_structure
    results = clusters.cluster_results(none)
    assert results["clusters.k"].note == clusters.NO_STRUCTURE
    table = ibis.memtable(customers_of(points[:5]))
    labels = table.mutate(cluster=clusters.label_clusters(table, none)).cluster
    assert set(labels.to_pyarrow().to_pylist()) == {"none"}


def test_too_few_customers_say_what_is_needed():
    found = clusters.fit_clusters(ibis.memtable(customers_of(three_groups()[:20])))
    results = clusters.cluster_results(found)
    assert results["clusters.silhouette"].value is None
    assert "50" in results["clusters.k"].note


def test_chance_agreement_is_0_and_names_do_not_matter():
    rng = np.random.default_rng(4)
    one, other = rng.integers(0, 3, 3000), rng.integers(0, 3, 3000)
    assert clusters.adjusted_rand(one, other) == pytest.approx(0, abs=0.01)
    assert clusters.adjusted_rand(one, 2 - one) == 1


def test_adjusted_rand_by_hand():
    # pairs together in both 1, in one 2, in other 2, of 6: (1 − 4/6)/(2 − 4/6)
    found = clusters.adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2]))
    assert found == pytest.approx((1 - 2 * 1 / 6) / ((2 + 1) / 2 - 2 * 1 / 6))
