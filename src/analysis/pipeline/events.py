"""What happens while a review is made, told to whoever listens: the display and the log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "planned", "began", "started", "cell", "noted", "finished", "taken_over", "failed", "ended"
]


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    kind : str
        ``planned`` (a step's expected seconds), ``began`` and ``ended`` (the run), ``started``,
        ``cell``, ``noted`` (something its reader must know), ``finished``, ``taken_over`` and
        ``failed`` (a step).
    step : str
        The step, or empty.
    details : mapping
        What else there is to tell; never anything of the data.
    """

    kind: Kind
    step: str = ""
    details: dict[str, Any] = field(default_factory=dict)


Tell = Callable[[Event], None]
"""Takes an event; may be called from several threads."""
