"""Where a table comes from, and how its file is read."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from analysis.params.fields import Character, Location, Section, fault, refuse, unique
from analysis.params.locations import path_of
from analysis.params.problems import closest, shorten

# Signs that Python and the engine read alike.
_DATE_SIGNS = re.compile(r"(?:[^%]|%-?[YymdbBHIMSfpj])+")


def _readable_date_format(text: str) -> str:
    day = date(2026, 10, 5)
    try:
        if (
            _DATE_SIGNS.fullmatch(text)
            and datetime.strptime(day.strftime(text), text).date() == day
        ):
            return text
    except ValueError:
        pass
    raise fault(
        f'"{shorten(text)}" does not describe a date. '
        "Year, month and day are written %Y, %m and %d, as in %Y-%m-%d."
    )


def _names(value: Any) -> tuple[str, ...]:
    """Return a list of column names as a tuple, or refuse it."""
    if not isinstance(value, list | tuple) or not value:
        _refuse_names()
    if not all(isinstance(name, str) and name.strip() for name in value):
        _refuse_names()
    return unique(tuple(value))


def _refuse_names() -> NoReturn:
    raise fault("column names are needed here, each of them text.")


def _id_column(value: Any) -> str | tuple[str, ...]:
    return _names(value) if isinstance(value, list | tuple) else _names([value])[0]


def _header(value: Any) -> Literal[True] | tuple[str, ...]:
    if value is True:
        return True
    if isinstance(value, list | tuple):
        return _names(value)
    raise fault("true, or a list of the file's column names, is needed here.")


FileColumn = Annotated[str, StringConstraints(min_length=1)]
# Plain validators: the errors of a union would name each of its members.
IdColumn = Annotated[str | tuple[str, ...], PlainValidator(_id_column)]
Header = Annotated[Literal[True] | tuple[str, ...], PlainValidator(_header)]

_ID = "a column of the file, or a list of columns which are joined with - to make the id"


class TransactionColumns(Section):
    """Which column of the file holds which column of the data contract.

    A column that is not named here has the contract's own name in the file.
    """

    order_id: IdColumn | None = Field(default=None, description=_ID)
    customer_id: IdColumn | None = Field(default=None, description=_ID)
    order_date: FileColumn | None = Field(
        default=None, description="the file's column with the order date"
    )
    amount: FileColumn | None = Field(
        default=None,
        description="the file's column with the signed amount, in review.currency",
    )
    quantity: FileColumn | None = Field(
        default=None, description="the file's column with the quantity"
    )
    is_return: FileColumn | None = Field(
        default=None, description="the file's column that says whether a line is a return"
    )
    product: FileColumn | None = Field(
        default=None, description="the file's column with the product"
    )
    category: FileColumn | None = Field(
        default=None, description="the file's column with the category"
    )
    cost: FileColumn | None = Field(
        default=None, description="the file's column with the cost, in review.currency"
    )
    channel: FileColumn | None = Field(
        default=None, description="the file's column with the channel"
    )
    currency: FileColumn | None = Field(
        default=None, description="the file's column with the ISO 4217 currency code"
    )

    def mapping(self) -> dict[str, tuple[str, ...]]:
        """Return the file's columns for each contract column that is named here."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: value if isinstance(value, tuple) else (value,)
            for name, value in named.items()
            if value is not None
        }


REQUIRED_COLUMNS = ("order_id", "customer_id", "order_date", "amount")
_LOCATION = (
    "a path that starts from this params file's folder, an absolute path, "
    'or "package:<package>/<path inside>" for a file inside an installed Python package'
)
_COLUMNS = "a map: column of the data contract, then the file's name for it"


class FileSource(Section):
    """A file with one table."""

    location: Location = Field(description=_LOCATION)

    @property
    def path(self) -> Path:
        """Path of the file.

        Raises
        ------
        FileNotFoundError
            The location names a package that is not installed.
        """
        return path_of(self.location)


class ParquetSource(FileSource):
    """A Parquet file."""

    format: Literal["parquet"] = Field(description="csv or parquet")
    columns: TransactionColumns = Field(default=TransactionColumns(), description=_COLUMNS)


class CsvSource(FileSource):
    """A text file with one row a line."""

    format: Literal["csv"] = Field(description="csv or parquet")
    header: Header = Field(
        default=True,
        description="true (the first line names the columns), or a list of column names",
    )
    columns: TransactionColumns = Field(
        default=TransactionColumns(), validate_default=True, description=_COLUMNS
    )
    delimiter: Character | Literal["whitespace"] = Field(
        default=",",
        description='the one character between two columns, or "whitespace" for any blanks',
    )
    date_format: Annotated[str, AfterValidator(_readable_date_format)] = Field(
        default="%Y-%m-%d",
        description='how the file writes dates, such as "%Y-%m-%d" or "%d/%m/%Y"',
    )
    encoding: Literal["utf-8", "gb18030", "utf-16", "latin-1", "cp1252"] = Field(
        default="utf-8",
        description="utf-8, gb18030 (reads GBK and GB2312 as well), utf-16, latin-1 or cp1252",
    )
    decimal: Literal[".", ","] = Field(default=".", description='the decimal sign: "." or ","')
    thousands: Character | None = Field(
        default=None, description="the one character between thousands; absent where there is none"
    )
    quote: Character | None = Field(
        default='"', description="the one character around quoted text, or null where there is none"
    )

    @field_validator("columns")
    @classmethod
    def _columns_in_header(
        cls, columns: TransactionColumns, info: ValidationInfo
    ) -> TransactionColumns:
        header = info.data.get("header", True)
        if header is not True:
            wanted = {name: (name,) for name in REQUIRED_COLUMNS} | columns.mapping()
            refuse(
                {
                    name: fault(
                        f'the list under "header" has no column "{shorten(missing[0])}".',
                        closest(missing[0], header),
                    )
                    for name, file_columns in wanted.items()
                    if (missing := [column for column in file_columns if column not in header])
                }
            )
        return columns

    @field_validator("thousands")
    @classmethod
    def _unlike_decimal(cls, thousands: str | None, info: ValidationInfo) -> str | None:
        if thousands is not None and thousands == info.data.get("decimal"):
            raise fault("the decimal sign is the same character.")
        return thousands

    @field_validator("quote")
    @classmethod
    def _unlike_delimiter(cls, quote: str | None, info: ValidationInfo) -> str | None:
        if quote is not None and quote == info.data.get("delimiter"):
            raise fault("the delimiter is the same character.")
        return quote


Source = Annotated[CsvSource | ParquetSource, Field(discriminator="format")]


class Sources(Section):
    """Where each table of the data contract comes from."""

    transactions: Source = Field(
        description="a map with format, location and what else is needed to read the file"
    )
