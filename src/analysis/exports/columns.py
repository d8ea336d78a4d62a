"""The columns of the key-account table: what each holds, how it is shown, who fills it in."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "label", "labels", "count", "score", "points", "money", "ratio", "days", "date"
]

STATUSES = ("open", "doing", "done", "dropped")
KEY = "customer_id"
OWN = "own:"
"""Begins the name of a column that people added themselves; its heading follows."""


@dataclass(frozen=True)
class Column:
    """A column of the table that the review fills.

    Attributes
    ----------
    field : str
        Column of the accounts; its heading and meaning stand in the locales under
        ``workbook.heading`` and ``workbook.meaning``.
    kind : str
        What it holds; ``labels`` are several, each ended by a semicolon.
    labels : str, optional
        Where the words of a label stand in the locales.
    is_personal : bool
        Whether it names people: left out where the params do not allow names.
    has_bar : bool
        Whether a bar in the cell shows its size.
    """

    field: str
    kind: Kind
    labels: str | None = None
    is_personal: bool = False
    has_bar: bool = False


@dataclass(frozen=True)
class Blank:
    """A column that people fill in, and that comes back next quarter.

    Attributes
    ----------
    field : str
        Its name in the hidden row, in any language.
    kind : str
        ``status`` and ``person`` have lists to choose from; ``date`` and ``text`` are free.
    """

    field: str
    kind: Literal["status", "person", "date", "text"]

    @property
    def is_own(self) -> bool:
        """Whether people added the column; its heading is part of its name then."""
        return self.field.startswith(OWN)


COLUMNS = (
    Column("rank", "count"),
    Column("customer", "text"),
    Column("name", "text", is_personal=True),
    Column("owner", "text", is_personal=True),
    Column("industry", "text"),
    Column("region", "text"),
    Column("segment", "label", labels="segment"),
    Column("tier", "label", labels="label.tier"),
    Column("reason", "labels", labels="why_key"),
    Column("risk", "label", labels="risk"),
    Column("reasons", "labels", labels="reason"),
    Column("health", "points"),
    Column("overdue_ratio", "score"),
    Column("revenue_window", "money", has_bar=True),
    Column("revenue_quarter", "money"),
    Column("clv_12m", "money", has_bar=True),
    Column("value_at_risk", "money"),
    Column("potential", "money"),
    Column("p_alive", "ratio"),
    Column("last_order_date", "date"),
    Column("days_since_last_order", "days"),
    Column("nps", "score"),
    Column("open_complaints", "count"),
    Column("overdue_receivables", "money"),
    Column("open_pipeline", "money"),
    Column("last_contact", "date"),
    Column("due_on", "date"),
    Column("play", "label", labels="play"),
)

BLANKS = (
    Blank("fill_status", "status"),
    Blank("fill_person", "person"),
    Blank("fill_step", "text"),
    Blank("fill_due", "date"),
    Blank("fill_note", "text"),
)
