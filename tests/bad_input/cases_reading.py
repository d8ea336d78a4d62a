"""Cases 1 to 39: files that cannot be read as they stand, or only by somebody who looks twice."""

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tests.bad_input.case import Found, Outcome, case
from tests.sources.workbook import MAIN, write_workbook

from analysis import engine
from analysis.locales import Words
from analysis.params.source_models import CsvSource, ExcelSource, ParquetSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import SourceError, read_table

NAMES = ["order_id", "customer_id", "order_date", "amount"]
HEADER = ",".join(NAMES) + "\n"
ROWS = "1,茶,2026-01-02,12.50\n2,b,2026-01-03,-3\n3,c,2026-01-04,7\n"
TEXT = HEADER + ROWS
ORDINARY = {("detected_encoding", "utf-8"), ("detected_delimiter", ",")}
MODELS = {"csv": CsvSource, "excel": ExcelSource, "parquet": ParquetSource}


def read(path: Path, **declared: object) -> Found:
    """Read a file as transactions, and tell what came of it: the gravest thing first."""
    kind = str(declared.get("format", "csv"))
    source = MODELS[kind].model_validate({"format": kind, "location": str(path), **declared})
    connection = engine.connect(path.parent / "spill")
    try:
        raw = read_table(connection, TRANSACTIONS, source, path.parent / "scratch")
        rows = raw.table.order_by("source_row").to_pyarrow().to_pylist()
    except SourceError as error:
        return Found(Outcome.STOP, str(error))
    finally:
        connection.disconnect()
    faults = [f"row {row['source_row']}: {row['read_fault']}" for row in rows if row["read_fault"]]
    if faults:
        return Found(Outcome.QUARANTINE, f"{len(rows)} rows, {'; '.join(faults)}")
    words = Words("en", "CNY")
    unusual = [note for note in raw.notes if (note.name, note.detail) not in ORDINARY]
    said = "; ".join(words(f"read_note.{note.name}", detail=note.detail) for note in unusual)
    sound = [{name: row[name] for name in NAMES} for row in rows]
    message = f"{len(rows)} rows, {list(sound[0].values())}; {said}"
    if any(note.outcome == "warning" for note in unusual):
        return Found(Outcome.WARN, message)
    return Found(Outcome.FIX if unusual else Outcome.ACCEPT, message)


def read_text(folder: Path, text: str | bytes, **declared: object) -> Found:
    """Write a text as orders.csv, and read it."""
    path = folder / "orders.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, **declared)


def both(one: Found, other: Found) -> Found:
    """What two files of one case got, which must be the same."""
    assert one.outcome == other.outcome, f"{one} {other}"
    return Found(one.outcome, f"{one.message} {other.message}")


FIRST = "3 rows, ['1', '茶', '2026-01-02', '12.50']"


@case(1, "GB18030", Outcome.FIX, FIRST, "encoding detected: gb18030")
def gb18030(folder: Path) -> Found:
    return read_text(folder, TEXT.encode("gb18030"))


@case(2, "GBK and UTF-8 mixed", Outcome.STOP, "line 5, byte 3", "line 2, byte 3 (0xB2)", "UTF-8")
def mixed_encodings(folder: Path) -> Found:
    return read_text(folder, TEXT.encode("gb18030") + "4,茶叶,2026-01-02,5\n".encode())


@case(3, "Latin-1 that is not declared", Outcome.STOP, "line 2, byte 4 (0xFC)", "'encoding'")
def latin_1(folder: Path) -> Found:
    return read_text(folder, (HEADER + "1,Müller,2026-01-02,5\n").encode("latin-1"))


@case(4, "UTF-8 with a byte-order mark", Outcome.ACCEPT, FIRST)
def byte_order_mark(folder: Path) -> Found:
    return read_text(folder, "\ufeff" + TEXT)


@case(5, "UTF-16", Outcome.FIX, FIRST, "encoding detected: utf-16")
def utf_16(folder: Path) -> Found:
    return read_text(folder, TEXT.encode("utf-16"))


@case(6, "UTF-16 without a byte-order mark", Outcome.STOP, "orders.csv", "encoding: utf-16")
def utf_16_without_mark(folder: Path) -> Found:
    return read_text(folder, TEXT.encode("utf-16-le"))


@case(7, "NUL in a value", Outcome.QUARANTINE, "4 rows", "row 4: control_character")
def nul(folder: Path) -> Found:
    return read_text(folder, TEXT + "4,d\0,2026-01-02,5\n")


