"""Raw → typed columns, null where a value cannot be read, with notes on how they were written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from analysis.cleaning.dialect import Dialect
from analysis.cleaning.ids import read_id
from analysis.cleaning.moments import read_moment
from analysis.cleaning.numbers import cast_number, is_odd, read_number
from analysis.cleaning.privacy import protect, pseudonym
from analysis.cleaning.settings import CleaningSettings
from analysis.cleaning.texts import narrow, strip_blanks
from analysis.schemas import Column
from analysis.sources import RawTable

TRUE = ("true", "t", "yes", "y", "1", "是", "对", "真", "√")
FALSE = ("false", "f", "no", "n", "0", "否", "错", "假", "×")
"""What people write for true and false, whatever its case."""

MERGED_IDS = ("customer_id", "parent_id")
"""Ids of which two spellings name one customer."""


@dataclass(frozen=True)
class _Reading:
    """One column on its way through a table: as it stands, as text, in narrow signs, typed."""

    column: Column
    table: ir.Table
    is_mapped: bool

    @property
    def stood(self) -> ir.Value:
        """As it stands in the source, or what the source's values are mapped to."""
        return self.text if self.is_mapped else self.table[self.column.name]

    @property
    def text(self) -> ir.StringValue:
        """As text without blanks around it."""
        return self.table[f"{self.column.name}_text"]

    @property
    def narrowed(self) -> ir.StringValue:
        """As text in narrow signs."""
        return self.table[f"{self.column.name}_narrowed"]

    @property
    def typed(self) -> ir.Value:
        """In the contract's type."""
        return self.table[f"{self.column.name}_typed"]

    @property
    def is_respelled(self) -> ir.BooleanValue:
        """Whether an id stood there with blanks or wide signs; a number as such has none."""
        if not self.stood.type().is_string():
            return ibis.literal(False)
        return self.narrowed != self.stood


def type_table(raw: RawTable, settings: CleaningSettings) -> ir.Table:
    """Type every column of a raw table, and note how its values were written.

    Returns
    -------
    ibis table
        A row a row of the source: ``source_file``, ``source_row``, the contract's columns in
        their types (pseudonyms where the settings ask for them), extra columns of customers, and
        for the rules of :mod:`analysis.cleaning.reading_rules`: ``read_fault``, ``is_selected``,
        ``given_<column>`` (whether anything stood there), ``is_number_mended``,
        ``is_id_respelled``, ``<id>_stood`` for ids of customers that stood there in another
        spelling, and ``<id>_folded`` (in capitals).
    """
    dialect = Dialect.of(raw.source, settings.currency)
    given_columns = [column for column in raw.schema.columns if column.name in raw.table.columns]
    table, readings = _read_columns(raw.table, given_columns, dialect)
    key = settings.pseudonym_key
    columns = {r.column.name: protect(r.typed, r.column, key) for r in readings}
    given = {f"given_{r.column.name}": r.text.notnull() for r in readings}
    return table.select(
        "source_file",
        "source_row",
        "read_fault",
        **columns,
        **given,
        **_selection(table, dialect),
        **_mends(readings, dialect),
        **_spellings(readings, key),
        **_extra_columns(raw, table, key),
    )


def type_columns(raw: RawTable, names: tuple[str, ...]) -> ir.Table:
    """Only the named contract columns, typed, without judging anything."""
    columns = [raw.schema[name] for name in names]
    table, readings = _read_columns(raw.table, columns, Dialect.of(raw.source))
    return table.select(**{reading.column.name: reading.typed for reading in readings})


def _read_columns(
    table: ir.Table, columns: Sequence[Column], dialect: Dialect
) -> tuple[ir.Table, list[_Reading]]:
    """Read columns step by step, and each step once: the engine plans what is written out.

    Written into one another, the same signs would be stripped and narrowed in a dozen places of a
    query, which takes longer to plan than a quarter's rows take to read.
    """
    mapped = {column.name: dialect.values.get(column.name) for column in columns}
    texts = {name: _as_text(table[name], values) for name, values in mapped.items()}
    table = table.mutate(**{f"{name}_text": text for name, text in texts.items()})
    table = table.mutate(**{f"{name}_narrowed": narrow(table[f"{name}_text"]) for name in mapped})
    readings = [_Reading(column, table, bool(mapped[column.name])) for column in columns]
    table = table.mutate(**{f"{r.column.name}_typed": _type_value(r, dialect) for r in readings})
    return table, [replace(reading, table=table) for reading in readings]


