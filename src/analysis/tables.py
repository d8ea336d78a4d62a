"""Tables for the report and the notebooks: words and numbers set in a language, no arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from analysis.locales import Words
from analysis.markup import escape_markdown
from analysis.results import Result, Unit
from analysis.schemas import TableSchema

PARAMETER_SYMBOLS = {
    "value.bgnbd.r": "r",
    "value.bgnbd.alpha": "α",
    "value.bgnbd.a": "a",
    "value.bgnbd.b": "b",
    "value.bgnbd.log_likelihood": "ln L",
    "value.gamma_gamma.p": "p",
    "value.gamma_gamma.q": "q",
    "value.gamma_gamma.v": "v",
}


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
        lines = [[escape_markdown(text) for text in row] for row in (self.headings, *self.rows)]
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


def table_outcomes(tally: pd.DataFrame, *, words: Words) -> Table:
    """Rows and money by what became of them (:func:`analysis.cleaning.tally_outcomes`)."""
    columns = [
        Column("outcome", "label", label_group="outcome"),
        Column("rows", "rows"),
        Column("amount", "money"),
    ]
    return set_table(tally.reset_index(), columns, words)


def table_reasons(reasons: pd.DataFrame, *, words: Words) -> Table:
    """Rows and money by reason (:func:`analysis.cleaning.tally_reasons`)."""
    columns = [
        Column("rule", "label", label_group="rule"),
        Column("outcome", "label", label_group="outcome"),
        Column("rows", "rows"),
        Column("amount", "money"),
    ]
    return set_table(reasons, columns, words)


def table_segments(segments: pd.DataFrame, *, words: Words) -> Table:
    """Size and worth of each segment (:func:`analysis.segmentation.summarize_segments`)."""
    columns = [
        Column("segment", "label", label_group="segment"),
        Column("customers", "customers"),
        Column("customer_share", "ratio"),
        Column("revenue", "money"),
        Column("revenue_share", "ratio"),
        Column("average_order", "money"),
        Column("days_since_last_order", "count"),
    ]
    return set_table(segments, columns, words)


def table_cut_points(cut_points: pd.DataFrame, *, words: Words) -> Table:
    """Where scores begin (:meth:`analysis.segmentation.CutPoints.to_frame`)."""
    columns = [
        Column("score", "count"),
        Column("recency", "count", heading="cut_recency"),
        Column("frequency", "count", heading="cut_frequency"),
        Column("money", "money", heading="cut_money"),
    ]
    return set_table(cut_points, columns, words)


def table_parameters(results: Mapping[str, Result], time_unit_days: int, *, words: Words) -> Table:
    """The fitted parameters with what each means (:func:`analysis.value.value_results`)."""
    rows = tuple(
        (
            symbol,
            words(
                f"parameter.{name.rsplit('.', 1)[-1]}",
                unit=time_unit_days,
                currency=words.currency,
            ),
            words.format(results[name].value, results[name].unit),
        )
        for name, symbol in PARAMETER_SYMBOLS.items()
    )
    headings = tuple(words(f"column.{key}") for key in ("parameter", "meaning", "value"))
    return Table(headings, (False, False, True), rows)


def table_key_accounts(accounts: pd.DataFrame, *, words: Words) -> Table:
    """Key accounts by predicted value (:func:`analysis.accounts.select_key_accounts`)."""
    columns = [
        Column("rank", "count"),
        Column("customer_id", None),
        Column("segment", "label", label_group="segment"),
        Column("revenue_window", "money", heading="revenue"),
        Column("expected_orders_12m", "orders"),
        Column("clv_12m", "money"),
        Column("p_alive", "ratio"),
        Column("last_order_date", "date"),
    ]
    return set_table(accounts, columns, words)


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
        return str(value)
    if column.label_group:
        return words(f"{column.label_group}.{value}")
    return words.format(value, column.unit)
