"""Many reviews from one command: each in a process of its own, all in one display.

A process a review keeps them apart: nothing of one can reach another, and one that fails, however
badly, stops no other.
"""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path
from typing import Literal

from analysis.params import Params, ParamsError, load_params
from analysis.pipeline.events import Event
from analysis.pipeline.planning import graph

State = Literal["made", "as_before", "failed", "refused"]
GRACE_SECONDS = 20
"""How long a review that is broken off may take to clear up after itself."""


@dataclass(frozen=True)
class Outcome:
    """What became of one review of a batch.

    Attributes
    ----------
    params_file : Path
        Its params file.
    review, quarter : str
        Its name and quarter; empty where the params could not be read.
    state : str
        ``made``, ``as_before`` (nothing had changed), ``failed`` or ``refused`` (its params).
    seconds : float
        How long it took.
    told : str
        Where the report is, or what went wrong.
    """

    params_file: Path
    review: str
    quarter: str
    state: State
    seconds: float = 0.0
    told: str = ""

    @property
    def is_good(self) -> bool:
        """Whether there is a report as asked for."""
        return self.state in ("made", "as_before")


@dataclass(frozen=True)
class Order:
    """One review that is to be made.

    Attributes
    ----------
    params_file : Path
        Its params file.
    params : Params
        What it says.
    """

    params_file: Path
    params: Params

    @property
    def review(self) -> str:
        """The review's name."""
        return self.params.review.name

    @property
    def steps(self) -> int:
        """How many steps it takes."""
        return len(graph(self.params))


Tell = Callable[[str, Event], None]
"""Hears the name of a review and what happens to it; may be called from several threads."""


def find_params(patterns: Sequence[str]) -> list[Path]:
    """The files that are named, or fit a pattern such as ``params/regions/*.yml``; each once."""
    found = [path for pattern in patterns for path in sorted(glob(pattern)) or [pattern]]
    return [Path(path) for path in dict.fromkeys(found) if "*" not in path]


def read_orders(
    files: Sequence[Path], overrides: Sequence[str]
) -> tuple[list[Order], list[Outcome]]:
    """Read every params file: the reviews that can be made, and those that are refused.

    A review whose name another one of the batch has is refused: both would be the same folder.
    """
    orders: dict[str, Order] = {}
    refused = []
    for file in files:
        try:
            order = Order(file, load_params(file, overrides))
        except ParamsError as error:
            refused.append(Outcome(file, "", "", "refused", told=str(error)))
            continue
        if other := orders.get(order.review):
            told = f'{other.params_file} makes a review called "{order.review}" too.'
            quarter = str(order.params.quarter)
            refused.append(Outcome(file, order.review, quarter, "refused", told=told))
        else:
            orders[order.review] = order
    return list(orders.values()), refused


def run_batch(
    orders: Sequence[Order], options: Sequence[str], at_once: int, tell: Tell
) -> list[Outcome]:
    """Make reviews, some side by side; each ends in its outcome, whatever becomes of the others.

    Parameters
    ----------
    orders : sequence of Order
        What is to be made.
    options : sequence of str
        Options of the command ``report`` that are the same for all.
    at_once : int
        How many run side by side.
    tell : callable
        Hears what happens.
    """
    running = _Running(tell)
    with ThreadPoolExecutor(at_once) as pool:
        try:
            return list(pool.map(lambda order: running.make(order, options), orders))
        except BaseException:
            running.stop()
            pool.shutdown(cancel_futures=True)
            raise


class _Running:
    """The processes that are under way."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._processes: set[subprocess.Popen[str]] = set()
        self._changing = threading.Lock()
        self._is_stopped = False

    def make(self, order: Order, options: Sequence[str]) -> Outcome:
        """Make one review and wait for it."""
        began = time.perf_counter()
        self._tell(order.review, Event("began"))
        command = [sys.executable, "-m", "analysis.cli", "report", "--params",
                   str(order.params_file), *options, "--events"]  # fmt: skip
        outcome = Outcome(order.params_file, order.review, str(order.params.quarter), "failed")
        with self._changing:
            if self._is_stopped:
                return outcome
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
            )
            self._processes.add(process)
        last: Mapping[str, object] = {}
        # Both pipes are read at once: a full one would stop the process.
        complaints: list[str] = []
        reading = threading.Thread(target=lambda: complaints.extend(process.stderr or ()))
        reading.start()
        for line in process.stdout or ():
            last = self._hear(order.review, line) or last
        status = process.wait()
        reading.join()
        with self._changing:
            self._processes.discard(process)
        seconds = time.perf_counter() - began
        if status == 0 and last:
            state: State = "made" if last["is_new"] else "as_before"
            outcome = replace(outcome, state=state, told=str(last["run_dir"]))
        else:
            told = "".join(complaints).strip() or f"It ended with status {status}."
            outcome = replace(outcome, told=told)
        self._tell(order.review, Event("ended", details={"state": outcome.state}))
        return replace(outcome, seconds=seconds)

    def stop(self) -> None:
        """Break off what is under way; each clears up after itself."""
        with self._changing:
            self._is_stopped = True
            processes = list(self._processes)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _hear(self, review: str, line: str) -> Mapping[str, object] | None:
        """Pass an event on; return what a finished review says of itself."""
        told = json.loads(line)
        if "published" in told:
            published: Mapping[str, object] = told["published"]
            return published
        self._tell(review, Event(told["event"], told["step"], told["details"]))
        return None
