"""What people fill in comes back: edited by a spreadsheet, in another order or language."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from tests.exports.hostile import PAYLOADS
from tests.exports.test_workbook import EN, ZH, accounts_of, sheet_of

from analysis.exports import ExportError, write_exports
from analysis.sources import SourceError

# Excel 2010 added solid bars; openpyxl does not know them.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

AGAIN = "exports: {last_workbook: last.xlsx}"
NEXT = {"rank": [1, 2], "customer_id": ["C2", "C4"]}
"""C2 stays, 0007 and C3 leave, C4 joins."""


@pytest.fixture
def last(export, tmp_path):
    """Last quarter's workbook, filled in by a function of the sheet and its columns."""

    def last(fill, language: str = "en") -> Path:
        run = export(name=f"last-{language}")
        book = load_workbook(run / f"key_accounts.{language}.xlsx")
        sheet = book[(EN if language == "en" else ZH)("workbook.sheet.accounts")]
        fill(sheet, {cell.value: cell.column for cell in sheet[1]})
        path = tmp_path / "last.xlsx"
        book.save(path)
        return path

    return last


def fill_in(sheet, columns):
    """Fill in 0007 and C2, the first two rows."""
    for row, status, step in ((4, "In progress", "Visit in October"), (5, "Done", "Call")):
        sheet.cell(row, columns["fill_status"], status)
        sheet.cell(row, columns["fill_person"], "Lin Wei")
        sheet.cell(row, columns["fill_step"], step)
        sheet.cell(row, columns["fill_due"], date(2026, 10, row))
        sheet.cell(row, columns["fill_note"], "=1+1 is what they said" if row == 5 else 42)


class TestRoundTrip:
    def test_who_stays_keeps_what_was_filled_in(self, export, last):
        last(fill_in)
        first, second, third = accounts_of(sheet_of(export(AGAIN)))
        assert (first["fill_status"], first["fill_person"]) == ("In progress", "Lin Wei")
        assert (first["fill_step"], first["fill_note"]) == ("Visit in October", 42)
        assert first["fill_due"] == datetime(2026, 10, 4)
        assert (second["fill_status"], second["fill_step"]) == ("Done", "Call")
        assert third["fill_status"] is None

    def test_who_left_stands_on_a_sheet_and_who_joined_is_blank(self, export, last):
        last(fill_in)
        run = export(AGAIN, key_accounts=NEXT)
        stays, joined = accounts_of(sheet_of(run))
        assert (stays["customer"], stays["fill_status"]) == ("C2", "Done")
        assert (joined["customer"], joined["fill_status"]) == ("C4", None)
        (left,) = accounts_of(sheet_of(run, name="left"))
        assert (left["customer"], left["fill_step"]) == ("0007", "Visit in October")
        assert left["why"] == "No key account any more"

    def test_who_comes_back_finds_it_again(self, export, last, tmp_path):
        last(fill_in)
        without = export(AGAIN, name="q4", key_accounts=NEXT)
        (tmp_path / "last.xlsx").write_bytes((without / "key_accounts.zh.xlsx").read_bytes())
        first = accounts_of(sheet_of(export(AGAIN, name="q1")))[0]
        assert (first["customer"], first["fill_status"]) == ("0007", "In progress")

    def test_in_any_order_of_rows(self, export, last):
        def sort(sheet, columns):
            fill_in(sheet, columns)
            sheet.move_range("A4:ZZ4", rows=10)  # what a person's sorting does to a row

        last(sort)
        first, second, _ = accounts_of(sheet_of(export(AGAIN)))
        assert (first["fill_step"], second["fill_step"]) == ("Visit in October", "Call")

    def test_from_one_language_to_the_other(self, export, last):
        def fill(sheet, columns):
            sheet.cell(4, columns["fill_status"], "进行中")

        last(fill, "zh")
        run = export(AGAIN)
        assert accounts_of(sheet_of(run))[0]["fill_status"] == "In progress"
        assert accounts_of(sheet_of(run, "zh"))[0]["fill_status"] == "进行中"

    def test_by_way_of_libreoffice(self, export, last, convert, tmp_path):
        saved = convert(last(fill_in), "xlsx")
        (tmp_path / "last.xlsx").write_bytes(saved.read_bytes())
        run = export(AGAIN, key_accounts=NEXT)
        stays = accounts_of(sheet_of(run))[0]
        assert (stays["fill_status"], stays["fill_due"]) == ("Done", datetime(2026, 10, 5))
        assert accounts_of(sheet_of(run, name="left"))[0]["customer"] == "0007"

    def test_a_column_that_people_added_stays(self, export, last, tmp_path):
        def add(sheet, columns):
            place = max(columns.values()) + 1
            sheet.cell(3, place, "Golf handicap")
            sheet.cell(4, place, "12")

        last(add)
        for name in ("q4", "q1"):  # and once more
            run = export(AGAIN, name=name)
            sheet = sheet_of(run)
            place = [cell.value for cell in sheet[3]].index("Golf handicap") + 1
            assert sheet.cell(4, place).value == "12"
            (tmp_path / "last.xlsx").write_bytes((run / "key_accounts.en.xlsx").read_bytes())

    def test_two_columns_of_one_heading_stay_two(self, export, last):
        def add(sheet, columns):
            place = max(columns.values()) + 1
            for number in (0, 1):
                sheet.cell(3, place + number, "Gift")
                sheet.cell(4, place + number, ("tea", "cups")[number])

        last(add)
        sheet = sheet_of(export(AGAIN))
        gifts = {head.value: cell.value for head, cell in zip(sheet[3], sheet[4], strict=True)}
        assert (gifts["Gift"], gifts["Gift (2)"]) == ("tea", "cups")

    def test_titles_above_the_table_do_no_harm(self, export, last):
        def add(sheet, columns):
            fill_in(sheet, columns)
            sheet.insert_rows(1, 3)

        last(add)
        assert accounts_of(sheet_of(export(AGAIN)))[0]["fill_status"] == "In progress"

    def test_nothing_filled_in_leaves_no_sheet(self, export, last):
        last(lambda sheet, columns: None)
        run = export(AGAIN, key_accounts=NEXT)
        assert EN("workbook.sheet.left") not in load_workbook(run / "key_accounts.en.xlsx")


