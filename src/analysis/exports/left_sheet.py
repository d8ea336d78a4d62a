"""The sheet with what came back for customers that are no key accounts any more, or for nobody."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.exports.columns import BLANKS, KEY, Blank
from analysis.exports.filled import Filled, Unmatched
from analysis.exports.labels import Labels
from analysis.exports.sheet import Sheet
from analysis.exports.styles import Styles
from analysis.exports.table_sheet import BAND_ROW, HEAD_ROW, NAMES_ROW, width_of

CUSTOMER, WHY = 1, 2
WIDTHS = (14, 34)


class LeftSheet:
    """Sets what belongs to no account of this quarter.

    It has the same hidden row and column as the table, so that it comes back once more: a
    customer who is a key account again has their columns back.

    Parameters
    ----------
    sheet : Sheet
        An empty sheet.
    """

    def __init__(self, sheet: Sheet, styles: Styles, labels: Labels, filled: Filled) -> None:
        self._sheet, self._styles, self._labels = sheet, styles, labels
        blanks: Sequence[Blank] = (*BLANKS, *filled.own)
        self._blanks = list(enumerate(blanks, WHY + 1))

    def set(self, left: Mapping[str, Mapping[str, Any]], unmatched: Sequence[Unmatched]) -> None:
        """Write a row a customer, then a row for each that belongs to nobody."""
        self._set_headings()
        row = HEAD_ROW
        for key, fills in left.items():
            row += 1
            self._set_row(row, key, self._labels.words("workbook.left.no_account"), fills)
        for each in unmatched:
            row += 1
            told = f"workbook.left.{each.why}"
            why = self._labels.words(told, row=each.row, sheet=each.sheet)
            self._set_row(row, each.key, why, each.fills)

    def _set_headings(self) -> None:
        page, sheet, labels = self._sheet.page, self._sheet, self._labels
        page.set_column(0, 0, 10, None, {"hidden": True})
        page.set_row(NAMES_ROW, None, None, {"hidden": True})
        page.freeze_panes(HEAD_ROW + 1, CUSTOMER + 1)
        sheet.write(NAMES_ROW, 0, KEY)
        sheet.write(
            BAND_ROW, CUSTOMER, labels.words("workbook.left.band"), self._styles.note_line()
        )
        heads = (
            labels.heading("key"),
            labels.heading("customer"),
            labels.words("workbook.left.why"),
        )
        for place, head in enumerate(heads):
            sheet.write(HEAD_ROW, place, head, self._styles.head())
        for place, width in enumerate(WIDTHS, CUSTOMER):
            page.set_column(place, place, width)
            sheet.write(NAMES_ROW, place, ("customer", "why")[place - CUSTOMER])
        for place, blank in self._blanks:
            page.set_column(place, place, width_of(blank))
            if not blank.is_own:
                sheet.write(NAMES_ROW, place, blank.field)
            sheet.write(HEAD_ROW, place, labels.blank_heading(blank), self._styles.fill_head())

    def _set_row(self, row: int, key: str | None, why: str, fills: Mapping[str, Any]) -> None:
        self._sheet.write(row, 0, key)
        self._sheet.write(row, CUSTOMER, key, self._styles.cell("text"))
        self._sheet.write(row, WHY, why, self._styles.cell("text"))
        for place, blank in self._blanks:
            value = self._labels.filled(blank, fills.get(blank.field))
            self._sheet.write(row, place, value, self._styles.fill_cell(blank.kind))
        texts = [(fills.get(blank.field), width_of(blank)) for _, blank in self._blanks]
        self._sheet.fit_row(row, [*texts, (why, WIDTHS[1])])
