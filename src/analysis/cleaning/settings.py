"""What a review decides about its data before any of them are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from analysis.params import Params
from analysis.params.secrets import read_key


@dataclass(frozen=True)
class CleaningSettings:
    """What cleaning must know besides the tables.

    Attributes
    ----------
    as_of : date
        Last day of the review; later rows are left for a later one.
    currency : str
        ISO 4217 code of the review's money. Lines that name no currency are in it.
    exported_on : date or None
        Day on which the data were exported; what happened later is a mistake. None: not known.
    duplicates : str
        ``keep`` or ``exclude``: what becomes of the second and later copies of a row.
    scales : mapping
        Survey item → its lowest and highest score.
    stale_after_days : int
        A table whose newest row is older than this on the as-of date is warned of.
    outlier_multiple : float
        An order line above this multiple of the 99th percentile is warned of.
    pseudonym_key : bytes or None
        Key of the HMAC that replaces ids and names; None: they stay as they are.
    """

    as_of: date
    currency: str
    exported_on: date | None = None
    duplicates: Literal["keep", "exclude"] = "keep"
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    stale_after_days: int = 92
    outlier_multiple: float = 100
    pseudonym_key: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, params: Params) -> "CleaningSettings":
        """What a review's params have decided; the key is read from where they say it is.

        Raises
        ------
        SecretError
            The key of the pseudonyms cannot be had.
        """
        wanted = params.cleaning
        return cls(
            as_of=params.quarter.last_day,
            currency=params.review.currency,
            exported_on=wanted.exported_on,
            duplicates=wanted.duplicates,
            scales=params.surveys.scales,
            stale_after_days=wanted.stale_after_days,
            outlier_multiple=wanted.outlier_multiple,
            pseudonym_key=(
                read_key(params.privacy.key)
                if params.privacy.pseudonymise and params.privacy.key
                else None
            ),
        )
