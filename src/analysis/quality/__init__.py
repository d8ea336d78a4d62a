"""How far the data can be trusted: a scorecard, what defects cost, and islands of information."""

from analysis.quality.channels import channel_results, match_tables, overlap_channels
from analysis.quality.defects import cost_defects
from analysis.quality.dimensions import Dimension, dimension_of
from analysis.quality.inputs import list_inputs
from analysis.quality.pictures import score_cells, waterfall_steps
from analysis.quality.review import Quality, assess, quality_results
from analysis.quality.scorecard import (
    GRADES,
    grade_of,
    measure_columns,
    overall_score,
    score_table,
)
from analysis.quality.trend import compare_defects, trend_results

__all__ = [
    "GRADES",
    "Dimension",
    "Quality",
    "assess",
    "channel_results",
    "compare_defects",
    "cost_defects",
    "dimension_of",
    "grade_of",
    "list_inputs",
    "match_tables",
    "measure_columns",
    "overall_score",
    "overlap_channels",
    "quality_results",
    "score_cells",
    "score_table",
    "trend_results",
    "waterfall_steps",
]
