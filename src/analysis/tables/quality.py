"""Tables of how far the data can be trusted."""

import pandas as pd

from analysis.locales import Words
from analysis.tables.setting import Column, Table, set_table


def table_inputs_given(inputs: pd.DataFrame, *, words: Words) -> Table:
    """Every table of the contract, given or not (:func:`analysis.quality.list_inputs`)."""
    columns = [
        Column("table", "label", heading="input", label_group="input"),
        Column("is_given", "label", heading="given", label_group="given"),
        Column("files", None),
        Column("rows", "rows"),
    ]
    return set_table(inputs, columns, words)


def table_read_notes(notes: pd.DataFrame, *, words: Words) -> Table:
    """What was detected or mended while reading (:func:`analysis.sources.list_notes`)."""
    headings = (words("column.file"), words("column.note"))
    rows = tuple(
        (note.file, words(f"read_note.{note.note}", detail=note.detail))
        for note in notes.itertuples()
    )
    return Table(headings, (False, False), rows)


def table_row_outcomes(rows: pd.DataFrame, *, words: Words) -> Table:
    """What became of the rows of each table (:attr:`analysis.quality.Quality.rows`)."""
    outcomes = ("read", "kept", "fixed", "quarantined", "excluded")
    columns = [
        Column("table", "label", heading="input", label_group="input"),
        *(Column(outcome, "rows", heading=f"rows_{outcome}") for outcome in outcomes),
    ]
    return set_table(rows, columns, words)


def table_money_outcomes(money: pd.DataFrame, *, words: Words) -> Table:
    """Rows and money of the orders (:attr:`analysis.quality.Quality.money`)."""
    columns = [
        Column("outcome", "label", label_group="outcome"),
        Column("rows", "rows"),
        Column("amount", "money"),
    ]
    return set_table(money, columns, words)


def table_defects(defects: pd.DataFrame, *, words: Words) -> Table:
    """Defects by the money that they touch (:func:`analysis.quality.cost_defects`)."""
    columns = [
        Column("table", "label", heading="input", label_group="input"),
        Column("rule", "label", label_group="rule"),
        Column("outcome", "label", label_group="effect"),
        Column("rows", "rows"),
        Column("amount", "money", heading="amount_touched"),
        Column("customers", "customers"),
    ]
    return set_table(defects, columns, words)


def table_scorecard(scores: pd.DataFrame, *, words: Words) -> Table:
    """The scorecard (:attr:`analysis.quality.Quality.scores`)."""
    dimensions = ("completeness", "validity", "uniqueness", "consistency", "timeliness")
    columns = [
        Column("table", "label", heading="input", label_group="input"),
        Column("rows", "rows"),
        *(Column(name, "ratio", heading=f"dimension_{name}") for name in dimensions),
        Column("grade", "text"),
    ]
    return set_table(scores, columns, words)


def table_columns(columns: pd.DataFrame, *, words: Words) -> Table:
    """Completeness and validity of each column (:func:`analysis.quality.measure_columns`)."""
    shown = [
        Column("table", "label", heading="input", label_group="input"),
        Column("column", None),
        Column("completeness", "ratio", heading="dimension_completeness"),
        Column("validity", "ratio", heading="dimension_validity"),
    ]
    return set_table(columns, shown, words)


def table_defect_trend(trend: pd.DataFrame, *, words: Words) -> Table:
    """Defects beside last quarter's (:func:`analysis.quality.compare_defects`)."""
    columns = [
        Column("table", "label", heading="input", label_group="input"),
        Column("share_last", "ratio", heading="last_quarter"),
        Column("share_this", "ratio", heading="this_quarter"),
        Column("verdict", "label", label_group="verdict"),
    ]
    return set_table(trend, columns, words)


def table_matches(matches: pd.DataFrame, *, words: Words) -> Table:
    """Customers of each table who also buy (:func:`analysis.quality.match_tables`)."""
    columns = [
        Column("table", "label", heading="input", label_group="input"),
        Column("customers", "customers"),
        Column("buyers", "customers"),
        Column("match_rate", "ratio"),
        Column("coverage", "ratio"),
    ]
    return set_table(matches, columns, words)


def table_channels(channels: pd.DataFrame, *, words: Words) -> Table:
    """Customers of each channel (:func:`analysis.quality.overlap_channels`)."""
    columns = [
        Column("channel", "text"),
        Column("customers", "customers"),
        Column("shared", "customers"),
        Column("overlap_rate", "ratio"),
        Column("revenue", "money"),
    ]
    return set_table(channels, columns, words)
