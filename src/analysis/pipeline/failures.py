"""What went wrong in a notebook, in words that hold nothing of the data.

An exception of this package is written for people and never quotes a row. The text of any other
may quote one (``KeyError: 'Jane Smith'``), so only its kind is told, with the lines of code that
it came through. The notebook as far as it came has the whole text, on this machine alone.
"""

import ast
import errno
import re
import traceback
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.pipeline.code import PACKAGE, parse

MOST_LINES = 5
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"^File (?P<path>\S.*?):(?P<line>\d+), in (?P<function>\w+)", re.MULTILINE)
MEMORY_ERRORS = {"MemoryError", "OutOfMemoryException", "ArrowMemoryError", "_ArrayMemoryError"}
NO_SPACE = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)

NEEDS_MEMORY = (
    "Close other programs, run one notebook at a time (WORKERS=1), or take a machine with more "
    "memory; `make doctor` tells how much there is."
)
NEEDS_SPACE = "The disk is full. Free some space and start again: finished steps are not redone."


DEBUG_VARIABLE = "REVIEW_DEBUG"


class StepError(Exception):
    """A notebook did not do its work; the text says which cell and why, and quotes no data."""


def explain_exception(name: str, text: str, frames: Sequence[str]) -> str:
    """Say what a cell raised.

    Parameters
    ----------
    name : str
        The exception's class.
    text : str
        Its message.
    frames : sequence of str
        Its traceback, as IPython writes it.
    """
    if name in MEMORY_ERRORS:
        return f"memory ran out ({name}). {NEEDS_MEMORY}"
    if NO_SPACE.search(text):
        return f"{NEEDS_SPACE} ({name})"
    if name == "SystemExit":
        return "the notebook ended itself (SystemExit)"
    if name in errors_for_people():
        return f"{name}: " + "\n".join(text.strip().splitlines()[-MOST_LINES:])
    return f"raised {name}; its text may quote data and is not shown here" + _places(frames)


def explain_ended_kernel(status: int | None, notices: str) -> str:
    """Say how a kernel ended that was not asked to.

    Parameters
    ----------
    status : int, optional
        Its exit status, less than 0 for a signal; None if it still runs.
    notices : str
        What the process printed besides what its cells did.
    """
    if status is None:
        return "its kernel does not answer"
    if status == -9:
        return (
            "its kernel was killed (signal 9). Unless somebody did that, the machine ran out of "
            f"memory. {NEEDS_MEMORY}"
        )
    if any(sign in notices for sign in (*MEMORY_ERRORS, "bad_alloc", "Cannot allocate memory")):
        return f"its kernel ended because memory ran out. {NEEDS_MEMORY}"
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    return f"its kernel ended by itself ({how})"


def explain_os_error(error: OSError) -> str:
    """Say what keeps a run from being written, and what to do."""
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{NEEDS_SPACE}{place}"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return (
            f"Nothing can be written here: {error.strerror}{place}. Have the folder made writable, "
            "or name another one with OUT=…"
        )
    return f"{error.strerror or type(error).__name__}{place}"


def explain_own_error(error: Exception) -> str:
    """Say that the kit itself failed, and where; the error's text may quote data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"File {frame.filename}:{frame.lineno}, in {frame.name}" for frame in frames]
    return (
        f"The kit itself failed ({type(error).__name__}); please report it with these lines. "
        f"{DEBUG_VARIABLE}=1 shows the whole error.{_places(places)}"
    )


def last_lines(source: str) -> str:
    """The last lines of a cell's code, set off from the text around them."""
    return "".join(f"\n    {line}" for line in source.strip().splitlines()[-MOST_LINES:])


@cache
def errors_for_people() -> frozenset[str]:
    """Names of this package's own exceptions."""
    return frozenset(
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    )


def _places(told: Iterable[str]) -> str:
    """Where in this package an exception came through, the last place last."""
    text = COLOURS.sub("", "\n".join(told))
    frames: list[Any] = [
        (Path(found["path"]), found["line"], found["function"]) for found in FRAME.finditer(text)
    ]
    ours = [
        f"\n    {PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}, line {line}, in {function}"
        for path, line, function in frames
        if path.is_relative_to(PACKAGE)
    ]
    return "".join(ours[-MOST_LINES:])
