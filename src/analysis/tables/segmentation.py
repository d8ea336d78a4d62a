"""Tables of how the customers are classified."""

import pandas as pd

from analysis.locales import Words
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
