"""The days that the demo company's files cover, counted from the first of them."""

from dataclasses import dataclass
from datetime import date

from analysis.params.quarters import Quarter

HISTORY_QUARTERS = 10
"""Two and a half years, the quarter under review included."""
DAYS_AFTER = 5
"""The export was made a few days after the quarter ended."""
FUTURE_DAYS = 365
"""How long the company lives on after the quarter, for the truth alone."""


@dataclass(frozen=True)
class Timeline:
    """Day numbers: 0 is the first day of the oldest quarter.

    Examples
    --------
    >>> timeline = Timeline(Quarter.parse("2026Q3"))
    >>> timeline.first_day, timeline.as_of, timeline.exported
    (datetime.date(2024, 4, 1), 912, 917)
    """

    quarter: Quarter

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """All quarters of the history, oldest first."""
        return tuple(self.quarter.shift(-back) for back in reversed(range(HISTORY_QUARTERS)))

    @property
    def first_day(self) -> date:
        """Day 0."""
        return self.quarters[0].first_day

    @property
    def quarter_start(self) -> int:
        """First day of the quarter under review."""
        return self.number(self.quarter.first_day)

    @property
    def as_of(self) -> int:
        """Last day of the quarter under review."""
        return self.number(self.quarter.last_day)

    @property
    def exported(self) -> int:
        """Day of the export: nothing in the files is later."""
        return self.as_of + DAYS_AFTER

    @property
    def horizon(self) -> int:
        """Last day that is simulated."""
        return self.as_of + FUTURE_DAYS

    def number(self, day: date) -> int:
        """The number of a calendar day."""
        return (day - self.first_day).days
