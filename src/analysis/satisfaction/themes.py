"""Which themes comments speak of, how they speak of them, and what changed."""

import re
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.engine import exact_mean
from analysis.inference import judge_changes
from analysis.params.satisfaction_models import Theme
from analysis.results import Result, missing, number
from analysis.satisfaction.dictionaries import ThemeWords, kit_themes
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.sentiment import CLEAR_FROM
from analysis.satisfaction.small_cells import FEWEST_NOT_DERIVABLE, FEWEST_SHOWN

THEME_COLUMNS = (
    "theme", "mentions", "share", "low", "high", "positive", "negative", "sentiment", "score",
    "share_before", "change", "change_low", "change_high", "p_adjusted", "verdict",
)  # fmt: skip
OTHER = "other"
"""What no theme catches."""


def choose_themes(own: Mapping[str, Theme]) -> dict[str, ThemeWords]:
    """The kit's themes, with those of the review added or put in their place."""
    return kit_themes() | {name: ThemeWords(theme.en, theme.zh) for name, theme in own.items()}


def theme_pattern(words: ThemeWords) -> str:
    r"""A regular expression that finds a theme's words in text of small letters.

    Examples
    --------
    >>> theme_pattern(ThemeWords(en=("late", "deliver*"), zh=("物流",)))
    '\\b(?:late|deliver[a-z]*)\\b|物流'
    """
    english = "|".join(
        re.escape(word[:-1].lower()) + "[a-z]*" if word.endswith("*") else re.escape(word.lower())
        for word in words.en
    )
    chinese = "|".join(re.escape(word.lower()) for word in words.zh)
    parts = ([rf"\b(?:{english})\b"] if english else []) + ([chinese] if chinese else [])
    return "|".join(parts) or r"\b\B"  # which nothing matches


def find_themes(clauses: ir.Table, themes: Mapping[str, ThemeWords]) -> ir.Table:
    """Find the themes of each comment.

    Parameters
    ----------
    clauses : ibis table
        One row a clause, from :func:`analysis.satisfaction.split_comments`.
    themes : mapping
        Theme → its words.

    Returns
    -------
    ibis table
        One row a response and theme: ``response_id``, ``quarter``, ``theme``, ``sentiment`` (mean
        of the clauses that speak of it; where they are silent, of the whole comment). A comment
        without any theme has the theme ``other``.
    """
    # One pass over the clauses whatever the number of themes; a comment speaks once of each.
    hits = [
        clauses.text.re_search(theme_pattern(words)).ifelse(name, None)
        for name, words in themes.items()
    ]
    spoken = clauses.mutate(theme=ibis.array(hits).filter(lambda theme: theme.notnull()))
    whole = clauses.group_by("response_id", "quarter").agg(
        overall=clauses.sentiment.mean(where=clauses.sentiment != 0).coalesce(0)
    )
    spoken = spoken.select("response_id", "quarter", "sentiment", "theme").unnest("theme")
    found = spoken.group_by("response_id", "quarter", "theme").agg(
        own=spoken.sentiment.mean(where=spoken.sentiment != 0)
    )
    joined = whole.left_join(found, ["response_id", "quarter"])
    return joined.select(
        "response_id",
        "quarter",
        theme=joined.theme.coalesce(OTHER),
        sentiment=joined.own.coalesce(joined.overall),
    )


def summarize_themes(
    mentions: ir.Table, answers: ir.Table, score: str | None, quarter: str, before: str
) -> pd.DataFrame:
    """Count each theme, with its sentiment, its respondents' score and its change.

    Parameters
    ----------
    mentions : ibis table
        One row a response and theme, from :func:`find_themes`.
    answers : ibis table
        One row a questionnaire: ``response_id``, and the column ``score``.
    score : str or None
        Column of the answers whose mean is shown, such as ``score_nps``.
    quarter, before : str
        The quarter under review and the one that it is compared with.

    Returns
    -------
    DataFrame
        One row a theme mentioned in the quarter, most frequent first: :data:`THEME_COLUMNS`.
        ``share`` of the comments with its interval; ``positive`` and ``negative`` shares of the
        mentions; mean ``sentiment`` (−1 to 1) and ``score``; ``change`` of the share with its
        verdict at 5 % of false discoveries. Themes with fewer than 11 comments are left out.
    """
    scored = answers.select("response_id", score=answers[score] if score else ibis.null("float64"))
    rows = mentions.left_join(scored, "response_id")
    counted = rows.group_by("quarter", "theme").agg(
        mentions=rows.count(),
        positive=(rows.sentiment > CLEAR_FROM).mean(),
        negative=(rows.sentiment < -CLEAR_FROM).mean(),
        sentiment=exact_mean(rows.sentiment),
        score=exact_mean(rows.score),
    )
    comments = mentions.group_by("quarter").agg(comments=mentions.response_id.nunique())
    totals = comments.to_pandas().set_index("quarter")["comments"]
    frame = counted.to_pandas()
    now = frame[frame["quarter"] == quarter].set_index("theme").drop(columns="quarter")
    then = frame[frame["quarter"] == before].set_index("theme")["mentions"]
    now = now[now["mentions"] >= FEWEST_NOT_DERIVABLE]
    return _with_changes(now, then, int(totals.get(quarter, 0)), int(totals.get(before, 0)))