class TestWhatCannotBeMatched:
    def test_is_told_and_kept(self, make_params, make_run, last):
        def fill(sheet, columns):
            sheet.cell(7, columns["fill_note"], "a new customer, no number yet")
            sheet.cell(8, columns["customer_id"], "C2")
            sheet.cell(8, columns["fill_note"], "twice")
            sheet.cell(5, columns["fill_note"], "once")

        last(fill)
        run = make_run()
        (note,) = write_exports(make_params(AGAIN), run, "exports")
        assert "2 rows of last quarter's workbook found no customer" in note
        added, twice = accounts_of(sheet_of(run, name="left"))
        assert added["fill_note"] == "a new customer, no number yet"
        assert added["why"] == "Row 7 of Key accounts names no customer"
        assert (twice["customer"], twice["fill_note"]) == ("C2", "twice")
        assert accounts_of(sheet_of(run))[1]["fill_note"] == "once"

    def test_a_status_that_is_none_stays_as_it_was_written(self, export, last):
        last(lambda sheet, columns: sheet.cell(4, columns["fill_status"], "waiting for Bob"))
        assert accounts_of(sheet_of(export(AGAIN)))[0]["fill_status"] == "waiting for Bob"

    def test_a_date_in_words_stays(self, export, last):
        last(lambda sheet, columns: sheet.cell(4, columns["fill_due"], "after Easter"))
        assert accounts_of(sheet_of(export(AGAIN)))[0]["fill_due"] == "after Easter"

    def test_without_the_hidden_row_it_is_refused(self, export, last):
        last(lambda sheet, columns: sheet.delete_rows(1))
        with pytest.raises(ExportError, match=r"last.xlsx: no sheet has the hidden first row"):
            export(AGAIN)

    def test_another_workbook_is_refused(self, export, tmp_path):
        Workbook().save(tmp_path / "last.xlsx")
        with pytest.raises(ExportError, match="hidden first row"):
            export(AGAIN)

    def test_what_is_no_workbook_is_refused(self, export, tmp_path):
        (tmp_path / "last.xlsx").write_text("customer;status\n")
        with pytest.raises(SourceError, match="this is no Excel workbook"):
            export(AGAIN)


@pytest.mark.parametrize("column", ["fill_note", "fill_status", "fill_person"])
def test_what_people_write_stays_text(export, last, column):
    """Payloads in a column to fill in, and as the heading of a column that somebody added."""

    # openpyxl, which stands for the spreadsheet here, does not escape the last.
    payloads = PAYLOADS[:-1]

    def fill(sheet, columns):
        place = max(columns.values()) + 1
        for number, payload in enumerate(payloads):
            cell = sheet.cell(4 + number, columns[column])
            cell.value, cell.data_type = payload, "s"
            key = sheet.cell(4 + number, columns["customer_id"])
            key.value, key.data_type = f"K{number}", "s"
            head = sheet.cell(3, place + number)
            head.value, head.data_type = payload, "s"

    last(fill)
    sheet = sheet_of(export(AGAIN), name="left")
    found = [row[column] for row in accounts_of(sheet)]
    tidy = [text.replace("\r", "\n") for text in payloads]
    assert sorted(text.replace("\r", "\n") for text in found) == sorted(tidy)
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
