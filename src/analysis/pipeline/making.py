"""Making a run in its staging folder, from params to manifest."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from analysis.params import dump_params
from analysis.pipeline.events import Event, Tell
from analysis.pipeline.failures import explain_ended_kernel
from analysis.pipeline.forking import ForkServer
from analysis.pipeline.kernels import Kernels
from analysis.pipeline.log import RunLog
from analysis.pipeline.manifest import facts_of, write_manifest
from analysis.pipeline.planning import Planner
from analysis.pipeline.publishing import failed_dir
from analysis.pipeline.records import StepRecord
from analysis.pipeline.request import DATA_CHECK, REFUSED, Review, ReviewError
from analysis.pipeline.scheduling import StepFailedError
from analysis.pipeline.stepping import EXPORTING, StepMaker, libraries_of, modules_of
from analysis.pipeline.steps import STEPS
from analysis.report import Renderer
from analysis.results import PublicationError, Result
from analysis.run_folder import RECORDS


def make_run(
    review: Review,
    planner: Planner,
    renderer: Renderer,
    run_dir: Path,
    server: ForkServer | None,
    tell: Tell,
) -> None:
    """Make a run in its staging folder, with kernels forked from ``server`` if there is one.

    Raises
    ------
    ReviewError
        If a step fails; what is whole stays for the next attempt.
    """
    began = time.perf_counter()
    tell = _both(tell, RunLog(run_dir / "run.log"))
    (run_dir / "params.yml").write_text(dump_params(review.params, run_dir), encoding="utf-8")
    for name in planner.order():
        if (seconds := planner.earlier.seconds(name)) is not None:
            tell(Event("planned", name, {"seconds": seconds}))
    tell(Event("began", details={"review": review.name, "quarter": str(review.params.quarter)}))
    made, results = _make_steps(review, planner, renderer, run_dir, server, tell)
    seconds = time.perf_counter() - began
    tell(Event("ended", details={"seconds": round(seconds, 3)}))
    steps = made.values()
    facts = facts_of(review.params, review.project, planner.renderer, results, steps)
    write_manifest(run_dir, {**facts, "seconds": round(seconds, 3)}, steps)
    shutil.rmtree(run_dir / RECORDS)


def _make_steps(
    review: Review,
    planner: Planner,
    renderer: Renderer,
    run_dir: Path,
    server: ForkServer | None,
    tell: Tell,
) -> tuple[dict[str, StepRecord], dict[str, Result]]:
    """Make every step; what it takes to do so is loaded side by side, since it takes seconds."""
    to_run = {decision.name for decision in planner.foresee() if not decision.record}
    notebooks = [step for step in STEPS if step.name in to_run]
    with Kernels(server) as kernels, ThreadPoolExecutor(1) as pool:
        maker = StepMaker(review.params, planner, renderer, kernels, run_dir, tell)
        if notebooks:
            folder = review.project / "notebooks"
            paths = [folder / f"{step.name}.ipynb" for step in notebooks]
            modules = [module for path in paths for module in modules_of(path, planner.facts)]
            libraries = [name for path in paths for name in libraries_of(path, planner.facts)]
            kernels.preload([*modules, EXPORTING, *libraries])
            pool.submit(import_module, "analysis.pipeline.executing")
        if any(step.inputs and not step.after for step in notebooks):
            _check_data(kernels, run_dir)
        try:
            maker.make(review.workers)
        except StepFailedError as error:
            failed = failed_dir(review.out, review.name)
            notebook = failed / "notebooks" / f"{error.step}.ipynb"
            is_notebook = error.step in {step.name for step in STEPS}
            where = f"\n  As far as it came: {notebook}" if is_notebook else ""
            raise ReviewError(f"{error}{where}\n  The log: {failed / 'run.log'}") from None
        except PublicationError as error:
            raise ReviewError(f"The notebooks' numbers do not fit together: {error}") from None
    return maker.made, maker.results


def _check_data(kernels: Kernels, run_dir: Path) -> None:
    """Refuse data that cannot carry the review, before any notebook starts."""
    status, told = kernels.call(DATA_CHECK, [str(run_dir / "params.yml")])
    if status == REFUSED:
        raise ReviewError(told)
    if status:
        raise ReviewError(f"The check of the data broke off: {explain_ended_kernel(status, told)}")


def _both(one: Tell, other: Tell) -> Tell:
    def tell(event: Event) -> None:
        one(event)
        other(event)

    return tell
