"""Pseudonyms at the door: ids and names leave the source as keyed hashes.

HMAC-SHA-256 (RFC 2104) with a key that stays outside the run: equal ids stay equal, so that tables
still join, and nobody without the key can tell whose they are.
"""

from hashlib import sha256

import ibis
import ibis.expr.types as ir

from analysis.schemas import Column

NAMES = ("name", "owner")
"""Columns that name people or companies."""
FREE_TEXT = ("comment",)
"""Columns in which anybody may have written anything, names and telephone numbers included."""

_BLOCK_BYTES = 64
_INNER, _OUTER = 0x36, 0x5C


@ibis.udf.scalar.builtin(name="sha256", signature=(("binary",), "string"))
def _sha256(message): ...  # type: ignore[no-untyped-def]


@ibis.udf.scalar.builtin(name="unhex", signature=(("string",), "binary"))
def _unhex(digits): ...  # type: ignore[no-untyped-def]


@ibis.udf.scalar.builtin(name="encode", signature=(("string",), "binary"))
def _encode(text): ...  # type: ignore[no-untyped-def]


@ibis.udf.scalar.builtin(name="concat", signature=(("binary", "binary"), "binary"))
def _concat(first, second): ...  # type: ignore[no-untyped-def]


def pseudonym(text: ir.StringValue, key: bytes | None) -> ir.StringValue:
    """The HMAC-SHA-256 of a text in 64 hexadecimal digits; the text itself without a key."""
    if key is None:
        return text
    key = sha256(key).digest() if len(key) > _BLOCK_BYTES else key
    inner, outer = (
        ibis.literal(bytes(byte ^ pad for byte in key.ljust(_BLOCK_BYTES, b"\0")), type="binary")
        for pad in (_INNER, _OUTER)
    )
    return _sha256(_concat(outer, _unhex(_sha256(_concat(inner, _encode(text))))))


def protect(text: ir.StringValue, column: Column, key: bytes | None) -> ir.StringValue:
    """A contract column's text as a run may store it."""
    if key is None:
        return text
    if column.name in FREE_TEXT:
        return ibis.null("string")
    return pseudonym(text, key) if column.is_id or column.name in NAMES else text
