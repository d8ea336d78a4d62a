"""Published numbers: the only numbers that the report may print."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, Literal

Unit = Literal[
    "count",
    "customers",
    "orders",
    "rows",
    "money",
    "ratio",
    "days",
    "points",
    "score",
    "date",
    "label",
    "text",
    "parameter",
    "index",
    "log_likelihood",
]
"""What a number counts or measures; it decides how each language writes the number."""

Number = int | float | Decimal


@dataclass(frozen=True)
class Result:
    """One published number.

    Attributes
    ----------
    value : int, float, str or None
        The number, or the key of a label. None if it could not be computed; ``note`` says why.
    unit : str
        One of :data:`Unit`. Money is in the review's currency, a ratio is a share of 1, points
        run to 100, a score is on its item's own scale.
    n : int, optional
        How many customers or answers it rests on.
    low, high : float, optional
        Interval, in the same unit.
    note : str, optional
        What a reader must know; for a missing value, what it would need.
    source : str, optional
        Notebook and execution count of the cell that published it.
    """

    value: int | float | str | None
    unit: Unit
    n: int | None = None
    low: float | None = None
    high: float | None = None
    note: str | None = None
    source: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Value and unit, and of the rest what is known."""
        known = {key: value for key, value in asdict(self).items() if value is not None}
        return {"value": self.value, "unit": self.unit} | known


class PublicationError(Exception):
    """A number cannot be published under this name."""


def number(value: Number, unit: Unit, **details: Any) -> Result:
    """Make a result of a computed number.

    Raises
    ------
    PublicationError
        If the number is NaN or infinite: publish :func:`missing` with the reason instead.
    """
    plain = float(value) if isinstance(value, Decimal) else value
    plain = plain.item() if hasattr(plain, "item") else plain
    if not isfinite(plain):
        raise PublicationError(f"{plain} is not a number that can be published")
    return Result(plain, unit, **details)


def text(value: str) -> Result:
    """Make a result of a short text that is printed as it is, such as a grade."""
    return Result(value, "text")


def missing(unit: Unit, note: str) -> Result:
    """Make a result of a number that could not be computed; ``note`` says what it would need."""
    return Result(None, unit, note=note)


def merge(parts: Iterable[Mapping[str, Result]]) -> dict[str, Result]:
    """Put the results of several steps into one flat mapping, sorted by name.

    Raises
    ------
    PublicationError
        If two steps publish one name, or a name is the beginning of another
        (``a.b`` beside ``a.b.c``), which a report's variables could not tell apart.
    """
    merged: dict[str, Result] = {}
    for part in parts:
        if twice := sorted(merged.keys() & part.keys()):
            raise PublicationError(f"published twice: {', '.join(twice)}")
        merged.update(part)
    for name in merged:
        parents = name.split(".")[:-1]
        for depth in range(1, len(parents) + 1):
            if (parent := ".".join(parents[:depth])) in merged:
                raise PublicationError(f"{name} cannot be published beside {parent}")
    return dict(sorted(merged.items()))


def read_step_results(run_dir: Path) -> dict[str, Result]:
    """The numbers of all steps of a run, by name.

    Raises
    ------
    PublicationError
        If two steps publish one name.
    """
    return merge(read_results(path) for path in sorted((run_dir / "results").glob("*.json")))


def read_results(path: Path) -> dict[str, Result]:
    """Published numbers by name, from a file of a run."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {name: Result(**entry) for name, entry in entries.items()}
