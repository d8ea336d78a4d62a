"""Parquet files: columns by name, types kept, and files that are none refused."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.params.source_models import ParquetSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import SourceError, count_lines, read_table

NAMES = ["order_id", "customer_id", "order_date", "amount"]
ORDERS = {
    "order_id": [1, 2],
    "customer_id": ["c", None],
    "order_date": [date(2026, 1, 2), None],
    "amount": [Decimal("12.50"), Decimal("-3.00")],
}


@pytest.fixture
def read(connection, tmp_path):
    def read(*contents: dict | bytes, name: str = "orders.parquet", **declared):
        paths: list[Path] = []
        for i, content in enumerate(contents):
            paths.append(tmp_path / f"{i}" / name)
            paths[-1].parent.mkdir()
            if isinstance(content, bytes):
                paths[-1].write_bytes(content)
            else:
                pq.write_table(pa.table(content), paths[-1])
        location = [str(path) for path in paths]
        source = ParquetSource.model_validate(
            {"format": "parquet", "location": tuple(location), **declared}
        )
        return read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")

    return read


def rows_of(raw) -> list[tuple]:
    table = raw.table.order_by("source_row").select(NAMES)
    return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]


def test_types_are_kept(read):
    raw = read({**ORDERS, "note": ["x", "y"]})
    assert rows_of(raw) == [
        (1, "c", date(2026, 1, 2), Decimal("12.50")),
        (2, None, None, Decimal("-3.00")),
    ]
    assert raw.table.schema()["amount"] == ibis.dtype("decimal(4, 2)")
    assert raw.extra_columns == ("note",)
    lines = count_lines(raw, raw.table).order_by("source_row")
    assert lines.to_pyarrow()["source_line"].to_pylist() == [1, 2]


def test_columns_under_other_names(read):
    days = [datetime(2026, 1, 2, 9), datetime(2026, 1, 3, 9)]
    renamed = {"id": [1, 2], "shop": ["a", "b"], "order_date": days, "amount": [1.0, 2.0]}
    raw = read(renamed, columns={"order_id": ("shop", "id"), "customer_id": "id"})
    assert [row[:2] for row in rows_of(raw)] == [("a-1", 1), ("b-2", 2)]


def test_an_id_that_became_a_number_is_text_again(read):
    raw = read({**ORDERS, "customer_id": [123.0, None], "order_id": [1.5, 2.0**60]})
    assert [row[:2] for row in rows_of(raw)] == [("1.5", "123"), ("1152921504606846976", None)]


def test_several_files_are_one_table(read):
    raw = read(ORDERS, {**ORDERS, "order_id": [3, 4]})
    assert [row[0] for row in rows_of(raw)] == [1, 2, 3, 4]
    lines = count_lines(raw, raw.table).order_by("source_row").to_pyarrow()
    assert lines["source_row"].to_pylist() == [1, 2, 3, 4]
    assert lines["source_line"].to_pylist() == [1, 2, 1, 2]


def test_a_column_that_one_file_lacks_is_named(read):
    with pytest.raises(SourceError, match="there is no column for channel"):
        read({**ORDERS, "channel": ["web", "shop"]}, ORDERS)


def test_a_column_of_two_kinds_is_named(read):
    with pytest.raises(SourceError, match="'amount' holds text, but number in orders"):
        read(ORDERS, {**ORDERS, "amount": ["1", "2"]})


@pytest.mark.parametrize("content", [b"x", b"order_id,customer_id" * 20, b"PAR1" * 20])
def test_a_file_that_is_no_parquet(read, content):
    with pytest.raises(SourceError, match=r"^orders\.parquet: this is not a Parquet file"):
        read(content)


def test_an_empty_file(read):
    with pytest.raises(SourceError, match=r"^orders\.parquet: the file is empty"):
        read(b"")


def test_a_file_without_rows(read):
    with pytest.raises(SourceError, match="the file has no rows"):
        read({name: pa.array([], pa.string()) for name in NAMES})


def test_a_damaged_page_is_met_at_once(read, tmp_path):
    path = tmp_path / "whole.parquet"
    ids = [f"{i:09}" for i in range(1000)]
    pq.write_table(pa.table(dict.fromkeys(NAMES, ids)), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[100:200] = bytes(100)
    with pytest.raises(SourceError, match="a part of the file cannot be read"):
        read(bytes(content))


@pytest.mark.parametrize(
    ("values", "kind"),
    [([[1.0], [2.0]], "list"), ([{"net": 1}, None], "struct"), ([b"1", b"2"], "binary")],
)
def test_a_type_that_no_table_has_is_named(read, values, kind):
    with pytest.raises(SourceError, match=f"column 'amount' holds values of the type {kind}"):
        read({**ORDERS, "amount": values})


def test_an_odd_type_that_nobody_reads_is_no_matter(read):
    assert len(rows_of(read({**ORDERS, "tags": [["a"], []]}))) == 2


def test_a_missing_column_is_named(read):
    with pytest.raises(SourceError, match="no column 'amount'"):
        read({name: ORDERS[name] for name in NAMES if name != "amount"})


@pytest.mark.parametrize("name", ["orders [1].parquet", "orders (2026?).parquet", "订单.parquet"])
def test_signs_in_a_file_name_mean_nothing(read, name):
    assert len(rows_of(read(ORDERS, name=name))) == 2
