"""The files: equal for equal seeds, complete, in the contract's columns, apart from the truth."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.demo import large, write_large
from analysis.demo.surveys import SCALES
from analysis.demo.words import CHINESE, ENGLISH
from analysis.params import load_params
from analysis.schemas import TABLES

from .conftest import QUARTER

SRC = Path(__file__).parents[2] / "src" / "analysis"


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_equal_seeds_give_equal_bytes(make_company):
    first, again, other = (contents(make_company(seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first["transactions.csv"] != other["transactions.csv"]


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_of_the_contract(read_rows, name):
    rows = read_rows(name)
    assert list(rows.columns) == list(TABLES[name].names)
    assert len(rows)


@pytest.mark.parametrize("name", TABLES)
def test_sound_rows_keep_the_contract(read_sound, name):
    schema, rows = TABLES[name], read_sound(name)
    for column in schema.required:
        if (name, column) != ("surveys", "customer_id"):
            assert (rows[column] != "").all(), column
    if schema.key:
        assert not rows.duplicated(list(schema.key)).any()
    else:
        assert not rows.duplicated().any()


def test_it_has_the_size_that_it_is_said_to_have(read_rows):
    lines = read_rows("transactions")
    assert len(read_rows("customers")) == pytest.approx(3000, abs=10)
    assert len(lines) == pytest.approx(60_000, rel=0.08)
    assert (lines["currency"] == "USD").mean() > 0.01
    assert read_rows("customers")["strategic"].eq("true").sum() > 10
    # Each of the ten quarters has its survey.
    assert pd.PeriodIndex(read_rows("invitations")["date"], freq="Q").nunique() == 10


def test_nothing_sound_is_later_than_the_export(read_sound):
    columns = {
        "transactions": "order_date",
        "complaints": "closed_at",
        "receivables": "paid_at",
        "follow_ups": "date",
        "loyalty": "date",
        "surveys": "date",
    }
    for name, column in columns.items():
        assert read_sound(name)[column].str[:10].max() <= "2026-10-05", name


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh", CHINESE)])
def test_both_languages_name_their_things(make_company, language, words):
    folder = make_company(language=language)
    customers = pd.read_csv(folder / "customers.csv")
    assert set(customers["region"]) <= set(words.regions)
    assert set(customers["owner"]) <= set(words.owners)
    products = pd.read_csv(folder / "transactions.csv")["product"]
    assert set(products) == {name for name, _ in words.products}
    # The company is bilingual: comments come in both languages, most of them in its own.
    shares = pd.read_csv(folder / "truth/comments.csv")["language"].value_counts(normalize=True)
    assert 0.6 < shares[language] < 0.95


@pytest.mark.parametrize("customers", [50, 51])
def test_small_companies_work(make_company, customers):
    folder = make_company(customers=customers)
    assert len(contents(folder)) == len(TABLES) + 6


def test_the_demo_review_reads_every_table_on_its_scales():
    params = load_params(str(SRC.parents[1] / "params/demo.yml"))
    assert list(params.sources.given) == list(TABLES)
    assert params.surveys.scales == SCALES
    assert params.cleaning.exported_on == date(2026, 10, 5)


def test_the_analysis_never_reads_the_truth():
    others = [path for path in SRC.rglob("*") if path.suffix in (".py", ".yml", ".qmd")]
    for path in others:
        if "demo" not in path.relative_to(SRC).parts:
            named = re.search(
                r"truth/|truth\.json|['\"]truth['\"]", path.read_text(encoding="utf-8")
            )
            assert not named, path


def test_a_large_log_is_one_company_whatever_it_is_made_of(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "CUSTOMERS_AT_ONCE", 400)
    n_lines = write_large(tmp_path / "log.parquet", 1000, 7, QUARTER)
    log = pq.read_table(tmp_path / "log.parquet").to_pandas()
    assert len(log) == n_lines
    assert pq.ParquetFile(tmp_path / "log.parquet").num_row_groups == 3
    assert set(log["customer_id"]) == {f"C{n:05}" for n in range(1, 1001)}
    # An order belongs to one customer, also across the pieces.
    assert log.groupby("order_id")["customer_id"].nunique().max() == 1
