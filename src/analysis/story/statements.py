"""A statement: which words, filled with which published numbers, said by whom.

Rules choose statements by the numbers themselves, so that a sentence cannot contradict them; each
language only words them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.params.owner_models import Area
from analysis.results import Result, Unit

Results = Mapping[str, Result]


@dataclass(frozen=True)
class Figure:
    """A number in a statement.

    Attributes
    ----------
    name : str
        The published number that it is.
    value : int, float or str
        What it is.
    unit : str
        Its unit.
    form : str
        ``plain``, ``signed`` (a change), ``size`` (a change whose direction the words tell) or
        ``interval`` (of a change).
    high : float, optional
        Upper end of an interval, whose lower end is the value.
    """

    name: str
    value: int | float | str
    unit: Unit
    form: Literal["plain", "signed", "size", "interval"] = "plain"
    high: float | None = None


@dataclass(frozen=True)
class Statement:
    """Something that the numbers say.

    Attributes
    ----------
    key : str
        Its words, under ``statement`` in the locales.
    figures : mapping
        What fills their placeholders.
    area : str
        Who answers for it.
    section : str
        Anchor of the report's section that has the evidence.
    subject : str
        What it is about; no two statements of one list have the same.
    is_proven : bool
        Whether it is a change beyond chance, rather than a mere fact.
    money : float
        Money at stake, by which facts are ranked; 0 where none is known.
    words : mapping
        Placeholders that are filled with words: their group in the locales and their name.
    """

    key: str
    figures: Mapping[str, Figure]
    area: Area
    section: str
    subject: str
    is_proven: bool = False
    money: float = 0.0
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def figure(results: Results, name: str) -> Figure | None:
    """A published number; None where it is not known."""
    result = results.get(name)
    return (
        None if result is None or result.value is None else Figure(name, result.value, result.unit)
    )


def amount(results: Results, name: str) -> float:
    """A published number as a number; 0 where it is not known."""
    result = results.get(name)
    return float(result.value) if result and isinstance(result.value, int | float) else 0.0
