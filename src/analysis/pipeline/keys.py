"""What a step depends on, by name: equal ingredients, equal outputs.

A step is taken over from an earlier run only if each of its ingredients is what it was then:

=================== ============================================================
``params.<key>``   a value of the params that the step reads
``key``            mark of the key of pseudonyms, where the step uses it
``input <table>``  name and SHA-256 of an input table's files
``table <path>``   SHA-256 of a table that an earlier step saved
``notebook``       SHA-256 of its cells, without stored outputs
``document <file>`` SHA-256 of a document of the report, of its theme, or of the logo
``code <file>``    SHA-256 of each package file that its imports reach
``version <name>`` version of Python and of each library that those files import
=================== ============================================================

A database cannot tell whether it has changed: a step that reads one always runs.
"""

import json
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.params import Params
from analysis.params.locations import path_of
from analysis.params.problems import shorten
from analysis.pipeline.code import PACKAGE, Reach, notebook_imports, reach_of
from analysis.pipeline.hashing import FileFacts, sha256_of_text
from analysis.pipeline.inputs import input_files, key_mark, settings
from analysis.pipeline.steps import COMMON_PARAMS, Step

Ingredients = dict[str, str]

NOT_SHOWN = frozenset({"sources", "demo", "cleaning", "exports"})
"""Sections of the params of which the report shows only what the notebooks made of them."""

NOT_EXPORTED = frozenset({"sources", "demo", "cleaning", "report"})
"""Sections of which the exports show nothing."""

EXPORT_CODE = "analysis.exports"
"""The package that writes them."""

DATABASE = "a database"
"""Stands for the content of a table that has no file; two of them are never equal."""


def notebook_ingredients(
    step: Step, params: Params, notebooks: Path, tables: Mapping[str, str], facts: FileFacts
) -> Ingredients:
    """What a notebook depends on.

    Parameters
    ----------
    notebooks : Path
        Folder of the notebooks.
    tables : mapping
        SHA-256 of each table that earlier steps saved, by path in the run folder.
    """
    notebook = notebooks / f"{step.name}.ipynb"
    inputs = [name for name in step.inputs if name in params.sources.given]
    sections = (*COMMON_PARAMS, *step.params, *(f"sources.{name}" for name in inputs))
    return {
        **{f"params.{key}": value for key, value in settings(params, sections).items()},
        **({"key": key_mark(params)} if "privacy" in step.params else {}),
        **{f"input {name}": hash_input(params, name, facts) for name in inputs},
        **{f"table {path}": digest for path, digest in tables.items()},
        "notebook": facts.find(notebook, "cells", _hash_cells),
        **code_ingredients(facts.find(notebook, "imports", notebook_imports), facts),
    }


def report_ingredients(
    language: str,
    params: Params,
    documents: Path,
    shown: Mapping[str, str],
    renderer: str,
    facts: FileFacts,
) -> Ingredients:
    """What the report in one language depends on.

    Parameters
    ----------
    documents : Path
        Folder of the Quarto project.
    shown : mapping
        SHA-256 of what the notebooks published and drew, by path in the run folder.
    renderer : str
        Name and version of what prints it.
    """
    sections = [name for name in type(params).model_fields if name not in NOT_SHOWN]
    return {
        **{f"params.{key}": value for key, value in settings(params, sections).items()},
        **{f"table {path}": digest for path, digest in shown.items()},
        **{
            f"document {path.relative_to(documents).as_posix()}": facts.sha256(path)
            for path in _documents(documents, language)
        },
        **({"document logo": facts.sha256(path_of(logo))} if (logo := params.report.logo) else {}),
        "version renderer": renderer,
        **code_ingredients(["analysis.report"], facts),
    }


def export_ingredients(params: Params, read: Mapping[str, str], facts: FileFacts) -> Ingredients:
    """What the workbook and the files for other systems depend on.

    Parameters
    ----------
    read : mapping
        SHA-256 of the tables, lists and numbers that the notebooks made, by path.
    """
    sections = [name for name in type(params).model_fields if name not in NOT_EXPORTED]
    return {
        **{f"params.{key}": value for key, value in settings(params, sections).items()},
        **{
            f"input exports.{key}": f"{path.name}:{facts.sha256(path)}"
            for key, path in params.exports.files
        },
        **{f"table {path}": digest for path, digest in read.items()},
        **code_ingredients([EXPORT_CODE], facts),
    }


def demo_ingredients(params: Params, facts: FileFacts) -> Ingredients:
    """What the files of an invented company depend on."""
    told = settings(params, ("demo", "review.quarter", "fiscal_year"))
    return {
        **{f"params.{key}": value for key, value in told.items()},
        **code_ingredients(["analysis.demo"], facts),
    }


def code_ingredients(imports: Iterable[str], facts: FileFacts) -> Ingredients:
    """Every package file that imports reach, and the versions of the libraries behind them."""
    reach: Reach = reach_of(imports, facts)
    return {
        **{f"code {_name(path)}": facts.sha256(path) for path in reach.files},
        **{f"version {name}": version for name, version in reach.versions().items()},
        "version python": platform.python_version(),
    }


def hash_input(params: Params, table: str, facts: FileFacts) -> str:
    """Names and SHA-256 of an input table's files, in one text."""
    files = input_files(params)[table]
    return " ".join(f"{path.name}:{facts.sha256(path)}" for path in files) or DATABASE


def differences(now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    """Say what differs between two sets of ingredients, most telling first."""
    names = sorted(now.keys() | then.keys(), key=lambda name: (_rank(name), name))
    return [
        _say(name, now.get(name), then.get(name))
        for name in names
        if now.get(name) != then.get(name) or now.get(name) == DATABASE
    ]


def _rank(name: str) -> int:
    kinds = ("params", "key", "input", "table", "notebook", "document", "code", "version")
    return kinds.index(name.split(" ")[0].split(".")[0])


def _say(name: str, now: str | None, then: str | None) -> str:
    kind, _, rest = name.partition(" ")
    if now == DATABASE:
        return f"{rest} comes from a database, which cannot tell whether it changed"
    what = name if kind in ("input", "key", "notebook") else rest
    if kind == "version":
        return f"{rest} {then or 'absent'} → {now or 'absent'}"
    if name.startswith("params."):
        return f"{name}: {_short(then)} → {_short(now)}"
    return f"{what} {'is new' if then is None else 'is gone' if now is None else 'changed'}"


def _short(value: str | None) -> str:
    """A value for the terminal: a playbook would fill it."""
    return "absent" if value is None else shorten(value)


def _hash_cells(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    told = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    return sha256_of_text(json.dumps(told))


def _documents(folder: Path, language: str) -> list[Path]:
    named = ("review", "slides", "sections/*")
    chosen = ("_quarto.yml", *(f"{name}.{language}.qmd" for name in named), "theme/*")
    return sorted(path for pattern in chosen for path in folder.glob(pattern))


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()
