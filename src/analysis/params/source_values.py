"""Kinds of value in the description of a source: names of columns, dates, zones, locations."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, PlainValidator

from analysis.params.fields import fault, unique
from analysis.params.locations import location_fault
from analysis.params.problems import closest, shorten

NAMED_DATE_FORMATS = ("iso", "epoch_ms", "epoch_s", "excel")
# Signs that Python and the engine read alike.
_DATE_SIGNS = re.compile(r"(?:[^%]|%-?[YymdbBHIMSfpjz])+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def _names(value: Any) -> tuple[str, ...]:
    """Return a list of column names as a tuple, or refuse it."""
    is_list = isinstance(value, list | tuple) and len(value) > 0
    if not is_list or not all(isinstance(name, str) and name.strip() for name in value):
        raise fault("column names are needed here, each of them text; 2026 needs quotation marks.")
    return unique(tuple(value))


def _column(value: Any) -> str | tuple[str, ...]:
    return _names(value) if isinstance(value, list | tuple) else _names([value])[0]


def _column_choices(value: Any) -> tuple[str | tuple[str, ...], ...]:
    if not isinstance(value, list | tuple) or not value:
        raise fault("a list of names is needed here, in square brackets.")
    return tuple(map(_column, value))


def _header(value: Any) -> Literal[True] | tuple[str, ...]:
    if value is True:
        return True
    if isinstance(value, list | tuple):
        return _names(value)
    raise fault("true, or a list of the file's column names, is needed here.")


def _date_format(text: Any) -> str:
    if text in NAMED_DATE_FORMATS:
        return str(text)
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    try:
        if (
            isinstance(text, str)
            and _DATE_SIGNS.fullmatch(text)
            and datetime.strptime(moment.strftime(text), text).date() == moment.date()
        ):
            return text
    except ValueError:
        pass
    raise fault(
        f'"{shorten(str(text))}" does not describe a date. '
        "Year, month and day are written %Y, %m and %d, as in %Y-%m-%d."
    )


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        suggestion = closest(name, available_timezones())
        raise fault(f'"{shorten(name)}" is no time zone.', suggestion) from None
    return name


def _locations(value: Any) -> str | tuple[str, ...]:
    locations = value if isinstance(value, list | tuple) else [value]
    if not locations:
        raise fault("a path is needed here; this list is empty.")
    for location in locations:
        if not isinstance(location, str):
            raise fault("a path is needed here, written as text.")
        if message := location_fault(location):
            raise fault(message)
    return unique(tuple(locations)) if isinstance(value, list | tuple) else str(value)


def _variable(name: Any) -> str:
    # What is no name may be the secret itself, so no message shows it.
    if isinstance(name, str) and "://" in name:
        raise fault(
            "a database's URL does not belong here: it may hold a password, and params files are "
            "copied into every run. Put it into an environment variable, and the variable's name, "
            "such as CRM_DATABASE_URL, here."
        )
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        raise fault(
            "the name of an environment variable is needed here: letters, digits and _, "
            "such as CRM_DATABASE_URL."
        )
    return name


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


# Plain validators: the errors of a union would name each of its members.
Columns = Annotated[str | tuple[str, ...], PlainValidator(_column)]
ColumnChoices = Annotated[tuple[str | tuple[str, ...], ...], PlainValidator(_column_choices)]
Header = Annotated[Literal[True] | tuple[str, ...], PlainValidator(_header)]
DateFormat = Annotated[str, PlainValidator(_date_format)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Locations = Annotated[str | tuple[str, ...], PlainValidator(_locations)]
Variable = Annotated[str, PlainValidator(_variable)]
OneOrMore = BeforeValidator(_listed)
