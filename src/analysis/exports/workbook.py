"""``key_accounts.<language>.xlsx``, the key-account workbook (重点客户管理表) of account managers.

It holds what the review knows about each key account, and columns that people fill in. A hidden
row and column name what each cell is about, whatever the language and however the sheet is
sorted: by these next quarter's review finds again what was filled in.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from analysis.exports.columns import BLANKS, COLUMNS, KEY, STATUSES
from analysis.exports.filled import Filled
from analysis.exports.labels import Labels
from analysis.exports.left_sheet import LeftSheet
from analysis.exports.overview_sheet import set_overview
from analysis.exports.sheet import Sheet, open_workbook
from analysis.exports.styles import Styles
from analysis.exports.table_sheet import BAND_ROW, HEAD_ROW, Choices, Limit, TableSheet
from analysis.locales import Words
from analysis.params import Params
from analysis.results import Result
from analysis.value.health import POOR_BELOW

A3, A4 = 8, 9
LISTS = "lists"
"""The hidden sheet with what can be chosen."""
MOST_HEADER = 80
"""Characters of a company's name on a printed page, which has 255 for all of its header."""


def write_workbook(
    path: Path,
    params: Params,
    words: Words,
    accounts: pd.DataFrame,
    results: Mapping[str, Result],
    filled: Filled,
) -> None:
    """Write the workbook in one language.

    Parameters
    ----------
    path : Path
        Where to.
    accounts : DataFrame
        :func:`analysis.exports.accounts.gather_accounts`.
    results : mapping
        Every published number by name.
    filled : Filled
        What people filled into last quarter's workbook.

    Raises
    ------
    ExportError
        If Excel could not hold what is to be written.
    """
    company = params.review.company.in_language(words.language)
    titles = _titles(params, words)
    book = open_workbook(path)
    # The clock would make each copy another file.
    created = datetime.combine(params.quarter.last_day, time())
    book.set_properties({"title": titles[1], "company": company, "created": created})
    styles, labels = Styles(book, words), _labels(params, words)

    def add(name: str) -> Sheet:
        sheet = Sheet(book, path.name, words(f"workbook.sheet.{name}"))
        _set_page(sheet.page, company, titles)
        return sheet

    overview, table = add("overview"), add("accounts")
    overview.page.fit_to_pages(1, 1)
    set_overview(overview, styles, labels, accounts, results, titles)
    left = {key: fills for key, fills in filled.rows.items() if key not in set(accounts[KEY])}
    if left or filled.unmatched:
        LeftSheet(add("left"), styles, labels, filled).set(left, filled.unmatched)
    glossary = add("glossary")
    choices = _set_lists(Sheet(book, path.name, LISTS), labels, accounts)
    TableSheet(table, styles, labels, accounts, _limits(params), filled.own).set(
        filled.rows, choices
    )
    table.page.set_paper(A3)  # two dozen columns are not to be read on less
    table.page.repeat_rows(BAND_ROW, HEAD_ROW)
    _set_glossary(glossary, styles, labels, accounts)
    book.close()


def _labels(params: Params, words: Words) -> Labels:
    plays = params.playbook.names_in(words.language) if params.playbook else {}
    return Labels(words, params.rfm.window_months, plays)


def _limits(params: Params) -> dict[str, Limit]:
    """From where on numbers and days of the table are marked."""
    return {
        "overdue_receivables": (">", 0),
        "due_on": ("<", params.quarter.last_day),
        "overdue_ratio": (">", params.value.overdue_ratio),
        "health": ("<", POOR_BELOW),
        "open_complaints": (">", 0),
    }


def _titles(params: Params, words: Words) -> list[str]:
    """The company, what this is, for when, and how confidential."""
    company = params.review.company.in_language(words.language)
    title = words("workbook.title", quarter=str(params.quarter))
    as_of = words("workbook.as_of", day=words.date(params.quarter.last_day))
    confidential = params.review.confidentiality
    line = [confidential.in_language(words.language)] if confidential else []
    return [company, title, as_of, *line]


def _set_page(page: Worksheet, company: str, titles: Sequence[str]) -> None:
    """How a sheet is printed: landscape, as wide as the page, with company, quarter and secrecy."""
    _, title, as_of, *confidential = (text.replace("&", "&&") for text in titles)
    short = company if len(company) <= MOST_HEADER else company[: MOST_HEADER - 1] + "…"
    right = (confidential[0] if confidential else "")[:MOST_HEADER]
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    page.set_header(f"&L{short.replace('&', '&&')}&C{title}&R{right}")
    page.set_footer(f"&L{as_of}&R&P / &N")
    page.hide_gridlines(2)


def _set_lists(sheet: Sheet, labels: Labels, accounts: pd.DataFrame) -> Choices:
    """Write what can be chosen, and say where it stands."""
    states = [labels.status(name) for name in STATUSES]
    persons = sorted({*accounts["owner"].dropna()}) if "owner" in accounts.columns else []
    for place, texts in enumerate((states, persons)):
        for number, text in enumerate(texts):
            sheet.write(number, place, text)
    sheet.page.hide()
    person = f"={LISTS}!$B$1:$B${len(persons)}" if persons else None
    return Choices(f"={LISTS}!$A$1:$A${len(states)}", person)


def _set_glossary(sheet: Sheet, styles: Styles, labels: Labels, accounts: pd.DataFrame) -> None:
    """Say of each column what it means."""
    sheet.page.set_column(0, 0, 28)
    sheet.page.set_column(1, 1, 100)
    known = [column.field for column in COLUMNS if column.field in accounts.columns]
    sheet.write_row(
        0, [labels.words("workbook.column"), labels.words("workbook.means")], styles.head()
    )
    for row, field in enumerate([*known, *(blank.field for blank in BLANKS)], 1):
        sheet.write(row, 0, labels.heading(field), styles.cell("text"))
        sheet.write(row, 1, labels.meaning(field), styles.cell("text"))
    sheet.page.repeat_rows(0)
