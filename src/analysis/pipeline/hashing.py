"""SHA-256 of files, remembered as long as a file has not been touched."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SETTLED_NS = 2_000_000_000
"""A file touched more recently could change again within one tick of its file system's clock."""


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class FileFacts:
    """What was found out about files, such as their hashes, so that a rerun need not read them.

    A fact holds as long as the file's size, inode and times of change are what they were. The
    time of the last change of state (ctime) is among them: the system sets it at every write and
    rename and lets nobody set it back, so that an edit which keeps the size and restores the
    modification time is seen too. A file touched within the last two seconds is read each time.
    What this trusts is the file system's clock; ``make verify`` trusts nothing and reads all.

    May be asked from several threads.

    Parameters
    ----------
    store : Path
        File in which the facts outlast the process; made anew where it cannot be read.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known = _read(store)
        self._used: dict[str, dict[str, Any]] = {}
        self._finding = threading.RLock()

    def sha256(self, path: Path) -> str:
        """SHA-256 of a file."""
        return str(self.find(path, "sha256", sha256))

    def find(self, path: Path, fact: str, find_out: Callable[[Path], Any]) -> Any:
        """A fact about a file: remembered, or found out and remembered.

        Parameters
        ----------
        fact : str
            Its name; one name always goes with one ``find_out``.
        find_out : callable
            Gets the path; returns what JSON can hold.
        """
        with self._finding:
            return self._find(path, fact, find_out)

    def _find(self, path: Path, fact: str, find_out: Callable[[Path], Any]) -> Any:
        name, state = os.path.abspath(path), _state(path)
        entry = self._used.get(name) or self._known.get(name)
        if not entry or entry["state"] != state:
            entry = {"state": state, "facts": {}}
        if fact not in entry["facts"]:
            entry["facts"][fact] = find_out(path)
        if time.time_ns() - max(state[1:3]) > SETTLED_NS and _state(path) == state:
            self._used[name] = entry
        return entry["facts"][fact]

    def save(self) -> None:
        """Keep the facts that were asked for."""
        self._store.parent.mkdir(parents=True, exist_ok=True)
        new = self._store.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(self._used), encoding="utf-8")
        new.replace(self._store)


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev]


def _read(store: Path) -> dict[str, dict[str, Any]]:
    try:
        known = json.loads(store.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
