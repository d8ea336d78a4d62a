"""CSV files: every dialect gives the same rows, each with the line on which it begins."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import engine
from analysis.params.source_models import CsvSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import SourceError, count_lines, read_table

NAMES = ["order_id", "customer_id", "order_date", "amount"]
HEADER = ",".join(NAMES)
UTF_16 = {"encoding": "utf-16"}
ROWS = [("1", "茶", "2026-01-02", "12.50"), ("2", "b", "2026-01-03", "-3")]
BODY = "1,茶,2026-01-02,12.50\n2,b,2026-01-03,-3\n"
TEXT = f"{HEADER}\n{BODY}"


def rows_of(raw) -> list[tuple]:
    """The required columns of a raw table, in the file's order."""
    table = raw.table.order_by("source_row").select(NAMES)
    return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]


def lines_of(raw) -> list[int]:
    """The line of each row, in the file's order."""
    found = count_lines(raw, raw.table).order_by("source_row")
    return found.to_pyarrow()["source_line"].to_pylist()


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        pytest.param(TEXT, {}, id="plain"),
        pytest.param(TEXT.rstrip("\n"), {}, id="no line break at the end"),
        pytest.param(TEXT.replace(",", ";"), {"delimiter": ";"}, id="semicolon"),
        pytest.param(TEXT.replace(",", "\t"), {"delimiter": "\t"}, id="tab"),
        pytest.param(TEXT.replace(",", "|"), {"delimiter": "|"}, id="bar"),
        pytest.param(TEXT.replace(",", " \t "), {"delimiter": "whitespace"}, id="blanks"),
        pytest.param(
            "\n " + TEXT.replace(",", "  ").replace("\n", " \n\n "),
            {"delimiter": "whitespace"},
            id="blanks around lines and blank lines",
        ),
        pytest.param(BODY, {"header": NAMES}, id="no header"),
        pytest.param(
            BODY.replace(",", " "),
            {"header": NAMES, "delimiter": "whitespace"},
            id="blanks, no header",
        ),
        pytest.param(TEXT.replace("茶", '"茶"'), {}, id="quoted"),
        pytest.param(TEXT.replace("茶", "'茶'"), {"quote": "'"}, id="quoted by apostrophes"),
        pytest.param(crlf(TEXT), {}, id="CRLF"),
        pytest.param(TEXT.replace("\n", "\r"), {}, id="CR"),
        pytest.param(TEXT.replace("50\n", "50\r\n"), {}, id="mixed line ends"),
        pytest.param("\ufeff" + TEXT, {}, id="BOM"),
        pytest.param(
            b"\xef\xbb\xbf" + BODY.encode(),
            {"header": NAMES},
            id="BOM without header",
        ),
        pytest.param(TEXT, {"encoding": "gb18030"}, id="gb18030"),
        pytest.param(crlf(TEXT), UTF_16, id="utf-16"),
        pytest.param(
            b"\xfe\xff" + TEXT.encode("utf-16-be"),
            {"encoding": "utf-16"},
            id="utf-16-be",
        ),
        pytest.param("\n\n" + TEXT.replace("\n", "\n\n"), {}, id="blank lines"),
        pytest.param(TEXT.replace("customer_id", " customer_id "), {}, id="blanks in the header"),
        pytest.param("Orders\n\n" + TEXT, {}, id="title"),
        pytest.param("Orders,,\n" + TEXT, {"skip_rows": 1}, id="declared title"),
        pytest.param("sep=;\n" + TEXT.replace(",", ";"), {}, id="sep="),
        pytest.param("!made by hand\n" + TEXT + "!\n", {"comment": "!"}, id="comments"),
        pytest.param(TEXT.replace(",", ";"), {}, id="semicolon, not declared"),
        pytest.param(TEXT.replace(",", "\t"), {}, id="tab, not declared"),
        pytest.param(TEXT.replace(",", "|"), {}, id="bar, not declared"),
        pytest.param(BODY.replace(",", ";"), {"header": NAMES}, id="semicolon, no header"),
        pytest.param(TEXT.encode("gb18030"), {}, id="gb18030, not declared"),
        pytest.param(TEXT.encode("utf-16"), {}, id="utf-16, not declared"),
        pytest.param(TEXT.encode("utf-16-be"), {"encoding": "utf-16"}, id="utf-16 without mark"),
    ],
)
def test_every_dialect_gives_the_same_rows(read, content, dialect):
    assert rows_of(read(content, **dialect)) == ROWS


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_encodings(read, encoding):
    raw = read(f"{HEADER}\n1,Zoë,2026-01-02,5\n", encoding=encoding)
    assert rows_of(raw)[0][1] == "Zoë"


