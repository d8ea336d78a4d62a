"""Tables of the playbook: what is done, for whom, and how many they are."""

import pandas as pd

from analysis.locales import Words
from analysis.params.playbook_models import PLAY_TEXTS, Playbook
from analysis.tables.setting import Column, Table, set_table


def table_plays(playbook: Playbook | None, *, words: Words) -> Table:
    """Each play with its offer, owner, cadence and channel."""
    headings = tuple(words(f"column.{field}") for field in PLAY_TEXTS)
    rows = tuple(
        tuple(getattr(play, field).in_language(words.language) for field in PLAY_TEXTS)
        for play in (playbook.plays if playbook else ())
    )
    return Table(headings, (False,) * len(headings), rows)


def table_play_sizes(plays: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Table:
    """How many customers get each play (:class:`analysis.segmentation.playbook.Plan`)."""
    names = _names(playbook, words)
    columns = [
        Column("strategy", None),
        Column("customers", "customers"),
        Column("listed", "customers"),
        Column("held_out", "customers"),
        Column("revenue", "money"),
        Column("clv_12m", "money"),
        Column("list", None),
    ]
    rows = plays.assign(strategy=plays["play"].map(names), list="lists/" + plays["play"] + ".csv")
    return set_table(rows, columns, words)


def table_assignments(counts: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Table:
    """Which play each segment gets, by tier, with the customers in that cell.

    ``counts`` has a row a segment and a column a tier
    (:func:`analysis.segmentation.tiers.cross_tiers`).
    """
    names = _names(playbook, words)
    plays = {row.segment: row.plays for row in (playbook.assign if playbook else ())}
    tiers = list(counts.columns)
    headings = (words("column.segment"), *(words(f"label.tier.{tier}") for tier in tiers))
    rows = tuple(
        (
            words(f"segment.{segment}"),
            *(
                f"{names[plays[str(segment)][tier]]} ({words.format(row[tier], 'customers')})"
                for tier in tiers
            ),
        )
        for segment, row in counts.iterrows()
        if segment in plays
    )
    return Table(headings, (False,) * len(headings), rows)


def _names(playbook: Playbook | None, words: Words) -> dict[str, str]:
    return playbook.names_in(words.language) if playbook else {}
