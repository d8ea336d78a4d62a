"""Which types a column of a file or database may have."""

import pyarrow as pa

from analysis.sources.raw import SourceError

_KINDS = {
    "boolean": (pa.types.is_boolean,),
    "number": (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    "text": (pa.types.is_string, pa.types.is_large_string),
    "day or moment": (pa.types.is_date, pa.types.is_timestamp),
}


def kind_of(dtype: pa.DataType) -> str | None:
    """What a column of this type holds, or None where it is no kind that a table has.

    Examples
    --------
    >>> kind_of(pa.int8()), kind_of(pa.list_(pa.int8()))
    ('number', None)
    """
    plain = dtype.value_type if pa.types.is_dictionary(dtype) else dtype
    return next((kind for kind, tests in _KINDS.items() if any(is_(plain) for is_ in tests)), None)


def refuse_odd_type(file: str, column: str, dtype: pa.DataType) -> None:
    """Stop at a column that holds neither text, numbers, days, moments nor true and false."""
    if kind_of(dtype) is None and not pa.types.is_null(dtype):
        raise SourceError(
            f"{file}: column {column!r} holds values of the type {dtype}. Write it as text, "
            "number, date, timestamp or boolean, and export the table again."
        )