def test_without_a_quote_sign_quotation_marks_are_text(read):
    raw = read(f'{HEADER}\n1,"a,2026-01-02,5\n2,b"",2026-01-02,5\n', quote=None)
    assert [row[1] for row in rows_of(raw)] == ['"a', 'b""']


def test_doubled_quotes_delimiters_and_breaks_stay_in_a_quoted_field(read):
    raw = read(f'{HEADER}\n1,"a ""x"", b\nc",2026-01-02,5\n')
    assert rows_of(raw)[0][1] == 'a "x", b\nc'


def test_nothing_is_guessed(read):
    raw = read(f"{HEADER}\n007,NA,01/02/2026,1e5\n#8,null,,\n")
    assert rows_of(raw) == [("007", "NA", "01/02/2026", "1e5"), ("#8", "null", None, None)]


def test_columns_are_found_by_name(read):
    raw = read("amount,note,order_date,customer_id,order_id\n5,x,2026-01-02,c,1\n")
    assert rows_of(raw) == [("1", "c", "2026-01-02", "5")]
    assert "note" not in raw.table.columns


def test_columns_under_other_names(read):
    columns = {"customer_id": "客户", "amount": "金额", "channel": "amount"}
    raw = read("order_id,客户,order_date,金额,amount\n1,c,2026-01-02,5,web\n", columns=columns)
    assert rows_of(raw) == [("1", "c", "2026-01-02", "5")]
    assert raw.table.channel.to_pyarrow().to_pylist() == ["web"]


def test_composite_ids_are_joined_and_need_every_part(read):
    columns = {"customer_id": ["shop", "number"]}
    lines = ["1,a,7,2026-01-02,5", "2,a,,2026-01-02,5", "3, ,7,2026-01-02,5"]
    text = "\n".join(["order_id,shop,number,order_date,amount", *lines])
    assert [row[1] for row in rows_of(read(text, columns=columns))] == ["a-7", None, None]


def test_parts_of_an_id_may_be_the_same_column(read):
    raw = read(TEXT, columns={"order_id": ["customer_id", "order_date"]})
    assert [row[0] for row in rows_of(raw)] == ["茶-2026-01-02", "b-2026-01-03"]


def test_a_missing_column_is_named_with_what_is_there(read):
    with pytest.raises(SourceError) as caught:
        read("order_id,custmer_id,order_date,amount\n1,c,2026-01-02,5\n")
    message = str(caught.value)
    assert "no column 'customer_id'" in message
    assert "Did you mean 'custmer_id'?" in message
    assert "There are: order_id, custmer_id, order_date, amount." in message


def test_an_optional_column_may_be_absent_unless_it_was_declared(read):
    assert "channel" not in read(TEXT).table.columns
    with pytest.raises(SourceError, match="no column 'Kanal'"):
        read(TEXT, columns={"channel": "Kanal"})


@pytest.mark.parametrize(
    ("encoding", "bad"),
    [
        ("utf-8", b"\xff\xfe"),
        ("gb18030", b"\xff\xff"),
        ("cp1252", b"\x81"),
        ("utf-16", b"\x00\xdc"),
    ],
)
@pytest.mark.parametrize("n_lines", [1, 2, 4_000])
def test_text_in_another_encoding_is_found_at_its_line(read, encoding, bad, n_lines):
    good = "\n".join([HEADER, *(f"{n},c,2026-01-02,5" for n in range(1, n_lines))])
    content = (good + "\n").encode(encoding) + bad
    with pytest.raises(SourceError) as caught:
        read(content, encoding=encoding)
    assert str(caught.value).startswith(f"orders.csv, line {n_lines + 1}, byte 1 (0x")
    assert f"this is not {encoding} text" in str(caught.value)


def test_utf_16_cut_in_the_middle_of_a_sign(read):
    with pytest.raises(SourceError, match=r"line 4, byte 1 \(0x32\): this is not utf-16 text"):
        read(TEXT.encode("utf-16") + b"2", encoding="utf-16")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (f"{HEADER},\n", "line 1: column 5 of 5 has no name"),
        (f"\n{HEADER},Amount\n", "line 2: more than one column has the same name: amount, Amount"),
    ],
)
def test_a_header_that_names_no_columns(read, content, message):
    with pytest.raises(SourceError, match=message):
        read(content)


