"""What the customers are worth. The only package that imports lifetimes."""

from analysis.value.bgnbd import BGNBD, fit_bgnbd
from analysis.value.bridge import bridge_results, follow_customers, sum_bridge
from analysis.value.checks import (
    Check,
    bin_spend,
    check_drift,
    check_results,
    check_rhythm,
    check_season,
    check_spend,
)
from analysis.value.choice import (
    Proof,
    calibrate_groups,
    count_holdout,
    holdout_results,
    prove_models,
    rank_models,
    summarize_at,
)
from analysis.value.churn import (
    Signals,
    Thresholds,
    assess_churn,
    churn_results,
    count_reasons,
    find_signals,
    list_all_watched,
    list_watched,
    list_win_back,
)
from analysis.value.clv import (
    HORIZON_MONTHS,
    purchase_counts,
    score_value,
    value_deciles,
    value_results,
)
from analysis.value.cross_check import cross_check_results
from analysis.value.fitting import ValueModels, fit_models
from analysis.value.forecast import (
    Forecast,
    forecast_results,
    forecast_table,
    rank_auc,
    score_forecast,
)
from analysis.value.gamma_gamma import GammaGamma, fit_gamma_gamma
from analysis.value.health import health_results, score_health, summarize_health
from analysis.value.holdout import HoldoutScores, score_predictions
from analysis.value.intervals import Draws, draw_totals, interval
from analysis.value.maps import map_alive, map_value_risk
from analysis.value.mbgnbd import MBGNBD, fit_mbgnbd
from analysis.value.model import Fit, Model, NotEstimableError, PurchaseModel
from analysis.value.model_card import model_card_results
from analysis.value.naive import Naive
from analysis.value.paretonbd import ParetoNBD, fit_paretonbd
from analysis.value.patterns import count_patterns, count_spend, count_spending_patterns
from analysis.value.portfolio import (
    Margin,
    draw_value,
    find_margin,
    margin_results,
    newcomer_results,
    segment_results,
    value_by_segment,
)
from analysis.value.rhythm import measure_intervals
from analysis.value.sales_ranking import predict_sales, ranking_results
from analysis.value.tracking import count_days, track_purchases

__all__ = [
    "BGNBD",
    "HORIZON_MONTHS",
    "MBGNBD",
    "Check",
    "Draws",
    "Fit",
    "Forecast",
    "GammaGamma",
    "HoldoutScores",
    "Margin",
    "Model",
    "Naive",
    "NotEstimableError",
    "ParetoNBD",
    "Proof",
    "PurchaseModel",
    "Signals",
    "Thresholds",
    "ValueModels",
    "assess_churn",
    "bin_spend",
    "bridge_results",
    "calibrate_groups",
    "check_drift",
    "check_results",
    "check_rhythm",
    "check_season",
    "check_spend",
    "churn_results",
    "count_days",
    "count_holdout",
    "count_patterns",
    "count_reasons",
    "count_spend",
    "count_spending_patterns",
    "cross_check_results",
    "draw_totals",
    "draw_value",
    "find_margin",
    "find_signals",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_mbgnbd",
    "fit_models",
    "fit_paretonbd",
    "follow_customers",
    "forecast_results",
    "forecast_table",
    "health_results",
    "holdout_results",
    "interval",
    "list_all_watched",
    "list_watched",
    "list_win_back",
    "map_alive",
    "map_value_risk",
    "margin_results",
    "measure_intervals",
    "model_card_results",
    "newcomer_results",
    "predict_sales",
    "prove_models",
    "purchase_counts",
    "rank_auc",
    "rank_models",
    "ranking_results",
    "score_forecast",
    "score_health",
    "score_predictions",
    "score_value",
    "segment_results",
    "sum_bridge",
    "summarize_at",
    "summarize_health",
    "track_purchases",
    "value_by_segment",
    "value_deciles",
    "value_results",
]
