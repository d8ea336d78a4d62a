"""Where a table comes from, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from analysis.params.fields import Character, Section, fault, refuse, unique
from analysis.params.locations import paths_at
from analysis.params.source_values import (
    ColumnChoices,
    Columns,
    DateFormat,
    Header,
    Locations,
    OneOrMore,
    TimeZone,
    Variable,
)

MAX_SKIPPED_ROWS = 1000

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class TableSource(Section):
    """Where one table comes from, and what its columns and values are called there.

    Every map is keyed by the columns of the table's contract, unless it says otherwise.
    """

    preset: Name | None = Field(
        default=None,
        description="a CRM whose exports the kit knows; what stands beside it has precedence",
    )
    columns: dict[str, Columns] = Field(
        default={},
        description="a map: column of the data contract, then the source's name for it, "
        "or a list of names which are joined with - to make an id",
    )
    aliases: dict[str, ColumnChoices] = Field(
        default={},
        description="a map: column of the data contract (or of only), then a list of names "
        "of which the first that the source has is taken",
    )
    only: dict[str, Annotated[tuple[str, ...], OneOrMore]] = Field(
        default={},
        description="a map: column of the source, then the text, or list of texts, that must "
        "stand in it; other rows are left out and counted",
    )
    values: dict[str, dict[str, str]] = Field(
        default={},
        description="a map: column of the data contract, then a map from the source's value to "
        'the kit\'s, each of them text; "*" stands for every other value, "" for no value',
    )
    percent: Annotated[tuple[str, ...], OneOrMore, AfterValidator(unique)] = Field(
        default=(),
        description="a list of columns of the data contract which the source has in percent",
    )
    ids: Literal["text", "salesforce", "zoho"] = Field(
        default="text",
        description="text, salesforce (ids of 15 signs become the 18 of the same record) or zoho "
        "(zcrm_ in front of an id is left out)",
    )
    date_format: Annotated[tuple[DateFormat, ...], OneOrMore] = Field(
        default=("%Y-%m-%d",),
        min_length=1,
        description='how the source writes dates, such as "%Y-%m-%d" or "%d/%m/%Y"; iso (with or '
        "without time and offset), epoch_ms, epoch_s or excel (days since 1899-12-30); "
        "or a list of these, tried in order",
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="a time zone such as Asia/Shanghai: moments with an offset fall on its days",
    )
    decimal: Literal[".", ","] = Field(default=".", description='the decimal sign: "." or ","')
    thousands: Character | None = Field(
        default=None, description="the one character between thousands; absent where there is none"
    )

    def candidates(self, column: str) -> tuple[tuple[str, ...], ...]:
        """Return what the source may call a column, in order of preference.

        Parameters
        ----------
        column
            A column of the table's contract, or a key of ``only``.

        Returns
        -------
        tuple of tuple of str
            Each is one name, or several whose values are joined with a hyphen. A column that
            ``columns`` names has that one candidate, which must exist.
        """
        if column in self.columns:
            return (_parts(self.columns[column]),)
        return (*map(_parts, self.aliases.get(column, ())), (column,))

    @field_validator("thousands")
    @classmethod
    def _unlike_decimal(cls, thousands: str | None, info: ValidationInfo) -> str | None:
        if thousands is not None and thousands == info.data.get("decimal"):
            raise fault("the decimal sign is the same character.")
        return thousands


def _parts(columns: str | tuple[str, ...]) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else columns


class FileSource(TableSource):
    """One file, or several with the same columns."""

    location: Locations = Field(
        description="a path that starts from this params file's folder, an absolute path, "
        'or "package:<package>/<path inside>" for a file inside an installed Python package; '
        "* in a file's name stands for any text; or a list of these"
    )

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order of ``location`` and, for each of its items, of their names.

        Raises
        ------
        FileNotFoundError
            A location names a package that is not installed, or no file's name fits.
        """
        found = [path for location in _parts(self.location) for path in paths_at(location)]
        return tuple(dict.fromkeys(found))


class ParquetSource(FileSource):
    """Parquet files; their types are kept."""

    format: Literal["parquet"] = Field(description="csv, excel, parquet or sql")


class ExcelSource(FileSource):
    """A sheet of Excel workbooks."""

    format: Literal["excel"] = Field(description="csv, excel, parquet or sql")
    sheet: Name | None = Field(
        default=None, description="the sheet's name; absent: the workbook's first sheet"
    )
    skip_rows: int = Field(
        default=0,
        ge=0,
        le=MAX_SKIPPED_ROWS,
        description="how many rows stand above the header, such as a title: 0 to 1000",
    )


class CsvSource(FileSource):
    """Text files with one row a line. What is absent is detected, and recorded."""

    format: Literal["csv"] = Field(description="csv, excel, parquet or sql")
    header: Header = Field(
        default=True,
        description="true (the first line names the columns), or a list of column names",
    )
    delimiter: Character | Literal["whitespace"] | None = Field(
        default=None,
        description='the one character between two columns, or "whitespace" for any blanks; '
        "absent: detected",
    )
    encoding: Literal["utf-8", "gb18030", "utf-16", "latin-1", "cp1252"] | None = Field(
        default=None,
        description="utf-8, gb18030 (reads GBK and GB2312 as well), utf-16, latin-1 or cp1252; "
        "absent: detected",
    )
    quote: Character | None = Field(
        default='"', description="the one character around quoted text, or null where there is none"
    )
    comment: Character | None = Field(
        default=None,
        description="the one character with which lines begin that are no rows; "
        "absent where there are none",
    )
    skip_rows: int | None = Field(
        default=None,
        ge=0,
        le=MAX_SKIPPED_ROWS,
        description="how many lines stand above the header, such as a title: 0 to 1000; "
        "absent: detected",
    )

    @field_validator("quote", "comment")
    @classmethod
    def _unlike_delimiter(cls, sign: str | None, info: ValidationInfo) -> str | None:
        if sign is not None and sign == (info.data.get("delimiter") or ","):
            raise fault("the delimiter is the same character.")
        return sign


class SqlSource(TableSource):
    """A table, or the rows of a query, of an SQL database."""

    format: Literal["sql"] = Field(description="csv, excel, parquet or sql")
    url: Variable = Field(
        description="the name of the environment variable that holds the database's URL"
    )
    table: Name | None = Field(
        default=None, description='the name of a table or view, with its schema: "sales.orders"'
    )
    query: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] | None = Field(
        default=None, description="a SELECT statement, in place of table"
    )

    @model_validator(mode="after")
    def _one_of_table_and_query(self) -> SqlSource:
        if self.table is None and self.query is None:
            refuse({("table",): fault("this key is missing, unless there is a query.")})
        if self.table is not None and self.query is not None:
            refuse({("query",): fault("there is a table already. Keep one of the two.")})
        return self


Source = Annotated[
    CsvSource | ExcelSource | ParquetSource | SqlSource, Field(discriminator="format")
]
FORMATS: dict[str, type[TableSource]] = {
    "csv": CsvSource,
    "excel": ExcelSource,
    "parquet": ParquetSource,
    "sql": SqlSource,
}
"""The description of a source in each format."""
