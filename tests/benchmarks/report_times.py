"""How long a review takes, as a user waits for it: whole commands, started anew each time.

Writes the tables of ``docs/performance.md``.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.params import dump_params, load_params
from analysis.pipeline.code import notebook_code
from analysis.pipeline.steps import STEPS

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "performance.md"
RUNS = 3
ENGLISH = ("--set", "review.languages=[en]")
REVIEWS: dict[str, tuple[tuple[str, ...], str]] = {
    "demo, English, four formats": (("--params", "params/demo.yml", *ENGLISH), "≤ 20"),
    "demo, English and Chinese, four formats each": (("--params", "params/demo.yml"), ""),
    "cdnow, English, four formats": (("--params", "params/cdnow.yml"), "≤ 20"),
}
DEMO = next(iter(REVIEWS.values()))[0]
BUSY = 0.5
"""Load per core from which on others are at work here too."""


def command(review: tuple[str, ...], renderer: str, out: str, engine: str = "forked") -> float:
    """Seconds from the command to its end."""
    arguments = ["report", *review, "--set", f"report.renderer={renderer}", "--out", out]
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "analysis.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"REVIEW_ENGINE": engine},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def time_review(review: tuple[str, ...], renderer: str, engine: str) -> tuple[float, float]:
    """Seconds of a whole review, and of the same command again."""
    with tempfile.TemporaryDirectory() as out:
        return command(review, renderer, out, engine), command(review, renderer, out, engine)


def events_of(review: tuple[str, ...], renderer: str) -> list[dict[str, Any]]:
    """What the log of a review tells."""
    with tempfile.TemporaryDirectory() as out:
        command(review, renderer, out)
        log = next(Path(out).glob("*/run.log")).read_text(encoding="utf-8")
    return [json.loads(line) for line in log.splitlines()]


def time_notebooks(review: tuple[str, ...]) -> float:
    """Seconds from the command until the last notebook has run."""
    began = datetime.now(UTC)
    events = events_of(review, "embedded")
    ended = [e["at"] for e in events if e["event"] == "finished" and e["step"][0].isdigit()]
    return (datetime.fromisoformat(max(ended)) - began).total_seconds()


def time_script(review: tuple[str, ...]) -> float:
    """Seconds of the notebooks' code as one plain script, imports and all."""
    with tempfile.TemporaryDirectory() as out:
        run_dir = Path(out, "run")
        run_dir.mkdir()
        params = load_params(ROOT / review[1], review[3:])
        (run_dir / "params.yml").write_text(dump_params(params, run_dir), encoding="utf-8")
        cells = [notebook_code(ROOT / "notebooks" / f"{step.name}.ipynb") for step in STEPS]
        code = "\n".join(cells).replace('"../params/demo.yml"', '"params.yml"')
        script = code.replace('"../reports/out/demo"', '"."')
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], cwd=run_dir, check=True, capture_output=True)
        return time.perf_counter() - began


def row(label: str, seconds: list[float], target: str) -> str:
    """Least, median and most."""
    cells = [min(seconds), statistics.median(seconds), max(seconds)]
    return f"| {label} | {' | '.join(f'{value:.1f}' for value in cells)} | {target} |"


def review_rows() -> list[str]:
    """Each review with each renderer and kind of kernel, and the same again."""
    ways = [("embedded", "forked"), ("embedded", "stock")]
    ways += [("quarto", "forked")] if shutil.which("quarto") else []
    rows = []
    for name, (review, target) in REVIEWS.items():
        for renderer, engine in ways if review == DEMO else ways[:1]:
            time_review(review, renderer, engine)
            seconds = [time_review(review, renderer, engine) for _ in range(RUNS)]
            wholes, agains = ([pair[part] for pair in seconds] for part in (0, 1))
            kernels = f"{renderer}, {engine} kernels"
            aim = target if (renderer, engine) == ways[0] else ""
            rows.append(row(f"{name} | {kernels}", wholes, aim))
            if (renderer, engine) == ways[0]:
                rows.append(row(f"the same again, nothing has changed | {kernels}", agains, "< 1"))
            print(*rows[-2:], sep="\n", flush=True)
    return rows


def time_printing(renderer: str) -> float:
    """Seconds from finished tables and figures to all four formats in one language."""
    return sum(
        event["seconds"]
        for event in events_of(DEMO, renderer)
        if event["event"] == "finished" and event["step"].startswith("report.")
    )


def printing_rows() -> list[str]:
    """The four formats in one language, by each renderer."""
    ways = [("embedded", "≤ 3")] + ([("quarto", "≤ 15")] if shutil.which("quarto") else [])
    return [
        row(f"demo: HTML, PDF, Word and slides | {renderer}", seconds, aim)
        for renderer, aim in ways
        for seconds in [[time_printing(renderer) for _ in range(RUNS)]]
    ]


def overhead_rows() -> list[str]:
    """The notebooks by the runner, and as one plain script."""
    by_runner = [time_notebooks(DEMO) for _ in range(RUNS)]
    by_script = [time_script(DEMO) for _ in range(RUNS)]
    more = [one - other for one, other in zip(sorted(by_runner), sorted(by_script), strict=True)]
    return [
        row("demo: from the command to the last notebook's end", by_runner, ""),
        row("demo: the same code as one plain script", by_script, ""),
        row("what the runner adds", more, "≤ 3"),
    ]


def main() -> None:
    """Time everything and write the tables."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    busy = f" **Others were at work on it: load {load:.1f} a core.**" if load > BUSY else ""
    head = "least | median | most | target"
    lines = [
        "# Performance",
        "",
        "Seconds that a user waits: whole commands, started anew each time, everything installed. "
        "Made by `make bench`.",
        "",
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"{RUNS} runs after one that is not counted.{busy}",
        "",
        f"| review | printed by | {head} |",
        "|---|---|---:|---:|---:|---:|",
        *review_rows(),
        "",
        "Kernels are forked from a process that has the libraries loaded (Linux), or started anew "
        "(stock, everywhere); see `docs/reliability.md`.",
        "",
        f"| from finished tables to the report in one language | printed by | {head} |",
        "|---|---|---:|---:|---:|---:|",
        *printing_rows(),
        "",
        f"| the seven notebooks | {head} |",
        "|---|---:|---:|---:|---:|",
        *overhead_rows(),
    ]
    # What other benchmarks have written stands in sections of its own.
    _, section, others = TABLE.read_text(encoding="utf-8").partition("\n## ")
    TABLE.write_text("\n".join(lines) + "\n" + section + others, encoding="utf-8")


if __name__ == "__main__":
    main()
