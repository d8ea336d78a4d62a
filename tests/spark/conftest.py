"""What the tests on Spark share: the demo company's order lines on both engines."""

from datetime import date

import ibis
import pandas as pd
import pytest

from analysis import customers, demo, engine
from analysis.params import Quarter
from analysis.params.models import Demo
from analysis.params.rfm_models import Rfm
from analysis.segmentation import rfm

QUARTER = Quarter.parse("2026Q3")
SCORINGS = rfm.choose_scorings(Rfm())


@pytest.fixture(scope="session")
def lines(tmp_path_factory) -> pd.DataFrame:
    """The demo company's usable order lines."""
    folder = tmp_path_factory.mktemp("demo")
    demo.write_company(Demo(seed=7, customers=300, folder=str(folder)), QUARTER)
    read = pd.read_csv(folder / "transactions.csv", dtype=str)
    read["order_date"] = pd.to_datetime(read["order_date"], errors="coerce")
    read["amount"] = pd.to_numeric(read["amount"], errors="coerce")
    return read.dropna(subset=["customer_id", "order_date", "amount"])


@pytest.fixture(scope="session")
def spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="session")
def both(lines, spark, tmp_path_factory) -> tuple[ibis.Table, ibis.Table]:
    """The order lines on DuckDB and on Spark."""
    path = tmp_path_factory.mktemp("lines") / "transactions.parquet"
    connection = engine.connect(tmp_path_factory.mktemp("spill"))
    table = ibis.memtable(lines)
    typed = table.mutate(
        order_date=table.order_date.date(),
        amount=table.amount.cast("decimal(18, 4)"),
        is_return=table.amount < 0,
    )
    engine.write_parquet(connection, typed, path)
    return engine.read_parquet(connection, path), spark.read_parquet(path)


def summary_of(lines: ibis.Table, quarter: Quarter) -> ibis.Table:
    return customers.summarize_customers(
        lines, quarter.last_day, quarter.months_back(12), quarter.first_day
    )


@pytest.fixture(scope="session")
def stored(tmp_path_factory):
    """Compute a table once, so that what builds on it is quick."""

    def store(table: ibis.Table) -> ibis.Table:
        path = tmp_path_factory.mktemp("stored") / "table.parquet"
        connection = ibis.get_backend(table)
        connection.to_parquet(table, path)
        return connection.read_parquet(path)

    return store


def compare(one: pd.DataFrame, other: pd.DataFrame, key: list[str]) -> None:
    """Equal rows, whatever their order; only floats may differ in their last digits."""

    def plain(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame.sort_values(key, ignore_index=True)[sorted(frame.columns)]
        for column in rows:
            values = rows[column]
            if values.map(lambda v: isinstance(v, date)).any():
                rows[column] = values.astype(str)
            elif not values.map(lambda v: isinstance(v, str)).any():
                rows[column] = pd.to_numeric(values.astype(object).where(values.notna(), None))
                rows[column] = rows[column].astype(float)
            else:
                rows[column] = values.astype(object).where(values.notna(), None)
        return rows

    assert len(one) > 0
    pd.testing.assert_frame_equal(plain(one), plain(other), rtol=1e-9, check_dtype=False)


@pytest.fixture(scope="session")
def summaries(both, stored):
    return tuple(stored(summary_of(lines, QUARTER)) for lines in both)


@pytest.fixture(scope="session")
def scores(summaries, stored):
    return tuple(
        stored(rfm.score_maps(s, rfm.find_map_cuts(s, SCORINGS), SCORINGS, "grid"))
        for s in summaries
    )
