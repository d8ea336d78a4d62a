"""Pictures: each is drawn from the numbers that it is given, in one theme, and reckons nothing."""

from analysis.charts.customers import plot_quarterly_revenue
from analysis.charts.quality import plot_scorecard, plot_waterfall
from analysis.charts.segmentation import plot_rfm_grid, plot_segments
from analysis.charts.theme import SEGMENT_COLOURS, save_figure
from analysis.charts.value import plot_purchase_counts, plot_value_deciles
from analysis.charts.value_models import plot_alive, plot_calibration, plot_tracking
from analysis.charts.value_risk import plot_bridge, plot_value_parts, plot_value_risk

__all__ = [
    "SEGMENT_COLOURS",
    "plot_alive",
    "plot_bridge",
    "plot_calibration",
    "plot_purchase_counts",
    "plot_quarterly_revenue",
    "plot_rfm_grid",
    "plot_scorecard",
    "plot_segments",
    "plot_tracking",
    "plot_value_deciles",
    "plot_value_parts",
    "plot_value_risk",
    "plot_waterfall",
    "save_figure",
]
