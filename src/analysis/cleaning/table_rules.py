"""The rules of each table that its contract does not say: what contradicts itself in one row."""

import ibis
import ibis.expr.types as ir

from analysis.cleaning.rules import Effect, RowRule
from analysis.cleaning.settings import CleaningSettings

TABLE_RULES: dict[str, tuple[RowRule, ...]] = {
    "transactions": (
        # Nobody knows which of the two is meant: goods taken back, or money received.
        RowRule(
            "positive_return",
            Effect.QUARANTINED,
            lambda t: t.is_return & (t.amount > 0),
            needs=("amount",),
        ),
        RowRule("zero_amount", Effect.WARNED, lambda t: t.amount == 0, needs=("amount",)),
        RowRule("return", Effect.COUNTED, lambda t: t.is_return, needs=("amount",)),
    ),
    "opportunities": (
        RowRule(
            "closed_before_created",
            Effect.WARNED,
            lambda t: t.closed_at < t.created_at,
            needs=("closed_at", "created_at"),
        ),
        RowRule(
            "decided_without_day",
            Effect.WARNED,
            lambda t: t.is_won.notnull() & t.closed_at.isnull(),
            needs=("is_won", "closed_at"),
        ),
    ),
    "complaints": (
        # Open it would be unsolved, without its day it would be solved at once: neither is known.
        RowRule(
            "closed_before_opened",
            Effect.QUARANTINED,
            lambda t: t.closed_at < t.opened_at,
            needs=("closed_at",),
        ),
        RowRule(
            "answered_before_opened",
            Effect.FIXED,
            lambda t: t.first_response_at < t.opened_at,
            needs=("first_response_at",),
            sets=(("first_response_at", None),),
        ),
    ),
    "receivables": (
        RowRule("due_before_issued", Effect.WARNED, lambda t: t.due_at < t.issued_at, ("due_at",)),
        # Customers do pay in advance.
        RowRule(
            "paid_before_issued", Effect.WARNED, lambda t: t.paid_at < t.issued_at, ("paid_at",)
        ),
        RowRule(
            "overpaid",
            Effect.WARNED,
            lambda t: (t.amount >= 0) & (t.paid_amount > t.amount),
            needs=("paid_amount",),
        ),
    ),
    "follow_ups": (
        RowRule("next_before_date", Effect.WARNED, lambda t: t.next_due < t.date, ("next_due",)),
    ),
    "actions": (
        RowRule(
            "unreadable_quarter",
            Effect.QUARANTINED,
            lambda t: ~t.quarter.re_search("^[12][0-9]{3}Q[1-4]$"),
            needs=("quarter",),
        ),
    ),
    "fx_rates": (
        RowRule("rate_not_positive", Effect.QUARANTINED, lambda t: t.rate <= 0, needs=("rate",)),
    ),
}
"""Table → its rules."""


def table_rules(name: str, settings: CleaningSettings) -> tuple[RowRule, ...]:
    """The rules of a table by its name, with those that settings decide."""
    if name == "surveys":
        return _scale_rules(settings)
    if name == "opportunities" and settings.exported_on:
        return (*TABLE_RULES[name], _decided_in_future(settings))
    return TABLE_RULES.get(name, ())


def _decided_in_future(settings: CleaningSettings) -> RowRule:
    return RowRule(
        "decided_in_future",
        Effect.WARNED,
        lambda t: t.is_won.notnull() & (t.closed_at > settings.exported_on),
        needs=("is_won", "closed_at"),
    )


def _scale_rules(settings: CleaningSettings) -> tuple[RowRule, ...]:
    """Scores stand on the scale of their item; of an item without one nobody can say."""
    scales = settings.scales

    def is_off_scale(t: ir.Table) -> ir.BooleanValue:
        branches = [
            ((t.item == item) & ~t.score.between(low, high), True)
            for item, (low, high) in scales.items()
        ]
        return ibis.cases(*branches, else_=False) if branches else ibis.literal(False)

    return (
        RowRule("score_off_scale", Effect.QUARANTINED, is_off_scale, needs=("score",)),
        RowRule(
            "item_without_scale",
            Effect.WARNED,
            lambda t: t.item.notin(list(scales)) if scales else t.item.notnull(),
            needs=("item",),
        ),
    )
