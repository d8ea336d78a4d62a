"""Headers: columns by name, however people write it, and what cannot be told apart refused."""

import pytest

from analysis.params.source_models import CsvSource
from analysis.schemas import TRANSACTIONS
from analysis.sources.header import match_header, normalize
from analysis.sources.raw import SourceError

NAMES = ["order_id", "customer_id", "order_date", "amount"]


def match(names, **declared):
    source = CsvSource.model_validate({"format": "csv", "location": "/orders.csv", **declared})
    return match_header(TRANSACTIONS, source, names, "orders.csv", 1)


@pytest.mark.parametrize(
    "name", ["Order ID", " ORDER_ID ", "order\u200b_id", "order-id", "\ufefforder_id", "Ｏrder id"]
)
def test_names_that_people_read_alike(name):
    header = match([name, *NAMES[1:]])
    assert header.columns["order_id"] == (name,)
    assert [note.name for note in header.notes] == ["renamed_columns"]


def test_a_name_as_it_is_written_comes_first():
    header = match([*NAMES, "Net Amount"], columns={"amount": "Net Amount"})
    assert header.columns["amount"] == ("Net Amount",)
    assert header.extra == ("amount",)


def test_the_first_alias_that_the_file_has_is_taken():
    aliases = {"customer_id": ("AccountId", "Account ID")}
    header = match(["order_id", "Account ID", "order_date", "amount"], aliases=aliases)
    assert header.columns["customer_id"] == ("Account ID",)
    assert header.notes == ()


def test_columns_that_choose_rows_are_read_too():
    header = match([*NAMES, "Stage"], only={"Stage": ("Won",)})
    assert header.columns["only_0"] == ("Stage",)
    assert header.extra == ()
    with pytest.raises(SourceError, match="no column 'Stage'"):
        match(NAMES, only={"Stage": ("Won",)})


def test_extra_columns_are_a_warning_and_a_long_list_is_cut():
    header = match([*NAMES, *(f"x{i}" for i in range(40))])
    (note,) = header.notes
    assert (note.name, note.outcome) == ("extra_columns", "warning")
    assert note.detail.endswith("x29 and 10 more")
    assert len(header.extra) == 40


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([*NAMES, " \u200b"], "line 1: column 5 of 5 has no name"),
        ([*NAMES, "Order Id"], "the same name: order_id, Order Id"),
        (["order_id", "cust_id", "order_date", "amount"], "Did you mean 'cust_id'"),
    ],
)
def test_what_cannot_be_told_apart(names, message):
    with pytest.raises(SourceError, match=message):
        match(names)


def test_a_row_of_data_in_place_of_a_header_is_not_shown():
    with pytest.raises(SourceError, match="list them under 'header'") as caught:
        match(["1", "Wang Xiaoming", "2026-01-02", "5"])
    assert "Wang" not in str(caught.value)


def test_declared_columns_must_be_there():
    with pytest.raises(SourceError, match="no column 'Kanal'"):
        match(NAMES, columns={"channel": "Kanal"})


def test_chinese_names_stay_apart():
    assert normalize("客户编号") != normalize("客户名称")
