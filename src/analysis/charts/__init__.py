"""Pictures: each is drawn from the numbers that it is given, in one theme, and reckons nothing."""

from analysis.charts.customers import plot_quarterly_revenue
from analysis.charts.quality import plot_scorecard, plot_waterfall
from analysis.charts.segmentation import plot_rfm_grid, plot_segments
from analysis.charts.theme import SEGMENT_COLOURS, save_figure
from analysis.charts.value import plot_purchase_counts, plot_value_deciles

__all__ = [
    "SEGMENT_COLOURS",
    "plot_purchase_counts",
    "plot_quarterly_revenue",
    "plot_rfm_grid",
    "plot_scorecard",
    "plot_segments",
    "plot_value_deciles",
    "plot_waterfall",
    "save_figure",
]
