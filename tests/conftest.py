"""What the tests share: the engine, small files and tables, and the CDNOW customers."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, settings
from ibis.backends.duckdb import Backend

from analysis import cleaning, customers, engine, sources, value
from analysis.cleaning import Cleaned, CleaningSettings
from analysis.params import load_params
from analysis.params.source_models import CsvSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import RawTable
from analysis.value import ValueModels

# Each example asks the engine, so there are few; they are the same on every machine, and a failing
# one is shown as it is, since making it smaller would take minutes.
settings.register_profile(
    "engine",
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)

ROOT = Path(__file__).parents[1]
CDNOW_AS_OF = date(1997, 9, 30)


def make_review(out: Path, *arguments: str) -> None:
    """Make a review as a user does, by its command."""
    command = [sys.executable, "-m", "analysis.cli", "report", "--out", str(out), *arguments]
    completed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert completed.returncode == 0, completed.stderr


@pytest.fixture(scope="session")
def out(tmp_path_factory) -> Path:
    """Where the whole reviews of these tests are."""
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="session")
def cdnow(out) -> Path:
    """The review of the CDNOW customers."""
    make_review(out, "--params", "params/cdnow.yml")
    return out / "cdnow"


@pytest.fixture(scope="session")
def demo(out) -> Path:
    """The review of the demo company, by the renderer that every machine has."""
    make_review(out, "--set", "report.renderer=embedded")
    return out / "demo"


@pytest.fixture(scope="session")
def connection(tmp_path_factory) -> Iterator[Backend]:
    connection = engine.connect(tmp_path_factory.mktemp("engine"))
    yield connection
    connection.disconnect()


@pytest.fixture(scope="session")
def write_source(tmp_path_factory) -> Callable[..., CsvSource]:
    """Write a text file, and declare it in the dialect that the keywords give."""

    def write(content: str | bytes, *, name: str = "orders.csv", **dialect: object) -> CsvSource:
        path = tmp_path_factory.mktemp("source") / name
        encoding = str(dialect.get("encoding", "utf-8"))
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return CsvSource.model_validate({"format": "csv", "location": str(path), **dialect})

    return write


@pytest.fixture(scope="session")
def read(connection, write_source, tmp_path_factory) -> Callable[..., RawTable]:
    """Read a text file as transactions."""

    def read(content: str | bytes, **dialect: object) -> RawTable:
        source = write_source(content, **dialect)
        scratch = tmp_path_factory.mktemp("scratch")
        return sources.read_table(connection, TRANSACTIONS, source, scratch)

    return read


@pytest.fixture(scope="session")
def store(connection) -> Callable[[str, ir.Table], ir.Table]:
    """Compute a table once, as a notebook's workspace does, but in memory."""
    numbers = count()

    def store(name: str, table: ir.Table) -> ir.Table:
        unique = f"{name.replace('.', '_')}_{next(numbers)}"
        return connection.create_table(unique, table, temp=True)

    return store


@pytest.fixture(scope="session")
def clean(read, store) -> Callable[..., Cleaned]:
    """Read and clean a text file of transactions, as of 2026-09-30."""

    def clean(
        content: str | bytes,
        as_of: date = date(2026, 9, 30),
        exported_on: date | None = None,
        duplicates: str = "keep",
        **dialect: object,
    ) -> Cleaned:
        raw_tables = {"transactions": read(content, **dialect)}
        wanted = CleaningSettings(as_of, "CNY", exported_on, duplicates)
        return cleaning.clean_tables(raw_tables, wanted, store)["transactions"]

    return clean


@pytest.fixture(scope="session")
def order_lines() -> Callable[..., ir.Table]:
    """Make clean transactions of (customer, order, day, amount); less than nothing is a return."""

    def make(lines: Iterable[tuple[str, str, date, object]]) -> ir.Table:
        ids, orders, days, amounts = zip(*lines, strict=True) if lines else ((), (), (), ())
        exact = [Decimal(str(amount)) for amount in amounts]
        columns = {
            "customer_id": pa.array(ids, pa.string()),
            "order_id": pa.array(orders, pa.string()),
            "order_date": pa.array(days, pa.date32()),
            "amount": pa.array(exact, pa.decimal128(18, 4)),
            "is_return": pa.array([amount < 0 for amount in exact], pa.bool_()),
        }
        return ibis.memtable(pa.table(columns))

    return make


@pytest.fixture(scope="session")
def cdnow_transactions(connection, store, tmp_path_factory) -> ir.Table:
    """CDNOW's purchases up to the end of the calibration period."""
    source = load_params(ROOT / "params/cdnow.yml").sources.transactions
    raw = sources.read_table(connection, TRANSACTIONS, source, tmp_path_factory.mktemp("cdnow"))
    wanted = CleaningSettings(CDNOW_AS_OF, "USD")
    cleaned = cleaning.clean_tables({"transactions": raw}, wanted, store)
    return store("cdnow_transactions", cleaned["transactions"].kept)


@pytest.fixture(scope="session")
def cdnow_summary(connection, cdnow_transactions) -> ir.Table:
    """CDNOW's 2,357 customers after 39 weeks."""
    summary = customers.summarize_customers(
        cdnow_transactions, CDNOW_AS_OF, date(1996, 10, 1), date(1997, 7, 1)
    )
    return connection.create_table("cdnow_summary", summary, temp=True)


@pytest.fixture(scope="session")
def cdnow_patterns(cdnow_summary) -> pd.DataFrame:
    return value.count_patterns(cdnow_summary)


@pytest.fixture(scope="session")
def cdnow_models(cdnow_summary) -> ValueModels:
    """All models of CDNOW by maximum likelihood, with time in weeks, as in the papers."""
    return value.fit_models(cdnow_summary, time_unit_days=7, prior="none")
