"""Values of a params file, each with the place where it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.params.problems import shorten

Scalar = str | int | float | bool | date | None
KeyPath = tuple[str | int, ...]
"""Where an entry stands in a tree: names of keys, and places in lists."""


@dataclass(frozen=True)
class Place:
    """Where a value was written: file and line as shown, and the folder its paths start from."""

    file: str
    line: int | None
    folder: str


@dataclass(frozen=True)
class Entry:
    """A value and the place of its key (or, in a list, of itself)."""

    value: Scalar | dict[str, Entry] | list[Entry]
    place: Place

    def plain(self) -> Any:
        """Return the value without places: text, numbers, dates, dicts and lists."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value


def merge(below: Entry, above: Entry) -> Entry:
    """Lay one tree over another: maps key by key, all other values as a whole."""
    if not isinstance(below.value, dict) or not isinstance(above.value, dict):
        return above
    merged = dict(below.value)
    for name, entry in above.value.items():
        merged[name] = merge(merged[name], entry) if name in merged else entry
    # A section's own problems (a key that is missing) belong to a file, not to an override.
    return Entry(merged, below.place if above.place.line is None else above.place)


def map_of(entry: Entry | None) -> dict[str, Entry]:
    """Return what stands below an entry by key; nothing where it is no map."""
    return entry.value if entry is not None and isinstance(entry.value, dict) else {}


def entry_at(entry: Entry | None, *path: str) -> Entry | None:
    """Return the entry below a path of keys, or None."""
    for name in path:
        entry = map_of(entry).get(name)
    return entry


def with_text(entry: Entry, path: KeyPath, text: str) -> Entry:
    """Return the tree with the text at a path of keys and list places changed."""
    if not path:
        return Entry(text, entry.place)
    name, below = path[0], entry.value
    if isinstance(below, list) and isinstance(name, int):
        changed = with_text(below[name], path[1:], text)
        return Entry([*below[:name], changed, *below[name + 1 :]], entry.place)
    assert isinstance(below, dict)
    assert isinstance(name, str)
    return Entry({**below, name: with_text(below[name], path[1:], text)}, entry.place)


def join_key(parent: str, name: str) -> str:
    """Return the dotted path of a key, safe to print."""
    shown = shorten(name) or '""'
    return f"{parent}.{shown}" if parent else shown
