"""Which types a column of a file or database may have."""

import pyarrow as pa

from analysis.sources.raw import SourceError

_SOUND_TYPES = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_null,
)


def refuse_odd_type(file: str, column: str, kind: pa.DataType) -> None:
    """Stop at a column that holds neither text, numbers, days, moments nor true and false."""
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not any(is_sound(plain) for is_sound in _SOUND_TYPES):
        raise SourceError(
            f"{file}: column {column!r} holds values of the type {kind}. Write it as text, number, "
            "date, timestamp or boolean, and export the table again."
        )
