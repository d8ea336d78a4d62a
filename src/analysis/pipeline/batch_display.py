"""One display of a batch: a line a review, live on a terminal; then a table."""

import threading
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed
from rich.table import Table
from rich.text import Text

from analysis.pipeline.batch import Order, Outcome
from analysis.pipeline.events import Event

ENDED = ("finished", "taken_over")
SIGNS = {"made": "✓", "as_before": "=", "failed": "✗", "refused": "✗"}
STATES = {
    "made": "made",
    "as_before": "up to date",
    "failed": "failed",
    "refused": "refused",
}


class BatchDisplay:
    """Shows how far each review of a batch has come.

    Parameters
    ----------
    console : Console
        Where to print.
    orders : sequence of Order
        The reviews.
    is_quiet : bool
        Whether to print nothing but the table at the end.
    """

    def __init__(self, console: Console, orders: Sequence[Order], is_quiet: bool = False) -> None:
        self._console = console
        self._is_live = console.is_terminal and not is_quiet
        self._is_quiet = is_quiet
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[step]}"),
            Elapsed(),
            console=console,
            disable=not self._is_live,
        )
        self._steps = {order.review: order.steps for order in orders}
        self._tasks = {
            name: self._progress.add_task(name, total=steps, start=False, step="")
            for name, steps in self._steps.items()
        }
        self._showing = threading.Lock()

    def __enter__(self) -> "BatchDisplay":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, review: str, event: Event) -> None:
        """Show one event of one review."""
        with self._showing:
            task = self._tasks[review]
            if event.kind == "began" and not event.details:
                self._progress.start_task(task)
                self._line(f"… {review}")
            elif event.kind == "started":
                self._progress.update(task, step=event.step)
            elif event.kind in ENDED:
                self._progress.advance(task)
            elif event.kind == "ended" and "state" in event.details:
                state = event.details["state"]
                self._progress.update(task, step=STATES[state])
                if state != "failed":
                    self._progress.update(task, completed=self._steps[review])
                self._line(f"{SIGNS[state]} {review}  {STATES[state]}")

    def _line(self, text: str) -> None:
        if not self._is_live and not self._is_quiet:
            self._console.print(Text(text))


def summarize(outcomes: Iterable[Outcome]) -> Table:
    """What became of each review, a row each; of a failure its first line."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "review", "quarter", "", "time", "report, or what went wrong"):
        table.add_column(heading, justify="right" if heading == "time" else "left")
    for outcome in outcomes:
        told = outcome.told.strip().splitlines() or [""]
        table.add_row(
            SIGNS[outcome.state],
            Text(outcome.review or outcome.params_file.name),
            outcome.quarter,
            STATES[outcome.state],
            f"{outcome.seconds:.0f} s" if outcome.seconds else "",
            Text(told[0]),
        )
    return table