@case(8, "control characters in a value", Outcome.QUARANTINE, "row 4: control_character")
def control_character(folder: Path) -> Found:
    return read_text(folder, TEXT + "4,d\x1b[2J,2026-01-02,5\n")


@case(9, "empty file", Outcome.STOP, "orders.csv: the file is empty", "Export it again")
def empty_file(folder: Path) -> Found:
    return read_text(folder, "")


@case(10, "header only", Outcome.STOP, "orders.csv: the file has no rows", "Export it again")
def header_only(folder: Path) -> Found:
    return read_text(folder, HEADER)


@case(11, "HTML sign-in page", Outcome.STOP, "orders.csv, line 1", "HTML", "sign in")
def html_page(folder: Path) -> Found:
    return read_text(folder, "\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n")


@case(12, "XLSX or gzip named .csv", Outcome.STOP, "Excel", "format: excel", "gzip", "Unpack")
def other_kind_of_file(folder: Path) -> Found:
    workbook = read(write_workbook(folder / "orders.csv", {"Orders": [NAMES]}))
    packed = read_text(folder, gzip.compress(TEXT.encode()))
    return both(workbook, packed)


@case(13, "cut or fake Parquet", Outcome.STOP, "cut.parquet", "fake.parquet", "Export it again")
def broken_parquet(folder: Path) -> Found:
    pq.write_table(pa.table({name: ["1"] for name in NAMES}), folder / "whole.parquet")
    (folder / "cut.parquet").write_bytes((folder / "whole.parquet").read_bytes()[:-20])
    (folder / "fake.parquet").write_text(TEXT, encoding="utf-8")
    cut = read(folder / "cut.parquet", format="parquet")
    fake = read(folder / "fake.parquet", format="parquet")
    return both(cut, fake)


@case(14, "odd Parquet types", Outcome.STOP, "orders.parquet", "column 'amount'", "struct", "text")
def odd_parquet(folder: Path) -> Found:
    path = folder / "orders.parquet"
    pq.write_table(pa.table({name: ["1"] for name in NAMES} | {"amount": [{"net": 1.5}]}), path)
    return read(path, format="parquet")


@case(15, "zip bomb", Outcome.STOP, "orders.xlsx", "unpacks to", "Copy the table")
def zip_bomb(folder: Path) -> Found:
    path = write_workbook(folder / "orders.xlsx", {"Orders": [NAMES]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (64 << 20))
    return read(path, format="excel")


@case(16, "XLSX text bomb", Outcome.STOP, "orders.xlsx", "MB of text", "new workbook")
def text_bomb(folder: Path) -> Found:
    n_rows = 80_000
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, n_rows + 1)
    )
    path = write_workbook(
        folder / "orders.xlsx",
        {"Orders": []},
        sheet1=f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        sharedStrings=f'<sst xmlns="{MAIN}"><si><t>{"ha" * 16_000}</t></si></sst>',
    )
    return read(path, format="excel")


@case(17, "XLSX with a far cell", Outcome.STOP, "orders.xlsx", "row 1,048,576", "Delete")
def far_cell(folder: Path) -> Found:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{far}</sheetData></worksheet>'
    path = write_workbook(folder / "orders.xlsx", {"Orders": []}, sheet1=sheet)
    return read(path, format="excel")


@case(18, "XML bomb", Outcome.STOP, "orders.xlsx", "sharedStrings.xml", "entities", "new workbook")
def xml_bomb(folder: Path) -> Found:
    entities = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    strings = f'{entities}<sst xmlns="{MAIN}"><si><t>&c;</t></si></sst>'
    path = write_workbook(folder / "orders.xlsx", {"Orders": [NAMES]}, sharedStrings=strings)
    return read(path, format="excel")


@case(
    19, "semicolon or tab", Outcome.FIX, FIRST, "delimiter detected: ;", "delimiter detected: tab"
)
def other_delimiter(folder: Path) -> Found:
    semicolon = read_text(folder, TEXT.replace(",", ";"))
    tab = read_text(folder, TEXT.replace(",", "\t"))
    return both(semicolon, tab)


@case(20, "sep=; in the first line", Outcome.FIX, FIRST, "names the delimiter: ;")
def separator_line(folder: Path) -> Found:
    return read_text(folder, "sep=;\n" + TEXT.replace(",", ";"))


@case(21, "title rows", Outcome.FIX, FIRST, "title rows above the header, left out: 2")
def title_rows(folder: Path) -> Found:
    return read_text(folder, "Orders of the quarter,,,\nBy: sales, 2026-10-01\n\n" + TEXT)


