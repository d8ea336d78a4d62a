"""How a table is set in a language: words and numbers become text, nothing is reckoned."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from analysis.locales import Words
from analysis.markup import escape_markdown
from analysis.results import Result, Unit
from analysis.schemas import TableSchema

MOST_LETTERS = 40
"""Of a name in a table: what is longer would stand over its neighbours, or fill a page."""
UNBROKEN = re.compile(rf"[^\s\u2e80-\uffff]{{{MOST_LETTERS + 1},}}")
"""Longer runs in which no line can break; between Chinese characters it can."""


def shorten(name: str) -> str:
    """A name as far as a table has room for it: its beginning and its end.

    Examples
    --------
    >>> shorten("C1"), shorten("a" * 60 + "-001")
    ('C1', 'aaaaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaa-001')
    """
    if len(name) <= MOST_LETTERS:
        return name
    end = MOST_LETTERS * 3 // 8
    return f"{name[: MOST_LETTERS - end - 1]}…{name[-end:]}"


@dataclass(frozen=True)
class Column:
    """A column of a table: where its values come from and how they are written.

    Attributes
    ----------
    field : str
        Column of the data.
    unit : Unit or None
        How to write its numbers; None for text, ``label`` for keys of words.
    heading : str, optional
        Key of its heading under ``column`` in the locales; the field by default.
    label_group : str, optional
        Where the words of a ``label`` stand in the locales.
    """

    field: str
    unit: Unit | None
    heading: str | None = None
    label_group: str | None = None


@dataclass(frozen=True)
class Table:
    """A table that is ready to print: every cell is text in one language."""

    headings: tuple[str, ...]
    is_number: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self) -> str:
        """As a pipe table, numbers to the right; whatever a cell holds stays text."""
        rule = ["---:" if right else ":---" for right in self.is_number]
        lines = [
            [escape_markdown(UNBROKEN.sub(lambda run: shorten(run[0]), text)) for text in row]
            for row in (self.headings, *self.rows)
        ]
        return "".join(f"| {' | '.join(line)} |\n" for line in (lines[0], rule, *lines[1:]))

    def _repr_html_(self) -> str:
        """As Jupyter shows it."""
        sides = ["right" if right else "left" for right in self.is_number]

        def line(tag: str, cells: Sequence[str]) -> str:
            styled = (
                f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>'
                for cell, side in zip(cells, sides, strict=True)
            )
            return f"<tr>{''.join(styled)}</tr>"

        body = "".join(line("td", row) for row in self.rows)
        return f"<table><thead>{line('th', self.headings)}</thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        widths = [
            max(len(row[i]) for row in (self.headings, *self.rows))
            for i in range(len(self.headings))
        ]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(row, widths, self.is_number, strict=True)
            ).rstrip()
            for row in (self.headings, *self.rows)
        )


def set_table(frame: pd.DataFrame, columns: Sequence[Column], words: Words) -> Table:
    """Set the columns of a small frame in one language, a row a row."""
    return Table(
        headings=tuple(words(f"column.{column.heading or column.field}") for column in columns),
        is_number=tuple(column.unit not in (None, "label") for column in columns),
        rows=tuple(
            tuple(_cell(record[column.field], column, words) for column in columns)
            for record in frame.to_dict("records")
        ),
    )


def table_inputs(schemas: Sequence[TableSchema], *, words: Words) -> Table:
    """What a section would need: its input tables and their required columns."""
    headings = tuple(words(f"column.{key}") for key in ("input", "contract_name", "columns"))
    rows = tuple(
        (words(f"input.{schema.name}"), schema.name, ", ".join(schema.required))
        for schema in schemas
    )
    return Table(headings, (False, False, False), rows)


def table_results(results: Mapping[str, Result], *, words: Words) -> Table:
    """Published numbers by name, as the report will print them."""
    headings = ("name", words("column.value"))
    rows = tuple((name, words.format(r.value, r.unit)) for name, r in results.items())
    return Table(headings, (False, True), rows)


def _cell(value: Any, column: Column, words: Words) -> str:
    if column.unit is None:
        return shorten(str(value)) if column.field == "customer_id" else str(value)
    if column.label_group:
        return words(f"{column.label_group}.{value}")
    return words.format(value, column.unit)
