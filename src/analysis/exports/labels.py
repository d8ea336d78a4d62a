"""The words of the workbook: headings, meanings, labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
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
    plays : mapping
        What the plays of the playbook are called.
    """

    words: Words
    months: int
    plays: Mapping[str, str] = field(default_factory=dict)

    def heading(self, name: str) -> str:
        """What a column is called."""
        return self.words(f"workbook.heading.{name}", months=self.months)

    def meaning(self, name: str) -> str:
        """What a column means."""
        return self.words(f"workbook.meaning.{name}", months=self.months)

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

    def _join(self, first: str, rest: str) -> str:
        return self.words("joined", first=first, rest=rest)

    def shown(self, column: Column, value: Any) -> Any:
        """A value as a sheet shows it: a label by its words, anything else as it is."""
        if value is None or column.labels is None:
            return value
        if column.labels == "play":
            return self.plays.get(value, value)
        if column.kind == "labels":
            named = [self.words.named(column.labels, each) for each in value.split(";") if each]
            return reduce(self._join, named) if named else None
        if column.labels == "segment":  # the review may have segments of its own
            return self.words.named("segment", value)
        return self.words(f"{column.labels}.{value}")
