"""A run with a few tables in it, as the notebooks leave them, and what the exports make of it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.exports import write_exports
from analysis.params import Params, load_params

REVIEW = """\
review: {{name: lantern, company: {{en: Lantern & Tea, zh: 灯笼茶}}, quarter: 2026Q3,
  languages: [en, zh], currency: CNY, confidentiality: {{en: Confidential, zh: 机密}}}}
sources:
  transactions: {{format: csv, location: orders.csv}}
{more}
"""
CUSTOMERS = {
    "customer_id": ["0007", "C2", "C3", "C4"],
    "name": ["Harbour Hotels", "灯笼茶馆", "Old Ferry", "Small Shop"],
    "owner": ["Lin Wei", "陈梅", "Lin Wei", None],
    "industry": ["Hotels", "Retail", None, None],
}
TIERS = {
    "customer_id": ["0007", "C2", "C3", "C4"],
    "segment": ["champion", "loyal", "at_risk", "new"],
    "tier": ["high", "high", "potential", "unknown"],
    "revenue_window": [1200.5, 800.0, 90.0, -5.0],
    "revenue_quarter": [300.0, 0.0, 0.0, -5.0],
    "clv_12m": [640.25, 300.0, 20.0, None],
    "potential": [0.0, 10.0, 500.0, None],
    "p_alive": [0.93, 0.31, 0.04, None],
    "last_order_date": [date(2026, 9, 20), date(2026, 7, 1), date(2026, 2, 3), date(2026, 9, 1)],
    "days_since_last_order": [10, 91, 239, 29],
}
CHURN = {
    "customer_id": ["0007", "C2", "C3", "C4"],
    "p_alive": [0.93, 0.31, 0.04, None],
    "is_lost": [False, False, True, False],
    "reasons": ["", "late;overdue;", "low_p_alive;", ""],
    "overdue_ratio": [0.4, 3.5, 9.0, None],
    "value_at_risk": [48.2, 667.7, 480.0, None],
}
HEALTH = {"customer_id": ["0007", "C2", "C3", "C4"], "health": [91.4, 38.0, 12.0, None]}
KEY_ACCOUNTS = {"rank": [1, 2, 3], "customer_id": ["0007", "C2", "C3"]}
SATISFACTION = {
    "customer_id": ["0007", "C2", "C3", "C4"],
    "nps": [9.0, None, 3.0, None],
    "open_complaints": [0.0, 2.0, 0.0, 0.0],
}
RESULTS = {
    "accounts.key.joined": {"value": 2, "unit": "customers"},
    "accounts.key.revenue_share": {"value": 0.4, "unit": "ratio"},
    "accounts.key.clv_share": {"value": None, "unit": "ratio", "note": "needs value"},
}


@pytest.fixture
def make_params(tmp_path) -> Callable[..., Params]:
    """The params of a review, with more sections."""

    def make(more: str = "") -> Params:
        (tmp_path / "orders.csv").touch()
        path = tmp_path / "review.yml"
        path.write_text(REVIEW.format(more=more), encoding="utf-8")
        return load_params(path)

    return make


@pytest.fixture
def make_run(tmp_path) -> Callable[..., Path]:
    """A run's folder with tables; a keyword replaces columns of one of them, or leaves it out."""

    def make(name: str = "run", **changed: dict[str, list] | None) -> Path:
        tables = {
            "customers": CUSTOMERS,
            "tiers": TIERS,
            "churn": CHURN,
            "health": HEALTH,
            "satisfaction": SATISFACTION,
            "key_accounts": KEY_ACCOUNTS,
        }
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "results.json").write_text(json.dumps(RESULTS), encoding="utf-8")
        for table in tables | changed:
            columns = changed.get(table, {})
            if columns is not None:
                whole = pa.table(tables.get(table, {}) | columns)
                pq.write_table(whole, folder / "data" / f"{table}.parquet")
        return folder

    return make


@pytest.fixture
def export(make_params, make_run) -> Callable[..., Path]:
    """A run's folder after everything was exported."""

    def export(more: str = "", name: str = "run", **changed: dict[str, list] | None) -> Path:
        run = make_run(name, **changed)
        write_exports(make_params(more), run, "exports")
        return run

    return export


@pytest.fixture(scope="session")
def convert(tmp_path_factory) -> Callable[[Path, str], Path]:
    """Open a file in LibreOffice and save it in another format, where LibreOffice is installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    profile = tmp_path_factory.mktemp("profile")

    def convert(path: Path, to: str) -> Path:
        folder = tmp_path_factory.mktemp("converted")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless",
                   "--convert-to", to, "--outdir", str(folder), str(path)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
        converted = folder / f"{path.stem}.{to.partition(':')[0]}"
        assert converted.exists(), done.stdout + done.stderr
        return converted

    return convert
