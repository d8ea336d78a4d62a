"""The faults that exports have: which kinds, in which tables, how many rows, what they change.

Faults that make a row unusable stand on added rows, copies of sound ones, so that the sound rows
stay whole. Faults that cleaning mends are made in place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from analysis.demo.words import Words

RULES = {
    "duplicate_response": "repeated_key",
    "id_in_lower_case": "merged_id",
    "id_with_blanks": "respelled_id",
    "id_with_nbsp": "respelled_id",
    "off_scale_score": "score_off_scale",
    "orphan": "unknown_customer",
    "text_score": "unreadable_score",
}
"""The cleaning rule that finds a kind of defect, where it has another name than the kind."""

NBSP = "\u00a0"
_NO_DAY = "2026-02-30"
_NO_NUMBER = "12,5o"

Row = dict[str, str | None]


@dataclass(frozen=True)
class Spot:
    """Where a defect is planted: the sound row, the number of its copy, the quarter's last day."""

    row: Row
    number: int
    as_of: date
    words: Words

    def day(self, column: str, shift_days: int) -> str:
        """A day of the row, moved; a moment keeps its time."""
        text = str(self.row[column])
        moved = date.fromisoformat(text[:10]) + timedelta(shift_days)
        return moved.isoformat() + text[10:]


Spoil = Callable[[Spot], Row]


@dataclass(frozen=True)
class Defect:
    """One kind of fault in one table.

    Attributes
    ----------
    spoil : callable
        From a spot to the columns that change, with their texts.
    on : str
        ``copy``: an added row with a key of its own; ``repeat``: an added row with the key of the
        sound one; ``both``: as copy, and the sound row is at fault as well; ``place``: the row
        itself.
    """

    table: str
    kind: str
    rows: int
    spoil: Spoil
    on: Literal["copy", "repeat", "both", "place"] = "copy"

    @property
    def rule(self) -> str:
        """Name of the cleaning rule that finds it."""
        return RULES.get(self.kind, self.kind)


@dataclass(frozen=True)
class Sound:
    """Which rows of a table may carry defects: none later than the quarter, none odd already."""

    key: str | None = None
    day: str | None = None
    filled: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    untrue: tuple[str, ...] = ()


SOUND = {
    "transactions": Sound(day="order_date", untrue=("is_return",)),
    "customers": Sound(key="customer_id"),
    "opportunities": Sound("opportunity_id", "closed_at", filled=("is_won",)),
    "complaints": Sound("complaint_id", "closed_at", filled=("closed_at",)),
    "receivables": Sound("invoice_id", "paid_at", filled=("paid_at",)),
    "follow_ups": Sound(day="date"),
    "surveys": Sound("response_id", "date", filled=("customer_id",), blank=("comment",)),
    "invitations": Sound(day="date"),
    "interactions": Sound(day="date"),
    "actions": Sound("action_id", "due", untrue=("holdout",)),
    "loyalty": Sound(day="date"),
}


def _put(column: str, text: str | None) -> Spoil:
    return lambda spot: {column: text}


def _move(column: str, base: str, days: int) -> Spoil:
    """A day of one column that lies so many days after that of another."""
    return lambda spot: {column: spot.day(base, days)}


def _same(spot: Spot) -> Row:
    return {}


def _stranger(spot: Spot) -> Row:
    return {"customer_id": f"C9{spot.number:06}"}


def _future(column: str) -> Spoil:
    return lambda spot: {column: (spot.as_of + timedelta(400)).isoformat()}


def _id_variant(change: Callable[[str], str]) -> Spoil:
    return lambda spot: {"customer_id": change(str(spot.row["customer_id"]))}


def _walk_in(spot: Spot) -> Row:
    """An order of somebody whom the customers' table does not know, and no other table either."""
    return {"customer_id": f"C8{spot.number:06}", "order_id": f"W{spot.number:06}"}


