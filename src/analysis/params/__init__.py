"""Read and check a params file, and reckon with quarters."""

from analysis.params.dumping import dump_params
from analysis.params.loading import load_params
from analysis.params.models import Params
from analysis.params.problems import ParamsError, Problem
from analysis.params.quarters import FiscalCalendar, Quarter

__all__ = [
    "FiscalCalendar",
    "Params",
    "ParamsError",
    "Problem",
    "Quarter",
    "dump_params",
    "load_params",
]
