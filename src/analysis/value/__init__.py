"""What the customers are worth. The only package that imports lifetimes."""

from analysis.value.clv import (
    HORIZON_MONTHS,
    purchase_counts,
    score_value,
    value_deciles,
    value_results,
)
from analysis.value.models import (
    BGNBD,
    GammaGamma,
    NotEstimableError,
    ValueModels,
    count_patterns,
    count_spend,
    fit_bgnbd,
    fit_gamma_gamma,
    fit_models,
)

__all__ = [
    "BGNBD",
    "HORIZON_MONTHS",
    "GammaGamma",
    "NotEstimableError",
    "ValueModels",
    "count_patterns",
    "count_spend",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_models",
    "purchase_counts",
    "score_value",
    "value_deciles",
    "value_results",
]
