"""Raw → typed columns, null where a value cannot be read, with what was found on the way."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from analysis.cleaning.dialect import Dialect
from analysis.cleaning.ids import read_id
from analysis.cleaning.moments import read_moment
from analysis.cleaning.numbers import cast_number, is_mended, read_number
from analysis.cleaning.privacy import protect, pseudonym
from analysis.cleaning.rules import MARKS, READ_FAULTS, Effect, Finding
from analysis.cleaning.settings import CleaningSettings
from analysis.cleaning.texts import join_names, narrow, strip_blanks
from analysis.schemas import Column
from analysis.sources import RawTable

TRUE = ("true", "t", "yes", "y", "1", "是", "对", "真", "√")
FALSE = ("false", "f", "no", "n", "0", "否", "错", "假", "×")
"""What people write for true and false, whatever its case."""

MERGED_IDS = ("customer_id", "parent_id")
"""Ids of which two spellings name one customer."""

DECIDES_MEANING = ("is_return", "currency")
"""Optional columns whose unreadable value leaves nobody knowing what the row's amount means."""


@dataclass(frozen=True)
class _Reading:
    """One column on its way: as it stands, as text, and typed."""

    column: Column
    stood: ir.Value
    text: ir.StringValue
    typed: ir.Value
    dialect: Dialect

    @property
    def is_unreadable(self) -> ir.BooleanValue:
        return self.text.notnull() & self.typed.isnull()

    @property
    def is_respelled(self) -> ir.BooleanValue:
        """Whether an id stood there with blanks or wide signs; a number as such has none."""
        if not self.stood.type().is_string():
            return ibis.literal(False)
        spelled = narrow(self.text)
        return spelled != self.stood

    @property
    def stored(self) -> ir.Value:
        """The value that the review goes by: consent that cannot be read was not given."""
        if self.column.name == "consent_marketing":
            return self.is_unreadable.ifelse(False, self.typed)
        return self.typed

    @property
    def rules(self) -> dict[Finding, ir.BooleanValue]:
        """What can be found about the value alone."""
        name, required = self.column.name, self.column.required
        is_plain = self.column.dtype == "string" and not (self.column.is_id or self.column.choices)
        is_grave = required or name in DECIDES_MEANING
        effect = Effect.QUARANTINED if is_grave else Effect.FIXED
        found = {}
        if required:
            found[Finding(f"missing_{name}", Effect.QUARANTINED)] = self.text.isnull()
        if not is_plain or name == "currency":
            found[Finding(f"unreadable_{name}", effect)] = self.is_unreadable
        return found


def type_table(raw: RawTable, settings: CleaningSettings) -> tuple[ir.Table, tuple[Finding, ...]]:
    """Type every column of a raw table and mark what its values break.

    Returns
    -------
    table : ibis table
        A row a row of the source: ``source_file``, ``source_row``, the contract's columns in
        their types (pseudonyms where the settings ask for them), ``<id>_stood`` for ids that
        stood there in another spelling, ``<id>_folded`` (in capitals), extra columns of
        customers, and the columns of :data:`MARKS`.
    rules : tuple of Finding
        What was looked for.
    """
    dialect = Dialect.of(raw.source, settings.currency)
    readings = [
        _read_column(raw.table[column.name], column, dialect)
        for column in raw.schema.columns
        if column.name in raw.table.columns
    ]
    key = settings.pseudonym_key
    columns = {r.column.name: protect(r.stored, r.column, key) for r in readings}
    columns |= _spelling_columns(readings, key) | _extra_columns(raw, key)
    found = _findings(raw, readings, dialect)
    is_sound = raw.table.read_fault.isnull()
    marks = {
        MARKS[effect]: join_names(
            [
                (is_sound & met if rule.name not in READ_FAULTS else met).ifelse(rule.name, None)
                for rule, met in found.items()
                if rule.effect == effect
            ]
        )
        for effect in Effect
    }
    return raw.table.select("source_file", "source_row", **columns, **marks), tuple(found)


def type_columns(raw: RawTable, names: tuple[str, ...]) -> ir.Table:
    """Only the named contract columns, typed, without judging anything."""
    dialect = Dialect.of(raw.source, currency="XXX")
    return raw.table.select(
        **{n: _read_column(raw.table[n], raw.schema[n], dialect).typed for n in names}
    )


