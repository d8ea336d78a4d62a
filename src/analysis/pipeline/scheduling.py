"""Work in the order of a graph, independent pieces side by side."""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from analysis.pipeline.failures import StepError
from analysis.report import RenderError


class StepFailedError(Exception):
    """A step of the review failed; the text names it and says why."""

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"{step} failed. {reason}")
        self.step = step


def run_in_order(
    after: Mapping[str, tuple[str, ...]],
    work: Callable[[str], None],
    workers: int,
    stop: Callable[[], None],
) -> None:
    """Do work for each name after the names before it, some of it side by side.

    Parameters
    ----------
    after : mapping
        Each name with the names that come before it.
    stop : callable
        Breaks off the work that is under way; called when the user interrupts.

    Raises
    ------
    StepFailedError
        The first failure, once the work that was under way has ended; no more is begun.
    """
    order = TopologicalSorter(after)
    order.prepare()
    running: dict[Future[None], str] = {}
    failures: list[StepFailedError] = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            while order.is_active() and not (failures and not running):
                ready = () if failures else order.get_ready()
                running |= {pool.submit(work, name): name for name in ready}
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    failures += _conclude(future, name := running.pop(future))
                    order.done(name)
        except BaseException:
            stop()
            raise
    if failures:
        raise failures[0]


def _conclude(work: Future[None], name: str) -> list[StepFailedError]:
    try:
        work.result()
    except (StepError, RenderError) as error:
        return [StepFailedError(name, str(error))]
    return []