def _as_text(stood: ir.Value, mapped: Mapping[str, str] | None) -> ir.StringValue:
    text = strip_blanks(stood)
    return _map_values(text, mapped) if mapped else text


def _map_values(text: ir.StringValue, mapped: Mapping[str, str]) -> ir.StringValue:
    """The kit's values for the source's, whatever their capitals; mapped to "", it is missing."""
    named = {source: kit for source, kit in mapped.items() if source not in ("", "*")}
    other = text.notnull().ifelse(mapped["*"], None) if "*" in mapped else text
    branches = [(text.lower() == source.lower(), kit) for source, kit in named.items()]
    known = ibis.cases(*branches, else_=other) if branches else other
    filled = text.isnull().ifelse(mapped[""], known) if "" in mapped else known
    return filled.nullif("")


def _type_value(reading: _Reading, dialect: Dialect) -> ir.Value:
    column, stood, text, narrowed = reading.column, reading.stood, reading.text, reading.narrowed
    if column.is_id:
        return read_id(stood, narrowed, dialect)
    if column.is_moment:
        return read_moment(stood, narrowed, dialect).cast(column.dtype)
    if column.dtype == "boolean":
        return _read_boolean(stood, narrowed)
    if column.name == "currency":
        return _read_currency(narrowed)
    if column.dtype == "string":
        return text.isin(column.choices).ifelse(text, None) if column.choices else text
    number = (
        cast_number(stood, column.dtype)
        if stood.type().is_numeric()
        else read_number(text, narrowed, column.dtype, dialect)
    )
    return number / 100 if column.name in dialect.percent else number


def _read_boolean(stood: ir.Value, narrowed: ir.StringValue) -> ir.BooleanValue:
    if stood.type().is_boolean():
        return stood
    word = narrowed.lower()
    return ibis.cases((word.isin(TRUE), True), (word.isin(FALSE), False), else_=None)


def _read_currency(narrowed: ir.StringValue) -> ir.StringValue:
    """An ISO 4217 code; RMB is what people write for CNY."""
    code = narrowed.upper()
    code = code.isin(["RMB", "元", "人民币"]).ifelse("CNY", code)
    return code.re_search("^[A-Z]{3}$").ifelse(code, None)


def _selection(table: ir.Table, dialect: Dialect) -> dict[str, ir.BooleanValue]:
    """Whether a row is among those that the params want, if they do not want all."""
    selectors = [strip_blanks(table[f"only_{place}"]) for place in range(len(dialect.only))]
    chosen = [
        selector.lower().isin([text.lower() for text in wanted]).fill_null(False)
        for selector, wanted in zip(selectors, dialect.only, strict=True)
    ]
    return {"is_selected": ibis.and_(*chosen)} if chosen else {}


def _mends(readings: list[_Reading], dialect: Dialect) -> dict[str, ir.BooleanValue]:
    """Whether a row has values that were not written as declared."""
    numbers = [
        is_odd(reading.text, dialect) & reading.typed.notnull()
        for reading in readings
        if reading.typed.type().is_numeric() and reading.stood.type().is_string()
    ]
    ids = [reading.is_respelled for reading in readings if reading.column.is_id]
    mends = {"is_number_mended": numbers, "is_id_respelled": ids}
    return {name: ibis.or_(*found).fill_null(False) for name, found in mends.items() if found}


def _spellings(readings: list[_Reading], key: bytes | None) -> dict[str, ir.Value]:
    columns: dict[str, ir.Value] = {}
    for reading in readings:
        name = reading.column.name
        if name in MERGED_IDS:
            stood = reading.is_respelled.ifelse(reading.stood.cast("string"), None)
            columns[f"{name}_stood"] = pseudonym(stood, key)
            columns[f"{name}_folded"] = pseudonym(reading.typed.upper(), key)
    return columns


def _extra_columns(raw: RawTable, table: ir.Table, key: bytes | None) -> dict[str, ir.Value]:
    """What else is known of customers, as it stands; nobody knows which of it names them."""
    if raw.schema.name != "customers":
        return {}
    extra = [name for name in raw.extra_columns if name in raw.table.columns]
    if key is None:
        return {name: table[name] for name in extra}
    return {name: pseudonym(strip_blanks(table[name]), key) for name in extra}
