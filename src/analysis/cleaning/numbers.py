"""Text → numbers in the declared dialect, or null: a number is never guessed."""

import re

import ibis.expr.types as ir

from analysis.cleaning.dialect import Dialect

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_MAX_FLOAT = 1.7976931348623157e308


def read_number(
    text: ir.StringValue, narrowed: ir.StringValue, dtype: str, dialect: Dialect
) -> ir.NumericValue:
    """A number as its column's type; null if the dialect does not read it so.

    A number as the engine writes it is tried first, since most are and it is quick.
    """
    mended = _cast_plain(_plain_number(_mend_signs(narrowed, dialect), dialect), dtype)
    return mended if dialect.decimal != "." else _cast_plain(text, dtype).coalesce(mended)


def is_odd(text: ir.StringValue, dialect: Dialect) -> ir.BooleanValue:
    """Whether a text has other signs than the dialect's numbers: a currency's, brackets, wide."""
    signs = re.escape(f"{dialect.decimal}{dialect.thousands or ''}")
    return ~text.re_search(rf"^[-+0-9eE{signs}]+$")


def cast_number(column: ir.NumericValue, dtype: str) -> ir.NumericValue:
    """A typed number in its column's type; null if it is infinite, no number, or would be cut."""
    if column.type().is_floating():
        column = (column.abs() <= _MAX_FLOAT).ifelse(column, None)
    if dtype != "int64" or column.type().is_integer():
        return column.try_cast(dtype)
    return (column % 1 == 0).ifelse(column, None).try_cast(dtype)


def _cast_plain(text: ir.StringValue, dtype: str) -> ir.NumericValue:
    """Engines read 1_000, 0x1F and inf as numbers; people who export tables do not."""
    plain = text.re_search(_PLAIN).ifelse(text, None)
    if dtype == "float64":
        return cast_number(plain.try_cast("float64"), dtype)
    # Through an exact type: a float would cut large whole numbers, an integer 1.9.
    exact = plain.try_cast(dtype if dtype != "int64" else "decimal(38, 9)")
    return cast_number(exact, dtype) if dtype == "int64" else exact


def _mend_signs(narrowed: ir.StringValue, dialect: Dialect) -> ir.StringValue:
    """The review's currency taken off, (9.50) written as -9.50."""
    signs = "|".join(re.escape(sign) for sign in dialect.currency_signs)
    bare = narrowed.re_replace(rf"^([-+(]?)\s*(?:{signs})\s*", r"\1").re_replace(
        rf"\s*(?:{signs})(\)?)$", r"\1"
    )
    return bare.re_replace(r"^\(\s*([^-+()]+?)\s*\)$", r"-\1")


def _plain_number(text: ir.StringValue, dialect: Dialect) -> ir.StringValue:
    """A number with a decimal point alone; null where the declared signs stand out of place.

    With commas between thousands, 12,50 is no number: read as 1250 it would be a hundredfold.
    """
    decimal, thousands = dialect.decimal, dialect.thousands
    if thousands:
        sign, point = re.escape(thousands), re.escape(decimal)
        grouped = rf"^[+-]?\d{{1,3}}({sign}\d{{2,3}})*{sign}\d{{3}}({point}\d*)?$"
        is_number = ~text.contains(thousands) | text.re_search(grouped)
        text = is_number.ifelse(text.replace(thousands, ""), None)
    return text.contains(".").ifelse(None, text.replace(decimal, ".")) if decimal != "." else text
