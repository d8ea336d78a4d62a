"""Tables of how the customers are classified."""

import pandas as pd

from analysis.locales import Words
from analysis.segment_maps import SegmentMap
from analysis.tables.setting import Column, Table, set_table


def table_segments(segments: pd.DataFrame, *, words: Words) -> Table:
    """Size and worth of each segment (:func:`analysis.segmentation.summarize_segments`)."""
    columns = [
        Column("segment", "label", label_group="segment"),
        Column("customers", "customers"),
        Column("customer_share", "ratio"),
        Column("revenue", "money"),
        Column("revenue_share", "ratio"),
        Column("average_order", "money"),
        Column("days_since_last_order", "count"),
    ]
    return set_table(segments, columns, words)


def table_cut_points(cut_points: pd.DataFrame, *, words: Words) -> Table:
    """Where scores begin (:meth:`analysis.segmentation.CutPoints.to_frame`)."""
    columns = [
        Column("score", "count"),
        Column("recency", "count", heading="cut_recency"),
        Column("frequency", "count", heading="cut_frequency"),
        Column("money", "money", heading="cut_money"),
    ]
    return set_table(cut_points, columns, words)


def table_segment_map(labels: pd.DataFrame, segment_map: SegmentMap, *, words: Words) -> Table:
    """A map's segments with what each calls for and its size.

    ``labels`` are of the map's scheme (:func:`analysis.segmentation.labels.summarize_labels`).
    """
    aims = labels["label"].map(segment_map.aims)
    columns = [
        Column("label", "label", heading="segment", label_group="segment"),
        Column("aim", "label", label_group="state"),
        Column("customers", "customers"),
        Column("customer_share", "ratio"),
        Column("revenue", "money"),
        Column("revenue_share", "ratio"),
    ]
    return set_table(labels.assign(aim=aims), columns, words)


def table_labels(labels: pd.DataFrame, *, words: Words) -> Table:
    """Size and worth of each label of several schemes, one after the other.

    ``labels`` from :func:`analysis.segmentation.labels.summarize_labels`.
    """
    labels = labels[(labels["customers"] > 0) | (labels["label"] != "unknown")]
    is_first = ~labels["scheme"].duplicated()
    rows = labels.assign(
        scheme=[
            words(f"scheme.{scheme}") if first else ""
            for scheme, first in zip(labels["scheme"], is_first, strict=True)
        ],
        label=labels["scheme"] + "." + labels["label"],
    )
    columns = [
        Column("scheme", None),
        Column("label", "label", heading="class", label_group="label"),
        Column("customers", "customers"),
        Column("customer_share", "ratio"),
        Column("revenue", "money"),
        Column("revenue_share", "ratio"),
    ]
    return set_table(rows, columns, words)


def table_absent(absent: pd.DataFrame, *, words: Words) -> Table:
    """Classes that could not be computed and what each would need.

    ``absent`` has ``label`` and ``needs``, keys of words under ``absent`` and ``needs``.
    """
    columns = [
        Column("label", "label", heading="class", label_group="absent"),
        Column("needs", "label", label_group="needs"),
    ]
    return set_table(absent, columns, words)


def table_movement(kinds: pd.DataFrame, *, words: Words) -> Table:
    """Kinds of movement (:func:`analysis.segmentation.migration.summarize_movement`)."""
    columns = [
        Column("kind", "label", heading="movement", label_group="movement"),
        Column("customers", "customers"),
        Column("revenue", "money"),
    ]
    return set_table(kinds, columns, words)


def table_loyalty(segments: pd.DataFrame, *, words: Words) -> Table:
    """The loyalty index with its parts (:attr:`analysis.segmentation.loyalty.Loyalty.segments`)."""
    columns = [
        Column("segment", "label", label_group="segment"),
        Column("customers", "customers"),
        Column("repeat_rate", "ratio"),
        Column("tenure_days", "count"),
        Column("advocacy", "index"),
        Column("index", "index", heading="loyalty_index"),
    ]
    return set_table(segments, columns, words)


def table_clusters(clusters: pd.DataFrame, *, words: Words) -> Table:
    """What each cluster is like (:func:`analysis.segmentation.clusters.describe_clusters`)."""
    columns = [
        Column("label", "label", heading="cluster", label_group="label.cluster"),
        Column("customers", "customers"),
        Column("recency_days", "count", heading="centre_recency"),
        Column("orders", "orders", heading="centre_orders"),
        Column("revenue_centre", "money", heading="centre_revenue"),
        Column("revenue_share", "ratio"),
    ]
    return set_table(clusters, columns, words)


def table_dependences(largest: pd.DataFrame, *, words: Words) -> Table:
    """The largest customers (:attr:`analysis.segmentation.concentration.Concentration.largest`)."""
    columns = [
        Column("customer_id", None),
        Column("revenue", "money"),
        Column("revenue_share", "ratio"),
    ]
    return set_table(largest, columns, words)


def table_sensitivity(panel: pd.DataFrame, *, words: Words) -> Table:
    """Who would change label (:func:`analysis.segmentation.sensitivity.measure_sensitivity`)."""
    columns = [
        Column("variant", "label", label_group="variant"),
        Column("customers", "customers"),
        Column("customer_share", "ratio"),
        Column("revenue", "money"),
        Column("revenue_share", "ratio"),
    ]
    return set_table(panel, columns, words)
