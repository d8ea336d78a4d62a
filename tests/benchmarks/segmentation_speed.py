"""How long the segmentation of five million customers takes, and how much memory.

Beside it, what people otherwise write: pandas ``groupby`` and ``qcut``, at the largest size that
stays within the same memory. Writes ``docs/segmentation-speed.md``.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "segmentation-speed.md"

CUSTOMERS, LINES = 5_000_000, 50_000_000
PANDAS_LINES = (2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000)
MOST_SECONDS, MOST_GIB = 180, 3.0
ENGINE_MEMORY = "2200MiB"
THREADS = 2
QUARTER = "2026Q3"
SEED = 0.20260930


def write_lines(path: Path, lines: int, customers: int) -> None:
    """Write order lines whose customers differ widely in how often they buy."""
    import duckdb

    connection = duckdb.connect()
    connection.sql(f"SET threads = {THREADS}; SET memory_limit = '{ENGINE_MEMORY}'")
    connection.sql(f"SELECT setseed({SEED})")
    connection.sql(
        f"""COPY (
        SELECT 'C' || (customer % {customers}) AS customer_id, 'O' || n AS order_id,
               DATE '2026-09-30' - day AS order_date,
               CAST(amount AS DECIMAL(18, 4)) AS amount, amount < 0 AS is_return
        FROM (SELECT n, CAST(floor({customers} * pow(random(), 1.6)) AS BIGINT) AS customer,
                     CAST(floor(900 * random()) AS INTEGER) AS day,
                     round(exp(4 + 1.1 * (random() + random() + random() - 1.5)), 2)
                       * CASE WHEN random() < 0.02 THEN -1 ELSE 1 END AS amount
              FROM range({lines}) AS t(n))
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""
    )


@contextmanager
def timed(steps: dict[str, float], name: str) -> Iterator[None]:
    """Note how many seconds a step takes."""
    began = time.perf_counter()
    yield
    steps[name] = time.perf_counter() - began


def run_kit(path: Path, scratch: Path) -> dict[str, float]:
    """Classify every customer as notebook 02 does, and return the seconds of each step."""
    from analysis import engine
    from analysis.customers import sum_days, summarize_days
    from analysis.params import FiscalCalendar, Quarter
    from analysis.params.rfm_models import Rfm
    from analysis.params.segmentation_models import Needs
    from analysis.segmentation import (
        classes,
        clusters,
        cohorts,
        concentration,
        labels,
        migration,
        rfm,
        rhythm,
        sensitivity,
    )

    connection = engine.connect(scratch / "spill")
    connection.raw_sql(f"SET threads = {THREADS}; SET memory_limit = '{ENGINE_MEMORY}'")
    lines = engine.read_parquet(connection, path)
    quarter, settings = Quarter.parse(QUARTER), Rfm()
    scorings, scoring = rfm.choose_scorings(settings), rfm.choose_scorings(settings)["grid"]

    def stored(name, table):
        engine.write_parquet(connection, table, scratch / f"{name}.parquet")
        return engine.read_parquet(connection, scratch / f"{name}.parquet")

    def summary_of(of: Quarter):
        start = of.months_back(settings.window_months)
        return stored(f"summary_{of}", summarize_days(days, of.last_day, start, of.first_day))

    steps: dict[str, float] = {}
    with timed(steps, "orders and days"):
        days = stored("days", sum_days(lines).order_by(["customer_id", "order_date"]))
    with timed(steps, "customer summary"):
        summary = summary_of(quarter)
    with timed(steps, "cut points, scores in three maps, segment table"):
        cuts = rfm.find_map_cuts(summary, scorings)
        scores = stored("scores", rfm.score_maps(summary, cuts, scorings, "grid"))
        labels.summarize_segments(scores, summary, scoring.segment_map)
    with timed(steps, "concentration"):
        bins = concentration.bin_money(summary, "revenue_window")
        largest = concentration.find_largest(summary, "revenue_window")
        concentration.measure_concentration(bins, largest)
        contribution = concentration.find_contribution_cuts(summary, "revenue_window", bins)
    with timed(steps, "clusters"):
        fitted = clusters.fit_clusters(summary)
    with timed(steps, "purchase rhythm"):
        waits = stored("rhythm", rhythm.measure_rhythm(days, quarter.last_day))
    with timed(steps, "classes"):
        wide = classes.gather_customers(summary, scores, waits)
        labelled = classes.label_customers(wide, quarter, Needs(), contribution)
        labelled = labelled.mutate(cluster=clusters.label_clusters(labelled, fitted))
        labelled = stored("classes", labelled)
        labels.count_labels(labelled, [*classes.schemes_of(labelled, Needs()), "cluster"])
    with timed(steps, "movement since last quarter"):
        earlier = summary_of(quarter.previous())
        frozen = rfm.find_cut_points(earlier, scoring)
        keep = ["revenue_window"]
        migration.track_movement(
            rfm.score_rfm(earlier, frozen, scoring, keep),
            rfm.score_rfm(summary, frozen, scoring, keep),
            scores,
        )
    with timed(steps, "cohorts"):
        calendar = cohorts.Calendar("quarter", FiscalCalendar())
        cohorts.follow_cohorts(days, summary, quarter.last_day, calendar)
    with timed(steps, "sensitivity"):
        windows = sensitivity.measure_windows(days, quarter, settings.window_months)
        windows = stored("windows", windows)
        variants = sensitivity.score_variants(scores, summary, windows, scoring)
        sensitivity.measure_sensitivity(variants, scoring.segment_map, settings.segment_maps)
    return steps


