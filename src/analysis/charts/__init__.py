"""Pictures: each is drawn from the numbers that it is given, in one theme, and reckons nothing."""

from analysis.charts.concentration import plot_cycles, plot_pareto
from analysis.charts.customers import plot_quarterly_revenue
from analysis.charts.loop import plot_effects
from analysis.charts.movement import plot_cohorts, plot_flows
from analysis.charts.quality import plot_scorecard, plot_waterfall
from analysis.charts.relations import (
    plot_coverage,
    plot_credit,
    plot_engagement,
    plot_funnel,
    plot_whitespace,
)
from analysis.charts.satisfaction import (
    VOICE_COLOURS,
    plot_drivers,
    plot_group_scores,
    plot_importance_performance,
    plot_resolution,
    plot_score_trend,
    plot_themes,
    plot_voices,
)
from analysis.charts.segmentation import plot_rfm_grid, plot_segments
from analysis.charts.theme import SEGMENT_COLOURS, save_figure
from analysis.charts.value import plot_purchase_counts, plot_value_deciles
from analysis.charts.value_models import plot_alive, plot_calibration, plot_tracking
from analysis.charts.value_risk import plot_bridge, plot_value_parts, plot_value_risk

__all__ = [
    "SEGMENT_COLOURS",
    "VOICE_COLOURS",
    "plot_alive",
    "plot_bridge",
    "plot_calibration",
    "plot_cohorts",
    "plot_coverage",
    "plot_credit",
    "plot_cycles",
    "plot_drivers",
    "plot_effects",
    "plot_engagement",
    "plot_flows",
    "plot_funnel",
    "plot_group_scores",
    "plot_importance_performance",
    "plot_pareto",
    "plot_purchase_counts",
    "plot_quarterly_revenue",
    "plot_resolution",
    "plot_rfm_grid",
    "plot_score_trend",
    "plot_scorecard",
    "plot_segments",
    "plot_themes",
    "plot_tracking",
    "plot_value_deciles",
    "plot_value_parts",
    "plot_value_risk",
    "plot_voices",
    "plot_waterfall",
    "plot_whitespace",
    "save_figure",
]
