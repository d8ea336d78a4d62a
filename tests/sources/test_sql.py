"""Databases: a real PostgreSQL server and a DuckDB file, and no message that holds a password."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from analysis.params.source_models import SqlSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import SourceError, read_table

USER, PASSWORD, DATABASE = "kit_reader", "s3cret", "postgres"
SERVER = "postgresql://{user}:{password}@127.0.0.1:{port}/{database}"
NAMES = ["order_id", "customer_id", "order_date", "amount"]
ORDERS = """
    CREATE SCHEMA sales;
    CREATE TABLE sales.orders AS
    SELECT i AS order_id, 'C' || i AS customer_id, DATE '2026-01-02' AS order_date,
           i * 1.25 AS amount, i % 2 = 0 AS is_return, 'x' AS colour
    FROM {rows} AS t(i);
"""


def find_program(name: str) -> str | None:
    """A program of PostgreSQL: on the path, or where Debian puts it."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *map(str, folders)]))


@pytest.fixture(scope="module")
def server() -> Iterator[dict]:
    """A PostgreSQL server of our own, with a table of orders."""
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    if not initdb or not pg_ctl:
        pytest.skip("PostgreSQL is not installed: no initdb and pg_ctl")
    as_user = []
    if os.getuid() == 0:  # the server refuses to run as root
        if not shutil.which("setpriv") or subprocess.run(["id", "postgres"]).returncode:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    # Not below pytest's folder, which nobody else may enter.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    password, cluster = folder / "password", folder / "cluster"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    run(initdb, "-D", str(cluster), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(password),
        "--no-sync", "-E", "UTF8", "--locale=C")  # fmt: skip
    options = f"-p {port} -h 127.0.0.1 -k '' -F"
    run(pg_ctl, "-D", str(cluster), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        place = {"user": USER, "password": PASSWORD, "port": port, "database": DATABASE}
        with dbapi.connect(SERVER.format(**place)) as database, database.cursor() as cursor:
            for statement in ORDERS.format(rows="generate_series(1, 1000)").split(";")[:2]:
                cursor.execute(statement)
            database.commit()
        yield place
    finally:
        run(pg_ctl, "-D", str(cluster), "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def read(connection, tmp_path, monkeypatch):
    def read(url: str, **declared):
        monkeypatch.setenv("KIT_DATABASE", url)
        source = SqlSource.model_validate({"format": "sql", "url": "KIT_DATABASE", **declared})
        return read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")

    return read


@pytest.fixture
def read_postgres(server, read):
    def read_postgres(replaced: dict | None = None, **declared):
        return read(SERVER.format(**(server | (replaced or {}))), **declared)

    return read_postgres


@pytest.fixture(scope="module")
def duckdb_url(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("duckdb") / "shop.duckdb"
    with duckdb.connect(path) as database:
        database.execute(ORDERS.format(rows="range(1, 1001)"))
    return f"duckdb:///{path}"


def rows_of(raw) -> list[tuple]:
    table = raw.table.order_by("source_row").select("source_row", *NAMES)
    return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]


def test_a_postgresql_table(read_postgres):
    raw = read_postgres(table="sales.orders")
    rows = rows_of(raw)
    assert len(rows) == 1000
    # An exact number arrives as text, so that none of its digits is lost.
    assert rows[9] == (10, 10, "C10", date(2026, 1, 2), "12.50")
    assert raw.file_name == "sales.orders"
    assert raw.extra_columns == ("colour",)
    assert raw.table.source_file.to_pyarrow().unique().to_pylist() == ["sales.orders"]


def test_a_postgresql_query_streams_in_its_order(read_postgres):
    query = (
        "SELECT i AS order_id, i AS customer_id, DATE '2026-01-02' AS order_date, 1.5 AS amount "
        "FROM generate_series(200000, 1, -1) AS t(i);"
    )
    raw = read_postgres(query=query)
    assert raw.file_name == "query"
    assert raw.table.count().execute() == 200_000
    is_in_order = raw.table.order_id == 200_001 - raw.table.source_row
    assert is_in_order.all().execute()


def test_postgresql_types(read_postgres):
    query = (
        "SELECT 'e58ed763-928c-4155-bee9-fdbaaadc15f3'::uuid AS customer_id, 1 AS order_id, "
        "'a'::varchar(3) AS product, DATE '2026-01-02' AS order_date, 1.5::float4 AS amount"
    )
    row = read_postgres(query=query).table.to_pyarrow().to_pylist()[0]
    assert row["customer_id"] == "e58ed763-928c-4155-bee9-fdbaaadc15f3"
    assert (row["product"], row["amount"]) == ("a", 1.5)


@pytest.mark.parametrize(
    ("value", "message"),
    [("12.5::text::money", "type money"), ("ARRAY[1]", "list"), ("'1'::bytea", "binary")],
)
def test_postgresql_types_that_no_table_has(read_postgres, value, message):
    query = f"SELECT 1 order_id, 2 customer_id, DATE '2026-01-02' order_date, {value} amount"
    with pytest.raises(SourceError, match=f"column 'amount' .*{message}"):
        read_postgres(query=query)


@pytest.mark.parametrize(
    ("replaced", "declared", "message"),
    [
        ({"password": "guessed"}, {"table": "sales.orders"}, "user or the password"),
        ({"user": "nobody"}, {"table": "sales.orders"}, "user or the password"),
        ({"database": "shop"}, {"table": "sales.orders"}, "no such database"),
        ({"port": 1}, {"table": "sales.orders"}, "cannot be reached"),
        ({}, {"table": "sales.ordres"}, "no such table"),
        ({}, {"query": "SELECT password FROM nowhere"}, "no such table"),
        ({}, {"query": "SELEC 1"}, "does not accept the query"),
        ({}, {"query": "SELECT nothing FROM sales.orders"}, "does not accept the query"),
        ({}, {"query": "SELECT 1; DROP TABLE sales.orders"}, "does not accept the query"),
        ({}, {"query": "DELETE FROM sales.orders RETURNING *"}, "Only a SELECT"),
        ({}, {"query": "SELECT 1/0 AS order_id"}, "did not finish"),
        ({}, {"query": "SELECT * FROM sales.orders WHERE false"}, "no rows"),
        ({}, {"query": "SELECT order_id FROM sales.orders"}, "no column 'customer_id'"),
    ],
)
def test_postgresql_errors_say_what_to_do_and_keep_secrets(
    read_postgres, server, replaced, declared, message
):
    with pytest.raises(SourceError, match=message) as caught:
        read_postgres(replaced, **declared)
    secrets = (USER, PASSWORD, "guessed", "nobody", "127.0.0.1", str(server["port"]), "shop")
    assert not [secret for secret in secrets if secret in str(caught.value)]
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_table_is_still_there(read_postgres):
    """After every query that would have changed it."""
    assert len(rows_of(read_postgres(table="sales.orders"))) == 1000


def test_a_duckdb_file(read, duckdb_url):
    rows = rows_of(read(duckdb_url, table="sales.orders"))
    assert len(rows) == 1000
    assert rows[9][:4] == (10, 10, "C10", date(2026, 1, 2))


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"table": "sales.ordres"}, "no such table"),
        ({"query": "SELEC 1"}, "does not accept the query"),
        ({"query": "SELECT nothing FROM sales.orders"}, "does not accept the query"),
        ({"query": "DELETE FROM sales.orders RETURNING *"}, "Only a SELECT"),
        ({"query": "COPY sales.orders TO 'stolen.csv'"}, "Only a SELECT"),
        ({"query": "SELECT * FROM read_csv('orders.csv')"}, "Only a SELECT"),
    ],
)
def test_duckdb_errors_say_what_to_do(read, duckdb_url, declared, message):
    with pytest.raises(SourceError, match=message):
        read(duckdb_url, **declared)


def test_a_duckdb_file_that_is_not_there(read, tmp_path):
    with pytest.raises(SourceError, match="file cannot be opened") as caught:
        read(f"duckdb:///{tmp_path}/shop.duckdb", table="orders")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("url", ["", "mysql://root:s3cret@db/shop", "s3cret"])
def test_a_url_that_cannot_be_used(read, url):
    with pytest.raises(SourceError, match="the environment variable KIT_DATABASE") as caught:
        read(url, table="orders")
    assert "s3cret" not in str(caught.value)
