"""The value models beside lifetimes on a million invented customers; made by `make bench-value`.

Each measurement is a process of its own on one core with one thread, and both libraries get the
same customer summary from the same Parquet file. Writes ``docs/value-speed.md``.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

TABLE = Path(__file__).parents[2] / "docs" / "value-speed.md"
CUSTOMERS = 1_000_000
RUNS = 3
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
STEPS = {
    "bgnbd": ("BG/NBD fit", 25),
    "gamma_gamma": ("Gamma-Gamma fit", 25),
    "clv": ("12-month CLV of each customer, a column of values", 50),
    "scores": ("the same with who it is, P(alive), orders, spend, value at risk, as a table", 50),
}
SETTINGS = {"r": 0.55, "alpha": 45.0, "a": 0.7, "b": 2.6}  # days
SPENDING = {"p": 5.0, "q": 4.5, "v": 260.0}


def invent_summary(n: int) -> pd.DataFrame:
    """Customers who buy and leave as BG/NBD says, on a grid of days."""
    rng = np.random.default_rng(7)
    age = rng.integers(30, 730, n)
    rate = rng.gamma(SETTINGS["r"], 1 / SETTINGS["alpha"], n)
    chances = rng.geometric(rng.beta(SETTINGS["a"], SETTINGS["b"], n))
    frequency, recency = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    moment = rng.exponential(1 / rate)
    active = np.flatnonzero(moment <= age)
    while active.size:
        day = np.ceil(moment[active]).astype(np.int64)
        frequency[active] += (day > recency[active]) & (day <= age[active])
        recency[active] = np.minimum(day, age[active])
        chances[active] -= 1
        moment[active] += rng.exponential(1 / rate[active])
        active = active[(chances[active] > 0) & (moment[active] <= age[active])]
    shape = SPENDING["p"] * np.maximum(frequency, 1)
    mean = rng.gamma(shape, 1 / rng.gamma(SPENDING["q"], 1 / SPENDING["v"], n)) / shape * 5
    money = np.where(frequency > 0, np.maximum(mean, 0.01).round(2), np.nan)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n).astype(str),
            "frequency": frequency,
            "recency": recency,
            "T": age,
            "monetary_value": money,
        }
    )


def peak_memory() -> float:
    """The most memory that this process took so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def time_own(path: Path, step: str, scratch: Path) -> tuple[float, float]:
    """Seconds of one step with this kit, and memory before it."""
    import ibis
    import ibis.expr.types as ir

    from analysis import engine, value

    connection = engine.connect(scratch)
    connection.raw_sql("SET threads = 1")
    steps: dict[str, Callable[[ir.Table], object]] = {
        "bgnbd": lambda summary: value.fit_bgnbd(value.count_patterns(summary), 1),
        "gamma_gamma": lambda summary: value.fit_gamma_gamma(value.count_spend(summary)),
        "clv": lambda summary: score(summary).select("clv_12m").to_pyarrow(),
        "scores": lambda summary: connection.create_table(
            ibis.util.gen_name("scores"), score(summary), temp=True
        ),
    }
    refusal = value.NotEstimableError("not needed")
    models = value.ValueModels(
        bgnbd=value.BGNBD(**SETTINGS, time_unit_days=1),
        mbgnbd=refusal,
        paretonbd=refusal,
        gamma_gamma=value.GammaGamma(**SPENDING),
    )

    def score(summary: ir.Table) -> ir.Table:
        return value.score_value(summary, models, None, 0.1)

    # A few customers first: what is imported at first use is no work of the step.
    steps[step](ibis.memtable(invent_summary(1000)))
    base = peak_memory()
    began = time.process_time()
    steps[step](engine.read_parquet(connection, path))
    return time.process_time() - began, base


def time_lifetimes(path: Path, step: str, scratch: Path) -> tuple[float, float]:
    """Seconds of one step with lifetimes alone, and memory before it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes
    base = peak_memory()
    began = time.process_time()
    summary = pd.read_parquet(path)
    known = summary["frequency"], summary["recency"], summary["T"]
    repeat = summary[summary["frequency"] > 0]
    if step == "bgnbd":
        lifetimes.BetaGeoFitter().fit(*known)
    elif step == "gamma_gamma":
        lifetimes.GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"])
    else:
        purchases, spend = lifetimes.BetaGeoFitter(), lifetimes.GammaGammaFitter()
        purchases.params_, spend.params_ = pd.Series(SETTINGS), pd.Series(SPENDING)
        purchases.predict = purchases.conditional_expected_number_of_purchases_up_to_time
        money = summary["monetary_value"].fillna(0)
        spend.customer_lifetime_value(
            purchases, *known, money, time=12, discount_rate=1.1 ** (1 / 12) - 1, freq="D"
        )
    return time.process_time() - began, base


LIBRARIES: dict[str, Callable[[Path, str, Path], tuple[float, float]]] = {
    "lifetimes": time_lifetimes,
    "own": time_own,
}


def measure(library: str, step: str, path: Path) -> tuple[float, float, float]:
    """Seconds of a step, the most memory that its process took, and how much of it for the step."""
    command = [sys.executable, __file__, library, step, str(path)]
    done = subprocess.run(
        command, env=os.environ | ONE_THREAD, check=True, capture_output=True, text=True
    )
    seconds, megabytes, growth = json.loads(done.stdout)
    return seconds, megabytes, growth


def run_one(library: str, step: str, path: str) -> None:
    """What a process of its own does: one step on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as scratch:
        seconds, base = LIBRARIES[library](Path(path), step, Path(scratch))
    print(json.dumps([seconds, peak_memory(), peak_memory() - base]))


def main() -> None:
    """Measure both libraries in turn and write the table."""
    lines = [
        "# Speed of the value models",
        "",
        f"{CUSTOMERS:,} invented customers, one core, one thread; median of {RUNS} runs, the two "
        "libraries in turn. Seconds are of the processor, so that other work on the machine does "
        "not count. Both begin at the Parquet file, with their libraries loaded. Memory is the "
        "whole process's peak, and in brackets what it grew by after the libraries were loaded, "
        "data included. Made by `make bench-value`.",
        "",
        f"{platform.system()}, Python {platform.python_version()}, lifetimes "
        f"{version('lifetimes')}, numpy {version('numpy')}, scipy {version('scipy')}.",
        "",
        "| step | lifetimes, s | own, s | times faster | target | lifetimes, MB | own, MB | own ÷ "
        "lifetimes, target ≤ 50 % |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "summary.parquet"
        # In a process of its own: a child's peak begins with what its parent holds.
        subprocess.run([sys.executable, __file__, "invent", str(path)], check=True)
        for step, (label, target) in STEPS.items():
            runs = [[measure(library, step, path) for library in LIBRARIES] for _ in range(RUNS)]
            (theirs, much, grew), (ours, little, added) = (
                (statistics.median(column) for column in zip(*found, strict=True))
                for found in zip(*runs, strict=True)
            )
            lines.append(
                f"| {label} | {theirs:.2f} | {ours:.3f} | {theirs / ours:.0f} | ≥ {target} | "
                f"{much:.0f} ({grew:.0f}) | {little:.0f} ({added:.0f}) | "
                f"{little / much:.0%} ({added / grew:.0%}) |"
            )
            print(lines[-1], flush=True)
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["invent"]:
        invent_summary(CUSTOMERS).to_parquet(sys.argv[2])
    elif sys.argv[1:]:
        run_one(*sys.argv[1:])
    else:
        main()
