"""Tables of how customers feel, what they say and what goes wrong."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.locales import Words
from analysis.results import Unit
from analysis.tables.setting import Column, Table, set_table

NOTHING = "–"


def table_scores(scores: pd.DataFrame, *, words: Words) -> Table:
    """Every score with its interval and change (:func:`analysis.satisfaction.join_changes`)."""
    rows = [
        (
            words.named(row.group, row.measure),
            words.format(row.value, row.unit),
            _interval(row.low, row.high, row.unit, words),
            words.decimal(row.n, 0),
            words.decimal(row.n_eff, 0),
            words.format(row.unweighted, row.unit),
            words.format(row.change, row.unit),
            words(f"change.{row.verdict}"),
        )
        for row in scores.itertuples()
    ]
    keys = ("measure", "value", "interval", "n", "n_eff", "unweighted", "change", "verdict")
    return _table(keys, rows, texts={"measure", "verdict"}, words=words)


def table_groups(groups: pd.DataFrame, *, words: Words) -> Table:
    """Headline scores by group (:func:`analysis.satisfaction.pivot_groups`)."""
    names = [name for name in groups.columns if name not in ("dimension", "level", "n", "units")]
    rows = [
        (
            words(f"dimension.{record['dimension']}"),
            words.named(record["dimension"], record["level"]),
            words.format(record["n"], "count"),
            *(words.format(record[name], record["units"][name]) for name in names),
        )
        for record in groups.to_dict("records")
    ]
    headings = [words(f"column.{key}") for key in ("dimension", "level", "n")]
    headings += [words(f"headline.{name}") for name in names]
    return Table(tuple(headings), (False, False, *[True] * (len(names) + 1)), tuple(rows))


def table_responses(responses: pd.DataFrame, *, words: Words) -> Table:
    """Who answered of those invited (:func:`analysis.satisfaction.count_responses`)."""
    rows = [
        (
            # All of them, and those of no segment, are no segments.
            words.named("level", words.named("segment", row.level)),
            words.decimal(row.invited, 0),
            words.decimal(row.answered, 0),
            words.format(row.rate, "ratio"),
            _interval(row.low, row.high, "ratio", words),
        )
        for row in responses.itertuples()
    ]
    keys = ("segment", "invited", "answered", "response_rate", "interval")
    return _table(keys, rows, texts={"segment"}, words=words)


def table_drivers(drivers: pd.DataFrame, *, words: Words) -> Table:
    """What drives the outcome (:func:`analysis.satisfaction.explain_outcome`)."""
    rows = [
        (
            words.named("item", row.item),
            words.format(row.share, "ratio"),
            _interval(row.low, row.high, "ratio", words),
            words.format(row.coefficient, "score"),
            words.format(row.odds_ratio, "score"),
            _flag(row.is_significant, words),
            words.format(row.inflation, "score") if row.inflation < 1e6 else "∞",
            words.format(row.mean, "score"),
            words(f"quadrant.{row.quadrant}"),
        )
        for row in drivers.itertuples()
    ]
    keys = (
        "item", "explained", "interval", "coefficient", "odds_ratio", "is_significant",
        "inflation", "mean", "quadrant",
    )  # fmt: skip
    return _table(keys, rows, texts={"item", "is_significant", "quadrant"}, words=words)


def table_themes(themes: pd.DataFrame, *, words: Words) -> Table:
    """What comments speak of (:func:`analysis.satisfaction.summarize_themes`)."""
    rows = [
        (
            words.named("theme", row.theme),
            words.decimal(row.mentions, 0),
            words.format(row.share, "ratio"),
            _interval(row.low, row.high, "ratio", words),
            words.format(row.positive, "ratio"),
            words.format(row.negative, "ratio"),
            words.format(row.score, "points"),
            words.format(row.change, "ratio"),
            words(f"change.{row.verdict}"),
        )
        for row in themes.itertuples()
    ]
    keys = (
        "theme", "comments", "share_of_comments", "interval", "positive", "negative", "mean_nps",
        "change", "verdict",
    )  # fmt: skip
    return _table(keys, rows, texts={"theme", "verdict"}, words=words)


def table_theme_groups(crossed: pd.DataFrame, dimension: str, *, words: Words) -> Table:
    """How often groups speak of themes (:func:`analysis.satisfaction.pivot_themes`)."""
    themes = [name for name in crossed.columns if name not in ("level", "comments")]
    rows = [
        (
            words.named(dimension, record["level"]),
            words.decimal(record["comments"], 0),
            *(words.format(record[theme], "ratio") for theme in themes),
        )
        for record in crossed.to_dict("records")
    ]
    headings = (
        words(f"dimension.{dimension}"),
        words("column.comments"),
        *(words.named("theme", theme) for theme in themes),
    )
    return Table(headings, (False, *[True] * (len(themes) + 1)), tuple(rows))


def table_topics(topics: pd.DataFrame, *, words: Words) -> Table:
    """Topics that nobody named (:func:`analysis.satisfaction.find_topics`)."""
    rows = [
        (
            ", ".join(row.terms),
            words(f"language.{row.language}"),
            words.decimal(row.comments, 0),
            words.format(row.share, "ratio"),
            words.format(row.sentiment, "score"),
        )
        for row in topics.itertuples()
    ]
    keys = ("topic", "language", "comments", "share_of_comments", "sentiment")
    return _table(keys, rows, texts={"topic", "language"}, words=words)


def table_quotes(quotes: pd.DataFrame, *, words: Words) -> Table:
    """Typical comments, masked (:func:`analysis.satisfaction.choose_quotes`)."""
    rows = [
        (words.named("theme", row.theme), words(f"tone.{row.tone}"), row.quote)
        for row in quotes.itertuples()
    ]
    keys = ("theme", "tone", "quote")
    return _table(keys, rows, texts=set(keys), words=words)


def table_complaint_kinds(kinds: pd.DataFrame, *, words: Words) -> Table:
    """Complaints by category and severity (:func:`analysis.satisfaction.count_kinds`)."""
    rows = [
        (
            words(f"kind.{row.kind}"),
            words.named("level", row.level),
            words.decimal(row.complaints, 0),
            words.format(row.share, "ratio"),
            words.format(row.open, "ratio"),
            _days(row.median_days, words),
            _days(row.p90_days, words),
        )
        for row in kinds.itertuples()
    ]
    keys = ("kind", "level", "complaints", "share", "open", "median_days", "p90_days")
    return _table(keys, rows, texts={"kind", "level"}, words=words)


def table_silent(silent: pd.DataFrame, *, words: Words) -> Table:
    """Who keeps silent (:func:`analysis.satisfaction.count_silent`)."""
    rows = [
        (
            words(f"who.{row.who}"),
            words.decimal(row.customers, 0),
            words.format(row.silent, "customers"),
            words.format(row.share, "ratio"),
            _interval(row.low, row.high, "ratio", words),
            words.format(row.value_at_risk, "money"),
        )
        for row in silent.itertuples()
    ]
    keys = ("who", "customers", "silent", "share", "interval", "value_at_risk")
    return _table(keys, rows, texts={"who"}, words=words)


def table_voices(money: pd.DataFrame, *, words: Words) -> Table:
    """Money by what customers said (:func:`analysis.satisfaction.sum_money`)."""
    columns = [
        Column("voice", "label", label_group="voice"),
        Column("customers", "customers"),
        Column("customer_share", "ratio"),
        Column("revenue", "money"),
        Column("value", "money", heading="clv_12m"),
        Column("value_share", "ratio"),
        Column("value_at_risk", "money"),
    ]
    return set_table(money, columns, words)


def table_retention(rates: pd.DataFrame, *, words: Words) -> Table:
    """Who bought again (:func:`analysis.satisfaction.compare_retention`)."""
    rows = [
        (
            words(f"voice.{row.voice}"),
            words.decimal(row.customers, 0),
            words.format(row.rate, "ratio"),
            _interval(row.low, row.high, "ratio", words),
        )
        for row in rates.itertuples()
    ]
    keys = ("voice", "answers", "bought_next", "interval")
    return _table(keys, rows, texts={"voice"}, words=words)


def table_account_voices(accounts: pd.DataFrame, *, words: Words) -> Table:
    """The most valuable customers one by one (:func:`analysis.satisfaction.list_accounts`)."""
    columns = [
        Column("rank", "count"),
        Column("customer_id", None),
        Column("clv_12m", "money"),
        Column("voice", "label", label_group="voice"),
        Column("nps", "count", heading="recommends"),
        Column("csat", "count", heading="satisfied"),
        Column("answered_on", "date"),
        Column("complaints", "count"),
        Column("open_complaints", "count"),
    ]
    return set_table(accounts, columns, words)


def _table(
    keys: Sequence[str], rows: Sequence[tuple[str, ...]], texts: set[str], words: Words
) -> Table:
    headings = tuple(words(f"column.{key}") for key in keys)
    return Table(headings, tuple(key not in texts for key in keys), tuple(rows))


def _interval(low: Any, high: Any, unit: Unit, words: Words) -> str:
    if low != low or low is None:
        return NOTHING
    return f"{words.format(low, unit)} – {words.format(high, unit)}"


def _days(value: float, words: Words) -> str:
    return NOTHING if value != value else words("unit.days", value=words.decimal(value, 1))


def _flag(value: Any, words: Words) -> str:
    return NOTHING if value is None or value != value else words("flag.yes" if value else "flag.no")
