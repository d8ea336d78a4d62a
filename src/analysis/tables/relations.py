"""Tables of credit, deals, follow-ups, engagement and account owners."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import pandas as pd

from analysis.locales import Words
from analysis.tables.setting import Column, Table, set_table, shorten

NOTHING = "–"
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
            shorten(str(record["customer_id"])),
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
        "customer_id", "level_of_care", "account_owner", "clv_12m", "last_contact", "due_on",
        "days_overdue",
    )  # fmt: skip
    rows = [
        (
            shorten(str(row.customer_id)),
            words.named("level_of_care", row.tier),
            words.named("level_of_care", row.owner),
            words.format(row.clv_12m, "money"),
            words.format(row.last_contact, "date"),
            words.format(row.due_on, "date"),
            words.format(row.days_overdue, "count"),
        )
        for row in overdue.itertuples()
    ]
    return _table(keys, rows, texts={"customer_id", "level_of_care", "account_owner"}, words=words)


def table_engagement(engagement: pd.DataFrame, *, words: Words) -> Table:
    """Who was heard of (:func:`analysis.accounts.engagement.measure_engagement`)."""
    keys = (
        "level_of_care", "customers", "engaged", "interval", "per_customer", "engaged_before",
        "verdict",
    )  # fmt: skip
    rows = [
        (
            words.named("level_of_care", row.tier),
            words.format(row.customers, "customers"),
            words.percent(row.share),
            f"{words.percent(row.low, 0)} – {words.percent(row.high, 0)}",
            words.format(row.per_customer, "score"),
            words.percent(row.share_before),
            words(f"change.{row.verdict}"),
        )
        for row in engagement.itertuples()
    ]
    return _table(keys, rows, texts={"level_of_care", "verdict"}, words=words)


def table_owners(owners: pd.DataFrame, *, words: Words) -> Table:
    """What account owners look after (:func:`analysis.accounts.owners.compare_owners`)."""
    keys = (
        "account_owner", "customers", "contacted_share", "retained", "content", "revenue",
        "overdue_receivables", "open_pipeline",
    )  # fmt: skip
    rows = [
        (
            words.named("level_of_care", row.level),
            words.format(row.customers, "customers"),
            words.format(row.contacted_share, "ratio"),
            NOTHING
            if row.low != row.low
            else words(
                "share_within",
                share=words.percent(row.retained, 0),
                low=words.percent(row.low, 0),
                high=words.percent(row.high, 0),
            ),
            words.format(row.satisfied, "ratio"),
            words.format(row.revenue, "money"),
            words.format(row.overdue_receivables, "money"),
            words.format(row.open_pipeline, "money"),
        )
        for row in owners.itertuples()
    ]
    return _table(keys, rows, texts={"account_owner"}, words=words)


def table_stakeholders(stakeholders: pd.DataFrame, *, words: Words) -> Table:
    """Customers by kind of stakeholder (:func:`analysis.accounts.owners.count_stakeholders`)."""
    keys = (
        "stakeholder", "customers", "customer_share", "active", "revenue", "revenue_share",
        "clv_12m", "value_share",
    )  # fmt: skip
    rows = [
        (
            words.named("stakeholder", row.level),
            words.format(row.customers, "customers"),
            words.percent(row.customer_share),
            words.percent(row.active),
            words.format(row.revenue, "money"),
            words.format(row.revenue_share, "ratio"),
            words.format(row.clv_12m, "money"),
            words.format(row.value_share, "ratio"),
        )
        for row in stakeholders.itertuples()
    ]
    return _table(keys, rows, texts={"stakeholder"}, words=words)


def table_points(trend: pd.DataFrame, *, words: Words) -> Table:
    """Points by quarter (:func:`analysis.accounts.loyalty_points.follow_points`)."""
    columns = [
        Column("quarter", "text", heading="period"),
        Column("earned", "count", heading="points_earned"),
        Column("spent", "count", heading="points_spent"),
        Column("balance", "count", heading="points_balance"),
        Column("members", "customers", heading="members_active"),
    ]
    return set_table(trend, columns, words)


def table_members(compared: pd.DataFrame, *, words: Words) -> Table:
    """Members and others (:func:`analysis.accounts.loyalty_points.compare_members`)."""
    keys = (
        "membership", "customers", "bought_in_quarter", "interval", "repeat_rate",
        "centre_revenue",
    )  # fmt: skip
    rows = [
        (
            words(f"membership.{row.group}"),
            words.format(row.customers, "customers"),
            words.percent(row.bought),
            f"{words.percent(row.low, 0)} – {words.percent(row.high, 0)}",
            words.percent(row.repeat_rate),
            words.format(row.revenue_per_customer, "money"),
        )
        for row in compared.itertuples()
    ]
    return _table(keys, rows, texts={"membership"}, words=words)


def table_campaigns(campaigns: pd.DataFrame, *, words: Words) -> Table:
    """What actions cost (:func:`analysis.accounts.campaigns.sum_campaigns`)."""
    keys = (
        "action_type", "reached", "campaign_cost", "bought_since", "cost_per_buyer",
        "revenue_per_cost",
    )  # fmt: skip
    rows = [
        (
            words.named("action_type", row.type),
            words.format(row.reached, "customers"),
            words.format(row.cost, "money"),
            words.format(row.bought, "customers"),
            words.format(row.cost_per_buyer, "money"),
            words.format(row.revenue_per_cost, "score"),
        )
        for row in campaigns.itertuples()
    ]
    return _table(keys, rows, texts={"action_type"}, words=words)


def table_benchmarks(compared: pd.DataFrame, *, words: Words) -> Table:
    """Ours beside the figures given (:func:`analysis.accounts.benchmarks.compare_benchmarks`)."""
    keys = ("metric", "ours", "interval", "benchmark", "difference", "compared", "period", "source")
    rows = [
        (
            words.named("metric", record["metric"]),
            words.format(record["ours"], record["unit"]),
            _interval(record, words),
            words.format(record["benchmark"], record["unit"]),
            words.format(record["difference"], record["unit"]),
            words(f"compared.{record['verdict']}"),
            record["period"],
            record["source"],
        )
        for record in compared.to_dict("records")
    ]
    texts = {"metric", "compared", "period", "source"}
    return _table(keys, rows, texts=texts, words=words)


def table_categories(categories: pd.DataFrame, *, words: Words) -> Table:
    """Categories and their gaps (:func:`analysis.accounts.whitespace.describe_categories`)."""
    keys = (
        "category", "buyers_of_category", "buyer_share", "revenue_share", "revenue_share_before",
        "gaps", "worth",
    )  # fmt: skip
    rows = [
        (
            str(row.category),
            words.format(row.buyers, "customers"),
            words.percent(row.buyer_share),
            words.percent(row.revenue_share),
            words.format(row.revenue_share_before, "ratio"),
            words.format(row.gaps, "customers"),
            words.format(row.worth, "money"),
        )
        for row in categories.itertuples()
    ]
    return _table(keys, rows, texts={"category"}, words=words)


def _interval(record: dict[str, Any], words: Words) -> str:
    """Low and high in their unit, a dash where there is no interval."""
    if record["low"] != record["low"] or record["low"] is None:
        return NOTHING
    unit = record["unit"]
    return f"{words.format(record['low'], unit)} – {words.format(record['high'], unit)}"


def _listed(texts: list[str], words: Words) -> str:
    """Several texts in one."""
    return reduce(lambda first, more: words("also", first=first, more=more), texts)


def _table(
    keys: Sequence[str], rows: Sequence[tuple[str, ...]], texts: set[str], words: Words
) -> Table:
    """Headings by key; all columns but ``texts`` hold numbers."""
    headings = tuple(words(f"column.{key}") for key in keys)
    return Table(headings, tuple(key not in texts for key in keys), tuple(rows))
