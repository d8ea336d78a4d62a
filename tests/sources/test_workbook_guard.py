"""Workbooks that would do harm are refused before they are parsed; large ones are not."""

import zipfile

import pytest
from tests.sources.workbook import MAIN, sheet_xml, write_workbook

from analysis.sources import workbook_guard
from analysis.sources.raw import SourceError
from analysis.sources.workbook_guard import require_safe_workbook

ROWS = [["order_id", "amount"], *([i, "tea"] for i in range(2000))]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "orders.xlsx"


def refusal(path) -> str:
    with pytest.raises(SourceError) as caught:
        require_safe_workbook(path)
    return str(caught.value)


def test_a_workbook_of_many_rows_passes_in_blocks_of_any_size(path, monkeypatch):
    monkeypatch.setattr(workbook_guard, "_BLOCK_BYTES", 100)
    monkeypatch.setattr(workbook_guard, "MOST_CELLS", 4002)
    write_workbook(path, {"Orders": ROWS})
    require_safe_workbook(path)
    monkeypatch.setattr(workbook_guard, "MOST_CELLS", 4001)
    assert "row 2,001 and column 2" in refusal(path)


def test_an_empty_cell_far_away_does_no_harm(path):
    far = '<row r="9"><c r="A9"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{far}</sheetData></worksheet>'
    write_workbook(path, {"Orders": []}, sheet1=sheet)
    require_safe_workbook(path)


def test_text_counts_as_often_as_it_is_shown(path, monkeypatch):
    cells = "".join(f'<c r="A{n}" t="s"><v>{n % 2}</v></c>' for n in range(1, 101))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 1000}</t></si><si><t>y</t></si></sst>'
    write_workbook(path, {"Orders": []}, sheet1=sheet, sharedStrings=strings)
    require_safe_workbook(path)
    monkeypatch.setattr(workbook_guard, "MOST_CELL_TEXT", 50_000)
    assert "MB of text" in refusal(path)


@pytest.mark.parametrize("declared", ["<!DOCTYPE x>", "<!ENTITY a 'b'>"])
def test_entities_are_refused_in_every_part(path, declared):
    write_workbook(path, {"Orders": []}, sheet1=declared + sheet_xml(ROWS))
    assert "sheet1.xml declares XML entities" in refusal(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"order_id,amount\n", "no Excel workbook"),
        (b"<html>", "no Excel workbook but an HTML"),
        (b"PAR1", "no Excel workbook but a Parquet file"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as .xlsx"),
    ],
)
def test_what_is_no_workbook_is_named(path, content, message):
    path.write_bytes(content)
    assert message in refusal(path)


def test_a_cut_workbook(path):
    write_workbook(path, {"Orders": ROWS})
    path.write_bytes(path.read_bytes()[:-100])
    assert "damaged, or only a part of it" in refusal(path)


@pytest.mark.parametrize(
    ("part", "message"),
    [("xl/workbook.bin", ".xlsb"), ("content.xml", ".ods"), ("orders.csv", "Unpack it")],
)
def test_other_archives_are_named(path, part, message):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert message in refusal(path)


def test_a_workbook_of_too_many_bytes(path, monkeypatch):
    write_workbook(path, {"Orders": ROWS})
    monkeypatch.setattr(workbook_guard, "MOST_UNPACKED_BYTES", 1000)
    assert "the workbook unpacks to" in refusal(path)
