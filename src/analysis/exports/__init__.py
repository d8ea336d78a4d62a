"""What leaves a review for other hands and systems: the workbook, the CRM's files, tables."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from analysis.exports.accounts import gather_accounts
from analysis.exports.bi import write_bi_tables
from analysis.exports.changes import write_changes
from analysis.exports.checklists import write_checklists
from analysis.exports.crm import REFUSED_FILE, write_crm_files
from analysis.exports.crm_forms import FORMS
from analysis.exports.errors import ExportError
from analysis.exports.filled import Filled, read_filled
from analysis.exports.run_tables import RunTables
from analysis.exports.workbook import write_workbook
from analysis.locales import Words
from analysis.params import Params
from analysis.params.export_models import Crm
from analysis.params.locations import path_of
from analysis.params.texts import Language
from analysis.results import Result

__all__ = ["ExportError", "write_exports"]


def write_exports(params: Params, run_dir: Path, step: str) -> list[str]:
    """Write everything that leaves a review, from the tables and numbers of its run.

    Parameters
    ----------
    params : Params
        The review.
    run_dir : Path
        The run; files are written into it.
    step : str
        The step on whose account they go.

    Returns
    -------
    list of str
        What its reader must know: rows that were refused, entries that found no customer.

    Raises
    ------
    ExportError
        If a file cannot hold what it should, or one of last quarter's cannot be used.
    SourceError
        If last quarter's workbook cannot be opened without harm.
    """
    entries = json.loads((run_dir / "results.json").read_text(encoding="utf-8"))
    results = {name: Result(**entry) for name, entry in entries.items()}
    with RunTables.open(run_dir, step) as tables:
        notes = [*_write_workbooks(tables, params, results), *_write_crm(tables, params)]
        write_bi_tables(tables, params, results)
        write_checklists(tables, params)
    return notes


def _write_workbooks(
    tables: RunTables, params: Params, results: Mapping[str, Result]
) -> Iterator[str]:
    accounts = gather_accounts(tables, params)
    if accounts is None:
        return
    filled = _read_last_workbook(params)
    for language in params.review.languages:
        path = tables.new_file(f"key_accounts.{language}.xlsx")
        write_workbook(path, params, Words.of(params, language), accounts, results, filled)
    if filled.unmatched:
        yield (
            f"{len(filled.unmatched)} rows of last quarter's workbook found no customer; they stand"
            " on a sheet of their own in the new one."
        )


def _read_last_workbook(params: Params) -> Filled:
    location = params.exports.last_workbook
    if location is None:
        return Filled()
    # Whatever language it was written in, also one that this review has no more.
    languages = [Words(language, params.review.currency) for language in get_args(Language)]
    return read_filled(path_of(location), languages)


def _write_crm(tables: RunTables, params: Params) -> Iterator[str]:
    exports = params.exports
    systems = _systems(params)
    if params.privacy.pseudonymise and systems:
        yield "Ids are pseudonyms, by which no CRM finds its customers: no file is written for one."
        return
    run = f"{params.review.name} {params.quarter}"
    forms: dict[str, dict[str, str]] = {
        name: FORMS[name].columns(exports.key_columns.get(name)) for name in systems
    }
    n_refused = write_crm_files(tables, forms, params.quarter.last_day, run)
    if n_refused:
        yield f"{n_refused} rows were refused for a CRM; {REFUSED_FILE} names each."
    languages = [Words.of(params, language) for language in params.review.languages]
    for system, last in exports.last_crm.items():
        write_changes(tables, system, forms[system], path_of(last), languages)


def _systems(params: Params) -> list[Crm]:
    """The CRMs that get a file: those named, or those whose exports the review reads."""
    exports = params.exports
    presets = {source.preset or "" for source in params.sources.given.values()}
    read = [name for name in get_args(Crm) if any(each.startswith(name) for each in presets)]
    wanted = {*(read if exports.crm is None else exports.crm), *exports.last_crm}
    return [name for name in get_args(Crm) if name in wanted]
