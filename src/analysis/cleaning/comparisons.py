"""Rules that compare a row with other rows: copies, repeated keys, strangers, contradictions."""

from collections.abc import Callable
from functools import partial

import ibis
import ibis.expr.types as ir

from analysis.cleaning.rules import DATE_COLUMNS, Effect, SetRule
from analysis.cleaning.settings import CleaningSettings
from analysis.engine import quantile
from analysis.schemas import TableSchema


def set_rules(
    schema: TableSchema, settings: CleaningSettings, known_customers: ir.Table | None
) -> tuple[SetRule, ...]:
    """The rules of a table that compare rows.

    Parameters
    ----------
    known_customers : ibis table or None
        ``customer_id`` of all whom this table may name; None if nothing is known about that.
    """
    rules: list[SetRule] = []
    if not schema.key or schema.name == "customers":
        copies = Effect.WARNED if settings.duplicates == "keep" else Effect.EXCLUDED
        rules.append(SetRule("duplicate_row", copies, partial(find_copies, schema=schema), ()))
    else:
        find = partial(_find_repeated_keys, schema=schema)
        rules.append(SetRule("repeated_key", Effect.QUARANTINED, find, schema.key))
    if known_customers is not None:
        find = partial(_find_strangers, known_customers=known_customers)
        rules.append(_stranger_rule(schema.name, find))
    return (*rules, *_own_rules(schema.name, settings))


def _stranger_rule(table: str, find: Callable[[ir.Table], ir.Table]) -> SetRule:
    """An answer of nobody is no answer; what else is known of strangers may still be true."""
    if table == "surveys":
        return SetRule("unknown_respondent", Effect.QUARANTINED, find, ("customer_id",))
    return SetRule("unknown_customer", Effect.WARNED, find, ("customer_id",))


def _own_rules(table: str, settings: CleaningSettings) -> tuple[SetRule, ...]:
    """Rules of single tables."""
    multiple = settings.outlier_multiple
    rules = {
        "transactions": SetRule(
            "outlier", Effect.WARNED, partial(_find_outliers, multiple=multiple), ("amount",)
        ),
        # A customer who got the action cannot show what happens without it.
        "actions": SetRule(
            "held_out_and_treated", Effect.QUARANTINED, _find_contradictions, ("holdout",)
        ),
        "loyalty": SetRule("negative_balance", Effect.WARNED, _find_overdrawn, ("points",)),
    }
    return (rules[table],) if table in rules else ()


def find_copies(rows: ir.Table, schema: TableSchema) -> ir.Table:
    """Rows equal to an earlier one in every column of the contract.

    Rows are counted by a hash first, so that only those with a twin are compared in full.
    """
    names = [name for name in schema.names if name in rows.columns]
    hashed = rows.select("source_row", *names, hash=_hash(rows, names))
    twins = hashed.group_by("hash").having(hashed.count() > 1).agg(n=hashed.count())
    candidates = hashed.semi_join(twins, "hash")
    alike = ibis.window(group_by=names, order_by=candidates.source_row)
    numbered = candidates.select("source_row", place=ibis.row_number().over(alike))
    return numbered.filter(numbered.place > 0)


def _find_repeated_keys(rows: ir.Table, schema: TableSchema) -> ir.Table:
    """Rows whose key an earlier one has; the earliest by its day, and never by its line, stays."""
    keys = list(schema.key)
    repeated = rows.group_by(keys).having(rows.count() > 1).agg(n=rows.count())
    candidates = rows.semi_join(repeated, keys)
    names = [name for name in schema.names if name in rows.columns]
    day = DATE_COLUMNS.get(schema.name, keys[0])
    day = day if day in rows.columns else keys[0]
    first = ibis.window(
        group_by=keys,
        order_by=[candidates[day], _hash(candidates, names), candidates.source_row],
    )
    numbered = candidates.select("source_row", place=ibis.row_number().over(first))
    return numbered.filter(numbered.place > 0)


def _hash(rows: ir.Table, names: list[str]) -> ir.IntegerValue:
    return ibis.struct({name: rows[name] for name in names}).hash()


def _find_strangers(rows: ir.Table, known_customers: ir.Table) -> ir.Table:
    named = rows.filter(rows.customer_id.notnull())
    return named.anti_join(known_customers, "customer_id")


def _find_outliers(rows: ir.Table, multiple: float) -> ir.Table:
    """Lines of more than a multiple of what 99 of 100 lines stay below."""
    highest = rows.agg(ordinary=quantile(rows.amount.abs(), 0.99).cast("float64") * multiple)
    compared = rows.cross_join(highest)
    return compared.filter(compared.amount.abs() > compared.ordinary)


def _find_contradictions(rows: ir.Table) -> ir.Table:
    """Actions of customers who were both treated and held out of one type in one quarter."""
    has_type = "type" in rows.columns
    named = rows.mutate(kind=rows.type.fill_null("") if has_type else ibis.literal(""))
    side = ["customer_id", "quarter", "kind"]
    is_both = named.holdout.any() & ~named.holdout.all()
    both = named.group_by(side).having(is_both).agg(n=named.count())
    return named.semi_join(both, side)


def _find_overdrawn(rows: ir.Table) -> ir.Table:
    """Entries of days at whose end a customer had fewer than no points."""
    days = rows.group_by("customer_id", "date").agg(points=rows.points.sum())
    so_far = ibis.cumulative_window(group_by=days.customer_id, order_by=days.date)
    balance = days.mutate(balance=days.points.sum().over(so_far))
    return rows.semi_join(balance.filter(balance.balance < 0), ["customer_id", "date"])
