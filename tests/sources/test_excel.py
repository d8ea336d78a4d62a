"""Excel workbooks: sheets by name, cells in their types, rows where they stand."""

from datetime import date, datetime

import pytest
from tests.sources.workbook import sheet_xml, write_workbook

from analysis.params.source_models import ExcelSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import SourceError, count_lines, list_notes, read_table

NAMES = ["order_id", "customer_id", "order_date", "amount"]
DAY = date(2026, 1, 2)
ROWS = [NAMES, ["1", "茶", DAY, 12.5], ["2", "b", DAY, -3]]


@pytest.fixture
def read(connection, tmp_path):
    def read(*rows: list, sheets: dict | None = None, **declared):
        path = write_workbook(tmp_path / "orders.xlsx", sheets or {"Orders": list(rows)})
        source = ExcelSource.model_validate({"format": "excel", "location": str(path), **declared})
        return read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")

    return read


def rows_of(raw) -> list[tuple]:
    table = raw.table.order_by("source_row").select(NAMES)
    return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]


def lines_of(raw) -> list[int]:
    found = count_lines(raw, raw.table).order_by("source_row")
    return found.to_pyarrow()["source_line"].to_pylist()


def notes_of(raw) -> dict[str, str]:
    return {note.name: note.detail for note in raw.notes}


def test_cells_keep_their_types(read):
    raw = read(*ROWS)
    assert rows_of(raw) == [
        ("1", "茶", datetime(2026, 1, 2), 12.5),
        ("2", "b", datetime(2026, 1, 2), -3.0),
    ]
    assert raw.notes == ()
    assert lines_of(raw) == [2, 3]


def test_ids_are_text_with_their_zeros(read):
    raw = read(NAMES, ["007", 123, DAY, 1], [1234567, "0012", DAY, 1])
    assert [row[:2] for row in rows_of(raw)] == [("007", "123"), ("1234567", "0012")]


def test_booleans_are_true_or_false(read):
    raw = read([*NAMES, "is_return"], ["1", "c", DAY, 1, True], ["2", "c", DAY, 1, False])
    assert raw.table.is_return.to_pyarrow().to_pylist() == [True, False]


def test_a_column_of_text_and_others_is_text_as_it_is_declared(read):
    raw = read(
        NAMES,
        ["1", "c", DAY, 12.5],
        ["2", "c", "03.01.2026", "1.234,50"],
        date_format="%d.%m.%Y",
        decimal=",",
    )
    assert [row[2:] for row in rows_of(raw)] == [("02.01.2026", "12,5"), ("03.01.2026", "1.234,50")]


def test_titles_and_blank_rows_are_left_out_and_rows_keep_their_lines(read):
    raw = read(["Orders"], [], *ROWS[:2], [], ROWS[2])
    assert len(rows_of(raw)) == 2
    assert lines_of(raw) == [4, 6]
    assert notes_of(raw) == {"skipped_title_rows": "1", "blank_lines": "1"}


def test_declared_rows_above_the_header_are_no_news(read):
    raw = read(["Orders"], *ROWS, skip_rows=1)
    assert lines_of(raw) == [3, 4]
    assert raw.notes == ()


def test_the_declared_sheet_is_read(read):
    sheets = {"Notes": [["nothing"]], "Orders": ROWS}
    assert len(rows_of(read(sheets=sheets, sheet="Orders"))) == 2


def test_the_first_of_several_sheets_is_said(read):
    raw = read(sheets={"Orders": ROWS, "Notes": [["nothing"]]})
    assert notes_of(raw) == {"detected_sheet": "Orders"}


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(read):
    with pytest.raises(SourceError, match=r"no sheet 'Ordres'\. Did you mean 'Orders'\?"):
        read(*ROWS, sheet="Ordres")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["3", "c", DAY, 1, "?"], "extra_field"),
        (["3", "c_x0007_", DAY, 1], "control_character"),
        (["3", "c\x85", DAY, 1], "control_character"),
        (["合计", None, None, 9.5], "summary_row"),
        (["合计", "c", DAY, 9.5], None),
    ],
)
def test_faults_of_rows(read, row, fault):
    raw = read(*ROWS, row)
    found = raw.table.order_by("source_row").to_pyarrow().to_pylist()
    assert [entry["read_fault"] for entry in found] == [None, None, fault]
    assert (found[2]["line"] is None) == (fault is None)


def test_ids_that_excel_has_cut_are_warned_of(read):
    raw = read(NAMES, [12345678901234567890, "c", DAY, 1])
    assert [(note.name, note.outcome, note.rows) for note in raw.notes] == [
        ("imprecise_ids", "warning", 1)
    ]


@pytest.mark.parametrize("rows", [[], [[]], [NAMES]])
def test_a_sheet_without_rows(read, rows):
    with pytest.raises(SourceError, match=r"^orders\.xlsx: the sheet 'Orders'"):
        read(*rows)


def test_a_missing_column_is_named(read):
    with pytest.raises(SourceError, match=r"^orders\.xlsx, line 1: there is no column 'amount'"):
        read(NAMES[:3], ["1", "c", DAY])


def test_several_workbooks_are_one_table(read, connection, tmp_path):
    write_workbook(tmp_path / "a1.xlsx", {"Orders": ROWS})
    write_workbook(tmp_path / "a2.xlsx", {"Orders": [NAMES, ["3", "c", DAY, 1]]})
    source = ExcelSource.model_validate({"format": "excel", "location": str(tmp_path / "a*.xlsx")})
    raw = read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")
    assert [row[0] for row in rows_of(raw)] == ["1", "2", "3"]
    assert lines_of(raw) == [2, 3, 2]


def test_a_column_that_is_empty_in_one_workbook_fits_any_other(connection, tmp_path):
    write_workbook(tmp_path / "a1.xlsx", {"Orders": [NAMES, ["1", "c", None, None]]})
    write_workbook(tmp_path / "a2.xlsx", {"Orders": [NAMES, ["3", "c", DAY, 1]]})
    source = ExcelSource.model_validate({"format": "excel", "location": str(tmp_path / "a*.xlsx")})
    raw = read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")
    assert rows_of(raw)[1] == ("3", "c", datetime(2026, 1, 2), 1.0)


def test_cells_with_an_error_are_warned_of(connection, tmp_path):
    path = tmp_path / "orders.xlsx"
    cell = '<row r="4"><c r="A4" t="inlineStr"><is><t>3</t></is></c><c r="D4" t="e"><v>#N/A</v></c>'
    sheet = sheet_xml(ROWS).replace("</sheetData>", f"{cell}</row></sheetData>")
    write_workbook(path, {"Orders": ROWS}, sheet1=sheet)
    source = ExcelSource.model_validate({"format": "excel", "location": str(path)})
    raw = read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")
    assert rows_of(raw)[2] == ("3", None, None, None)
    listed = list_notes([raw]).to_dict("records")
    assert listed == [
        {
            "table": "transactions",
            "file": "orders.xlsx",
            "note": "error_cells",
            "detail": "1",
            "outcome": "warning",
        }
    ]
