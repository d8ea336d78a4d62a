"""What a params file points at: files, environment variables, a key. Is it there?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import reduce
from pathlib import PurePath

from analysis.params.entries import Entry, KeyPath, entry_at, join_key, map_of, with_text
from analysis.params.locations import absolute, file_fault, location_fault
from analysis.params.problems import Problem
from analysis.params.secrets import ENV_PREFIX, FILE_PREFIX, secret_fault


def with_absolute_paths(root: Entry) -> Entry:
    """Return the tree with each relative path counted from the folder of its file."""
    for path, entry in _locations(root):
        root = with_text(root, path, _absolute(entry))
    key = entry_at(root, "privacy", "key")
    if key is not None and isinstance(key.value, str):
        root = with_text(root, ("privacy", "key"), _absolute_key(key))
    return root


def missing_inputs(root: Entry) -> Iterator[Problem]:
    """Yield a problem for each file, variable or key that is named and cannot be found.

    Files below ``demo.folder`` need not exist: they will be generated.

    Parameters
    ----------
    root
        Params with paths as they were written, from which suggestions are made.
    """
    demo = entry_at(root, "demo", "folder")
    generated = _absolute(demo) if demo is not None and isinstance(demo.value, str) else None
    for path, entry in _locations(root):
        location = _absolute(entry)
        if path[0] == "demo" or location_fault(location):
            continue
        if generated and PurePath(location).is_relative_to(generated):
            continue
        if missing := file_fault(location, str(entry.value)):
            yield _problem(entry, path, *missing)
    yield from _unset_variables(root)
    yield from _missing_key(root)


def _unset_variables(root: Entry) -> Iterator[Problem]:
    for table in map_of(entry_at(root, "sources")):
        kind, url = (entry_at(root, "sources", table, key) for key in ("format", "url"))
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
    key, wanted = entry_at(root, "privacy", "key"), entry_at(root, "privacy", "pseudonymise")
    if key is None or wanted is None or wanted.value is not True:
        return
    if not isinstance(key.value, str) or not key.value.startswith((ENV_PREFIX, FILE_PREFIX)):
        return
    if message := secret_fault(_absolute_key(key)):
        yield _problem(key, ("privacy", "key"), message)


def _locations(root: Entry) -> Iterator[tuple[KeyPath, Entry]]:
    """Yield the place of each path that is text: of sources, exports, demo and logo."""
    paths: list[tuple[str, ...]] = [
        ("sources", table, "location") for table in map_of(entry_at(root, "sources"))
    ]
    last = map_of(entry_at(root, "exports", "last_crm"))
    paths += [("exports", "last_workbook"), *(("exports", "last_crm", system) for system in last)]
    for path in (*paths, ("demo", "folder"), ("report", "logo")):
        entry = entry_at(root, *path)
        items: list[tuple[KeyPath, Entry | None]] = [(path, entry)]
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


def _problem(entry: Entry, path: KeyPath, message: str, suggestion: str | None = None) -> Problem:
    key = reduce(join_key, (name for name in path if isinstance(name, str)), "")
    return Problem(entry.place.file, entry.place.line, key, message, suggestion=suggestion)
