"""One writer a review: whoever comes second is told who runs, and since when."""

import getpass
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class ReviewLockedError(Exception):
    """Somebody else makes this review now; the text says who."""


@contextmanager
def only_writer(out: Path, name: str) -> Iterator[None]:
    """Be the only one who makes a review while the block lasts.

    The operating system holds the lock and lets go of it when the process ends, however it ends:
    a lock is never stale.

    Parameters
    ----------
    out : Path
        Folder of all runs.
    name : str
        The review's name.

    Raises
    ------
    ReviewLockedError
        At once, if another process makes this review.
    """
    folder = out / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock, owner = FileLock(folder / f"{name}.lock"), folder / f"{name}.owner.json"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ReviewLockedError(_describe(name, owner)) from None
    try:
        owner.write_text(json.dumps(_myself()), encoding="utf-8")
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _myself() -> dict[str, str | float]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        user = "somebody"
    return {"user": user, "host": socket.gethostname(), "pid": os.getpid(), "since": time.time()}


def _describe(name: str, owner: Path) -> str:
    try:
        who = json.loads(owner.read_text(encoding="utf-8"))
        age = max(time.time() - who["since"], 0)
        by = f"by {who['user']} on {who['host']}, process {who['pid']}, for {_duration(age)}"
    except (OSError, ValueError):  # the owner is writing its name, or taking it away
        by = "by somebody who began or ended this moment"
    return f"{name} is being made {by}. Wait for it, or make another review meanwhile."


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
