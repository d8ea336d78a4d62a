"""The sources of all tables, each held against the contract of its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from analysis.params.fields import Section, fault, refuse
from analysis.params.problems import closest, shorten
from analysis.params.source_models import Source, TableSource
from analysis.schemas import TABLES, TableSchema

Faults = dict[tuple[str | int, ...], PydanticCustomError]

# The keys of a source that are made of names of the contract.
_NAMING = ("columns", "aliases", "values", "percent")

_SOURCE = "a map with a format, a location and what else is needed to read the table; or a preset"


class Sources(Section):
    """Where each table of the data contract comes from."""

    transactions: Source = Field(description=_SOURCE)
    customers: Source | None = Field(default=None, description=_SOURCE)
    opportunities: Source | None = Field(default=None, description=_SOURCE)
    complaints: Source | None = Field(default=None, description=_SOURCE)
    receivables: Source | None = Field(default=None, description=_SOURCE)
    follow_ups: Source | None = Field(default=None, description=_SOURCE)
    surveys: Source | None = Field(default=None, description=_SOURCE)
    invitations: Source | None = Field(default=None, description=_SOURCE)
    interactions: Source | None = Field(default=None, description=_SOURCE)
    actions: Source | None = Field(default=None, description=_SOURCE)
    loyalty: Source | None = Field(default=None, description=_SOURCE)
    benchmarks: Source | None = Field(default=None, description=_SOURCE)
    fx_rates: Source | None = Field(default=None, description=_SOURCE)

    @property
    def given(self) -> dict[str, Source]:
        """The tables that are given, by name, in the order of the contract."""
        sources = {name: getattr(self, name) for name in TABLES}
        return {name: source for name, source in sources.items() if source is not None}

    @field_validator("*")
    @classmethod
    def _fits_its_table(cls, source: Source | None, info: ValidationInfo) -> Source | None:
        if source is not None and info.field_name:
            faults = table_faults(TABLES[info.field_name], source)
            refuse({(source.format, *path): error for path, error in faults.items()})
        return source


def table_faults(schema: TableSchema, source: TableSource) -> Faults:
    """Return what does not fit the contract of a table, each with its place below the source.

    Parameters
    ----------
    schema
        The contract of the table.
    source
        A source whose values are sound in themselves.
    """
    faults = unknown_columns(schema, {key: getattr(source, key) for key in (*_NAMING, "only")})
    for name in set(source.columns) & set(schema.names):
        if isinstance(source.columns[name], tuple) and not _may_be_joined(schema, source, name):
            message = f"a list of columns makes an id, and {name} is none. Name one column."
            faults["columns", name] = fault(message)
    for name, meanings in source.values.items():
        counts = Counter(value.casefold() for value in meanings)
        for value in meanings:
            if counts[value.casefold()] > 1:
                message = "a value stands here twice: small and capital letters count as equal."
                faults["values", name, value] = fault(message)
    return faults | _header_faults(schema, source)


def unknown_columns(schema: TableSchema, source: Mapping[str, Any]) -> Faults:
    """Return the names that the contract of a table does not know, each with its place.

    Parameters
    ----------
    schema
        The contract of the table.
    source
        A source as it was written; what has the wrong type in it is passed over.
    """
    only = source.get("only")
    faults: Faults = {}
    for key in _NAMING:
        names = source.get(key)
        known = (*schema.names, *only) if key == "aliases" and isinstance(only, dict) else None
        for place, name in enumerate(names if isinstance(names, dict | list | tuple) else ()):
            if isinstance(name, str) and name not in (known or schema.names):
                path = name if isinstance(names, dict) else place
                faults[key, path] = _unknown(name, schema)
    return faults


def _unknown(name: str, schema: TableSchema) -> PydanticCustomError:
    allowed = f"Its columns: {', '.join(schema.names)}."
    return fault(f"{schema.name} has no such column.", closest(name, schema.names), allowed)


def _may_be_joined(schema: TableSchema, source: TableSource, name: str) -> bool:
    """Whether several columns may make this one: an id, or a text that ``values`` translates."""
    return schema[name].is_id or name in source.values


def _header_faults(schema: TableSchema, source: TableSource) -> Faults:
    """Say which columns a declared header lacks."""
    header: tuple[str, ...] | bool = getattr(source, "header", True)
    if isinstance(header, bool):
        return {}
    faults: Faults = {}
    for name in dict.fromkeys((*schema.required, *source.columns)):
        candidates = source.candidates(name)
        if any(set(parts) <= set(header) for parts in candidates):
            continue
        missing = next(part for part in candidates[0] if part not in header)
        message = f'the list under "header" has no column "{shorten(missing)}".'
        faults["columns", name] = fault(message, closest(missing, header))
    return faults
