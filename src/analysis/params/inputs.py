"""What a params file points at: files, environment variables, a key. Is it there?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

from analysis.params.locations import absolute, file_fault, location_fault
from analysis.params.problems import Problem
from analysis.params.secrets import ENV_PREFIX, FILE_PREFIX, secret_fault
from analysis.params.yaml_tree import Entry, join_key

_Path = tuple[str | int, ...]


def with_absolute_paths(root: Entry) -> Entry:
    """Return the tree with each relative path counted from the folder of its file."""
    for path, entry in _locations(root):
        root = _replaced(root, path, _absolute(entry))
    key = _at(root, "privacy", "key")
    if key is not None and isinstance(key.value, str):
        root = _replaced(root, ("privacy", "key"), _absolute_key(key))
    return root


def missing_inputs(root: Entry) -> Iterator[Problem]:
    """Yield a problem for each file, variable or key that is named and cannot be found.

    Files below ``demo.folder`` need not exist: they will be generated.

    Parameters
    ----------
    root
        Params with paths as they were written, from which suggestions are made.
    """
    demo = _at(root, "demo", "folder")
    generated = _absolute(demo) if demo is not None and isinstance(demo.value, str) else None
    for path, entry in _locations(root):
        location = _absolute(entry)
        if path[0] == "demo" or location_fault(location):
            continue
        if generated and Path(location).is_relative_to(generated):
            continue
        if missing := file_fault(location, str(entry.value)):
            yield _problem(entry, path, *missing)
    yield from _unset_variables(root)
    yield from _missing_key(root)


def _unset_variables(root: Entry) -> Iterator[Problem]:
    for table in _keys(root, "sources"):
        kind, url = (_at(root, "sources", table, key) for key in ("format", "url"))
        is_named = url is not None and isinstance(url.value, str) and url.value.isidentifier()
        if url is None or kind is None or kind.value != "sql" or not is_named:
            continue
        if not os.environ.get(str(url.value)):
            message = (
                f"the environment variable {url.value} is not set. "
                "It must hold the database's URL when the review is made."
            )
            yield _problem(url, ("sources", table, "url"), message)


def _missing_key(root: Entry) -> Iterator[Problem]:
    key, wanted = _at(root, "privacy", "key"), _at(root, "privacy", "pseudonymise")
    if key is None or wanted is None or wanted.value is not True:
        return
    if not isinstance(key.value, str) or not key.value.startswith((ENV_PREFIX, FILE_PREFIX)):
        return
    if message := secret_fault(_absolute_key(key)):
        yield _problem(key, ("privacy", "key"), message)


def _locations(root: Entry) -> Iterator[tuple[_Path, Entry]]:
    """Yield the place of each path that is text: the sources' and the demo's."""
    paths: list[_Path] = [("sources", table, "location") for table in _keys(root, "sources")]
    for path in (*paths, ("demo", "folder")):
        entry = _at(root, *path)
        items = [(path, entry)]
        if entry is not None and isinstance(entry.value, list):
            items = [((*path, place), item) for place, item in enumerate(entry.value)]
        for place, item in items:
            if item is not None and isinstance(item.value, str):
                yield place, item


def _absolute(entry: Entry) -> str:
    return absolute(str(entry.value), entry.place.folder)


def _absolute_key(entry: Entry) -> str:
    reference = str(entry.value)
    if not reference.startswith(FILE_PREFIX):
        return reference
    path = os.path.join(entry.place.folder, reference.removeprefix(FILE_PREFIX))
    return FILE_PREFIX + os.path.abspath(path)


def _keys(root: Entry, name: str) -> list[str]:
    entry = _at(root, name)
    return list(entry.value) if entry is not None and isinstance(entry.value, dict) else []


def _at(entry: Entry | None, *path: str | int) -> Entry | None:
    """Return the entry at a path of keys, or None."""
    for name in path:
        below = entry.value if entry is not None else None
        entry = below.get(name) if isinstance(below, dict) and isinstance(name, str) else None
    return entry


def _replaced(entry: Entry, path: _Path, value: str) -> Entry:
    """Return the tree with the text at a path of keys and list places changed."""
    if not path:
        return Entry(value, entry.place)
    name, below = path[0], entry.value
    if isinstance(below, list) and isinstance(name, int):
        changed = _replaced(below[name], path[1:], value)
        return Entry([*below[:name], changed, *below[name + 1 :]], entry.place)
    assert isinstance(below, dict)
    assert isinstance(name, str)
    return Entry({**below, name: _replaced(below[name], path[1:], value)}, entry.place)


def _problem(entry: Entry, path: _Path, message: str, suggestion: str | None = None) -> Problem:
    key = reduce(join_key, (name for name in path if isinstance(name, str)), "")
    return Problem(entry.place.file, entry.place.line, key, message, suggestion=suggestion)
