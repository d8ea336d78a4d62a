"""Presets: what a CRM calls the tables and columns of the contract, kept as YAML files.

``preset: salesforce`` beside a location is all that a review needs to say about a table. The
preset's description lies below what the review says, and is gone once params are loaded.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from analysis.params.entries import Entry, Place, join_key, map_of, merge
from analysis.params.problems import Problem, closest, shorten
from analysis.params.source_models import FORMATS, TableSource
from analysis.params.yaml_tree import read_yaml
from analysis.schemas import TABLES

FOLDER = Path(__file__).parent / "presets"
_Map = dict[str, Entry]


def preset_names() -> list[str]:
    """Return the names of all presets, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def preset_tables(name: str) -> dict[str, Entry]:
    """Return what a preset says about each table that it knows."""
    defaults, tables = (map_of(_read(name).get(key)) for key in ("defaults", "tables"))
    return {
        table: Entry({**defaults, **map_of(entry)}, entry.place) for table, entry in tables.items()
    }


def with_presets(root: Entry) -> tuple[Entry, list[Problem]]:
    """Return the tree with each preset laid below the source that names it.

    Parameters
    ----------
    root
        Params as they are written.

    Returns
    -------
    root, problems
        A source with an unknown preset stays as it is, but for a format: so the rest of it can
        be checked as well.
    """
    sources = map_of(map_of(root).get("sources"))
    problems: list[Problem] = []
    described = {}
    for table, source in sources.items():
        named = map_of(source).get("preset")
        if named is None or not isinstance(named.value, str) or table not in TABLES:
            continue
        if problem := _unknown(named, table):
            problems.append(problem)
            described[table] = merge(
                Entry({"format": Entry("csv", named.place)}, source.place), source
            )
        else:
            below = _placed(preset_tables(named.value)[table], named.place)
            described[table] = _beside(map_of(below), source)
    if not described:
        return root, problems
    place = map_of(root)["sources"].place
    return Entry(
        {**map_of(root), "sources": Entry({**sources, **described}, place)}, root.place
    ), problems


@cache
def _read(name: str) -> _Map:
    path = FOLDER / f"{name}.yml"
    root, problems = read_yaml(path.read_text(encoding="utf-8"), Place(path.name, 1, str(FOLDER)))
    assert not problems, problems  # a test reads every preset
    return map_of(root)


def _unknown(named: Entry, table: str) -> Problem | None:
    """Say that there is no such preset, or that it does not know the table."""
    name, names = str(named.value), preset_names()
    if name not in names:
        message = f'there is no preset "{shorten(name)}".'
        allowed, suggestion = f"Presets: {', '.join(names)}.", closest(name, names)
    elif table not in preset_tables(name):
        message = f"{name} has no {table}: describe the source without a preset."
        allowed, suggestion = f"It has {', '.join(preset_tables(name))}.", None
    else:
        return None
    key = join_key(join_key("sources", table), "preset")
    return Problem(named.place.file, named.place.line, key, message, allowed, suggestion)


def _beside(preset: _Map, source: Entry) -> Entry:
    """Lay a preset below a source: what the source says has precedence.

    A column that the source names itself is none of the preset's: its values are not translated
    as those of the CRM's own column would be.
    """
    written = map_of(source)
    own = {*map_of(written.get("columns")), *map_of(written.get("aliases"))}
    if "only" in written:
        own |= set(map_of(preset.get("only")))
    per_column = ("aliases", "values", "percent")
    below = {
        name: _less(entry, own) if name in per_column else entry
        for name, entry in preset.items()
        if name != "only" or "only" not in written
    }
    if "format" in written:
        model = FORMATS.get(str(written["format"].value), TableSource)
        below = {name: entry for name, entry in below.items() if name in model.model_fields}
    return merge(Entry(below, source.place), source)


def _less(entry: Entry, names: set[str]) -> Entry:
    """Return a map or a list without these names; any other value as it is."""
    if isinstance(entry.value, dict):
        kept = {name: below for name, below in entry.value.items() if name not in names}
        return Entry(kept, entry.place)
    if isinstance(entry.value, list):
        return Entry([item for item in entry.value if item.value not in names], entry.place)
    return entry


def _placed(entry: Entry, place: Place) -> Entry:
    """Return a tree as if all of it stood where its preset is named."""
    if isinstance(entry.value, dict):
        return Entry({name: _placed(below, place) for name, below in entry.value.items()}, place)
    if isinstance(entry.value, list):
        return Entry([_placed(item, place) for item in entry.value], place)
    return Entry(entry.value, place)
