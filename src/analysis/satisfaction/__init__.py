"""How customers feel, what drives it, what they say, and what goes wrong."""

from analysis.satisfaction.answers import (
    DIMENSIONS,
    collect_answers,
    count_population,
    find_last_products,
    levels_of,
    profile_customers,
)
from analysis.satisfaction.comments import gather_masker, mask_comments, split_comments
from analysis.satisfaction.comparisons import compare_scores
from analysis.satisfaction.complaints import (
    ServiceTimes,
    complaint_results,
    count_kinds,
    count_repeaters,
    measure_times,
    open_complaints,
    resolution_curve,
)
from analysis.satisfaction.drivers import (
    Drivers,
    cronbach_alpha,
    driver_results,
    explain_outcome,
)
from analysis.satisfaction.headlines import response_results, score_results
from analysis.satisfaction.intervals import (
    finite_population_factor,
    normal_interval,
    standard_error,
    wilson_interval,
)
from analysis.satisfaction.masking import Masker
from analysis.satisfaction.measures import Measure, define_measures, items_of, nps_column
from analysis.satisfaction.money import (
    count_silent,
    gather_voices,
    list_accounts,
    money_results,
    sum_money,
)
from analysis.satisfaction.quotes import choose_quotes, looks_personal
from analysis.satisfaction.response import count_responses
from analysis.satisfaction.retention import (
    Lead,
    compare_retention,
    follow_answers,
    retention_results,
)
from analysis.satisfaction.scores import (
    AnswerSums,
    hide_small,
    score_all,
    score_groups,
    sum_answers,
)
from analysis.satisfaction.survival import SurvivalCurve, kaplan_meier
from analysis.satisfaction.themes import (
    choose_themes,
    cross_themes,
    find_themes,
    summarize_themes,
    theme_results,
)
from analysis.satisfaction.topics import find_topics
from analysis.satisfaction.views import (
    balance_themes,
    join_changes,
    map_drivers,
    pivot_groups,
    pivot_themes,
    shown_groups,
    trend_of,
)
from analysis.satisfaction.weighting import Estimate, post_stratify, weigh_equally

__all__ = [
    "DIMENSIONS",
    "AnswerSums",
    "Drivers",
    "Estimate",
    "Lead",
    "Masker",
    "Measure",
    "ServiceTimes",
    "SurvivalCurve",
    "balance_themes",
    "choose_quotes",
    "choose_themes",
    "collect_answers",
    "compare_retention",
    "compare_scores",
    "complaint_results",
    "count_kinds",
    "count_population",
    "count_repeaters",
    "count_responses",
    "count_silent",
    "cronbach_alpha",
    "cross_themes",
    "define_measures",
    "driver_results",
    "explain_outcome",
    "find_last_products",
    "find_themes",
    "find_topics",
    "finite_population_factor",
    "follow_answers",
    "gather_masker",
    "gather_voices",
    "hide_small",
    "items_of",
    "join_changes",
    "kaplan_meier",
    "levels_of",
    "list_accounts",
    "looks_personal",
    "map_drivers",
    "mask_comments",
    "measure_times",
    "money_results",
    "normal_interval",
    "nps_column",
    "open_complaints",
    "pivot_groups",
    "pivot_themes",
    "post_stratify",
    "profile_customers",
    "resolution_curve",
    "response_results",
    "retention_results",
    "score_all",
    "score_groups",
    "score_results",
    "shown_groups",
    "split_comments",
    "standard_error",
    "sum_answers",
    "sum_money",
    "summarize_themes",
    "theme_results",
    "trend_of",
    "weigh_equally",
    "wilson_interval",
]
