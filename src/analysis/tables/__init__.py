"""Tables for the report and the notebooks: words and numbers set in a language, no arithmetic."""

from analysis.tables.accounts import table_key_accounts
from analysis.tables.playbook import table_assignments, table_play_sizes, table_plays
from analysis.tables.quality import (
    table_channels,
    table_columns,
    table_defect_trend,
    table_defects,
    table_inputs_given,
    table_matches,
    table_money_outcomes,
    table_read_notes,
    table_row_outcomes,
    table_scorecard,
)
from analysis.tables.segmentation import (
    table_absent,
    table_clusters,
    table_cut_points,
    table_dependences,
    table_labels,
    table_loyalty,
    table_movement,
    table_segment_map,
    table_segments,
    table_sensitivity,
)
from analysis.tables.setting import Column, Table, set_table, table_inputs, table_results
from analysis.tables.value import PARAMETER_SYMBOLS, table_parameters

__all__ = [
    "PARAMETER_SYMBOLS",
    "Column",
    "Table",
    "set_table",
    "table_absent",
    "table_assignments",
    "table_channels",
    "table_clusters",
    "table_columns",
    "table_cut_points",
    "table_defect_trend",
    "table_defects",
    "table_dependences",
    "table_inputs",
    "table_inputs_given",
    "table_key_accounts",
    "table_labels",
    "table_loyalty",
    "table_matches",
    "table_money_outcomes",
    "table_movement",
    "table_parameters",
    "table_play_sizes",
    "table_plays",
    "table_read_notes",
    "table_results",
    "table_row_outcomes",
    "table_scorecard",
    "table_segment_map",
    "table_segments",
    "table_sensitivity",
]
