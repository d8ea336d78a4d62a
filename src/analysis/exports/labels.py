"""The words of the workbook: headings, meanings, labels."""

from dataclasses import dataclass
from typing import Any

from analysis.exports.columns import OWN, STATUSES, Blank, Column
from analysis.locales import Words


@dataclass(frozen=True)
class Labels:
    """What things are called in one language.

    Attributes
    ----------
    words : Words
        The language.
    months : int
        Over how many months the review sums revenue.
    """

    words: Words
    months: int

    def heading(self, field: str) -> str:
        """What a column is called."""
        return self.words(f"workbook.heading.{field}", months=self.months)

    def meaning(self, field: str) -> str:
        """What a column means."""
        return self.words(f"workbook.meaning.{field}", months=self.months)

    def blank_heading(self, blank: Blank) -> str:
        """What a column to fill in is called; one that people added, as they called it."""
        return blank.field.removeprefix(OWN) if blank.is_own else self.heading(blank.field)

    def filled(self, blank: Blank, value: Any) -> Any:
        """What was filled in, as a sheet shows it."""
        is_status = blank.kind == "status" and value in STATUSES
        return self.status(value) if is_status else value

    def status(self, name: str) -> str:
        """What a status is called."""
        return self.words(f"workbook.status.{name}")

    def shown(self, column: Column, value: Any) -> Any:
        """A value as a sheet shows it: a label by its words, anything else as it is."""
        if value is None or column.labels is None:
            return value
        if column.labels == "segment":  # the review may have segments of its own
            return self.words.named("segment", value)
        return self.words(f"{column.labels}.{value}")
