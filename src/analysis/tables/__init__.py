"""Tables for the report and the notebooks: words and numbers set in a language, no arithmetic."""

from analysis.tables.accounts import table_key_accounts
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
from analysis.tables.segmentation import table_cut_points, table_segments
from analysis.tables.setting import Column, Table, set_table, table_inputs, table_results
from analysis.tables.value import (
    PARAMETER_SYMBOLS,
    table_bridge,
    table_checks,
    table_forecast,
    table_health,
    table_models,
    table_parameters,
    table_reasons,
    table_value_parts,
    table_watched,
)

__all__ = [
    "PARAMETER_SYMBOLS",
    "Column",
    "Table",
    "set_table",
    "table_bridge",
    "table_channels",
    "table_checks",
    "table_columns",
    "table_cut_points",
    "table_defect_trend",
    "table_defects",
    "table_forecast",
    "table_health",
    "table_inputs",
    "table_inputs_given",
    "table_key_accounts",
    "table_matches",
    "table_models",
    "table_money_outcomes",
    "table_parameters",
    "table_read_notes",
    "table_reasons",
    "table_results",
    "table_row_outcomes",
    "table_scorecard",
    "table_segments",
    "table_value_parts",
    "table_watched",
]
