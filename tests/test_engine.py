"""The engine: spilling, Parquet and CSV, and the two functions that Ibis does not have."""

import csv
from datetime import date, datetime
from decimal import Decimal
from itertools import permutations
from math import ceil

import ibis
import pytest

from analysis import engine


def setting(connection, name: str) -> str:
    return connection.raw_sql(f"SELECT current_setting('{name}')").fetchall()[0][0]


def test_memory_is_capped_and_spills_to_scratch(tmp_path):
    scratch = tmp_path / "deep" / "scratch"
    connection = engine.connect(scratch)
    assert scratch.is_dir()
    assert setting(connection, "temp_directory") == str(scratch)
    assert setting(connection, "memory_limit") != setting(ibis.duckdb.connect(), "memory_limit")


def test_parquet_keeps_types_and_order(connection, tmp_path):
    rows = [{"id": n, "day": date(2026, 1, n), "amount": Decimal(f"{n}.0001")} for n in (3, 1, 2)]
    schema = {"id": "int64", "day": "date", "amount": "decimal(18, 4)"}
    path = tmp_path / "new folder" / "rows.parquet"
    engine.write_parquet(connection, ibis.memtable(rows, schema=schema), path)
    assert engine.read_parquet(connection, path).to_pyarrow().to_pylist() == rows


def test_csv_has_a_header_and_quotes_what_needs_it(connection, tmp_path):
    path = tmp_path / "new folder" / "rows.csv"
    texts = ["plain", 'comma, quote " and\nbreak', "中文"]
    engine.write_csv(connection, ibis.memtable({"text": texts}), path)
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["text"], *([text] for text in texts)]


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("2026-09-30", "%Y-%m-%d", datetime(2026, 9, 30)),
        ("30/9/2026", "%d/%m/%Y", datetime(2026, 9, 30)),
        ("20260930", "%Y%m%d", datetime(2026, 9, 30)),
        ("2026年9月30日", "%Y年%m月%d日", datetime(2026, 9, 30)),
        ("2026-09-30 23:59", "%Y-%m-%d %H:%M", datetime(2026, 9, 30, 23, 59)),
        ("2026-02-30", "%Y-%m-%d", None),
        ("2026-09-30 23:59", "%Y-%m-%d", None),
        ("09/30/2026", "%d/%m/%Y", None),
        ("", "%Y-%m-%d", None),
    ],
)
def test_timestamps_are_read_in_the_pattern_or_not_at_all(connection, text, pattern, expected):
    moment = engine.parse_timestamp(ibis.literal(text), pattern)
    assert connection.to_pyarrow(moment).as_py() == expected


@pytest.mark.parametrize("n_parts", [5, 10])
def test_quantile_is_the_smallest_value_that_holds_the_share(n_parts):
    for n in range(1, 22):
        values = ibis.memtable({"v": list(range(n, 0, -1))}).v
        quantiles = {f"q{k}": engine.quantile(values, k / n_parts) for k in range(1, n_parts)}
        found = values.as_table().agg(**quantiles).to_pyarrow().to_pylist()[0]
        assert list(found.values()) == [ceil(k * n / n_parts) for k in range(1, n_parts)], n


def test_the_exact_sum_does_not_depend_on_the_order_of_rows():
    values = [1e15, 0.1, -1e15, 0.2, 1 / 3]
    found = {
        engine.exact_sum(ibis.memtable({"v": list(order)}).v).as_table().to_pyarrow()[0][0].as_py()
        for order in permutations(values)
    }
    assert len(found) == 1
    assert found.pop() == pytest.approx(0.1 + 0.2 + 1 / 3, abs=1e-9)


def test_quantile_keeps_money_exact():
    amounts = ibis.memtable({"v": [Decimal("0.1"), Decimal("0.3")]}, schema={"v": "decimal(18, 4)"})
    assert amounts.agg(q=engine.quantile(amounts.v, 0.5)).to_pyarrow()["q"][0].as_py() == Decimal(
        "0.1"
    )


def test_a_moment_with_a_zone_falls_on_the_same_day_everywhere(connection):
    moment = ibis.literal("2026-09-30 23:30:00+00:00").cast("timestamp('UTC')")
    assert connection.execute(moment.date()).date() == date(2026, 9, 30)
    assert connection.raw_sql("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
