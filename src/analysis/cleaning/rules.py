"""Rules as data: what they find, and what becomes of a row that meets them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

import ibis
import ibis.expr.types as ir

from analysis.cleaning.settings import CleaningSettings
from analysis.schemas import Column, TableSchema


class Outcome(StrEnum):
    """What becomes of a row: the gravest of what its rules say."""

    KEPT = "kept"
    FIXED = "fixed"
    QUARANTINED = "quarantined"
    EXCLUDED = "excluded"


class Effect(StrEnum):
    """What a rule does to a row that meets it, the gravest first.

    COUNTED tells of something ordinary, such as a return; WARNED of something to look at. Both
    keep the row as it is.
    """

    QUARANTINED = "quarantined"
    EXCLUDED = "excluded"
    FIXED = "fixed"
    WARNED = "warned"
    COUNTED = "counted"


MARKS = {effect: f"{effect}_by" for effect in Effect}
"""Effect → the column that names, joined by semicolons, the rules of that effect a row met."""


@dataclass(frozen=True)
class Finding:
    """What every rule has: a name and an effect.

    Attributes
    ----------
    name : str
        Key of its message, under ``rule`` in the locales.
    effect : Effect
        What becomes of a row that meets it.
    """

    name: str
    effect: Effect


@dataclass(frozen=True)
class RowRule(Finding):
    """A rule that looks at one typed row at a time.

    Attributes
    ----------
    condition : callable
        From the typed table to a boolean column.
    needs : tuple of str
        Columns without which the rule does not apply.
    sets : tuple of pairs
        Columns with the value that they get where the rule is met; None leaves them empty.
    """

    condition: Callable[[ir.Table], ir.BooleanValue]
    needs: tuple[str, ...]
    sets: tuple[tuple[str, bool | None], ...] = ()


@dataclass(frozen=True)
class SetRule(Finding):
    """A rule that compares a row with other rows, of its own table or of others.

    Attributes
    ----------
    find : callable
        From the rows that no other rule has set aside to those that meet the rule; the result
        has ``source_row``.
    needs : tuple of str
        Columns without which the rule does not apply.
    """

    find: Callable[[ir.Table], ir.Table]
    needs: tuple[str, ...]


DATE_COLUMNS = {
    "transactions": "order_date",
    "opportunities": "created_at",
    "complaints": "opened_at",
    "receivables": "issued_at",
    "follow_ups": "date",
    "surveys": "date",
    "invitations": "date",
    "interactions": "date",
    "loyalty": "date",
}
"""The day on which a row of a table came into being: later ones wait for a later review."""

PAST_COLUMNS = {
    "customers": ("created_at", "birthday"),
    "complaints": ("first_response_at", "closed_at"),
    "receivables": ("paid_at",),
}
"""Other days that cannot lie after the export; a due date or a planned closing may."""


def schema_rules(schema: TableSchema, settings: CleaningSettings) -> tuple[RowRule, ...]:
    """Rules that follow from a table's contract: days not in the future, numbers in range."""
    return (*_time_rules(schema, settings), *_range_rules(schema))


def _time_rules(schema: TableSchema, settings: CleaningSettings) -> list[RowRule]:
    rules = []
    day, exported_on = DATE_COLUMNS.get(schema.name), settings.exported_on
    past = PAST_COLUMNS.get(schema.name, ())
    if exported_on is not None:
        rules = [
            _later(f"future_{name}", exported_on, schema, name) for name in (day, *past) if name
        ]
    if day:
        rules.append(
            RowRule(
                "after_as_of",
                Effect.EXCLUDED,
                lambda t: _day_of(t, day) > settings.as_of,
                needs=(day,),
            )
        )
    return rules


def _later(name: str, last_day: date, schema: TableSchema, column: str) -> RowRule:
    """A day after the last possible one: the row is unsound if it was made then."""
    makes_row = column == DATE_COLUMNS.get(schema.name)
    return RowRule(
        name,
        Effect.QUARANTINED if makes_row else Effect.FIXED,
        lambda t: _day_of(t, column) > last_day,
        needs=(column,),
        sets=() if makes_row else ((column, None),),
    )


def _range_rules(schema: TableSchema) -> list[RowRule]:
    return [
        RowRule(
            f"out_of_range_{column.name}",
            Effect.QUARANTINED if column.required else Effect.FIXED,
            partial(_is_out_of_range, column=column),
            needs=(column.name,),
            sets=() if column.required else ((column.name, None),),
        )
        for column in schema.columns
        if not (column.at_least is None and column.at_most is None)
    ]


def _is_out_of_range(table: ir.Table, column: Column) -> ir.BooleanValue:
    value = table[column.name]
    is_low = ibis.literal(False) if column.at_least is None else value < column.at_least
    is_high = ibis.literal(False) if column.at_most is None else value > column.at_most
    return is_low | is_high


def _day_of(table: ir.Table, name: str) -> ir.DateValue:
    column = table[name]
    return column.date() if column.type().is_timestamp() else column
