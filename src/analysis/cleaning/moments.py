"""Text → days and moments in the declared forms, or null."""

from datetime import datetime

import ibis
import ibis.expr.types as ir

from analysis.cleaning.dialect import Dialect
from analysis.engine import parse_timestamp

EARLIEST, LATEST = datetime(1900, 1, 2), datetime(2200, 1, 1)
"""Outside lie placeholders such as 9999-12-31, and years of two digits read as the year 26."""

_PARTS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
"""Microseconds in one unit."""
_ABSOLUTE = "timestamp('UTC')"
_ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_OFFSET = r"(Z|[+-]\d{2}:?\d{2})"
_UNIX_DAY_ZERO = datetime(1970, 1, 1)
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)
_MICROSECONDS_A_DAY = 86_400_000_000
_MAX_MICROSECONDS = 8_000_000_000_000_000
"""Later than 2200; larger numbers would not fit the engine's timestamps."""


@ibis.udf.scalar.builtin(name="make_timestamp", signature=(("int64",), "timestamp"))
def _timestamp_of(microseconds): ...  # type: ignore[no-untyped-def]


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp"), "timestamp"))
def _in_zone(zone, moment): ...  # type: ignore[no-untyped-def]


def read_moment(column: ir.Value, narrowed: ir.StringValue, dialect: Dialect) -> ir.TimestampValue:
    """A moment in local time; null if no declared form fits, or if two disagree about the day."""
    if column.type().is_timestamp() and column.type().timezone:
        moment = _to_zone(column, dialect)
    elif column.type().is_temporal():
        moment = column.cast("timestamp")
    else:
        moment = _read_text(narrowed, dialect)
    return moment.between(EARLIEST, LATEST).ifelse(moment, None)


def _read_text(text: ir.StringValue, dialect: Dialect) -> ir.TimestampValue:
    readings = [_read_form(text, form, dialect) for form in dialect.date_formats]
    if len(readings) == 1:
        return readings[0]
    days = [reading.date() for reading in readings]
    # 03/04 fits both %d/%m and %m/%d: nobody knows which of the two days is meant.
    is_clear = ibis.least(*days) == ibis.greatest(*days)
    return is_clear.ifelse(ibis.coalesce(*readings), None)


def _read_form(text: ir.StringValue, form: str, dialect: Dialect) -> ir.TimestampValue:
    if form in _PARTS:
        return _to_zone(_read_count(text, _PARTS[form], _UNIX_DAY_ZERO), dialect)
    if form == "excel":
        return _read_count(text, _MICROSECONDS_A_DAY, _EXCEL_DAY_ZERO)
    if form == "iso":
        local = text.re_search(f"^{_ISO}$").ifelse(text, None).try_cast("timestamp")
        absolute = text.re_search(f"^{_ISO}{_OFFSET}$").ifelse(text, None)
        return local.coalesce(_read_offset(absolute, absolute.try_cast(_ABSOLUTE), dialect))
    if "%z" not in form:
        return parse_timestamp(text, form)
    numeric = text.re_replace("Z$", "+00:00")
    return _read_offset(text, parse_timestamp(numeric, form), dialect)


def _read_offset(
    text: ir.StringValue, moment: ir.TimestampValue, dialect: Dialect
) -> ir.TimestampValue:
    """A moment with an offset; null if nobody has said whose day it falls on.

    Systems that write UTC mean it. Of another offset it is unclear whether it is the company's.
    """
    if dialect.time_zone is None:
        moment = text.re_search(r"(Z|[+-]00:?00)$").ifelse(moment, None)
    return _to_zone(moment, dialect)


def _read_count(text: ir.StringValue, unit: int, zero: datetime) -> ir.TimestampValue:
    """A moment that is written as a count of units since a day zero."""
    from_1970 = int((zero - _UNIX_DAY_ZERO).total_seconds()) * 1_000_000
    count = text.re_search(r"^\d+(\.\d+)?$").ifelse(text, None).try_cast("float64")
    is_near = count * unit < _MAX_MICROSECONDS
    microseconds = (is_near.ifelse(count, None) * unit).round().cast("int64")
    return _timestamp_of(microseconds + from_1970)


def _to_zone(moment: ir.TimestampValue, dialect: Dialect) -> ir.TimestampValue:
    """A moment with an offset as the clocks of the declared zone show it; without one, in UTC."""
    return _in_zone(dialect.time_zone or "UTC", moment.cast(_ABSOLUTE))
