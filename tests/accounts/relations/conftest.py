"""The demo review's own company: its raw files by pandas alone, and its tables as cleaned."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd
import pytest
from tests.accounts.relations.tables import AS_OF, QUARTER

from analysis import cleaning, sources
from analysis.cleaning import CleaningSettings
from analysis.demo import write_company
from analysis.params.models import Demo
from analysis.params.source_models import CsvSource

USED = (
    "customers", "transactions", "fx_rates", "receivables", "opportunities", "follow_ups",
)  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The files of params/demo.yml."""
    target = str(tmp_path_factory.mktemp("demo"))
    return write_company(Demo(seed=20260930, customers=3000, language="en", folder=target), QUARTER)


@pytest.fixture(scope="session")
def truth(folder) -> dict:
    return json.loads((folder / "truth/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def raw(folder) -> Callable[[str], pd.DataFrame]:
    """A file as it stands, days and money read by pandas; what cannot be read is empty."""

    def read(name: str) -> pd.DataFrame:
        rows = pd.read_csv(folder / f"{name}.csv", dtype=str)
        for column in rows.columns.intersection(["amount", "paid_amount", "points", "cost"]):
            rows[column] = pd.to_numeric(rows[column], errors="coerce")
        days = [c for c in rows.columns if c.endswith("_at") or c in ("date", "next_due")]
        for column in days:
            rows[column] = pd.to_datetime(rows[column], errors="coerce", format="%Y-%m-%d")
        return rows

    return read


@pytest.fixture(scope="session")
def cleaned(connection, folder, store, tmp_path_factory) -> dict[str, ir.Table]:
    """The tables as the review cleans them, stored."""
    settings = CleaningSettings(AS_OF, "CNY", date(2026, 10, 5))
    scratch = tmp_path_factory.mktemp("relations")
    declared = {
        name: CsvSource.model_validate(
            {"format": "csv", "location": str(folder / f"{name}.csv"), "delimiter": ","}
        )
        for name in USED
    }
    tables = cleaning.clean_tables(
        sources.read_tables(connection, declared, scratch), settings, store
    )
    return {name: store(f"kept_{name}", table.kept) for name, table in tables.items()}