def _read_column(stood: ir.Value, column: Column, dialect: Dialect) -> _Reading:
    text = strip_blanks(stood)
    if mapped := dialect.values.get(column.name):
        text = stood = _map_values(text, mapped)
    return _Reading(column, stood, text, _type_value(stood, text, column, dialect), dialect)


def _map_values(text: ir.StringValue, mapped: Mapping[str, str]) -> ir.StringValue:
    """The kit's values for the source's; a value that is mapped to "" is missing."""
    named = {source: kit for source, kit in mapped.items() if source not in ("", "*")}
    other = text.notnull().ifelse(mapped["*"], None) if "*" in mapped else text
    branches = [(text == source, kit) for source, kit in named.items()]
    known = ibis.cases(*branches, else_=other) if branches else other
    filled = text.isnull().ifelse(mapped[""], known) if "" in mapped else known
    return filled.nullif("")


def _type_value(
    stood: ir.Value, text: ir.StringValue, column: Column, dialect: Dialect
) -> ir.Value:
    if column.is_id:
        return read_id(stood, dialect)
    if column.is_moment:
        return read_moment(stood, text, dialect).cast(column.dtype)
    if column.dtype == "boolean":
        return _read_boolean(stood, text)
    if column.name == "currency":
        return _read_currency(text)
    if column.dtype == "string":
        return text.isin(column.choices).ifelse(text, None) if column.choices else text
    number = (
        cast_number(stood, column.dtype)
        if stood.type().is_numeric()
        else read_number(text, column.dtype, dialect)
    )
    return number / 100 if column.name in dialect.percent else number


def _read_boolean(stood: ir.Value, text: ir.StringValue) -> ir.BooleanValue:
    if stood.type().is_boolean():
        return stood
    word = narrow(text).lower()
    return ibis.cases((word.isin(TRUE), True), (word.isin(FALSE), False), else_=None)


def _read_currency(text: ir.StringValue) -> ir.StringValue:
    """An ISO 4217 code; RMB is what people write for CNY."""
    code = narrow(text).upper()
    code = code.isin(["RMB", "元", "人民币"]).ifelse("CNY", code)
    return code.re_search("^[A-Z]{3}$").ifelse(code, None)


def _findings(
    raw: RawTable, readings: list[_Reading], dialect: Dialect
) -> dict[Finding, ir.BooleanValue]:
    found = {Finding(f, Effect.QUARANTINED): raw.table.read_fault == f for f in READ_FAULTS}
    for place, wanted in enumerate(dialect.only):
        selector = strip_blanks(raw.table[f"only_{place}"])
        is_other = ~selector.isin(wanted).fill_null(False)
        rule = Finding("not_selected", Effect.EXCLUDED)
        found[rule] = found[rule] | is_other if rule in found else is_other
    for reading in readings:
        found |= reading.rules
    found |= _mends(readings)
    return found


def _mends(readings: list[_Reading]) -> dict[Finding, ir.BooleanValue]:
    """Values that were read although they were not written as declared."""
    numbers = [
        is_mended(r.text, r.typed, r.dialect)
        for r in readings
        if r.typed.type().is_numeric() and r.stood.type().is_string()
    ]
    ids = [r.is_respelled for r in readings if r.column.is_id]
    found = {}
    if numbers:
        found[Finding("mended_number", Effect.FIXED)] = ibis.or_(*numbers)
    if ids:
        found[Finding("respelled_id", Effect.FIXED)] = ibis.or_(*ids)
    return found


def _spelling_columns(readings: list[_Reading], key: bytes | None) -> dict[str, ir.Value]:
    columns: dict[str, ir.Value] = {}
    for reading in readings:
        name = reading.column.name
        if name in MERGED_IDS:
            stood = reading.is_respelled.ifelse(reading.stood.cast("string"), None)
            columns[f"{name}_stood"] = pseudonym(stood, key)
            columns[f"{name}_folded"] = pseudonym(reading.typed.upper(), key)
    return columns


def _extra_columns(raw: RawTable, key: bytes | None) -> dict[str, ir.Value]:
    """What else is known of customers, as it stands; nobody knows which of it names them."""
    if raw.schema.name != "customers":
        return {}
    extra = [name for name in raw.extra_columns if name in raw.table.columns]
    if key is None:
        return {name: raw.table[name] for name in extra}
    return {name: pseudonym(strip_blanks(raw.table[name]), key) for name in extra}