@case(22, "comment rows", Outcome.FIX, FIRST, "comment lines, left out: 2")
def comment_rows(folder: Path) -> Found:
    lines = TEXT.splitlines(keepends=True)
    return read_text(folder, "".join([*lines[:2], "# checked by sales\n", *lines[2:], "# end\n"]))


@case(23, "a Total below the rows", Outcome.QUARANTINE, "4 rows", "row 4: summary_row")
def total_row(folder: Path) -> Found:
    return read_text(folder, TEXT + "Total,,,16.50\n")


@case(24, "an extra field in one row", Outcome.QUARANTINE, "4 rows", "row 4: extra_field")
def extra_field(folder: Path) -> Found:
    return read_text(folder, TEXT + "4,d,2026-01-02,12,50\n")


@case(
    25,
    "an extra field in all rows",
    Outcome.STOP,
    "orders.csv, line 2",
    "5 columns where the header has 4",
)
def extra_field_everywhere(folder: Path) -> Found:
    return read_text(folder, HEADER + ROWS.replace("\n", ",x\n"))


@case(
    26,
    "a delimiter after each row",
    Outcome.STOP,
    "orders.csv, line 2",
    "5 columns where the header has 4",
)
def trailing_delimiter(folder: Path) -> Found:
    return read_text(folder, HEADER + ROWS.replace("\n", ",\n"))


@case(27, "short row", Outcome.QUARANTINE, "4 rows", "row 2: short_row")
def short_row(folder: Path) -> Found:
    return read_text(folder, TEXT.replace("2,b,", "9,b\n2,b,"))


@case(28, "last line cut off", Outcome.STOP, "orders.csv, line 5", "Export it again")
def cut_line(folder: Path) -> Found:
    return read_text(folder, TEXT + "4,d,2026-")


@case(29, "quotation mark that is not closed", Outcome.STOP, "orders.csv, line 5", "quotation mark")
def open_quote(folder: Path) -> Found:
    return read_text(folder, TEXT + '4,"d,2026-01-02,5\n5,e,2026-01-02,5\n')


@case(30, "stray quotation mark", Outcome.STOP, "orders.csv, line 5", "quote: null")
def stray_quote(folder: Path) -> Found:
    return read_text(folder, TEXT + '4,tray 5" wide,2026-01-02,5\n')


@case(31, "line break in a value", Outcome.ACCEPT, "3 rows, ['1', 'te\\na'")
def inner_line_break(folder: Path) -> Found:
    return read_text(folder, TEXT.replace("茶", '"te\na"'))


@case(32, "mixed or lone CR", Outcome.FIX, FIRST, "mended: 2", "mended: 4")
def line_ends(folder: Path) -> Found:
    mixed = read_text(folder, TEXT.replace("-3\n", "-3\r").replace("7\n", "7\r\n"))
    lone = read_text(folder, TEXT.replace("\n", "\r"))
    return both(mixed, lone)


@case(33, "huge value", Outcome.STOP, "orders.csv, line 5", "longer than 1 MB")
def huge_value(folder: Path) -> Found:
    return read_text(folder, TEXT + f'4,"{"d" * 3_000_000}",2026-01-02,5\n')


@case(34, "two columns of one name", Outcome.STOP, "orders.csv, line 1", "amount, Amount")
def duplicate_columns(folder: Path) -> Found:
    return read_text(folder, f"{HEADER.strip()},Amount\n" + ROWS.replace("\n", ",1\n"))


@case(35, "missing column", Outcome.STOP, "line 1", "'customer_id'", "'custmer_id'", "columns:")
def missing_column(folder: Path) -> Found:
    return read_text(folder, TEXT.replace("customer_id", "custmer_id"))


@case(36, "extra column", Outcome.WARN, FIRST, "does not know: colour")
def extra_column(folder: Path) -> Found:
    return read_text(folder, f"{HEADER.strip()},colour\n" + ROWS.replace("\n", ",red\n"))


@case(37, "columns in another order", Outcome.ACCEPT, FIRST)
def reordered_columns(folder: Path) -> Found:
    lines = [",".join(reversed(line.split(","))) for line in TEXT.splitlines()]
    return read_text(folder, "\n".join(lines) + "\n")


@case(38, "header in other case, with blanks", Outcome.FIX, FIRST, "Order ID → order_id")
def header_variants(folder: Path) -> Found:
    return read_text(folder, "Order ID, CUSTOMER_ID ,order\u200b_date,Amount\n" + ROWS)


@case(39, "blank lines", Outcome.FIX, FIRST, "blank lines, left out: 3")
def blank_lines(folder: Path) -> Found:
    return read_text(folder, TEXT.replace("2,b", "\n   \n,,,\n2,b"))
