"""Tables of credit, the sales funnel and follow-ups."""

from collections.abc import Sequence
from functools import reduce

import pandas as pd

from analysis.locales import Words
from analysis.tables.setting import Column, Table, set_table

REASONS = ("over_90", "over_limit", "near_limit")


def table_ageing(ageing: pd.DataFrame, *, words: Words) -> Table:
    """Open money by how late it is (:func:`analysis.accounts.credit.age_receivables`)."""
    columns = [
        Column("bucket", "label", label_group="bucket"),
        Column("invoices", "count"),
        Column("amount", "money"),
        Column("share", "ratio", heading="share_of_open"),
    ]
    return set_table(ageing, columns, words)


def table_credit_warned(warned: pd.DataFrame, *, words: Words) -> Table:
    """Customers to be warned of (:func:`analysis.accounts.credit.list_warned`)."""
    keys = (
        "customer_id", "open_receivables", "overdue_receivables", "days_overdue", "limit_use",
        "reasons",
    )  # fmt: skip
    rows = [
        (
            str(record["customer_id"]),
            words.money(record["open_receivables"]),
            words.money(record["overdue_receivables"]),
            words.format(record["days_overdue"], "count"),
            words.format(record["limit_use"], "ratio"),
            _listed([words(f"credit_reason.{r}") for r in REASONS if record[r]], words),
        )
        for record in warned.to_dict("records")
    ]
    return _table(keys, rows, texts={"customer_id", "reasons"}, words=words)


def table_stages(stages: pd.DataFrame, *, words: Words) -> Table:
    """Open deals by stage (:func:`analysis.accounts.funnel.count_stages`)."""
    keys = (
        "stage", "deals", "amount", "probability", "weighted", "mean_days_open", "slipped",
    )  # fmt: skip
    rows = [
        (
            words.named("stage", row.stage),
            words.format(row.deals, "count"),
            words.format(row.amount, "money"),
            words.format(row.probability, "ratio"),
            words.format(row.weighted, "money"),
            words.format(row.mean_days_open, "count"),
            words.format(row.slipped, "count"),
        )
        for row in stages.itertuples()
    ]
    return _table(keys, rows, texts={"stage"}, words=words)


def table_coverage(covered: pd.DataFrame, *, words: Words) -> Table:
    """Who was contacted in the quarter (:func:`analysis.accounts.follow_ups.cover`)."""
    keys = (
        "level_of_care",
        "customers",
        "contacted",
        "interval",
        "overdue",
        "never",
        "cadence_days",
    )
    rows = [
        (
            words.named("level_of_care", row.level),
            words.format(row.customers, "customers"),
            words.percent(row.share),
            f"{words.percent(row.low, 0)} – {words.percent(row.high, 0)}",
            words.format(row.overdue, "customers"),
            words.format(row.never, "customers"),
            words.format(row.cadence_days, "days"),
        )
        for row in covered.itertuples()
    ]
    return _table(keys, rows, texts={"level_of_care"}, words=words)


def table_overdue(overdue: pd.DataFrame, *, words: Words) -> Table:
    """Customers whose contact is overdue (:func:`analysis.accounts.follow_ups.list_overdue`)."""
    keys = (
        "customer_id", "level_of_care", "owner", "clv_12m", "last_contact", "due_on",
        "days_overdue",
    )  # fmt: skip
    rows = [
        (
            str(row.customer_id),
            words.named("level_of_care", row.tier),
            words.named("level_of_care", row.owner),
            words.format(row.clv_12m, "money"),
            words.format(row.last_contact, "date"),
            words.format(row.due_on, "date"),
            words.format(row.days_overdue, "count"),
        )
        for row in overdue.itertuples()
    ]
    return _table(keys, rows, texts={"customer_id", "level_of_care", "owner"}, words=words)


def _listed(texts: list[str], words: Words) -> str:
    """Several texts in one."""
    return reduce(lambda first, more: words("also", first=first, more=more), texts)


def _table(
    keys: Sequence[str], rows: Sequence[tuple[str, ...]], texts: set[str], words: Words
) -> Table:
    """Headings by key; all columns but ``texts`` hold numbers."""
    headings = tuple(words(f"column.{key}") for key in keys)
    return Table(headings, tuple(key not in texts for key in keys), tuple(rows))
