"""Tables of how far the data can be trusted."""

import pandas as pd

from analysis.locales import Words
from analysis.tables.setting import Column, Table, set_table


def table_outcomes(tally: pd.DataFrame, *, words: Words) -> Table:
    """Rows and money by what became of them (:func:`analysis.cleaning.tally_outcomes`)."""
    columns = [
        Column("outcome", "label", label_group="outcome"),
        Column("rows", "rows"),
        Column("amount", "money"),
    ]
    return set_table(tally.reset_index(), columns, words)


def table_reasons(reasons: pd.DataFrame, *, words: Words) -> Table:
    """Rows and money by reason (:func:`analysis.cleaning.tally_reasons`)."""
    columns = [
        Column("rule", "label", label_group="rule"),
        Column("outcome", "label", label_group="outcome"),
        Column("rows", "rows"),
        Column("amount", "money"),
    ]
    return set_table(reasons, columns, words)
