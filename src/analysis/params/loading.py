"""Load a params file: read, merge, check, and report every problem at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.params.entries import Entry, Place, merge
from analysis.params.explain import explain
from analysis.params.fields import refuse
from analysis.params.inputs import missing_inputs, with_absolute_paths
from analysis.params.locations import files_in, location_fault
from analysis.params.models import Params
from analysis.params.presets import with_presets
from analysis.params.problems import PATH_LENGTH, ParamsError, Problem, closest, shorten
from analysis.params.source_models import FORMATS
from analysis.params.source_tables import Faults, unknown_columns
from analysis.params.yaml_tree import MAX_DEPTH, read_yaml
from analysis.schemas import TABLES

MAX_BYTES = 1_000_000
MAX_LISTED = 20
OVERRIDE = "--set"
EXTENDS = "extends"
ENDINGS = (".yml", ".yaml")

_Read = tuple[Entry | None, list[Problem]]


def load_params(path: str | Path, overrides: Sequence[str] = ()) -> Params:
    """Load and check the params of one review.

    Parameters
    ----------
    path
        A YAML 1.2 file. With ``extends: base.yml`` as its first-level key, what that file holds is
        merged below it: maps key by key, all other values as a whole.
    overrides
        Texts ``dotted.key=value`` that replace values of the file; the value is YAML. Their
        relative paths start from the current folder, as on any command line.

    Returns
    -------
    Params
        With absolute paths.

    Raises
    ------
    ParamsError
        The file cannot be used. Its text names file, line and key of every problem, and how to
        mend it.
    """
    root, problems = _read_all(path, overrides)
    if root is None:
        raise ParamsError(problems)
    root, unknown = with_presets(root)
    params, faults = _validate(root)
    problems = _one_per_key(problems + unknown + faults + list(missing_inputs(root)))
    if params is None or problems:
        raise ParamsError(sorted(problems, key=_order(str(path))))
    return params


def _read_all(path: str | Path, overrides: Sequence[str]) -> _Read:
    """Return the file, what it extends and the overrides, merged; no entry where one is no YAML."""
    review, problems = _read_file(str(path))
    layers = [review]
    if review is not None and isinstance(review.value, dict) and EXTENDS in review.value:
        base, more = _read_base(str(path), review.value[EXTENDS])
        layers.insert(0, base)
        problems += more
    for override in overrides:
        entry, more = _read_override(override)
        layers.append(entry)
        problems += more
    roots = [layer for layer in layers if layer is not None]
    if len(roots) < len(layers):
        return None, problems
    return _without(reduce(merge, roots), EXTENDS), problems


def _read_file(path: str) -> _Read:
    place = Place(shorten(path, PATH_LENGTH), 1, os.path.dirname(os.path.abspath(path)))
    text = _text_of(path, place)
    if isinstance(text, Problem):
        return None, [text]
    root, problems = read_yaml(text, place)
    if root is None or isinstance(root.value, dict):
        return root, problems
    what = "is empty" if root.value is None else "holds no keys"
    if isinstance(root.value, list):
        what = "holds a list (lines that begin with a hyphen)"
    message = f'the file {what}. A params file needs keys, such as "review:" and "sources:".'
    return None, [*problems, Problem(place.file, 1, "", message)]


def _text_of(path: str, place: Place) -> str | Problem:
    """Return a file's text, or what keeps us from reading it."""
    if not os.path.isfile(path):
        return _no_params_file(path, place)
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Problem(place.file, None, "", f"the file cannot be read: {error.strerror}.")
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1_000_000} MB; this is no params file."
        return Problem(place.file, None, "", message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(place.file, line, "", "this is not UTF-8 text. Save the file as UTF-8.")


def _no_params_file(path: str, place: Place) -> Problem:
    if os.path.isdir(path):
        return Problem(place.file, None, "", "this is a folder, not a params file.")
    there = files_in(place.folder, ENDINGS)
    folder = shorten(os.path.dirname(path) or ".", PATH_LENGTH)
    names = ", ".join(map(shorten, there[:MAX_LISTED]))
    more = ", …" if len(there) > MAX_LISTED else ""
    allowed = f"Params files in {folder}: {names or 'none'}{more}."
    suggestion = closest(os.path.basename(path), there)
    return Problem(place.file, None, "", "there is no such file.", allowed, suggestion)


def _read_base(path: str, extends: Entry) -> _Read:
    """Read the file that ``extends`` names, and refuse one that extends another."""
    name, place = extends.value, extends.place
    if not isinstance(name, str) or location_fault(name):
        message = "the name of another params file is needed here, such as base.yml."
        return None, [Problem(place.file, place.line, EXTENDS, message)]
    base_path = os.path.join(os.path.dirname(path), name)
    if not os.path.isfile(base_path):
        there = set(files_in(os.path.dirname(base_path) or ".", ENDINGS))
        there.discard(os.path.basename(path))
        looked_for = shorten(os.path.abspath(base_path), PATH_LENGTH)
        message = f"there is no such file. Looked for {looked_for}."
        suggestion = closest(os.path.basename(name), there)
        return None, [Problem(place.file, place.line, EXTENDS, message, suggestion=suggestion)]
    base, problems = _read_file(os.path.normpath(base_path))
    if base is not None and isinstance(base.value, dict) and EXTENDS in base.value:
        at = base.value[EXTENDS].place
        message = "a file that is extended cannot extend another one. Delete this line."
        problems.append(Problem(at.file, at.line, EXTENDS, message))
    return base, problems


def _read_override(override: str) -> _Read:
    """Return ``a.b=value`` as the nested map it stands for."""
    dotted, sign, text = override.partition("=")
    names = dotted.strip().split(".")
    key = shorten(dotted.strip())
    if not sign or not all(names):
        message = 'an override is written "section.key=value".'
        return None, [Problem(OVERRIDE, None, key, message)]
    if names[0] == EXTENDS:
        message = "only a params file can extend another one."
        return None, [Problem(OVERRIDE, None, key, message)]
    if len(text) > MAX_BYTES or len(names) > MAX_DEPTH:
        return None, [Problem(OVERRIDE, None, key, "this override is far too long.")]
    place = Place(OVERRIDE, None, os.getcwd())
    entry, problems = read_yaml(text, place, key)
    for name in reversed(names):
        entry = entry and Entry({name: entry}, place)
    return entry, problems


def _without(entry: Entry, name: str) -> Entry:
    assert isinstance(entry.value, dict)
    kept = {key: value for key, value in entry.value.items() if key != name}
    return Entry(kept, entry.place)


def _validate(root: Entry) -> tuple[Params | None, list[Problem]]:
    plain = with_absolute_paths(root).plain()
    try:
        return Params.model_validate(plain), []
    except ValidationError as error:
        return None, explain(error, root) + _unknown_columns(plain, root)


def _unknown_columns(plain: Mapping[str, Any], root: Entry) -> list[Problem]:
    """Name the unknown columns of each table, also where its source has another mistake."""
    sources = plain.get("sources")
    faults: Faults = {}
    for table, source in sources.items() if isinstance(sources, dict) else ():
        if table in TABLES and isinstance(source, dict):
            kind = source["format"] if source.get("format") in FORMATS else "csv"
            found = unknown_columns(TABLES[table], source)
            faults |= {("sources", table, kind, *path): error for path, error in found.items()}
    try:
        refuse(faults)
    except ValidationError as error:
        return explain(error, root)
    return []


def _one_per_key(problems: list[Problem]) -> list[Problem]:
    """Keep the first problem of each key: the ones after it follow from it."""
    first: dict[tuple[str, int | None, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.file, problem.line, problem.key), problem)
    return list(first.values())


def _order(path: str) -> Callable[[Problem], tuple[bool, bool, int]]:
    """Return the sort key: the review's file, then what it extends, then the overrides."""
    review = shorten(path, PATH_LENGTH)
    return lambda problem: (
        problem.file == OVERRIDE,
        problem.file != review,
        problem.line or 0,
    )
