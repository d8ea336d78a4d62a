"""How long a review takes, as a user waits for it: whole commands, started anew each time.

Writes the table of ``docs/performance.md``.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "performance.md"
RUNS = 3
REVIEWS = {
    "demo": ("params/demo.yml", "English and Chinese, HTML and PDF", 30),
    "cdnow": ("params/cdnow.yml", "English, HTML and PDF", 30),
}


def time_review(params: str, renderer: str) -> float:
    """Seconds from the command to the published run."""
    command = [sys.executable, "-m", "analysis.cli", "report", "--params", params]
    with tempfile.TemporaryDirectory() as out:
        settings = ["--set", f"report.renderer={renderer}", "--out", out]
        began = time.perf_counter()
        subprocess.run([*command, *settings], cwd=ROOT, check=True, capture_output=True)
        return time.perf_counter() - began


def renderers() -> list[str]:
    """The renderers that can be timed here."""
    from analysis.report.quarto import find_quarto

    return ["embedded", "quarto"] if find_quarto() else ["embedded"]


def main() -> None:
    """Time each review with each renderer and write the table."""
    lines = [
        "# Performance",
        "",
        "Whole commands, started anew each time, everything installed. Made by `make bench`.",
        "",
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"{RUNS} runs after one that is not counted.",
        "",
        "| review | what is made | renderer | seconds: least | median | most | target |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for name, (params, made, target) in REVIEWS.items():
        for renderer in renderers():
            time_review(params, renderer)
            seconds = [time_review(params, renderer) for _ in range(RUNS)]
            cells = [min(seconds), statistics.median(seconds), max(seconds)]
            figures = " | ".join(f"{value:.1f}" for value in cells)
            lines.append(f"| {name} | {made} | {renderer} | {figures} | ≤ {target} |")
            print(lines[-1], flush=True)
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
