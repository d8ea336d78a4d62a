"""The result of cleaning one table: every row with what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import ibis.expr.types as ir

from analysis.cleaning.rules import Finding, Outcome
from analysis.schemas import TableSchema

_JUDGEMENT = ("outcome", "reasons")
_SPELLINGS = ("customer_id_stood", "parent_id_stood")


@dataclass(frozen=True)
class Cleaned:
    """All rows of one table with what became of them.

    Attributes
    ----------
    schema : TableSchema
        The table's contract.
    table : ibis table
        Typed columns, ``source_file``, ``source_row``, ``outcome`` and ``reasons`` (array of rule
        names, the gravest first).
    rules : tuple of Finding
        The rules that were applied, in order.
    rows_read : int
        Rows of the source, counted before any was judged.
    given : tuple of str
        Columns of the contract that the source has; others were derived.
    amount_read : Decimal or None
        Money of these rows in the review's currency, as far as it could be read; None for tables
        without money.
    stale_since : date or None
        Day of the newest row, if that is too long before the as-of date.
    """

    schema: TableSchema
    table: ir.Table
    rules: tuple[Finding, ...]
    rows_read: int
    given: tuple[str, ...]
    amount_read: Decimal | None = None
    stale_since: date | None = None

    @property
    def kept(self) -> ir.Table:
        """Rows that the review is made of, as they were read or fixed."""
        rows = self.table.filter(self.table.outcome.isin([Outcome.KEPT, Outcome.FIXED]))
        return rows.drop(*(name for name in (*_JUDGEMENT, *_SPELLINGS) if name in rows.columns))

    @property
    def rejects(self) -> ir.Table:
        """Rows that were quarantined or excluded."""
        outcomes = [Outcome.QUARANTINED, Outcome.EXCLUDED]
        return self.table.filter(self.table.outcome.isin(outcomes))

    def stored_as(self, table: ir.Table) -> "Cleaned":
        """The same judgement, read from where its rows have been stored."""
        return replace(self, table=table)


def kept_tables(cleaned: Mapping[str, Cleaned]) -> dict[str, ir.Table]:
    """The rows of each table that the review is made of, by its name."""
    return {name: one.kept for name, one in cleaned.items()}