def _overdraw(spot: Spot) -> Row:
    """Points spent that a customer never had, so late that no entry follows."""
    return {"date": spot.as_of.isoformat(), "points": "-99999"}


def _unmatched_return(spot: Spot) -> Row:
    """Goods taken back of an order before the first of the export, years before day 0."""
    return {
        "order_id": f"P{spot.number:06}",
        "order_date": spot.day("order_date", -3 * 365),
        "amount": f"-{spot.row['amount']}",
        "quantity": f"-{spot.row['quantity']}",
        "cost": f"-{spot.row['cost']}",
        "is_return": "true",
    }


DEFECTS = (
    Defect("transactions", "missing_order_id", 4, _put("order_id", None)),
    Defect("transactions", "missing_customer_id", 12, _put("customer_id", None)),
    Defect("transactions", "unreadable_order_date", 5, _put("order_date", _NO_DAY)),
    Defect("transactions", "unreadable_amount", 7, _put("amount", _NO_NUMBER)),
    Defect("transactions", "future_order_date", 3, _future("order_date")),
    Defect("transactions", "zero_amount", 15, lambda _: {"amount": "0.00", "cost": "0.00"}),
    Defect("transactions", "duplicate_row", 20, _same, on="repeat"),
    Defect("transactions", "return_before_purchase", 6, _unmatched_return),
    Defect("transactions", "orphan", 8, _walk_in),
    Defect("transactions", "id_in_lower_case", 25, _id_variant(str.lower), on="place"),
    Defect("transactions", "id_with_blanks", 15, _id_variant(lambda x: f" {x} "), on="place"),
    Defect("transactions", "id_with_nbsp", 10, _id_variant(lambda x: x + NBSP), on="place"),
    Defect("customers", "missing_customer_id", 2, _put("customer_id", None)),
    Defect("customers", "unreadable_created_at", 3, _put("created_at", _NO_DAY)),
    Defect("opportunities", "orphan", 4, _stranger),
    Defect("opportunities", "unreadable_amount", 3, _put("amount", _NO_NUMBER)),
    Defect("opportunities", "closed_before_created", 3, _move("closed_at", "created_at", -9)),
    Defect("complaints", "orphan", 4, _stranger),
    Defect("complaints", "unreadable_opened_at", 3, _put("opened_at", f"{_NO_DAY} 10:00:00")),
    Defect("complaints", "closed_before_opened", 5, _move("closed_at", "opened_at", -2)),
    Defect("receivables", "orphan", 3, _stranger),
    Defect("receivables", "unreadable_due_at", 2, _put("due_at", _NO_DAY)),
    Defect("receivables", "paid_before_issued", 4, _move("paid_at", "issued_at", -5)),
    Defect("follow_ups", "orphan", 3, _stranger),
    Defect("follow_ups", "unreadable_date", 2, _put("date", _NO_DAY)),
    Defect("follow_ups", "duplicate_row", 3, _same, on="repeat"),
    Defect("surveys", "off_scale_score", 9, _put("score", "55")),
    Defect("surveys", "text_score", 6, lambda spot: {"score": spot.words.score_in_words}),
    Defect("surveys", "duplicate_response", 10, _move("date", "date", 1), on="repeat"),
    Defect("surveys", "unknown_respondent", 7, _stranger),
    Defect("invitations", "orphan", 3, _stranger),
    Defect("interactions", "orphan", 5, _stranger),
    Defect("interactions", "duplicate_row", 6, _same, on="repeat"),
    Defect("actions", "orphan", 3, _stranger),
    Defect("actions", "held_out_and_treated", 6, _put("holdout", "true"), on="both"),
    Defect("loyalty", "orphan", 4, lambda spot: _stranger(spot) | {"points": "10"}),
    Defect("loyalty", "unreadable_points", 2, _put("points", "many")),
    Defect("loyalty", "negative_balance", 3, _overdraw),
)
