"""What leaves a review for other hands and systems: the workbook, the CRM's files, tables."""

import json
from pathlib import Path

from analysis.exports.accounts import gather_accounts
from analysis.exports.errors import ExportError
from analysis.exports.run_tables import RunTables
from analysis.exports.workbook import write_workbook
from analysis.locales import Words
from analysis.params import Params
from analysis.results import Result

__all__ = ["ExportError", "write_exports"]


def write_exports(params: Params, run_dir: Path, step: str) -> None:
    """Write everything that leaves a review, from the tables and numbers of its run.

    Parameters
    ----------
    params : Params
        The review.
    run_dir : Path
        The run; files are written into it.
    step : str
        The step on whose account they go.

    Raises
    ------
    ExportError
        If a file cannot hold what it should.
    """
    with RunTables.open(run_dir, step) as tables:
        _write_workbooks(tables, params)


def _write_workbooks(tables: RunTables, params: Params) -> None:
    accounts = gather_accounts(tables, params)
    if accounts is None:
        return
    entries = json.loads((tables.run_dir / "results.json").read_text(encoding="utf-8"))
    results = {name: Result(**entry) for name, entry in entries.items()}
    for language in params.review.languages:
        path = tables.new_file(f"key_accounts.{language}.xlsx")
        write_workbook(path, params, Words.of(params, language), accounts, results)
