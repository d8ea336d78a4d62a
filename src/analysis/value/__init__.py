"""What the customers are worth. The only package that imports lifetimes."""

from analysis.value.bgnbd import BGNBD, fit_bgnbd
from analysis.value.clv import (
    HORIZON_MONTHS,
    purchase_counts,
    score_value,
    value_deciles,
    value_results,
)
from analysis.value.cross_check import cross_check_results
from analysis.value.fitting import ValueModels, fit_models
from analysis.value.gamma_gamma import GammaGamma, fit_gamma_gamma
from analysis.value.holdout import HoldoutScores, score_predictions
from analysis.value.intervals import Draws, draw_totals, interval
from analysis.value.mbgnbd import MBGNBD, fit_mbgnbd
from analysis.value.model import Fit, Model, NotEstimableError, PurchaseModel
from analysis.value.paretonbd import ParetoNBD, fit_paretonbd
from analysis.value.patterns import count_patterns, count_spend, count_spending_patterns

__all__ = [
    "BGNBD",
    "HORIZON_MONTHS",
    "MBGNBD",
    "Draws",
    "Fit",
    "GammaGamma",
    "HoldoutScores",
    "Model",
    "NotEstimableError",
    "ParetoNBD",
    "PurchaseModel",
    "ValueModels",
    "count_patterns",
    "count_spend",
    "count_spending_patterns",
    "cross_check_results",
    "draw_totals",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_mbgnbd",
    "fit_models",
    "fit_paretonbd",
    "interval",
    "purchase_counts",
    "score_predictions",
    "score_value",
    "value_deciles",
    "value_results",
]
