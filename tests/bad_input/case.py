"""What a case of bad input is, and the register of all of them.

A case writes its own files, gives them to the kit, and tells what the kit did. What it must do
stands beside it, so that a case can fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """What bad input must get."""

    STOP = "stop"
    QUARANTINE = "quarantine"
    FIX = "fix"
    WARN = "warn"
    ACCEPT = "accept"
    RENDER = "render"


@dataclass(frozen=True)
class Found:
    """What the kit did.

    Attributes
    ----------
    outcome : Outcome
        What became of the input.
    message : str
        What the kit says about it, as a person reads it.
    """

    outcome: Outcome
    message: str


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes
    ----------
    number : int
        1 to 90, as in the list that the kit is measured against.
    what : str
        What is wrong with the input.
    expected : Outcome
        What it must get.
    says : tuple of str
        What the message must name: file, line, column, value or remedy.
    run : callable
        From an empty folder to what the kit did.
    """

    number: int
    what: str
    expected: Outcome
    says: tuple[str, ...]
    run: Callable[[Path], Found]


CASES: dict[tuple[int, str], Case] = {}
"""By number and what is wrong: pytest's search for doctests imports each module once more."""


def case(
    number: int, what: str, expected: Outcome, *says: str
) -> Callable[[Callable[[Path], Found]], Callable[[Path], Found]]:
    """Register a function as the case of that number."""

    def register(run: Callable[[Path], Found]) -> Callable[[Path], Found]:
        CASES[number, what] = Case(number, what, expected, says, run)
        return run

    return register
