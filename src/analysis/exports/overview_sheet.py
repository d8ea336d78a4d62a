"""The first sheet: whose accounts these are, how much rests on them, how the workbook is used."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.exports.columns import COLUMNS
from analysis.exports.labels import Labels
from analysis.exports.risk import RISKS
from analysis.exports.sheet import Sheet
from analysis.exports.styles import Styles
from analysis.exports.summaries import sum_by, total
from analysis.results import Result

TIERS = ("high", "potential", "middle", "low", "unknown")
GROUPS: dict[str, Sequence[str]] = {"tier": TIERS, "risk": RISKS, "segment": (), "owner": ()}
"""By what the accounts are summed up, and in which order."""
STEPS = ("fill", "return", "filter", "private")
WIDTHS = (34, 14, 18, 18)


def set_overview(
    sheet: Sheet,
    styles: Styles,
    labels: Labels,
    accounts: pd.DataFrame,
    results: Mapping[str, Result],
    titles: Sequence[str],
) -> None:
    """Write the overview.

    Parameters
    ----------
    titles : sequence of str
        The lines on top: the company, what this is, for when, how confidential it is.
    """
    for place, width in enumerate(WIDTHS):
        sheet.page.set_column(place, place, width)
    first, *others = titles
    sheet.write(0, 0, first, styles.title())
    for number, line in enumerate(others, 1):
        sheet.write(number, 0, line, styles.note_line())
    row = _set_facts(sheet, styles, labels, accounts, results, len(titles) + 1)
    for field, order in GROUPS.items():
        if field in accounts.columns and accounts[field].notna().any():
            row = _set_group(sheet, styles, labels, accounts, field, order, row + 1)
    sheet.write(row + 1, 0, labels.words("workbook.use.title"), styles.part())
    for number, step in enumerate(STEPS, row + 2):
        sheet.page.merge_range(number, 0, number, len(WIDTHS) - 1, "", styles.note())
        sheet.page.set_row(number, 30)
        sheet.write(number, 0, labels.words(f"workbook.use.{step}"), styles.note())


def _set_facts(
    sheet: Sheet,
    styles: Styles,
    labels: Labels,
    accounts: pd.DataFrame,
    results: Mapping[str, Result],
    row: int,
) -> int:
    """Write the numbers of all accounts; the row after them is returned."""

    def published(name: str) -> Any:
        """What the report says too; None where it does not know."""
        result = results.get(f"accounts.key.{name}")
        return result.value if result else None

    facts: list[tuple[str, str, Any]] = [
        ("accounts", "count", len(accounts)),
        ("joined", "count", published("joined")),
        ("left", "count", published("left")),
        ("revenue_window", "money", total(accounts, "revenue_window")),
        ("revenue_share", "ratio", published("revenue_share")),
        ("clv_12m", "money", total(accounts, "clv_12m")),
        ("clv_share", "ratio", published("clv_share")),
        ("open_complaints", "count", total(accounts, "open_complaints")),
        ("overdue_receivables", "money", total(accounts, "overdue_receivables")),
    ]
    for name, kind, value in facts:
        if value is not None:
            sheet.write(row, 0, labels.heading(name), styles.cell("text"))
            sheet.write(row, 1, value, styles.cell(kind))
            row += 1
    return row


def _set_group(
    sheet: Sheet,
    styles: Styles,
    labels: Labels,
    accounts: pd.DataFrame,
    field: str,
    order: Sequence[str],
    row: int,
) -> int:
    """Write the accounts by the values of a column; the row after them is returned."""
    column = next(column for column in COLUMNS if column.field == field)
    sums = sum_by(accounts, field, order)
    for place, name in enumerate(sums.columns):
        sheet.write(row, place, labels.heading(name), styles.head())
    for record in sums.to_dict("records"):
        row += 1
        sheet.write(row, 0, labels.shown(column, record[field]), styles.cell("text"))
        sheet.write(row, 1, record["accounts"], styles.cell("count"))
        sheet.write(row, 2, record["revenue_window"], styles.cell("money"))
        sheet.write(row, 3, record["clv_12m"], styles.cell("money"))
    return row + 1
