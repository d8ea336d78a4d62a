"""Dialects: delimiter and header by their sense, and what was detected said."""

import pytest

from analysis.params.source_models import CsvSource
from analysis.schemas import TRANSACTIONS
from analysis.sources.dialect import find_dialect

NAMES = ("order_id", "customer_id", "order_date", "amount")
ROW = "1,c,2026-01-02,5"


def find(head, **declared):
    source = CsvSource.model_validate({"format": "csv", "location": "/orders.csv", **declared})
    return find_dialect(head, TRANSACTIONS, source, "orders.csv")


@pytest.mark.parametrize(
    ("head", "delimiter", "header_line"),
    [
        (f"{','.join(NAMES)}\n{ROW}\n", ",", 1),
        (f"{';'.join(NAMES)}\n1;c;2026;5,5\n2;c;2026;6,5\n", ";", 1),
        (f"a,b,c,d,e,f\n{';'.join(NAMES)}\n", ";", 2),
        (f"Report; of: all, orders\n\n{'|'.join(NAMES)}\n", "|", 3),
        ("\n\n" + "\t".join(NAMES) + "\n", "\t", 3),
        (f'"two\nlines"\n{",".join(NAMES)}\n', ",", 3),
    ],
)
def test_the_line_of_the_columns_names_decides(head, delimiter, header_line):
    found = find(head)
    assert (found.delimiter, found.header_line, found.names) == (delimiter, header_line, NAMES)


def test_a_header_may_hold_line_breaks():
    found = find('order_id,customer_id,order_date,amount,"net\nof tax"\n')
    assert found.names == (*NAMES, "net\nof tax")
    assert found.first_line == 3


def test_a_file_that_names_nothing_known_is_cut_where_most_lines_are_alike():
    found = find("a, b;c\n1;2\n3;4,5\n6;7\n")
    assert found.delimiter == ";"
    assert found.names == ("a, b", "c")


def test_without_a_header_the_number_of_columns_decides():
    found = find("1;c;2026-01-02;5,50\n2;d;2026-01-02;6,50\n", header=NAMES)
    assert (found.delimiter, found.header_line, found.first_line) == (";", None, 1)


def test_what_is_declared_is_no_news():
    head = f"Orders\n{','.join(NAMES)}\n{ROW}\n"
    assert find(head, delimiter=",", skip_rows=1).notes == ()
    assert [note.name for note in find(head).notes] == ["detected_delimiter", "skipped_title_rows"]
