"""Survey rows → one questionnaire a row, and the customers who gave them."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.satisfaction.measures import score_column

DIMENSIONS = ("segment", "tier", "region", "channel", "owner")
"""By what customers and answers are told apart, where the data say it."""


def profile_customers(summary: ir.Table, scores: ir.Table, customers: ir.Table) -> ir.Table:
    """Put side by side what tells customers apart.

    Parameters
    ----------
    summary : ibis table
        One row a customer: ``customer_id``, ``n_orders_window``.
    scores : ibis table
        One row a customer: ``customer_id``, ``segment``, and ``tier`` where tiers were given.
    customers : ibis table
        The input table: ``customer_id``, ``region``, ``owner``; may be empty.

    Returns
    -------
    ibis table
        One row a customer of the summary: ``customer_id``, ``is_active`` (bought in the window)
        and those of :data:`DIMENSIONS` that are known.
    """
    classes = scores.select("customer_id", *(n for n in ("segment", "tier") if n in scores.columns))
    known = customers.select("customer_id", "region", "owner")
    profile = summary.select("customer_id", is_active=summary.n_orders_window > 0)
    profile = profile.left_join(classes, "customer_id").drop("customer_id_right")
    return profile.left_join(known, "customer_id").drop("customer_id_right")


def collect_answers(
    surveys: ir.Table, profile: ir.Table, items: Sequence[str], quarters: Sequence[Quarter]
) -> ir.Table:
    """Put the answers of each questionnaire into one row.

    Parameters
    ----------
    surveys : ibis table
        One row an answer: ``response_id``, ``customer_id`` (null if anonymous), ``date``,
        ``item``, ``score``, ``channel``.
    profile : ibis table
        From :func:`profile_customers`.
    items : sequence of str
        The items to keep.
    quarters : sequence of Quarter
        The quarters to keep, oldest first. Answers without a date count in the last of them.

    Returns
    -------
    ibis table
        One row a questionnaire: ``response_id``, ``customer_id``, ``quarter`` (text), ``date``,
        ``channel``, ``score_<item>``, ``is_active`` and the dimensions of the profile. Of several
        questionnaires of a customer in a quarter the last counts: one customer, one voice.

    Examples
    --------
    >>> import datetime as dt
    >>> rows = ibis.memtable({
    ...     "response_id": ["r1", "r1", "r2"], "customer_id": ["a", "a", "a"],
    ...     "date": [dt.date(2026, 8, 1), dt.date(2026, 8, 1), dt.date(2026, 9, 1)],
    ...     "item": ["nps", "csat", "nps"], "score": [3.0, 2.0, 9.0], "channel": ["web"] * 3})
    >>> profile = ibis.memtable({"customer_id": ["a"], "is_active": [True]})
    >>> answers = collect_answers(rows, profile, ["nps", "csat"], [Quarter.parse("2026Q3")])
    >>> answers.select("response_id", "score_nps", "score_csat").to_pyarrow().to_pylist()
    [{'response_id': 'r2', 'score_nps': 9.0, 'score_csat': None}]
    """
    dated = surveys.mutate(
        date=surveys.date.cast("date").coalesce(ibis.literal(quarters[-1].last_day))
    )
    dated = dated.filter(dated.date.between(quarters[0].first_day, quarters[-1].last_day))
    responses = dated.group_by("response_id").agg(
        customer_id=dated.customer_id.max(),
        date=dated.date.max(),
        channel=dated.channel.max(),
        **{score_column(item): dated.score.max(where=dated.item == item) for item in items},
    )
    responses = responses.mutate(quarter=_quarter_of(responses.date, quarters))
    latest = ibis.window(
        group_by=["quarter", responses.customer_id.coalesce(responses.response_id)],
        order_by=[ibis.desc("date"), ibis.desc("response_id")],
    )
    responses = responses.filter(ibis.row_number().over(latest) == 0)
    return responses.left_join(profile, "customer_id").drop("customer_id_right")


def levels_of(answers: ir.Table, dimension: str) -> ir.Table:
    """One row a questionnaire: ``response_id`` and its ``level`` of a dimension."""
    return answers.select("response_id", level=answers[dimension])


def find_last_products(answers: ir.Table, transactions: ir.Table) -> ir.Table:
    """What each respondent had last bought when they answered.

    Surveys do not say which product is meant; that it is the last one bought is an assumption.

    Parameters
    ----------
    answers : ibis table
        One row a questionnaire: ``response_id``, ``customer_id``, ``date``.
    transactions : ibis table
        Cleaned order lines: ``customer_id``, ``order_date``, ``is_return``, ``category``; without
        categories nobody's last product is known.

    Returns
    -------
    ibis table
        One row a questionnaire of a customer who had bought: ``response_id``, ``level`` (category).
    """
    if "category" not in transactions.columns:
        return answers.select("response_id", level=ibis.null("string")).limit(0)
    bought = transactions.filter(~transactions.is_return & transactions.category.notnull())
    bought = bought.select("customer_id", "order_date", "category")
    rows = answers.select("response_id", "customer_id", "date").join(bought, "customer_id")
    rows = rows.filter(rows.order_date <= rows.date)
    # Of several categories of one day the last by name, so that it is the same each time.
    latest = rows.order_date.cast("string") + rows.category
    return rows.group_by("response_id").agg(level=rows.category.argmax(latest))


def count_population(profile: ir.Table, dimension: str) -> "pd.Series[int]":
    """Customers who bought in the window, by the levels of a dimension."""
    active = profile.filter(profile.is_active & profile[dimension].notnull())
    counted = active.group_by(dimension).agg(n=active.count()).to_pandas()
    return counted.set_index(dimension)["n"].sort_index()


def known_dimensions(answers: ir.Table) -> tuple[str, ...]:
    """The dimensions of which at least one questionnaire has a level."""
    columns = [name for name in DIMENSIONS if name in answers.columns]
    counts = answers.agg([answers[name].count().name(name) for name in columns]).to_pandas()
    return tuple(name for name in columns if counts[name].iloc[0])


def _quarter_of(day: ir.DateValue, quarters: Sequence[Quarter]) -> ir.StringValue:
    return ibis.cases(
        *((day.between(q.first_day, q.last_day), str(q)) for q in quarters), else_=None
    )
