"""Judging: which rules each row meets, and what that makes of it.

What a row meets is kept as text in one column an effect (:data:`MARKS`), so that each pass over a
table only appends to it, and outcome and reasons are read off at the end.
"""

from collections.abc import Iterable
from typing import TypeVar

import ibis
import ibis.expr.types as ir

from analysis.cleaning.rules import MARKS, Effect, Finding, Outcome, RowRule, SetRule
from analysis.cleaning.texts import join_names

R = TypeVar("R", RowRule, SetRule)

FOUND = {effect: f"found_{mark}" for effect, mark in MARKS.items()}


def is_sound(table: ir.Table) -> ir.BooleanValue:
    """Whether a row is part of the review as far as it has been judged."""
    return (table[MARKS[Effect.QUARANTINED]] == "") & (table[MARKS[Effect.EXCLUDED]] == "")


def applicable(rules: Iterable[R], table: ir.Table) -> tuple[R, ...]:
    """The rules whose columns the table has."""
    return tuple(rule for rule in rules if set(rule.needs) <= set(table.columns))


def apply_row_rules(table: ir.Table, rules: tuple[RowRule, ...]) -> ir.Table:
    """Mark each row with the row rules that it meets, and mend what they say."""
    met = {rule.name: rule.condition(table) for rule in rules}
    marks = {
        mark: join_names(
            [met[rule.name].ifelse(rule.name, None) for rule in rules if rule.effect == effect]
        )
        for effect, mark in MARKS.items()
    }
    changed: dict[str, ir.Value] = {}
    for rule in rules:
        for name, value in rule.sets:
            is_met = met[rule.name].fill_null(False)
            changed[name] = is_met.ifelse(value, changed.get(name, table[name]))
    return table.mutate(**changed, **marks)


def apply_set_rules(rows: ir.Table, rules: tuple[SetRule, ...]) -> ir.Table | None:
    """Which rows meet rules that compare rows; None where there are no rules.

    Returns
    -------
    ibis table
        ``source_row``, ``rule`` and ``effect``: one row a row of the table and rule that it meets.
    """
    sound = rows.filter(is_sound(rows))
    found = [
        rule.find(sound).select(
            "source_row", rule=ibis.literal(rule.name), effect=ibis.literal(str(rule.effect))
        )
        for rule in rules
    ]
    return ibis.union(*found) if found else None


def append_found(rows: ir.Table, found: ir.Table) -> ir.Table:
    """Add what :func:`apply_set_rules` found to the marks of each row."""
    names = {
        FOUND[effect]: found.rule.group_concat(
            ";", where=found.effect == effect, order_by=found.rule
        )
        for effect in Effect
    }
    by_row = found.group_by("source_row").agg(**names)
    joined = rows.left_join(by_row, "source_row").drop("source_row_right")
    marks = {
        mark: join_names([joined[mark].nullif(""), joined[FOUND[e]]]) for e, mark in MARKS.items()
    }
    return joined.mutate(**marks).drop(*FOUND.values())


def conclude(rows: ir.Table) -> ir.Table:
    """Read off each row's ``outcome`` and ``reasons`` (array of rule names, the gravest first)."""
    marks = {effect: rows[mark] for effect, mark in MARKS.items()}
    outcome = ibis.cases(
        (marks[Effect.QUARANTINED] != "", str(Outcome.QUARANTINED)),
        (marks[Effect.EXCLUDED] != "", str(Outcome.EXCLUDED)),
        (marks[Effect.FIXED] != "", str(Outcome.FIXED)),
        else_=str(Outcome.KEPT),
    )
    names = join_names([mark.nullif("") for mark in marks.values()])
    reasons = (names == "").ifelse(ibis.literal([], type="array<string>"), names.split(";"))
    return rows.mutate(outcome=outcome, reasons=reasons).drop(*MARKS.values())


def names_of(rules: Iterable[Finding]) -> tuple[str, ...]:
    """Names of rules, each once, in their order."""
    return tuple(dict.fromkeys(rule.name for rule in rules))
