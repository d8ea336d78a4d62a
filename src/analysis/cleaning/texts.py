"""Text as it stands in a source: blanks around it, wide signs, and what a spreadsheet makes of it.

Chinese keyboards write digits, letters and signs in full width; copied text brings blanks that
nobody sees. Neither changes what a value means.
"""

import ibis
import ibis.expr.types as ir

BLANKS = " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"  # noqa: E501
"""Every sign that takes room and shows nothing; the engine's own strip knows only ASCII's."""

_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000\u00a0"
_NARROW = "".join(map(chr, range(0x21, 0x7F))) + "  "


@ibis.udf.scalar.builtin(name="trim", signature=(("string", "string"), "string"))
def _trim(text, signs): ...  # type: ignore[no-untyped-def]


@ibis.udf.scalar.builtin(name="strlen", signature=(("string",), "int64"))
def _count_bytes(text): ...  # type: ignore[no-untyped-def]


def strip_blanks(column: ir.Value) -> ir.StringValue:
    """A value as text without blanks around it; null if nothing is left.

    Looking at both ends first is ten times as quick as stripping: few values have blanks.
    """
    if not column.type().is_string():
        return column.cast("string")
    blanks = ibis.literal(BLANKS)
    has_blanks = blanks.contains(column.left(1)) | blanks.contains(column.right(1))
    return has_blanks.ifelse(_trim(column, BLANKS), column).nullif("")


def narrow(text: ir.StringValue) -> ir.StringValue:
    """Full-width digits, letters and signs as ASCII has them; other text stays as it is."""
    is_ascii = _count_bytes(text) == text.length()
    return ibis.ifelse(is_ascii, text, text.translate(_WIDE, _NARROW))


def join_names(names: list[ir.StringValue]) -> ir.StringValue:
    """Texts joined by semicolons, nulls left out; empty if there are none."""
    return ibis.literal(";").join(names) if names else ibis.literal("")


def guard_formulas(text: ir.StringValue) -> ir.StringValue:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could start one.

    Numbers stay as they are, and telephone numbers in groups (``+86 138 0013 8000``): no
    spreadsheet evaluates those.
    """
    is_number = text.try_cast("float64").notnull() | text.re_search(r"^\+[0-9]+( [0-9]+)+$")
    could_start_formula = text.re_search(r"^[=+\-@＝＋－＠]") & ~is_number
    could_start_formula |= text.re_search(r"^[\t\r\n]")
    return ibis.ifelse(could_start_formula, ibis.literal("'") + text, text)
