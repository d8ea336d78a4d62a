"""Files that are in order, in twenty dialects: none is stopped, and none is warned of."""

import pytest

from analysis.schemas import CUSTOMERS, TRANSACTIONS
from analysis.sources import read_table

ORDERS = """\
order_id,customer_id,order_date,amount,product
1001,C-1,2026-01-02,12.50,Longjing green tea
1002,C-2,2026-01-03,-3,"Gaiwan set, white"
1002,C-2,2026-01-03,8.00,"Cup ""Celadon"" blue"
#1003,Total,2026-01-04,0,"two
lines"
1004,总计,2026-01-05,1e3,NA
"""
CUSTOMER_LIST = """customer_id,name,industry,created_at
C-1,灯笼茶家居有限公司,零售,2025-01-02
C-2,王小明,零售,2025-01-03
C-3,婷婷鑫磊商贸,批发,2025-01-04
"""
TOTALS = "customer_id,name,created_at\nC-1,Total,\nC-2,合计,\n"
UNQUOTED = (
    ORDERS.replace('"two\nlines"', "two lines")
    .replace('"Cup ""Celadon"" blue"', "Cup")
    .replace('"Gaiwan set, white"', "Gaiwan set white")
)


def told(delimiter: str, text: str = UNQUOTED) -> str:
    return text.replace(",", delimiter)


@pytest.mark.parametrize(
    ("content", "dialect", "schema"),
    [
        pytest.param(ORDERS, {}, TRANSACTIONS, id="comma"),
        pytest.param(ORDERS.rstrip("\n"), {}, TRANSACTIONS, id="no line end after the last row"),
        pytest.param(told(";"), {}, TRANSACTIONS, id="semicolon"),
        pytest.param(told(";").replace(".", ","), {"decimal": ","}, TRANSACTIONS, id="decimal"),
        pytest.param(told("\t"), {}, TRANSACTIONS, id="tab"),
        pytest.param(told("|"), {}, TRANSACTIONS, id="bar"),
        pytest.param(told("^"), {"delimiter": "^"}, TRANSACTIONS, id="declared delimiter"),
        pytest.param(told("\x01"), {"delimiter": "\x01"}, TRANSACTIONS, id="control delimiter"),
        pytest.param(ORDERS.replace('"', "'").replace("''", '"'), {"quote": "'"}, TRANSACTIONS,
                     id="apostrophes"),
        pytest.param(ORDERS.replace("\n", "\r\n"), {}, TRANSACTIONS, id="CRLF"),
        pytest.param(ORDERS.replace("\n", "\r\n").replace("two\r\n", "two\n"), {}, TRANSACTIONS,
                     id="CRLF with LF in a value"),
        pytest.param("\ufeff" + ORDERS, {}, TRANSACTIONS, id="byte-order mark"),
        pytest.param(ORDERS.encode("utf-16"), {}, TRANSACTIONS, id="UTF-16"),
        pytest.param(CUSTOMER_LIST, {}, CUSTOMERS, id="Chinese in UTF-8"),
        pytest.param(CUSTOMER_LIST.encode("gb18030"), {}, CUSTOMERS, id="Chinese in GB18030"),
        pytest.param(CUSTOMER_LIST.replace("王小明", "Zoë Müller").encode("cp1252", "ignore"),
                     {"encoding": "cp1252"}, CUSTOMERS, id="declared Western text"),
        pytest.param(TOTALS, {}, CUSTOMERS, id="customers called Total"),
        pytest.param(UNQUOTED.replace(",", "  ").replace("Gaiwan set white", "Gaiwan")
                     .replace("Longjing green tea", "tea").replace("two lines", "two"),
                     {"delimiter": "whitespace"}, TRANSACTIONS, id="blanks"),
        pytest.param(ORDERS.split("\n", 1)[1],
                     {"header": ("order_id", "customer_id", "order_date", "amount", "product")},
                     TRANSACTIONS, id="no header"),
        pytest.param("产品,金额,日期,客户,单号\n茶,5,2026-01-02,C-1,1\n茶,6,2026-01-02,C-2,2\n",
                     {"columns": {"product": "产品", "amount": "金额", "order_date": "日期",
                                  "customer_id": "客户", "order_id": "单号"}},
                     TRANSACTIONS, id="Chinese column names"),
    ],
)  # fmt: skip
def test_a_file_in_order_is_read_without_a_warning(
    connection, write_source, tmp_path, content, dialect, schema
):
    source = write_source(content, **dialect)
    raw = read_table(connection, schema, source, tmp_path)
    found = raw.table.to_pyarrow()
    assert found["read_fault"].null_count == len(found) > 1
    assert {note.name for note in raw.notes} <= {"detected_encoding", "detected_delimiter"}
    assert all(note.outcome == "fixed" for note in raw.notes)
