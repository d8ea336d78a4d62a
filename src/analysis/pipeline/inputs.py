"""What a review reads: the files of each input table, and what of its params a step sees."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from analysis.params import Params

PLACES = frozenset({"location", "folder"})
"""Keys that say where something lies on one machine; what lies there is hashed instead."""


def given_sources(params: Params) -> dict[str, Any]:
    """The source of each input table that the params give, by the table's name."""
    named = {name: getattr(params.sources, name) for name in type(params.sources).model_fields}
    return {name: source for name, source in named.items() if source is not None}


def input_files(params: Params) -> dict[str, tuple[Path, ...]]:
    """Files of each input table; none for a table that a database holds."""
    return {name: _files(source) for name, source in given_sources(params).items()}


def settings(params: Params, sections: Iterable[str]) -> dict[str, str]:
    """What sections of the params say, by dotted key, without places on this machine."""
    found: dict[str, str] = {}
    for name in sections:
        value: Any = params
        for part in name.split("."):
            value = getattr(value, part)
        found |= dict(_leaves(name, value))
    return found


def _files(source: Any) -> tuple[Path, ...]:
    return (source.path,) if hasattr(source, "path") else ()


def _leaves(name: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, BaseModel):
        value = {key: getattr(value, key) for key in type(value).model_fields}
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key not in PLACES:
                yield from _leaves(f"{name}.{key}", below)
    elif value is not None:
        yield name, str(value)
