"""The data contract as a document and as tables on the terminal."""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table

from analysis.locales import Words
from analysis.params.presets import preset_names, preset_tables
from analysis.schemas import SECTION_INPUTS, TABLES, TRANSACTIONS, Column, TableSchema

HEADINGS = ("column", "type", "unit", "required", "sound values", "meaning")
INTRODUCTION = """\
# Data contract

Only `transactions` is needed for a review. Every other table adds to the sections that use it;
without it they say what they would need. `sources` in a params file says where each table comes
from and what its columns are called there. Columns that the contract does not know are kept for
customers and named in a warning for the other tables.

Ids are text, always: they are compared without regard to capitals and blanks. Money is exact.

This document is made from `src/analysis/schemas.py`; `make schema` prints it on the terminal.
"""
TYPES = {
    "string": "text",
    "date": "day",
    "timestamp": "moment",
    "boolean": "true or false",
    "float64": "number",
    "int64": "whole number",
}


def contract_document() -> str:
    """Return ``docs/data-contract.md``: every table with its columns, in Markdown."""
    return "\n".join([INTRODUCTION, *map(_section, TABLES.values())])


def print_contract(console: Console) -> None:
    """Print every table of the contract; a star marks what a table cannot do without."""
    for schema in TABLES.values():
        console.print(_title(schema), style="bold")
        for line in _notes(schema):
            console.print(f"  {line}")
        table = Table("column", "type", "meaning", box=box.SIMPLE_HEAD)
        table.columns[0].no_wrap = table.columns[1].no_wrap = True
        for column in schema.columns:
            name, dtype, unit, required, sound, meaning = _cells(column)
            details = "; ".join(part for part in (meaning, unit, sound) if part)
            table.add_row(f"{name} *" if required else name, dtype, details)
        console.print(table)
    console.print("* required")


def _section(schema: TableSchema) -> str:
    rows = [HEADINGS, ("---",) * len(HEADINGS)]
    for column in schema.columns:
        name, *others = _cells(column)
        rows.append((f"`{name}`", *others))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = "\n".join(f"- {line}" for line in _notes(schema))
    return f"## {_title(schema)}\n\n{notes}\n\n{table}\n"


def _title(schema: TableSchema) -> str:
    return f"{schema.name} · {Words('zh', 'CNY')(f'input.{schema.name}')}"


def _notes(schema: TableSchema) -> Iterator[str]:
    """Yield what holds of the table as a whole."""
    yield f"One row: {schema.row}"
    if schema.key:
        yield f"No two rows share: {', '.join(schema.key)}"
    yield f"Used by: {_sections(schema)}"
    presets = [name for name in preset_names() if schema.name in preset_tables(name)]
    if presets:
        yield f"Presets: {', '.join(presets)}"


def _sections(schema: TableSchema) -> str:
    if schema is TRANSACTIONS:
        return "every section"
    sections = [section for section, tables in SECTION_INPUTS.items() if schema in tables]
    return ", ".join(sections) or "no section of its own"


def _cells(column: Column) -> tuple[str, ...]:
    required = "yes" if column.required else ""
    return (column.name, _type(column), column.unit or "", required, _sound(column), column.meaning)


def _type(column: Column) -> str:
    if column.dtype.startswith("decimal"):
        return f"number, {column.dtype.rpartition(' ')[2].rstrip(')')} decimals"
    return TYPES[column.dtype]


def _sound(column: Column) -> str:
    """Return the choices or the range of a column's values."""
    if column.choices:
        return ", ".join(column.choices)
    if column.at_least is not None and column.at_most is not None:
        return f"{column.at_least:g} to {column.at_most:g}"
    if column.at_least is not None:
        return f"{column.at_least:g} or more"
    return f"{column.at_most:g} or less" if column.at_most is not None else ""
