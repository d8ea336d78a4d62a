"""Each step of a run: taken over from an earlier one, or made and put on record."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import cast

from analysis.params import Params
from analysis.params.texts import Language
from analysis.pipeline.code import Reach, notebook_imports, reach_of
from analysis.pipeline.events import Event, Tell
from analysis.pipeline.failures import StepError, explain_ended_kernel
from analysis.pipeline.hashing import FileFacts, sha256
from analysis.pipeline.kernels import KERNEL_MODULES, Kernels
from analysis.pipeline.keys import differences
from analysis.pipeline.planning import EXPORTS, REPORT, RESTATEMENT, Decision, Planner, step_called
from analysis.pipeline.records import StepRecord, files_of, write_record
from analysis.pipeline.request import NOTE, REFUSED
from analysis.pipeline.scheduling import run_in_order
from analysis.pipeline.steps import STEPS
from analysis.report import Renderer, render_review
from analysis.results import Result, read_step_results

EXPORTING = "analysis.pipeline.exporting"
"""Writes the exports, in a process of its own: what it takes is loaded nowhere else."""


class StepMaker:
    """Makes the steps of one run.

    Parameters
    ----------
    params : Params
        The review.
    planner : Planner
        Decides what is taken over.
    renderer : Renderer
        Prints the report.
    kernels : Kernels
        Runs the notebooks.
    run_dir : Path
        The staging folder.
    tell : callable
        Hears what happens.
    """

    def __init__(
        self,
        params: Params,
        planner: Planner,
        renderer: Renderer,
        kernels: Kernels,
        run_dir: Path,
        tell: Tell,
    ) -> None:
        self._params = params
        self._planner = planner
        self._renderer = renderer
        self._kernels = kernels
        self._run_dir = run_dir
        self._tell = tell
        # Kernels may have loaded the package's code from now on.
        self._code_loaded = planner.code()
        self.made: dict[str, StepRecord] = {}
        self.results: dict[str, Result] = {}

    def make(self, workers: int) -> None:
        """Make every step, as many side by side as there are workers.

        Raises
        ------
        StepFailedError
            If a step fails. Those that run beside it end first, so that they need not run again.
        """
        order = self._planner.order()
        first = (*(step.name for step in STEPS), RESTATEMENT)
        notebooks = {name: after for name, after in order.items() if name in first}
        rest: dict[str, tuple[str, ...]] = {name: () for name in order if name not in notebooks}
        run_in_order(notebooks, self._make_step, workers, self._kernels.stop)
        self.results = _collect_results(self._run_dir)
        run_in_order(rest, self._make_step, workers, self._kernels.stop)

    def _make_step(self, name: str) -> None:
        decision = self._planner.decide(name, self.made)
        if decision.record and decision.folder:
            _take_over(decision.record, decision.folder, self._run_dir)
            self.made[name] = decision.record
            self._tell(Event("taken_over", name))
            return
        self._tell(Event("started", name, {"why": list(decision.reasons)}))
        began = time.perf_counter()
        try:
            outputs = self._work(name)
            self._check_unchanged(decision)
            self._put_on_record(decision, outputs, time.perf_counter() - began)
        except Exception as error:
            self._tell(Event("failed", name, {"error": type(error).__name__}))
            raise

    def _work(self, name: str) -> list[str]:
        if name.startswith(REPORT):
            return self._print(name)
        if name == EXPORTS:
            return self._export(name)
        if name == RESTATEMENT and self._planner.restates:
            # Only here: few reviews restate another.
            from analysis.pipeline.restatement import restate

            archive = self._planner.restates
            return restate(self._params, archive, self._run_dir, self.made)
        return self._execute(name)

    def _execute(self, name: str) -> list[str]:
        # Only here: it imports papermill, and with it what takes two seconds.
        from analysis.pipeline.executing import CellStarted, execute_step

        step = step_called(name)
        notebook = self._planner.project / "notebooks" / f"{name}.ipynb"

        def started(cell: CellStarted) -> None:
            self._tell(Event("cell", name, {"number": cell.number, "total": cell.total}))

        with self._kernels.manager(name, modules_of(notebook, self._planner.facts)) as manager:
            execute_step(step, notebook, self._run_dir, manager, started)
        return [*files_of(self._run_dir, name), f"notebooks/{name}.ipynb"]

    def _print(self, name: str) -> list[str]:
        return render_review(
            self._params,
            self.results,
            sources=self._planner.project / "reports",
            run_dir=self._run_dir,
            renderer=self._renderer,
            language=cast(Language, name.removeprefix(REPORT)),
        )

    def _export(self, name: str) -> list[str]:
        arguments = [str(self._run_dir / "params.yml"), str(self._run_dir), name]
        status, told = self._kernels.call(EXPORTING, arguments)
        if status:
            broke_off = f"It broke off: {explain_ended_kernel(status, told)}"
            raise StepError(told if status == REFUSED else broke_off)
        for line in told.splitlines():
            if line.startswith(NOTE):
                self._tell(Event("noted", name, {"says": line.removeprefix(NOTE)}))
        return files_of(self._run_dir, name)

    def _check_unchanged(self, decision: Decision) -> None:
        """Refuse a step that read something other than what would stand on its record."""
        now = self._planner.decide(decision.name, self.made).ingredients
        loaded = {name: value for name, value in self._code_loaded.items() if name in now}
        then = {**decision.ingredients, **loaded}
        if now != then:
            raise StepError(f"{'; '.join(differences(now, then))}, while it ran. Start again.")

    def _put_on_record(self, decision: Decision, outputs: list[str], seconds: float) -> None:
        for other in self.made.values():
            if twice := other.outputs.keys() & set(outputs):
                raise StepError(f"{', '.join(sorted(twice))} is written by {other.name} too")
        record = StepRecord(
            decision.name,
            decision.ingredients,
            {path: sha256(self._run_dir / path) for path in outputs},
            _count_rows(self._run_dir, outputs),
            round(seconds, 3),
        )
        write_record(self._run_dir, record)
        self.made[decision.name] = record
        self._tell(
            Event("finished", decision.name, {"seconds": record.seconds, "rows": record.rows})
        )


def modules_of(notebook: Path, facts: FileFacts) -> list[str]:
    """What a kernel for a notebook had better have loaded before it starts."""
    return [*KERNEL_MODULES, *sorted(_reach_of(notebook, facts).modules)]


def libraries_of(notebook: Path, facts: FileFacts) -> list[str]:
    """What it may need besides, some of it late or never: to be loaded while others compute."""
    return sorted(_reach_of(notebook, facts).versions())


def _reach_of(notebook: Path, facts: FileFacts) -> Reach:
    return reach_of(facts.find(notebook, "imports", notebook_imports), facts)


def _take_over(record: StepRecord, folder: Path, run_dir: Path) -> None:
    """Bring a step's files from an earlier run, without copying their bytes where possible."""
    for path in record.outputs:
        target = run_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            os.link(folder / path, target)
        except OSError:
            shutil.copy2(folder / path, target)
    write_record(run_dir, record)


def _count_rows(run_dir: Path, outputs: list[str]) -> dict[str, int]:
    """Rows of each table that a step made.

    Raises
    ------
    StepError
        If one of them cannot be read.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import read_metadata

    rows = {}
    for path in outputs:
        if path.endswith(".parquet"):
            try:
                rows[path] = read_metadata(run_dir / path).num_rows
            except ArrowException:
                raise StepError(f"{path}, which it wrote, is no readable Parquet file") from None
    return rows


def _collect_results(run_dir: Path) -> dict[str, Result]:
    """Put the steps' numbers into one ``results.json``."""
    results = read_step_results(run_dir)
    entries = {name: result.as_json() for name, result in results.items()}
    text = json.dumps(entries, ensure_ascii=False, indent=1, allow_nan=False)
    (run_dir / "results.json").write_text(text, encoding="utf-8")
    return results
