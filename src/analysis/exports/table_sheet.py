"""The sheet with a row an account: what the review knows, and what people fill in beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from analysis.exports.columns import BLANKS, COLUMNS, KEY, Blank, Column
from analysis.exports.labels import Labels
from analysis.exports.sheet import Sheet
from analysis.exports.styles import BAR, MARKS, Styles

NAMES_ROW, BAND_ROW, HEAD_ROW, FIRST_ROW = range(4)
"""The hidden row of names that no translation touches, the two rows of headings, the accounts."""
WIDTHS = {
    "text": 11, "label": 10, "labels": 18, "count": 10, "score": 9, "points": 8, "money": 11,
    "ratio": 9, "days": 9, "date": 11, "status": 11, "person": 12,
}  # fmt: skip
WIDER = {
    "rank": 6, "name": 22, "segment": 14, "risk": 13, "play": 22, "fill_step": 26, "fill_note": 28,
}  # fmt: skip
HEAD_HEIGHT = 42


Limit = tuple[Literal[">", "<"], float | date]
"""A comparison, and what is compared with."""


@dataclass(frozen=True)
class Choices:
    """Where the lists to choose from stand, as a spreadsheet writes ranges; None without one."""

    status: str
    person: str | None


class TableSheet:
    """Sets the key accounts on a sheet.

    Parameters
    ----------
    sheet : Sheet
        An empty sheet.
    styles : Styles
        The workbook's formats.
    labels : Labels
        Its words.
    accounts : DataFrame
        :func:`analysis.exports.accounts.gather_accounts`.
    limits : mapping
        By column, from where on its numbers are marked.
    own : sequence of Blank
        Columns that people added to last quarter's workbook.
    """

    def __init__(
        self,
        sheet: Sheet,
        styles: Styles,
        labels: Labels,
        accounts: pd.DataFrame,
        limits: Mapping[str, Limit],
        own: Sequence[Blank] = (),
    ) -> None:
        self._limits = limits
        self._sheet, self._styles, self._labels = sheet, styles, labels
        self._rows = accounts.to_dict("records")
        shown = [column for column in COLUMNS if column.field in accounts.columns]
        # The key stands in the first column.
        self._known = list(enumerate(shown, 1))
        self._blanks = list(enumerate((*BLANKS, *own), 1 + len(shown)))
        self._last_row = max(FIRST_ROW + len(self._rows) - 1, FIRST_ROW)

    def set(self, filled: Mapping[str, Mapping[str, Any]], choices: Choices) -> None:
        """Write everything: names, headings, accounts, rules, lists to choose from."""
        self._set_columns()
        self._set_headings()
        for number, account in enumerate(self._rows, FIRST_ROW):
            self._set_account(number, account, filled.get(account[KEY], {}))
        self._set_filter()
        for place, column in self._known:
            self._set_rules(place, column)
        for place, blank in self._blanks:
            self._set_choice(place, blank, choices)
        self._mark_overdue()

    def _set_columns(self) -> None:
        page = self._sheet.page
        page.set_column(0, 0, 10, None, {"hidden": True})
        widths = [(place, width_of(column)) for place, column in self._known]
        widths += [(place, width_of(blank)) for place, blank in self._blanks]
        for place, width in widths:
            page.set_column(place, place, width)

    def _set_headings(self) -> None:
        page, words, styles = self._sheet.page, self._labels.words, self._styles
        page.set_row(NAMES_ROW, None, None, {"hidden": True})
        page.set_row(HEAD_ROW, HEAD_HEIGHT)
        self._sheet.write(NAMES_ROW, 0, KEY)
        self._sheet.write(HEAD_ROW, 0, self._labels.heading("key"), styles.head())
        for place, column in self._known:
            self._sheet.write(NAMES_ROW, place, column.field)
            head = self._labels.heading(column.field)
            self._sheet.write(HEAD_ROW, place, head, styles.head())
        for place, blank in self._blanks:
            if not blank.is_own:
                self._sheet.write(NAMES_ROW, place, blank.field)
            head = self._labels.blank_heading(blank)
            self._sheet.write(HEAD_ROW, place, head, styles.fill_head())
        self._sheet.write(
            BAND_ROW, self._known[0][0], words("workbook.band.known"), styles.note_line()
        )
        self._sheet.write(
            BAND_ROW, self._blanks[0][0], words("workbook.band.blank"), styles.note_line()
        )

    def _set_account(
        self, number: int, account: Mapping[str, Any], filled: Mapping[str, Any]
    ) -> None:
        self._sheet.write(number, 0, account[KEY])
        texts = []
        for place, column in self._known:
            value = self._labels.shown(column, account[column.field])
            self._sheet.write(number, place, value, self._styles.cell(column.kind))
            texts.append((value, width_of(column)))
        for place, blank in self._blanks:
            value = self._labels.filled(blank, filled.get(blank.field))
            self._sheet.write(number, place, value, self._styles.fill_cell(blank.kind))
            texts.append((value, width_of(blank)))
        self._sheet.fit_row(number, texts)

    def _set_filter(self) -> None:
        width = len(self._known) + len(self._blanks)
        page = self._sheet.page
        page.autofilter(HEAD_ROW, 0, self._last_row, width)
        page.freeze_panes(FIRST_ROW, self._freeze_after() + 1)

    def _freeze_after(self) -> int:
        """Place of the last column that tells who it is about."""
        who = [place for place, c in self._known if c.field in ("customer", "name")]
        return max(who, default=0)

    def _set_rules(self, place: int, column: Column) -> None:
        area = (FIRST_ROW, place, self._last_row, place)
        page = self._sheet.page
        if column.has_bar:
            page.conditional_format(
                *area, {"type": "data_bar", "bar_color": BAR, "bar_solid": True}
            )
        for label, mark in MARKS.get(column.field, {}).items():
            shown = self._labels.shown(column, label).replace('"', '""')
            rule: dict[str, Any] = {"type": "cell", "criteria": "==", "value": f'"{shown}"'}
            page.conditional_format(*area, rule | {"format": self._styles.signal(mark)})
        if column.field in self._limits:
            criteria, limit = self._limits[column.field]
            told = f"DATE({limit:%Y,%m,%d})" if isinstance(limit, date) else f"{limit:g}"
            cell = f"${xl_col_to_name(place)}{FIRST_ROW + 1}"
            # An empty cell would be less than anything.
            rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}{criteria}{told})"}
            page.conditional_format(*area, rule | {"format": self._styles.signal("warn")})

    def _set_choice(self, place: int, blank: Blank, choices: Choices) -> None:
        area = (FIRST_ROW, place, self._last_row, place)
        page, words = self._sheet.page, self._labels.words
        if blank.kind == "status":
            told = {"error_title": words("workbook.status_title"),
                    "error_message": words("workbook.status_error")}  # fmt: skip
            page.data_validation(*area, {"validate": "list", "source": choices.status, **told})
        elif blank.kind == "person" and choices.person:
            rule: dict[str, Any] = {
                "validate": "list", "source": choices.person, "error_type": "information",
            }  # fmt: skip
            page.data_validation(*area, rule)
        elif blank.kind == "date":
            rule = {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
            told = {"error_title": words("workbook.due_title"),
                    "error_message": words("workbook.due_error")}  # fmt: skip
            page.data_validation(*area, rule | told)

    def _mark_overdue(self) -> None:
        """A step that is due and not done turns red, on the day on which somebody looks."""
        places = {blank.field: place for place, blank in self._blanks}
        due, status = places["fill_due"], places["fill_status"]
        day, state = (f"${xl_col_to_name(place)}{FIRST_ROW + 1}" for place in (due, status))
        over = [self._labels.status(name) for name in ("done", "dropped")]
        is_over = ",".join(f'{state}="{name}"' for name in over)
        rule = f"=AND(ISNUMBER({day}),{day}<TODAY(),NOT(OR({is_over})))"
        area = (FIRST_ROW, due, self._last_row, due)
        self._sheet.page.conditional_format(
            *area, {"type": "formula", "criteria": rule, "format": self._styles.signal("bad")}
        )


def width_of(column: Column | Blank) -> float:
    """How wide a column is, in signs."""
    return WIDER.get(column.field) or WIDTHS[column.kind]