@settings(settings.get_profile("engine"))
@given(
    records=st.lists(st.tuples(st.text('ab", \n茶'), st.integers(0, 2)), min_size=1, max_size=8),
    line_break=st.sampled_from(["\n", "\r\n", "\r"]),
    has_header=st.booleans(),
    is_ended=st.booleans(),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_lines_are_the_lines_of_the_file(read, records, line_break, has_header, is_ended, encoding):
    """Whatever fields hold, and wherever blank lines stand."""
    text = io.StringIO(f"\n{HEADER}\n" if has_header else "")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\n")
    expected = []
    for number, (customer, n_blank) in enumerate(records):
        text.write("\n" * n_blank)
        expected.append(text.getvalue().count("\n") + 1)
        writer.writerow([number, customer, "2026-01-02", "5"])
    content = text.getvalue() if is_ended else text.getvalue().removesuffix("\n")
    dialect = {"encoding": encoding, "header": True if has_header else NAMES}
    raw = read(content.replace("\n", line_break), **dialect)
    assert [row[0] for row in rows_of(raw)] == [str(n) for n in range(len(records))]
    assert lines_of(raw) == expected


def test_some_records_keep_their_lines(read):
    raw = read(f'{HEADER}\n1,"a\nb",2026-01-02,5\n2,c,2026-01-02,5\n3,d,2026-01-02,5\n')
    found = count_lines(raw, raw.table.filter(raw.table.customer_id != "c")).to_pyarrow()
    assert sorted(found["source_line"].to_pylist()) == [2, 5]


def test_rows_of_a_file_that_is_read_in_pieces_keep_their_order(read):
    n, padding = 40_000, "x" * 1_000  # 40 MB: more than the engine reads at once
    rows = "".join(f"{i},c,2026-01-02,5,{padding}\n" for i in range(1, n + 1))
    raw = read(f"{HEADER},product\n{rows}")
    table = raw.table
    assert table.count().execute() == n
    assert table.filter(table.source_row.cast("string") != table.order_id).count().execute() == 0


def test_a_file_inside_a_package(connection, tmp_path):
    source = CsvSource.model_validate(
        {
            "format": "csv",
            "location": "package:lifetimes/datasets/CDNOW_sample.txt",
            "delimiter": "whitespace",
            "header": ["master_id", "sample_id", "order_date", "quantity", "amount"],
            "columns": {"customer_id": "sample_id", "order_id": ["sample_id", "order_date"]},
        }
    )
    raw = read_table(connection, TRANSACTIONS, source, tmp_path)
    rows = rows_of(raw)
    assert raw.file_name == "CDNOW_sample.txt"
    assert len(rows) == 6919
    assert rows[0] == ("0001-19970101", "0001", "19970101", "29.33")
    assert lines_of(raw) == list(range(1, 6920))


@pytest.mark.parametrize("name", ["orders [1].csv", "orders (2026*).csv", "客户.csv.gz"])
def test_signs_in_a_file_name_mean_nothing(read, name):
    assert rows_of(read(TEXT, name=name)) == ROWS


def test_a_row_that_the_engine_loses_stops_the_review(read, monkeypatch):
    write = engine.write_parquet
    monkeypatch.setattr(
        engine, "write_parquet", lambda c, table, path: write(c, table.limit(1), path)
    )
    with pytest.raises(SourceError, match="2 rows were counted, and 1 arrived"):
        read(TEXT)


def test_the_whole_cdnow_log(connection, tmp_path):
    """Separated by blanks, ended by CRLF, with a header of its own."""
    columns = {"order_id": ("customer_id", "date"), "order_date": "date", "amount": "dollar_value"}
    location = "package:lifetimes/datasets/CDNOW_master.txt"
    source = CsvSource.model_validate(
        {"format": "csv", "location": location, "delimiter": "whitespace", "columns": columns}
    )
    raw = read_table(connection, TRANSACTIONS, source, tmp_path)
    assert raw.table.count().execute() == 69_659
    assert raw.table.customer_id.nunique().execute() == 23_570
    assert raw.extra_columns == ("number_of_cds",)
    assert rows_of(raw)[0] == ("00001-19970101", "00001", "19970101", "11.77")
