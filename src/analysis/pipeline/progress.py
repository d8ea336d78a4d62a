"""One display of how far a run has come: live on a terminal, a line a step elsewhere."""

import threading
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from analysis.pipeline.events import Event

OVERALL = "review"


class Display:
    """Shows the steps of a run.

    Parameters
    ----------
    console : Console
        Where to print.
    workers : int
        How many steps run side by side.
    is_quiet : bool
        Whether to print nothing but what the command says at its end.
    """

    def __init__(self, console: Console, workers: int, is_quiet: bool = False) -> None:
        self._console = console
        self._is_quiet = is_quiet
        self._is_live = console.is_terminal and not is_quiet
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[cell]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=not self._is_live,
        )
        self._tasks = {OVERALL: self._progress.add_task(OVERALL, cell="", left="", total=None)}
        self._remaining = TimeLeft(workers)
        self._showing = threading.Lock()

    def __enter__(self) -> "Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.remove_task(self._tasks[OVERALL])
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        with self._showing:
            self._remaining.learn(event)
            self._show(event)
            left = self._remaining.seconds()
            told = "" if left is None else f"about {left:.0f} s left"
            self._progress.update(self._tasks[OVERALL], left=told)

    def _show(self, event: Event) -> None:
        details = event.details
        if event.kind == "started":
            self._tasks[event.step] = self._progress.add_task(event.step, cell="", left="", total=1)
            self._line(f"… {event.step}  {'; '.join(details.get('why', ()))}".rstrip())
        elif event.kind == "cell":
            number, total = details["number"], details["total"]
            self._progress.update(
                self._tasks[event.step],
                completed=number - 1,
                total=total,
                cell=f"cell {number}/{total}",
            )
        elif event.kind == "noted":
            self._print(f"! {event.step}  {details['says']}")
        elif event.kind == "finished":
            self._progress.update(self._tasks[event.step], total=1, completed=1, cell="")
            self._line(f"✓ {event.step}  {details['seconds']:.1f} s")
        elif event.kind == "taken_over":
            self._print(f"= {event.step}  as before")
        elif event.kind == "failed":
            self._print(f"✗ {event.step}")

    def _line(self, text: str) -> None:
        """Print what a terminal shows live."""
        if not self._is_live:
            self._print(text)

    def _print(self, text: str) -> None:
        if not self._is_quiet:
            self._console.print(Text(text))


def open_display(workers: int, is_quiet: bool) -> Display:
    """A display on the standard output."""
    return Display(Console(highlight=False, soft_wrap=True), workers, is_quiet)


class TimeLeft:
    """Reckons how long a run will take, from how long its steps took the last time.

    Parameters
    ----------
    workers : int
        How many steps run side by side.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._expected: dict[str, float] = {}
        self._began: dict[str, float] = {}

    def learn(self, event: Event) -> None:
        """Take an event into account."""
        if event.kind == "planned":
            self._expected[event.step] = event.details["seconds"]
        elif event.kind == "started":
            self._began[event.step] = time.perf_counter()
        elif event.kind in ("finished", "taken_over", "failed"):
            self._expected.pop(event.step, None)

    def seconds(self) -> float | None:
        """Seconds left, as if the work could be shared evenly; None where nothing is known."""
        if not self._expected:
            return None
        now = time.perf_counter()
        spent = {step: now - began for step, began in self._began.items()}
        work = sum(max(s - spent.get(step, 0), 0) for step, s in self._expected.items())
        return work / min(self._workers, len(self._expected))
