"""Clusters: groups that the data form by themselves, where they do.

k-means on log recency, frequency and money. It is fitted on a sample and assigned by an
expression, so that no table of customers is pulled into Python.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.results import Result, missing, number

SEED = 20260930
SAMPLE = 4000
SILHOUETTE_SAMPLE = 1200
MOST_CLUSTERS = 8
STARTS = 5
STABILITY_SEEDS = 5
FEWEST_CUSTOMERS = 50

WEAK_FROM, REASONABLE_FROM, STRONG_FROM = 0.25, 0.5, 0.7
"""Silhouettes after Kaufman & Rousseeuw (1990); below the first there is no structure."""

MEASURES = ("days_since_last_order", "n_orders_window", "revenue_window")
NO_STRUCTURE = "no cluster structure: the silhouette is below .25"

Points = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Clusters:
    """Fitted clusters.

    Attributes
    ----------
    centres : array
        A row a cluster, most money first, in standardised log units.
    means, deviations : array
        Of the logs of recency, frequency and money.
    silhouette : float or None
        Mean silhouette of the sample; None where there are too few customers.
    stability : float or None
        Mean adjusted Rand index with fits from other seeds: 1 if all agree.
    n : int
        Customers in the sample.
    """

    centres: Points
    means: Points
    deviations: Points
    silhouette: float | None
    stability: float | None
    n: int

    @property
    def has_structure(self) -> bool:
        """Whether the clusters are more than a cut through a cloud."""
        return self.silhouette is not None and self.silhouette >= WEAK_FROM

    @property
    def labels(self) -> tuple[str, ...]:
        """One label a cluster, or the one that says there are none."""
        return (*(f"c{n}" for n in range(1, len(self.centres) + 1)), "none")


def fit_clusters(summary: ir.Table) -> Clusters:
    """Fit k-means to a sample of the customers who bought in the window.

    Parameters
    ----------
    summary : ibis table
        One row a customer: ``customer_id``, ``days_since_last_order``, ``n_orders_window``,
        ``revenue_window``.

    Notes
    -----
    log(1 + x) of each measure (money below 0 counts as 0), standardised; k from 2 to 8 by the
    highest mean silhouette; the best of a few starts by the seed. The sample is the customers
    whose ids have the smallest hashes, whatever the order of rows.
    """
    sample = draw_sample(summary)
    logs = np.log1p(sample.clip(min=0))
    if len(logs) < FEWEST_CUSTOMERS or len(np.unique(logs, axis=0)) <= MOST_CLUSTERS:
        return Clusters(np.empty((0, 3)), np.zeros(3), np.ones(3), None, None, len(logs))
    means, deviations = logs.mean(axis=0), logs.std(axis=0)
    deviations[deviations == 0] = 1.0
    points = (logs - means) / deviations
    fits = {k: run_kmeans(points, k, SEED) for k in range(2, MOST_CLUSTERS + 1)}
    silhouettes = {k: mean_silhouette(points, labels) for k, (_, labels) in fits.items()}
    k = max(silhouettes, key=lambda k: silhouettes[k])
    centres, labels = fits[k]
    centres = centres[np.argsort(-centres[:, 2], kind="stable")]
    again = [run_kmeans(points, k, SEED + n)[1] for n in range(1, STABILITY_SEEDS + 1)]
    stability = float(np.mean([adjusted_rand(labels, other) for other in again]))
    return Clusters(centres, means, deviations, silhouettes[k], stability, len(logs))


def draw_sample(summary: ir.Table) -> Points:
    """Recency, frequency and money of the sample, a row a customer."""
    active = summary.filter(summary.n_orders_window > 0)
    measures = active.select(
        "customer_id",
        draw=active.customer_id.hexdigest("md5"),
        **{name: active[name].cast("float64") for name in MEASURES},
    )
    sample = measures.order_by("draw", "customer_id").limit(SAMPLE).to_pandas()
    points: Points = sample[list(MEASURES)].to_numpy(dtype=float)
    return points


def run_kmeans(points: Points, k: int, seed: int) -> tuple[Points, Labels]:
    """Centres and labels of the best of a few k-means++ starts."""
    from scipy.cluster.vq import kmeans2
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(seed)
    fits = [kmeans2(points, k, iter=50, minit="++", rng=rng) for _ in range(STARTS)]
    spreads = [float((cdist(points, centres).min(axis=1) ** 2).sum()) for centres, _ in fits]
    centres, labels = fits[int(np.argmin(spreads))]
    return centres, labels.astype(np.int64)


def mean_silhouette(points: Points, labels: Labels) -> float:
    """Mean of (b − a) / max(a, b): how much nearer a point's own cluster is than the next.

    Rousseeuw (1987), J. Comput. Appl. Math. 20; a point alone in its cluster counts 0.

    Examples
    --------
    Two pairs, 1 apart inside; the inner points are 10.5 from the other pair, the outer ones 11.5:
    the mean of 9.5/10.5 and 10.5/11.5.

    >>> points = np.array([[0.0], [1.0], [11.0], [12.0]])
    >>> round(mean_silhouette(points, np.array([0, 0, 1, 1])), 4)
    0.9089
    """
    from scipy.spatial.distance import cdist

    points, labels = points[:SILHOUETTE_SAMPLE], labels[:SILHOUETTE_SAMPLE]
    names, sizes = np.unique(labels, return_counts=True)
    if len(names) < 2:
        return 0.0
    distances = cdist(points, points)
    sums = np.stack([distances[:, labels == name].sum(axis=1) for name in names], axis=1)
    own = np.searchsorted(names, labels)
    rows = np.arange(len(points))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    outside = sums / sizes
    outside[rows, own] = np.inf
    nearest = outside.min(axis=1)
    scores = (nearest - inside) / np.maximum(np.maximum(nearest, inside), 1e-300)
    return float(np.where(sizes[own] > 1, scores, 0.0).mean())


def adjusted_rand(one: Labels, other: Labels) -> float:
    """Agreement of two labellings: 1 if equal, about 0 by chance (Hubert & Arabie 1985).

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    table = pd.crosstab(one, other).to_numpy()

    def pairs(counts: NDArray[np.int64]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    together, in_one, in_other = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    all_pairs = len(one) * (len(one) - 1) / 2
    by_chance = in_one * in_other / all_pairs
    most = (in_one + in_other) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def label_clusters(customers: ir.Table, clusters: Clusters) -> ir.StringValue:
    """The nearest centre of each customer; ``none`` without orders, or without structure."""
    if not clusters.has_structure:
        return ibis.literal("none")
    points = [(ibis.greatest(customers[name].cast("float64"), 0.0) + 1).ln() for name in MEASURES]
    distances = [
        sum(
            ((point - float(mean)) / float(deviation) - float(place)) ** 2
            for point, mean, deviation, place in zip(
                points, clusters.means, clusters.deviations, centre, strict=True
            )
        )
        for centre in clusters.centres
    ]
    nearest = ibis.least(*distances)
    return ibis.cases(
        (customers.n_orders_window == 0, "none"),
        *((d == nearest, label) for d, label in zip(distances, clusters.labels, strict=False)),
    )


def describe_clusters(clusters: Clusters, labels: pd.DataFrame) -> pd.DataFrame:
    """What the customers of each cluster are like.

    Parameters
    ----------
    labels : DataFrame
        Of the scheme ``cluster``, from :func:`analysis.segmentation.labels.summarize_labels`.

    Returns
    -------
    DataFrame
        One row a cluster: the columns of ``labels``, and its centre in the units of the measures:
        ``recency_days``, ``orders``, ``revenue_centre`` (money).
    """
    if not clusters.has_structure:
        return labels.iloc[:0].assign(recency_days=[], orders=[], revenue_centre=[])
    centres = np.expm1(clusters.centres * clusters.deviations + clusters.means)
    rows = labels[labels["label"] != "none"].reset_index(drop=True)
    return rows.assign(
        recency_days=centres[:, 0], orders=centres[:, 1], revenue_centre=centres[:, 2]
    )


def cluster_results(clusters: Clusters) -> dict[str, Result]:
    """Published: how many clusters, silhouette and its grade, stability over seeds."""
    if clusters.silhouette is None or clusters.stability is None:
        needs = f"needs {FEWEST_CUSTOMERS} customers with orders in the window"
        return {
            "clusters.k": missing("count", needs),
            "clusters.silhouette": missing("index", needs),
            "clusters.stability": missing("index", needs),
            "clusters.grade": Result(None, "label", note=needs),
        }
    silhouette = clusters.silhouette
    k = number(len(clusters.centres), "count", n=clusters.n)
    grade = (
        "strong"
        if silhouette > STRONG_FROM
        else "reasonable"
        if silhouette > REASONABLE_FROM
        else "weak"
        if silhouette >= WEAK_FROM
        else "none"
    )
    return {
        "clusters.k": k if clusters.has_structure else missing("count", NO_STRUCTURE),
        "clusters.silhouette": number(silhouette, "index", n=clusters.n),
        "clusters.stability": number(clusters.stability, "index", n=clusters.n),
        "clusters.grade": Result(f"cluster_grade.{grade}", "label"),
    }
