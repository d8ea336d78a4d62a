"""The 360° table: one row a customer, with what every table of the review knows about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from analysis.params.playbook_models import Playbook
from analysis.schemas import CUSTOMERS, MONEY
from analysis.segmentation.playbook import assign_plays

NEWCOMER = "newcomer"
"""Their segment last quarter, when they were no customers yet."""
VALUE = (
    "segment", "need", "behaviour", "stickiness", "first_order_date", "last_order_date",
    "days_since_last_order", "n_orders", "n_orders_window", "n_orders_quarter", "revenue",
    "revenue_window", "revenue_quarter", "cycle_days", "p_alive", "expected_orders_12m", "clv_12m",
    "value_at_risk", "headroom", "potential", "potential_class", "tier",
)  # fmt: skip
UNTOLD = ("customer_id", "birthday")
"""Of master data: a birthday serves the care calendar alone."""
PROFILE = {c.name: c.dtype for c in CUSTOMERS.columns if c.name not in UNTOLD}
SATISFACTION = {
    "voice": "string", "nps": "float64", "csat": "float64", "answered_on": "date",
    "complaints": "int64", "open_complaints": "int64",
}  # fmt: skip
COMPLAINED = ("complaints", "open_complaints")
LAST_WORDS = {"last_nps": "float64", "last_nps_on": "date"}
LAST_COMPLAINT = {"last_complaint_on": "date"}
CREDIT = {
    "open_receivables": MONEY, "overdue_receivables": MONEY, "overdue_90": MONEY,
    "days_overdue": "int64",
}  # fmt: skip
PIPELINE = {"open_deals": "int64", "open_pipeline": MONEY, "next_close": "date"}
CONTACT = {
    "last_contact": "date", "contacts": "int64", "due_on": "date", "is_overdue": "boolean",
}  # fmt: skip
ACTION = {"play": "string", "is_held_out": "boolean"}
WARNING = {"churn_reasons": "string", "is_lost": "boolean"}
HEALTH = {"health": "float64"}


@dataclass(frozen=True)
class Part:
    """What one table adds.

    Attributes
    ----------
    columns : mapping
        Its columns with their Ibis types.
    table : ibis table or None
        One row a customer. Without it, or without a column of it, the column is empty.
    """

    columns: Mapping[str, str]
    table: ir.Table | None


def gather_customer_360(tiered: ir.Table, before: ir.Table, *parts: Part) -> ir.Table:
    """Put side by side what is known of each customer.

    Parameters
    ----------
    tiered : ibis table
        One row a customer: ``customer_id``, and those of :data:`VALUE` that are known.
    before : ibis table
        Segments at the end of last quarter: ``customer_id``, ``segment``.
    *parts : Part
        What further tables know.

    Returns
    -------
    ibis table
        One row a customer with a purchase: ``customer_id``, ``segment_before`` (``newcomer`` for
        those who were no customers last quarter), and the columns of all parts. Columns have the
        same names and types whatever a review is given.
    """
    known = tiered.select("customer_id", *[name for name in VALUE if name in tiered.columns])
    known = _join(known, before.select("customer_id", segment_before="segment"))
    known = known.mutate(segment_before=known.segment_before.fill_null(NEWCOMER))
    for part in parts:
        there = [name for name in part.columns if part.table is not None and name in part.table]
        if part.table is not None and there:
            known = _join(known, part.table.select("customer_id", *there))
        known = known.mutate(
            **{
                name: known[name].cast(dtype) if name in there else ibis.null(dtype)
                for name, dtype in part.columns.items()
            }
        )
    return known


def profile_part(master: ir.Table | None) -> Part:
    """What master data say of each customer."""
    return Part(PROFILE, master)


def satisfaction_part(
    voices: ir.Table, surveys: ir.Table | None, complaints: ir.Table | None
) -> Part:
    """What each customer said and complained of (:func:`analysis.satisfaction.gather_voices`).

    Where a review has no such table, nobody is known to have said nothing, or not to have
    complained: the columns stay empty.
    """
    unknown = [name for name in COMPLAINED if complaints is None]
    unknown += [name for name in SATISFACTION if name not in COMPLAINED and surveys is None]
    return Part(SATISFACTION, voices.drop(*unknown) if unknown else voices)


def warning_part(churn: ir.Table) -> Part:
    """Why each customer may leave (:func:`analysis.value.assess_churn`)."""
    return Part(WARNING, churn.rename(churn_reasons="reasons"))


def action_part(customers: ir.Table, playbook: Playbook | None, drawn: ir.Table) -> Part:
    """The play of each customer, and whether they are left out of it for comparison.

    Parameters
    ----------
    customers : ibis table
        ``customer_id``, ``segment``, ``tier``.
    playbook : Playbook or None
        Without one nobody has a play.
    drawn : ibis table
        From :func:`analysis.accounts.draw_holdout`. Whoever may not be contacted is not in it.
    """
    if playbook is None:
        return Part(ACTION, None)
    assigned = assign_plays(customers.select("customer_id", "segment", "tier"), playbook)
    flags = drawn.select("customer_id", "is_held_out")
    return Part(ACTION, _join(assigned.select("customer_id", "play"), flags))


def last_words_part(surveys: ir.Table, nps: str | None, as_of: date) -> Part:
    """The last answer of each customer to the question whether they recommend the company.

    Parameters
    ----------
    surveys : ibis table
        One row an answer: ``customer_id``, ``date``, ``item``, ``score``.
    nps : str or None
        The item that asks for it.
    as_of : date
        Later answers are not known yet. Of two answers on one day the lower counts.
    """
    asked = surveys.filter(
        (surveys.item == (nps or "")) & (surveys.date <= as_of) & surveys.customer_id.notnull()
    )
    last = asked.group_by("customer_id").agg(last_nps_on=asked.date.max())
    joined = asked.join(last, "customer_id")
    latest = joined.filter(joined.date == joined.last_nps_on)
    words = latest.group_by("customer_id", "last_nps_on").agg(last_nps=latest.score.min())
    return Part(LAST_WORDS, words)


def last_complaint_part(complaints: ir.Table, as_of: date) -> Part:
    """The day of each customer's last complaint up to the as-of date."""
    opened = complaints.mutate(day=complaints.opened_at.date())
    opened = opened.filter(opened.day <= as_of)
    return Part(
        LAST_COMPLAINT, opened.group_by("customer_id").agg(last_complaint_on=opened.day.max())
    )


def _join(known: ir.Table, more: ir.Table) -> ir.Table:
    return known.left_join(more, "customer_id").drop("customer_id_right")
