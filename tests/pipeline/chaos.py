"""Faults at random moments: what stands published stays whole, and the next run succeeds.

``make chaos`` runs the long version and writes its table into ``docs/reliability.md``; a short one
is among the tests.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
from tiny import DOCUMENT, ORDERS, ROOT, Tiny, make_tiny

from analysis.pipeline.verify import find_damage

TABLE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- chaos: begin -->", "<!-- chaos: end -->"
MOMENTS = 200
RECOVER_EVERY = 20
GRACE_SECONDS = 10


class Chaos:
    """A tiny review that is disturbed again and again.

    Parameters
    ----------
    tiny : Tiny
        The review.
    seed : int
        Of the moments and victims.
    """

    def __init__(self, tiny: Tiny, seed: int) -> None:
        self.tiny = tiny
        self.random = random.Random(seed)
        self.counts: Counter[tuple[str, str]] = Counter()
        self._n_orders, self._edition = 2, 0
        self.seconds = {change: self._time(change) for change in (self.add_order, self.add_words)}

    def _time(self, change: Callable[[], None]) -> float:
        """How long a run takes after a change."""
        change()
        began = time.perf_counter()
        assert self.tiny.run().returncode == 0
        return time.perf_counter() - began

    def change_something(self) -> float:
        """Give the next run something to do; returns how long that takes."""
        change = self.random.choices(list(self.seconds), weights=(1, 5))[0]
        change()
        return self.seconds[change]

    def add_order(self) -> None:
        """A change after which every step runs."""
        self._n_orders += 1
        lines = [f"{n},c{n},2026-07-01,5.00\n" for n in range(3, self._n_orders + 1)]
        (self.tiny.folder / "orders.csv").write_text(ORDERS + "".join(lines), encoding="utf-8")

    def add_words(self) -> None:
        """A change after which the report is printed anew, from notebooks taken over."""
        self._edition += 1
        document = f"{DOCUMENT}\nThis is edition {self._edition}.\n"
        (self.tiny.folder / "reports/review.en.qmd").write_text(document, encoding="utf-8")

    def kill_runner(self) -> None:
        """Kill the runner at a random moment; nothing that it started may outlive it."""
        seconds = self.change_something()
        process = self.tiny.start()
        time.sleep(self.random.uniform(0, seconds))
        family = _family(process)
        process.kill()
        process.communicate()
        _, alive = psutil.wait_procs(family, timeout=GRACE_SECONDS)
        self._count("runner killed", not alive)

    def kill_child(self) -> None:
        """Kill a kernel, or the process that they are forked from, at a random moment."""
        self.add_order()
        process = self.tiny.start()
        time.sleep(self.random.uniform(0, self.seconds[self.add_order]))
        children = _family(process)[1:]
        if children:
            with suppress(psutil.NoSuchProcess):
                self.random.choice(children).kill()
        _, stderr = process.communicate(timeout=300)
        is_told = "Nothing was published" in stderr and "Traceback" not in stderr
        is_honest = self.is_current() if process.returncode == 0 else is_told
        self._count("kernel killed", is_honest and process.returncode in (0, 1))

    def recover(self) -> None:
        """The next run succeeds and has the newest orders; nothing is left beside it."""
        done = self.tiny.run()
        left = [path.name for path in self.tiny.out.glob(".[sfo]*-tiny*")]
        self._count("next run", done.returncode == 0 and self.is_current() and not left)

    def fill_disk(self, size_kb: int) -> None:
        """Make the review on a disk that is too small, and again once there is room."""
        with tmpfs(self.tiny.folder / "out", f"size={size_kb}k") as is_mounted:
            if is_mounted:
                failed = self.tiny.run()
                is_told = failed.returncode == 0 or "The disk is full" in failed.stderr
                subprocess.run(["mount", "-o", "remount,size=64m", str(self.tiny.out)], check=True)
                self._count("disk full", is_told and self.tiny.run().returncode == 0)

    def is_current(self) -> bool:
        """Whether the published report counts every order and has the latest words."""
        page = (self.tiny.run_dir / "review.en.html").read_text(encoding="utf-8")
        told = [f"There were {self._n_orders} orders", f"This is edition {self._edition}."]
        return all(words in page for words in told)

    def _count(self, fault: str, is_well: bool) -> None:
        damage = find_damage(self.tiny.run_dir) if self.tiny.run_dir.exists() else []
        self.counts[fault, "all"] += 1
        self.counts[fault, "broken"] += bool(damage)
        self.counts[fault, "wrong"] += not is_well


@contextmanager
def tmpfs(folder: Path, options: str) -> Iterator[bool]:
    """A small disk at a folder, where one may mount; what lay there is back afterwards."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    is_mounted = (
        os.name == "posix" and os.geteuid() == 0 and bool(shutil.which("mount"))
        and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )  # fmt: skip
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def simultaneous(tiny: Tiny, n: int) -> Counter[int]:
    """Exit codes of so many starts at once."""
    processes = [tiny.start() for _ in range(n)]
    for process in processes:
        process.communicate(timeout=600)
    return Counter(process.returncode for process in processes)


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def table(counts: Counter[tuple[str, str]]) -> str:
    """What was done and what came of it."""
    lines = [
        "| fault | times | published run broken | anything else wrong |",
        "|---|---:|---:|---:|",
    ]
    for fault in dict.fromkeys(fault for fault, _ in counts):
        cells = [counts[fault, kind] for kind in ("all", "broken", "wrong")]
        lines.append(f"| {fault} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    """The long version."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        chaos = Chaos(make_tiny(Path(folder, "project")), seed=20260930)
        for number in range(1, MOMENTS + 1):
            chaos.random.choices((chaos.kill_runner, chaos.kill_child), weights=(8, 1))[0]()
            if number % RECOVER_EVERY == 0:
                chaos.recover()
                print(f"{number}/{MOMENTS}", dict(chaos.counts), flush=True)
        for size_kb in (64, 256, 384, 512, 768, 1024):
            chaos.fill_disk(size_kb)
        chaos.add_order()
        codes = simultaneous(chaos.tiny, 20)
        chaos.counts["20 simultaneous starts", "all"] += 1
        chaos.counts["20 simultaneous starts", "wrong"] += not (set(codes) <= {0, 75} and codes[0])
        chaos.recover()
    text = TABLE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    TABLE.write_text(f"{before}{BEGIN}\n{table(chaos.counts)}\n{END}{after}", encoding="utf-8")
    print(table(chaos.counts))


if __name__ == "__main__":
    main()
