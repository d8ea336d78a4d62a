"""Quotes: for each theme what is typically said, masked twice, and never of few."""

import re

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.satisfaction.masking import HAN, PLACEHOLDER
from analysis.satisfaction.sentiment import CLEAR_FROM
from analysis.satisfaction.themes import OTHER
from analysis.satisfaction.tokens import person_names, split_words
from analysis.satisfaction.topics import weigh_words

SHORTEST, LONGEST = 5, 160
"""Signs of a comment that can be quoted."""
CANDIDATES = 400
THEMES_QUOTED = 5
_CAPITAL_INSIDE = re.compile(r"(?<![.!?。]\s)(?<!^)(?<![A-Za-z'])[A-Z][a-z]+")
QUOTE_COLUMNS = ("theme", "tone", "language", "quote")


def choose_quotes(
    comments: ir.Table, mentions: ir.Table, themes: pd.DataFrame, quarter: str
) -> pd.DataFrame:
    """Choose for the most frequent themes one comment of praise and one of blame.

    Parameters
    ----------
    comments : ibis table
        One row a masked comment, from :func:`analysis.satisfaction.mask_comments`.
    mentions : ibis table
        One row a response and theme, from :func:`analysis.satisfaction.find_themes`.
    themes : DataFrame
        The themes of the quarter, from :func:`analysis.satisfaction.summarize_themes`.
    quarter : str
        The quarter under review.

    Returns
    -------
    DataFrame
        One row a quote: ``theme``, ``tone`` (positive, negative), ``language``, ``quote`` (masked).
        A comment is typical if its words are those of most comments on the theme; one that may
        still hold something personal is passed over (:func:`looks_personal`).
    """
    named = [theme for theme in themes["theme"] if theme != OTHER][:THEMES_QUOTED]
    chosen: list[tuple[str, str, str, str]] = []
    if named:
        frame = _candidates(comments, mentions.filter(mentions.quarter == quarter), named)
        for theme in named:
            for tone, sign in (("positive", 1), ("negative", -1)):
                mine = frame[(frame["theme"] == theme) & (frame["sentiment"] * sign > CLEAR_FROM)]
                quote = _most_typical(mine[~mine["text"].isin([text for *_, text in chosen])])
                if quote is not None:
                    chosen.append((theme, tone, quote["language"], quote["text"]))
    return pd.DataFrame(chosen, columns=list(QUOTE_COLUMNS))


def looks_personal(text: str) -> bool:
    """Whether a masked text may still hold something personal: then it is not quoted.

    Any long number, an at sign, a word with a capital within an English sentence, or what the
    Chinese tagger takes for a person's name. It errs on the side of silence.

    Examples
    --------
    >>> looks_personal("Nice tea, but the courier was late."), looks_personal("I spoke to Anna")
    (False, True)
    """
    bare = PLACEHOLDER.sub("", text)
    if re.search(r"\d{4,}|@", bare):
        return True
    if not HAN.search(bare):
        return bool(_CAPITAL_INSIDE.search(bare.strip()))
    return bool(person_names(bare))


def _candidates(comments: ir.Table, mentions: ir.Table, named: list[str]) -> pd.DataFrame:
    """Comments of a length that can be quoted, so many at most of each theme and tone."""
    rows = mentions.filter(mentions.theme.isin(named)).join(comments, ["response_id", "quarter"])
    rows = rows.filter(rows.text.length().between(SHORTEST, LONGEST))
    drawn = ibis.window(
        group_by=["theme", rows.sentiment.sign()],
        order_by=[rows.response_id.hexdigest("md5"), rows.text],
    )
    sample = rows.filter(ibis.row_number().over(drawn) < CANDIDATES)
    wanted = sample.select("theme", "sentiment", "language", "text")
    return wanted.to_pandas().sort_values(["theme", "text"], ignore_index=True)


def _most_typical(comments: pd.DataFrame) -> "pd.Series[str] | None":
    """The comment closest to all, of those that may be quoted."""
    if comments.empty:
        return None
    matrix = weigh_words([split_words(text) for text in comments["text"]])
    closeness = np.asarray(matrix.rows @ matrix.rows.sum(axis=0)).ravel()
    # Of equally typical ones the shortest: it says least beside the point.
    for place in np.lexsort((comments["text"].str.len(), -closeness.round(6))):
        candidate = comments.iloc[int(place)]
        if not looks_personal(candidate["text"]):
            return candidate
    return None
