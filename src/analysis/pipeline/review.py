"""One review, from params to the published run."""

import json
import platform
import sys
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis import demo, sources
from analysis.cleaning import find_first_and_last_day
from analysis.engine import connect
from analysis.params import Params, Quarter, dump_params
from analysis.params.source_models import FileSource
from analysis.pipeline.notebooks import StepError, execute_step
from analysis.pipeline.progress import Display
from analysis.pipeline.publishing import (
    failed_dir,
    sha256,
    staged_run,
    write_manifest,
)
from analysis.pipeline.steps import STEPS, Step
from analysis.report import Renderer, find_renderer, render_review
from analysis.results import Result, merge
from analysis.schemas import TRANSACTIONS

AT_ONCE = 2
"""Notebooks that run side by side: each holds a kernel with its own engine."""

RECORDED_VERSIONS = (
    "customer-review-kit",
    "ibis-framework",
    "duckdb",
    "pandas",
    "lifetimes",
    "scipy",
)


class ReviewError(Exception):
    """The review could not be made; the text tells its reader what to do."""


@dataclass(frozen=True)
class ReviewRun:
    """A published run: its folder, the documents in it, and what printed them."""

    run_dir: Path
    documents: tuple[Path, ...]
    renderer: Renderer


def run_review(params: Params, project: Path, out: Path, display: Display) -> ReviewRun:
    """Make a review: read, analyse, report, publish.

    Parameters
    ----------
    params : Params
        What to review.
    project : Path
        Folder with ``notebooks`` and ``reports``.
    out : Path
        Folder of all runs; this one is published as ``out/<review name>``.
    display : Display
        Shows how far it has come.

    Raises
    ------
    ReviewError
        If a step fails. The run that was published before stays as it was.
    """
    renderer = find_renderer(params.report.renderer)
    if params.demo:
        with display.step("demo data"):
            demo.write_company(params.demo, params.quarter)
    with TemporaryDirectory(prefix="review-") as scratch:
        _check_quarter(params, Path(scratch))
    with staged_run(out, params.review.name) as run_dir:
        (run_dir / "params.yml").write_text(dump_params(params, run_dir), encoding="utf-8")
        failed = failed_dir(out, params.review.name)
        _execute_notebooks(project / "notebooks", run_dir, failed, display)
        results = _collect_results(run_dir)
        documents = render_review(
            params,
            results,
            sources=project / "reports",
            run_dir=run_dir,
            renderer=renderer,
            step=display.step,
        )
        write_manifest(run_dir, _facts(params, renderer))
    run_dir = out / params.review.name
    return ReviewRun(run_dir, tuple(run_dir / name for name in documents), renderer)


def _check_quarter(params: Params, scratch: Path) -> None:
    """Refuse a quarter of which the data know nothing, before any notebook starts."""
    source = params.sources.transactions
    try:
        raw = sources.read_table(connect(scratch), TRANSACTIONS, source, scratch)
        days = find_first_and_last_day(raw, params.cleaning.exported_on)
    except sources.SourceError as error:
        raise ReviewError(str(error)) from None
    if days is None:
        raise ReviewError(
            f"{raw.file_name}: no order date could be read. Compare 'date_format' in the params "
            "file with how the file writes its dates."
        )
    quarter, (first, last) = params.quarter, days
    if quarter.last_day < first or quarter.first_day > last:
        calendar = params.fiscal_year.calendar
        earliest, latest = (Quarter.containing(day, calendar) for day in days)
        raise ReviewError(
            f"review.quarter is {quarter} ({quarter.first_day} to {quarter.last_day}), but the "
            f"orders in {raw.file_name} run from {first} to {last}. Choose a quarter from "
            f"{earliest} to {latest}."
        )


def _execute_notebooks(notebooks: Path, run_dir: Path, failed: Path, display: Display) -> None:
    """Execute every step after those that it needs; independent ones side by side."""

    def execute(step: Step) -> None:
        with display.step(step.name) as cell_done:
            execute_step(step, notebooks, run_dir, cell_done)

    waiting, done = list(STEPS), set[str]()
    running: dict[Future[None], Step] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while waiting or running:
            ready = [step for step in waiting if done.issuperset(step.after)]
            running |= {pool.submit(execute, step): step for step in ready}
            waiting = [step for step in waiting if step not in ready]
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                step = running.pop(future)
                try:
                    future.result()
                except StepError as error:
                    partial = failed / "notebooks" / f"{step.name}.ipynb"
                    raise ReviewError(
                        f"{step.name} failed: {error}\nThe notebook as far as it came: {partial}"
                    ) from None
                done.add(step.name)


def _collect_results(run_dir: Path) -> dict[str, Result]:
    """Put the steps' numbers into one ``results.json``."""
    parts = [
        {name: Result(**entry) for name, entry in json.loads(path.read_text("utf-8")).items()}
        for path in sorted((run_dir / "results").glob("*.json"))
    ]
    results = merge(parts)
    entries = {name: result.as_json() for name, result in results.items()}
    text = json.dumps(entries, ensure_ascii=False, indent=1, allow_nan=False)
    (run_dir / "results.json").write_text(text, encoding="utf-8")
    for path in (run_dir / "results").iterdir():
        path.unlink()
    (run_dir / "results").rmdir()
    return results


def _inputs(params: Params) -> dict[str, Any]:
    """Name and hash of the file of each table that is read from one."""
    files = {
        name: source.paths[0]
        for name, source in params.sources.given.items()
        if isinstance(source, FileSource)
    }
    return {name: {"file": path.name, "sha256": sha256(path)} for name, path in files.items()}


def _facts(params: Params, renderer: Renderer) -> dict[str, Any]:
    """What one needs to know to make the run again."""
    versions = {name: version(name) for name in RECORDED_VERSIONS}
    return {
        "review": params.review.name,
        "quarter": str(params.quarter),
        "as_of": params.quarter.last_day,
        "inputs": _inputs(params),
        "renderer": f"{renderer.name} {renderer.version}",
        "python": platform.python_version(),
        "platform": sys.platform,
        "versions": versions,
    }
