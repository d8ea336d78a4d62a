"""What in a source's description does not fit the contract of its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from analysis.params.fields import fault
from analysis.params.problems import closest, shorten
from analysis.schemas import TableSchema

if TYPE_CHECKING:  # the models call what stands here
    from analysis.params.source_models import TableSource

Faults = dict[tuple[str | int, ...], PydanticCustomError]


def table_faults(schema: TableSchema, source: TableSource) -> Faults:
    """Return what does not fit, each with its place below the source.

    Parameters
    ----------
    schema
        The contract of the table.
    source
        A source whose values are sound in themselves.
    """
    faults: Faults = {}
    for path, name, known in _names(schema, source):
        if name not in known:
            faults[path] = _unknown(name, known, schema.name)
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


def _names(
    schema: TableSchema, source: TableSource
) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    """Yield place, name and the known names for each name that must be the contract's."""
    maps: dict[str, tuple[Iterable[str], tuple[str, ...]]] = {
        "columns": (source.columns, schema.names),
        "aliases": (source.aliases, (*schema.names, *source.only)),
        "values": (source.values, schema.names),
    }
    for key, (names, known) in maps.items():
        for name in names:
            yield (key, name), name, known
    for place, name in enumerate(source.percent):
        yield ("percent", place), name, schema.names


def _unknown(name: str, known: tuple[str, ...], table: str) -> PydanticCustomError:
    message = f"{table} has no such column. Its columns: {', '.join(known)}."
    return fault(message, closest(name, known))


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
