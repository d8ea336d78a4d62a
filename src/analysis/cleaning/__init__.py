"""Raw → typed tables, with every row accounted for.

Rules are data: each names what it finds and what becomes of a row that meets it. A row carries
*all* its reasons. Nothing is dropped silently: read = kept + fixed + quarantined + excluded, in
rows and in money, for every table.
"""

from analysis.cleaning.cleaned import Cleaned, kept_tables
from analysis.cleaning.fx import RateError
from analysis.cleaning.rejects import describe_rejects, list_merges
from analysis.cleaning.rules import Effect, Finding, Outcome, RowRule, SetRule
from analysis.cleaning.settings import CleaningSettings
from analysis.cleaning.steps import DuplicateIdError, clean_tables, find_first_and_last_day
from analysis.cleaning.tally import (
    ConservationError,
    tally_outcomes,
    tally_reasons,
)

__all__ = [
    "Cleaned",
    "CleaningSettings",
    "ConservationError",
    "DuplicateIdError",
    "Effect",
    "Finding",
    "Outcome",
    "RateError",
    "RowRule",
    "SetRule",
    "clean_tables",
    "describe_rejects",
    "find_first_and_last_day",
    "kept_tables",
    "list_merges",
    "tally_outcomes",
    "tally_reasons",
]
