"""The tables of a finished review, as the exports read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from analysis import engine
from analysis.run_folder import made_by, scratch_of

BOM = b"\xef\xbb\xbf"
"""Tells Excel and the CRMs that a CSV file is in UTF-8."""


@dataclass(frozen=True)
class RunTables:
    """What the notebooks of a run saved, and the account of what the exports write.

    Attributes
    ----------
    run_dir : Path
        The run's folder.
    step : str
        The step on whose account new files go.
    connection : Backend
        The engine.
    scratch : Path
        A folder for what is needed only while the exports are written.
    """

    run_dir: Path
    step: str
    connection: Backend
    scratch: Path

    @classmethod
    @contextmanager
    def open(cls, run_dir: Path, step: str) -> Iterator["RunTables"]:
        """Open the tables of a run for as long as the block lasts."""
        scratch = scratch_of(run_dir) / step
        connection = engine.connect(scratch)
        try:
            yield cls(run_dir, step, connection, scratch)
        finally:
            connection.disconnect()

    def find(self, name: str) -> ir.Table | None:
        """A table that has a row a customer; None where the review has no such table."""
        path = self.run_dir / "data" / f"{name}.parquet"
        if not path.exists():
            return None
        table = engine.read_parquet(self.connection, path)
        return table if "customer_id" in table.columns else None

    def new_file(self, name: str) -> Path:
        """Path for a file that is about to be written, on the step's account from now on."""
        path, account = self.run_dir / name, made_by(self.run_dir, self.step)
        for folder in (path.parent, account.parent):
            folder.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with account.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        return path


def write_csv(tables: RunTables, table: ir.Table, name: str) -> None:
    """Write a CSV file in UTF-8 with a byte-order mark."""
    path = tables.new_file(name)
    plain = tables.scratch / "plain.csv"
    engine.write_csv(tables.connection, table, plain)
    with plain.open("rb") as source, path.open("wb") as target:
        target.write(BOM)
        copyfileobj(source, target)
    plain.unlink()
