"""Quarters of a company's fiscal year: which days they cover and how they follow each other."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from typing import Literal, NamedTuple

# Four digits keep the order of the text equal to the order in time, and every day a valid date.
FIRST_YEAR, LAST_YEAR = 1000, 9998


@dataclass(frozen=True)
class FiscalCalendar:
    """When a fiscal year begins and which calendar year gives it its name.

    Parameters
    ----------
    first_month
        Calendar month in which the fiscal year begins, 1 to 12.
    named_after
        With ``"end"``, the year that begins in October 2025 is 2026; with ``"start"``, 2025.
        Irrelevant where the fiscal year is the calendar year (``first_month=1``).
    """

    first_month: int = 1
    named_after: Literal["start", "end"] = "end"

    def __post_init__(self) -> None:
        if not 1 <= self.first_month <= 12:
            raise ValueError(f"first_month must be 1 to 12, not {self.first_month}")
        if self.named_after not in ("start", "end"):
            raise ValueError('named_after must be "start" or "end"')
        if self.first_month == 1:
            # Both names denote one calendar here, so both must compare as equal.
            object.__setattr__(self, "named_after", "end")

    @property
    def year_offset(self) -> int:
        """Fiscal year minus the calendar year in which it begins (0 or 1)."""
        return int(self.first_month > 1 and self.named_after == "end")


CALENDAR_YEAR = FiscalCalendar()


class _Month(NamedTuple):
    year: int
    month: int

    @classmethod
    def numbered(cls, count: int) -> _Month:
        """Return the month that lies ``count`` months after January of year 0."""
        year, index = divmod(count, 12)
        return cls(year, index + 1)


@total_ordering
@dataclass(frozen=True)
class Quarter:
    """One quarter of a fiscal year.

    Parameters
    ----------
    year
        Fiscal year, 1000 to 9998.
    number
        1 to 4.
    calendar
        The fiscal calendar; the calendar year by default.

    Examples
    --------
    >>> quarter = Quarter.parse("2026Q3")
    >>> quarter.first_day, quarter.last_day
    (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
    >>> str(quarter.shift(-3))
    '2025Q4'
    """

    year: int
    number: int
    calendar: FiscalCalendar = CALENDAR_YEAR

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"a quarter's number must be 1 to 4, not {self.number}")
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"a quarter's year must be {FIRST_YEAR} to {LAST_YEAR}")

    @classmethod
    def parse(cls, text: str, calendar: FiscalCalendar = CALENDAR_YEAR) -> Quarter:
        """Read a quarter that is written as in ``"2026Q3"``.

        Raises
        ------
        ValueError
            The text is written in another way. Four digits, a capital Q and 1 to 4 are needed.
        """
        match = re.fullmatch(r"([0-9]{4})Q([1-4])", text)
        if match is None:
            raise ValueError('a quarter is written as in "2026Q3"')
        return cls(int(match[1]), int(match[2]), calendar)

    @classmethod
    def containing(cls, day: date, calendar: FiscalCalendar = CALENDAR_YEAR) -> Quarter:
        """Return the quarter in which a day lies."""
        months = day.year * 12 + day.month - calendar.first_month
        start_year, month = divmod(months, 12)
        return cls(start_year + calendar.year_offset, month // 3 + 1, calendar)

    @property
    def first_day(self) -> date:
        """The quarter's first day."""
        return date(*self._month(0), 1)

    @property
    def last_day(self) -> date:
        """The quarter's last day; it belongs to the quarter."""
        month = self._month(2)
        return date(*month, monthrange(*month)[1])

    def months_back(self, n: int) -> date:
        """Return the first of the ``n`` whole months' days that end with the quarter."""
        return date(*self._month(3 - n), 1)

    def previous(self) -> Quarter:
        """Return the quarter before this one."""
        return self.shift(-1)

    def shift(self, n: int) -> Quarter:
        """Return the quarter ``n`` quarters later, or earlier where ``n`` is negative."""
        year, index = divmod(self.year * 4 + self.number - 1 + n, 4)
        return Quarter(year, index + 1, self.calendar)

    def _month(self, index: int) -> _Month:
        start_year = self.year - self.calendar.year_offset
        months_into_year = self.calendar.first_month - 1 + 3 * (self.number - 1) + index
        return _Month.numbered(start_year * 12 + months_into_year)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Quarter) or other.calendar != self.calendar:
            # 2026Q3 of two calendars are different months: there is no order to give.
            return NotImplemented
        return (self.year, self.number) < (other.year, other.number)

    def __str__(self) -> str:
        return f"{self.year:04d}Q{self.number}"
