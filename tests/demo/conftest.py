"""One demo company for all tests of it, read by pandas alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.demo import write_company
from analysis.params.models import Demo
from analysis.params.quarters import Quarter

QUARTER = Quarter.parse("2026Q3")


@pytest.fixture(scope="session")
def make_company(tmp_path_factory) -> Callable[..., Path]:
    """Write a company into a folder of its own."""

    def make(seed: int = 7, customers: int = 300, language: str = "en") -> Path:
        folder = str(tmp_path_factory.mktemp("company"))
        demo = Demo(seed=seed, customers=customers, language=language, folder=folder)
        return write_company(demo, QUARTER)

    return make


@pytest.fixture(scope="session")
def company(make_company) -> Path:
    """A company of the demo review's size."""
    return make_company(customers=3000)


@pytest.fixture(scope="session")
def read_rows(company) -> Callable[[str], pd.DataFrame]:
    """Read a table as text; row n of the file has label n."""

    def read(name: str) -> pd.DataFrame:
        rows = pd.read_csv(company / f"{name}.csv", dtype=str, keep_default_na=False)
        rows.index += 1
        return rows

    return read


@pytest.fixture(scope="session")
def read_sound(company, read_rows, defects) -> Callable[[str], pd.DataFrame]:
    """Read a table without the rows at fault."""

    def read(name: str) -> pd.DataFrame:
        faulty = defects.loc[defects["table"] == name, "source_row"]
        return read_rows(name).drop(index=faulty.unique())

    return read


@pytest.fixture(scope="session")
def truth(company) -> dict:
    return json.loads((company / "truth/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def read_truth(company) -> Callable[[str], pd.DataFrame]:
    """Read one of the truth's tables."""
    return lambda name: pd.read_csv(company / f"truth/{name}.csv")


@pytest.fixture(scope="session")
def defects(read_truth) -> pd.DataFrame:
    return read_truth("defects")
