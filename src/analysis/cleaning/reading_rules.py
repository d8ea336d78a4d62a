"""Rules about how rows and values were read: whole, wanted, there, readable, as declared."""

import ibis.expr.types as ir

from analysis.cleaning.rules import Effect, RowRule
from analysis.schemas import Column, TableSchema

READ_FAULTS = ("extra_field", "short_row", "control_character", "summary_row")
"""Why a row cannot be used as it stands in its file: the names that sources give."""

DECIDES_MEANING = ("is_return", "currency")
"""Optional columns whose unreadable value leaves nobody knowing what the row's amount means."""

MENDED = {
    "mended_number": ("is_number_mended", Effect.FIXED),
    "respelled_id": ("is_id_respelled", Effect.FIXED),
    "merged_id": ("is_merged", Effect.FIXED),
    "converted": ("is_converted", Effect.COUNTED),
}
"""Rule → the column that notes it, and its effect."""


def reading_rules(schema: TableSchema) -> tuple[RowRule, ...]:
    """The rules of a table about how it was read.

    A row that its file does not carry whole has that one reason: its values are not where they
    belong.
    """
    return (
        *(_read_fault(name) for name in READ_FAULTS),
        RowRule("not_selected", Effect.EXCLUDED, _is_not_selected, needs=("is_selected",)),
        *(_missing(column) for column in schema.columns if column.required),
        *(_unreadable(column) for column in schema.columns if _can_be_unreadable(column)),
        *(_noted(name, note, effect) for name, (note, effect) in MENDED.items()),
    )


def helper_columns(table: ir.Table) -> tuple[str, ...]:
    """Columns that nobody needs once rows are judged and ids are merged."""
    notes = {"read_fault", "is_selected", *(note for note, _ in MENDED.values())}
    return tuple(
        name
        for name in table.columns
        if name in notes or name.startswith("given_") or name.endswith("_folded")
    )


def _read_fault(name: str) -> RowRule:
    return RowRule(name, Effect.QUARANTINED, lambda t: t.read_fault == name, needs=("read_fault",))


def _is_not_selected(table: ir.Table) -> ir.BooleanValue:
    return table.read_fault.isnull() & ~table.is_selected


def _missing(column: Column) -> RowRule:
    given = f"given_{column.name}"
    return RowRule(
        f"missing_{column.name}",
        Effect.QUARANTINED,
        lambda t: t.read_fault.isnull() & ~t[given],
        needs=(given,),
    )


def _unreadable(column: Column) -> RowRule:
    name, given = column.name, f"given_{column.name}"
    is_grave = column.required or name in DECIDES_MEANING
    return RowRule(
        f"unreadable_{name}",
        Effect.QUARANTINED if is_grave else Effect.FIXED,
        lambda t: t.read_fault.isnull() & t[given] & _as_read(t, name).isnull(),
        needs=(given,),
        # Consent that cannot be read was not given.
        sets=(("consent_marketing", False),) if name == "consent_marketing" else (),
    )


def _as_read(table: ir.Table, name: str) -> ir.Value:
    """A value before it was converted: without a rate there is money, but not in the currency."""
    original = f"original_{name}"
    return table[original if original in table.columns else name]


def _can_be_unreadable(column: Column) -> bool:
    is_typed = column.dtype != "string" or column.is_id or bool(column.choices)
    return is_typed or column.name == "currency"


def _noted(name: str, note: str, effect: Effect) -> RowRule:
    return RowRule(name, effect, lambda t: t.read_fault.isnull() & t[note], needs=(note,))
