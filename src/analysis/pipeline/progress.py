"""One display of how far a run has come: live on a terminal, a line a step elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Display:
    """Shows the steps of a run.

    Parameters
    ----------
    console : Console
        Where to print.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def step(self, name: str, total: int = 1) -> Iterator[Callable[[int, int], None]]:
        """Show one step; yields a function that takes how much is done, of how much."""
        began = time.perf_counter()
        task = self._progress.add_task(name, total=total)
        yield lambda done, of: self._progress.update(task, completed=done, total=of)
        final_total = self._progress.tasks[task].total or total
        self._progress.update(task, completed=final_total)
        if not self._console.is_terminal:
            self._console.print(f"✓ {name}  {time.perf_counter() - began:.1f} s")
