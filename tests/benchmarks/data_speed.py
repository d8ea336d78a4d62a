"""How long order logs take to be read and cleaned, and how much memory that needs.

Beside the kit, pandas reads the same file and sums it by customer, which is what an analyst would
do without the kit: it judges nothing. Each measurement is a process of its own. Writes
``docs/data-speed.md``.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "data-speed.md"
CUSTOMERS = {"1M": 50_000, "10M": 500_000}
TARGET_GB = 2


def run_kit(path: Path, scratch: Path) -> int:
    """Read, type, judge and tally the log; rows that were kept."""
    from pydantic import TypeAdapter

    from analysis import cleaning, engine, sources
    from analysis.params.source_models import Source

    declared = {"format": path.suffix[1:], "location": str(path)}
    if path.suffix == ".csv":
        declared |= {"delimiter": ",", "encoding": "utf-8"}
    source = TypeAdapter(Source).validate_python(declared)
    connection = engine.connect(scratch)

    def store(name: str, table: object) -> object:
        engine.write_parquet(connection, table, scratch / f"{name}.parquet")
        return engine.read_parquet(connection, scratch / f"{name}.parquet")

    raw = sources.read_tables(connection, {"transactions": source}, scratch)
    settings = cleaning.CleaningSettings(as_of=date(2026, 9, 30), currency="CNY")
    cleaned = cleaning.clean_tables(raw, settings, store)
    return int(cleaning.tally_outcomes(cleaned["transactions"]).loc["read", "rows"])


def run_pandas(path: Path, scratch: Path) -> int:
    """Read the log and sum it by customer; rows that were read."""
    import pandas as pd

    if path.suffix == ".csv":
        lines = pd.read_csv(path, dtype={"order_id": str, "customer_id": str})
    else:
        lines = pd.read_parquet(path)
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    lines.groupby("customer_id").agg(
        first=("order_date", "min"),
        last=("order_date", "max"),
        orders=("order_id", "nunique"),
        revenue=("amount", "sum"),
    )
    return len(lines)


RUNNERS = {"kit": run_kit, "pandas": run_pandas}


def write_logs(folder: Path, size: str) -> list[Path]:
    """The demo company's orders in that size, as Parquet and as CSV."""
    import duckdb

    from analysis import demo
    from analysis.params import FiscalCalendar, Quarter

    parquet = folder / f"{size}.parquet"
    quarter = Quarter.parse("2026Q3", FiscalCalendar(1, "end"))
    demo.write_large(parquet, CUSTOMERS[size], seed=1, quarter=quarter)
    csv = folder / f"{size}.csv"
    duckdb.sql(f"COPY (FROM '{parquet}') TO '{csv}' (HEADER)")
    return [parquet, csv]


def measure(who: str, path: Path) -> tuple[int, float, float, float]:
    """Rows, seconds by the clock and of the processor, and peak memory in GB of one process."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, __file__, "--run", who, "--log", str(path)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--scratch", scratch], cwd=ROOT, check=True, capture_output=True, text=True
        )
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        rows, peak_kb = done.stdout.split()
        return int(rows), seconds, cpu, int(peak_kb) / 2**20


def main() -> None:
    """Measure every log with the kit and with pandas, and write the table."""
    lines = [
        "# Reading and cleaning large logs",
        "",
        "Whole processes: read, type, judge and tally every order line (kit), or read and sum by "
        "customer without judging anything (pandas). Made by `make bench-data`.",
        "",
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"load when it began: {os.getloadavg()[0]:.1f}.",
        "",
        "| log | rows | who | seconds | processor seconds | peak memory, GB | target, GB |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for size in CUSTOMERS:
            for path in write_logs(Path(folder), size):
                for who in RUNNERS:
                    rows, seconds, cpu, peak = measure(who, path)
                    target = f"< {TARGET_GB}" if who == "kit" else ""
                    lines.append(
                        f"| {size} {path.suffix[1:]} | {rows:,} | {who} | {seconds:.1f} | "
                        f"{cpu:.1f} | {peak:.2f} | {target} |"
                    )
                    print(lines[-1], flush=True)
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", choices=RUNNERS)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--scratch", type=Path)
    options = parser.parse_args()
    if options.run:
        n_rows = RUNNERS[options.run](options.log, options.scratch)
        print(n_rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        main()
