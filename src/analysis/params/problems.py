"""What is wrong with a params file, in words for the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

ECHO_LENGTH = 60
PATH_LENGTH = 160


@dataclass(frozen=True)
class Problem:
    """One thing to mend.

    Parameters
    ----------
    file
        Where it stands: the file's path, or ``--set`` for an override.
    line
        Line in that file, counted from 1; None where there is none.
    key
        Dotted path of the key, such as ``rfm.window_months``; empty for the file as a whole.
    message
        What is wrong.
    allowed
        A sentence that says what may stand there; empty where there is nothing to add.
    suggestion
        What was probably meant.
    """

    file: str
    line: int | None
    key: str
    message: str
    allowed: str = ""
    suggestion: str | None = None

    def __str__(self) -> str:
        line = None if self.line is None else f"line {self.line}"
        where = ", ".join(part for part in (self.file, line, self.key) if part)
        hint = None if self.suggestion is None else f'Did you mean "{self.suggestion}"?'
        return f"{where}: " + " ".join(part for part in (self.message, hint, self.allowed) if part)


class ParamsError(ValueError):
    """A params file cannot be used; ``problems`` holds every reason, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def escape(text: str) -> str:
    """Return the text with control and invisible characters written as ``\\n``, ``\\u200b``, …"""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
        for c in text
    )


def shorten(text: str, length: int = ECHO_LENGTH) -> str:
    """Return the escaped text, its middle left out where it is longer than ``length``."""
    # Cut before escaping as well: a huge value should not be escaped as a whole.
    escaped = escape(text if len(text) <= 2 * length else text[:length] + text[-length:])
    if len(escaped) <= length and len(text) <= length:
        return escaped
    tail = length // 3
    return escaped[: length - tail - 1] + "…" + escaped[-tail:]


def closest(word: str, options: Iterable[str]) -> str | None:
    """Return the option that was probably meant, or None."""
    by_lower_case = {option.lower(): option for option in options}
    matches = get_close_matches(word[:200].lower(), list(by_lower_case), n=1)
    return by_lower_case[matches[0]] if matches else None