def run_pandas(path: Path, scratch: Path) -> dict[str, float]:
    """Recency, frequency and money with ``groupby``, scores with ``qcut`` of first ranks."""
    import pandas as pd

    steps: dict[str, float] = {}
    as_of, start = pd.Timestamp("2026-09-30"), pd.Timestamp("2025-10-01")
    with timed(steps, "read, groupby, qcut: RFM scores alone"):
        lines = pd.read_parquet(path)
        lines["amount"] = lines["amount"].astype(float)
        lines["order_date"] = pd.to_datetime(lines["order_date"])
        lines = lines[lines["order_date"] >= start]
        summary = lines.groupby("customer_id").agg(
            last=("order_date", "max"), orders=("order_id", "nunique"), revenue=("amount", "sum")
        )
        summary["days"] = -(as_of - summary["last"]).dt.days
        for measure in ("days", "orders", "revenue"):
            ranks = summary[measure].rank(method="first")
            summary[f"{measure}_score"] = pd.qcut(ranks, 5, labels=[1, 2, 3, 4, 5])
    return steps


RUNS: dict[str, Callable[[Path, Path], dict[str, float]]] = {"kit": run_kit, "pandas": run_pandas}


def measure(run: str, path: Path, scratch: Path) -> dict[str, Any]:
    """Seconds of each step, CPU seconds and the most memory in GiB, in a process of its own."""
    command = [sys.executable, __file__, "--run", run, "--lines", str(path)]
    completed = subprocess.run(
        [*command, "--scratch", str(scratch)], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(completed.stdout.splitlines()[-1])
    return found


def report_one(run: str, path: Path, scratch: Path) -> None:
    """Run in this process and print seconds and memory."""
    steps = RUNS[run](path, scratch)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds, gib = used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20
    print(json.dumps({"steps": steps, "cpu_seconds": cpu_seconds, "gib": gib}))


def pandas_rows(folder: Path, customers: int) -> Iterator[str]:
    """Sizes that pandas stands within the memory, and the first that it does not."""
    for lines in PANDAS_LINES:
        path = folder / f"{lines}.parquet"
        if not path.exists():
            write_lines(path, lines, customers * lines // LINES)
        found = measure("pandas", path, folder)
        for name, seconds in found["steps"].items():
            yield f"| pandas, {lines:,} lines: {name} | {seconds:.0f} | {found['gib']:.1f} |"
        if found["gib"] > MOST_GIB:
            return


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", choices=RUNS)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--scratch", type=Path)
    options = parser.parse_args()
    if options.run:
        report_one(options.run, options.lines, options.scratch)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / f"{LINES}.parquet"
        write_lines(path, LINES, CUSTOMERS)
        found = measure("kit", path, folder)
        busy = os.getloadavg()[1]
        rows = [f"| {name} | {seconds:.0f} | |" for name, seconds in found["steps"].items()]
        total = sum(found["steps"].values())
        rows.append(f"| **all of it** | **{total:.0f}** | **{found['gib']:.1f}** |")
        rows += pandas_rows(folder, CUSTOMERS)
    TABLE.write_text(
        "\n".join(
            [
                "# Speed of the segmentation",
                "",
                f"{CUSTOMERS:,} customers from {LINES:,} order lines in one generated Parquet "
                f"file, {THREADS} of {os.cpu_count()} cores, on {date.today()}. Made by "
                "`make bench-segmentation`. "
                f"Target: {MOST_SECONDS} seconds and {MOST_GIB:.0f} GiB.",
                "",
                f"The kit's run took {found['cpu_seconds']:.0f} CPU seconds. The load was "
                f"{busy:.1f}, of which the run itself is {THREADS}: above that, it had to share.",
                "",
                "| step | seconds | most memory, GiB |",
                "|---|---:|---:|",
                *rows,
            ]
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
