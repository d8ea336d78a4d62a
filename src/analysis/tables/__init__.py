"""Tables for the report and the notebooks: words and numbers set in a language, no arithmetic."""

from analysis.tables.accounts import table_key_accounts
from analysis.tables.quality import table_outcomes, table_reasons
from analysis.tables.segmentation import table_cut_points, table_segments
from analysis.tables.setting import Column, Table, set_table, table_inputs, table_results
from analysis.tables.value import PARAMETER_SYMBOLS, table_parameters

__all__ = [
    "PARAMETER_SYMBOLS",
    "Column",
    "Table",
    "set_table",
    "table_cut_points",
    "table_inputs",
    "table_key_accounts",
    "table_outcomes",
    "table_parameters",
    "table_reasons",
    "table_results",
    "table_segments",
]