def _with_changes(
    now: pd.DataFrame, then: "pd.Series[int]", comments: int, comments_before: int
) -> pd.DataFrame:
    """Shares with their intervals, and their changes with verdicts."""
    if now.empty:
        return pd.DataFrame(columns=list(THEME_COLUMNS))
    share = now["mentions"] / comments
    intervals = [wilson_interval(value, comments) for value in share]
    frame = now.assign(
        share=share, low=[low for low, _ in intervals], high=[high for _, high in intervals]
    )
    if comments_before < FEWEST_SHOWN:
        unknown = ("share_before", "change", "change_low", "change_high", "p_adjusted")
        frame = frame.assign(**dict.fromkeys(unknown, np.nan), verdict="unknown")
    else:
        frame["share_before"] = then.reindex(frame.index).fillna(0) / comments_before
        earlier = frame["share_before"]
        errors = np.sqrt(share * (1 - share) / comments + earlier * (1 - earlier) / comments_before)
        frame = frame.join(judge_changes(share - earlier, errors))
    ordered = frame.reset_index().sort_values(["mentions", "theme"], ascending=[False, True])
    return ordered[list(THEME_COLUMNS)].reset_index(drop=True)


def cross_themes(mentions: ir.Table, levels: ir.Table, quarter: str) -> pd.DataFrame:
    """How often each group of respondents speaks of each theme.

    Parameters
    ----------
    mentions : ibis table
        One row a response and theme.
    levels : ibis table
        One row a response: ``response_id``, ``level``.
    quarter : str
        The quarter under review.

    Returns
    -------
    DataFrame
        One row a level and theme: ``level``, ``comments`` of the level, ``theme``, ``mentions``,
        ``share``. Levels with fewer than 30 comments are left out, and single cells with fewer
        than 11 mentions are null.
    """
    now = mentions.filter(mentions.quarter == quarter).join(levels, "response_id")
    now = now.filter(now.level.notnull())
    frame = now.group_by("level", "theme").agg(mentions=now.count()).to_pandas()
    sizes = now.group_by("level").agg(comments=now.response_id.nunique()).to_pandas()
    frame = frame.merge(sizes[sizes["comments"] >= FEWEST_SHOWN], on="level")
    is_small = frame["mentions"] < FEWEST_NOT_DERIVABLE
    figures = frame["mentions"].astype("float64").mask(is_small)
    frame = frame.assign(mentions=figures, share=figures / frame["comments"])
    return frame.sort_values(["level", "theme"], ignore_index=True)


def theme_results(themes: pd.DataFrame, mentions: ir.Table, quarter: str) -> dict[str, Result]:
    """Published numbers of the comments: how many, and the theme most often praised and blamed."""
    now = mentions.filter(mentions.quarter == quarter)
    comments = int(now.response_id.nunique().execute() or 0)
    named = themes[themes["theme"] != OTHER]
    results = {"satisfaction.comments": number(comments, "count")}
    for name, column in (("praised", "positive"), ("blamed", "negative")):
        voices = named["mentions"] * named[column]
        is_known = len(named) and voices.max() > 0
        top = named.loc[voices.idxmax()] if is_known else None
        results[f"satisfaction.themes.{name}"] = Result(
            f"theme.{top['theme']}" if top is not None else None, "label"
        )
        results[f"satisfaction.themes.{name}_share"] = (
            number(top[column], "ratio", n=int(top["mentions"]))
            if top is not None
            else missing("ratio", "needs 11 comments on one theme")
        )
    return results
