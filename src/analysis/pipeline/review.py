"""One review, from params to the published run; or nothing, where nothing has changed."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from analysis.params import Params, dump_params
from analysis.pipeline.events import Event, Tell
from analysis.pipeline.forking import fork_server
from analysis.pipeline.generating import STEP as DEMO
from analysis.pipeline.generating import demo_reasons, make_demo
from analysis.pipeline.hashing import FileFacts
from analysis.pipeline.lock import only_writer
from analysis.pipeline.manifest import is_sealed, read_manifest
from analysis.pipeline.planning import Decision, Planner
from analysis.pipeline.publishing import forget_failure, staged_run, sweep
from analysis.pipeline.request import DATA_CHECK, Review, ReviewRun
from analysis.report import find_renderer


def run_review(review: Review, listen: Callable[[], AbstractContextManager[Tell]]) -> ReviewRun:
    """Make a review: read, analyse, report, publish; or nothing, if it is made already.

    Parameters
    ----------
    review : Review
        What to make.
    listen : callable
        Opens a display, which hears what happens; not called if there is nothing to do.

    Raises
    ------
    ReviewError
        If a step fails. The run that was published before stays as it was.
    ReviewLockedError
        If another process makes this review.
    """
    renderer = find_renderer(review.params.report.renderer)
    with only_writer(review.out, review.name), ExitStack() as until_made:
        sweep(review.out, review.name)
        # Without a published run there is something to make for certain: what takes longest to
        # load is loaded beside the planning.
        is_first = not review.run_dir.exists()
        server = until_made.enter_context(fork_server([DATA_CHECK])) if is_first else None
        facts = review.facts()
        reasons = demo_reasons(review.params, facts)
        planner = review.planner(renderer, facts)
        is_new = is_first or bool(reasons) or not is_current(review, planner)
        if is_new:
            server = server or until_made.enter_context(fork_server([DATA_CHECK]))
            # Only here: it imports what takes longer than to find out that nothing has changed.
            from analysis.pipeline.making import make_run

            with listen() as tell:
                _make_demo(review.params, reasons, facts, tell)
                with staged_run(review.out, review.name) as run_dir:
                    make_run(review, planner, renderer, run_dir, server, tell)
        forget_failure(review.out, review.name)
        facts.save()
    return ReviewRun(review.run_dir, _documents(review), planner.renderer, is_new)


def plan_review(review: Review) -> list[Decision]:
    """What :func:`run_review` would do, step by step; nothing is made or changed."""
    facts = review.facts()
    if reasons := demo_reasons(review.params, facts):
        waiting = Decision("every notebook", {}, reasons=("its input is made anew",))
        return [Decision(DEMO, {}, reasons=tuple(reasons)), waiting]
    planner = review.planner(find_renderer(review.params.report.renderer), facts)
    decisions = list(planner.foresee())
    facts.save()
    return decisions


def is_current(review: Review, planner: Planner) -> bool:
    """Whether the published run is what would be made now, and whole."""
    decisions = list(planner.foresee())
    if any(decision.folder != review.run_dir for decision in decisions):
        return False
    if not is_sealed(review.run_dir):
        return False
    outputs = read_manifest(review.run_dir)["outputs"]
    written = dump_params(review.params, review.run_dir)
    return (review.run_dir / "params.yml").read_text(encoding="utf-8") == written and all(
        (review.run_dir / name).is_file() and planner.facts.sha256(review.run_dir / name) == digest
        for name, digest in outputs.items()
    )


def _make_demo(params: Params, reasons: list[str], facts: FileFacts, tell: Tell) -> None:
    if params.demo and reasons:
        tell(Event("started", DEMO, {"why": reasons}))
        began = time.perf_counter()
        make_demo(params, params.demo, facts)
        tell(Event("finished", DEMO, {"seconds": time.perf_counter() - began}))


def _documents(review: Review) -> tuple[Path, ...]:
    kinds = review.params.report.formats
    return tuple(
        review.run_dir / f"review.{language}.{kind}"
        for language in review.params.review.languages
        for kind in kinds
    )
