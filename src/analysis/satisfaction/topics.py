"""Topics that nobody named beforehand: words that go together in comments."""

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis.engine import exact_mean
from analysis.satisfaction.dictionaries import LANGUAGES, stopwords
from analysis.satisfaction.small_cells import FEWEST_NOT_DERIVABLE, FEWEST_SHOWN

Floats = NDArray[np.float64]

MOST_COMMENTS = 20_000
"""Topics are learnt from so many comments a language at most."""
MOST_WORDS = 1_500
FEWEST_USES = 5
"""A word that fewer comments use could be somebody's own."""
TERMS_SHOWN = 5
ITERATIONS = 60
SEED = 20260930
TOPIC_COLUMNS = ("language", "topic", "terms", "comments", "share", "sentiment")


@dataclass(frozen=True)
class WordMatrix:
    """Comments by words, TF-IDF, rows of length 1."""

    rows: sparse.csr_array
    words: tuple[str, ...]


def find_topics(clauses: ir.Table, quarter: str, topics: int) -> pd.DataFrame:
    """Learn topics from the comments of a quarter, language by language.

    Parameters
    ----------
    clauses : ibis table
        One row a clause, from :func:`analysis.satisfaction.split_comments`.
    quarter : str
        The quarter under review.
    topics : int
        How many topics a language.

    Returns
    -------
    DataFrame
        One row a topic, the most frequent first: :data:`TOPIC_COLUMNS`. ``terms`` are its words,
        ``comments`` those of which it is the main topic, ``share`` of the language's comments,
        mean ``sentiment``. Languages with fewer than 30 comments, and topics with fewer than 11,
        are left out.
    """
    now = clauses.filter(clauses.quarter == quarter)
    comments = now.group_by("response_id", "language").agg(
        words=now.words.group_concat(" "),
        sentiment=exact_mean(now.sentiment),
    )
    parts = [
        _topics_of(comments.filter(comments.language == language), language, topics)
        for language in LANGUAGES
        if topics
    ]
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(TOPIC_COLUMNS))
    )


def weigh_words(texts: list[list[str]]) -> WordMatrix:
    """Words of comments → TF-IDF: how often a comment uses a word, times ln(n / df) + 1.

    Salton & Buckley (1988), "Term-weighting approaches in automatic text retrieval". Stop words,
    single letters and words of fewer than five comments are left out.
    """
    uses = pd.Series([word for words in texts for word in set(words)], dtype="object")
    frequent = uses[~uses.isin(stopwords()) & (uses.str.len() > 1)].value_counts()
    frequent = frequent[frequent >= FEWEST_USES]
    # Ties by the word itself, so that the order of comments does not matter.
    order = np.lexsort((frequent.index.to_numpy(str), -frequent.to_numpy()))[:MOST_WORDS]
    chosen = frequent.index[order].tolist()
    places = {word: place for place, word in enumerate(chosen)}
    hits = [(row, places[w]) for row, words in enumerate(texts) for w in words if w in places]
    rows, columns = np.array(hits, dtype=np.intp).reshape(-1, 2).T
    shape = (len(texts), len(chosen))
    counts = sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
    weights = np.log(len(texts) / frequent.iloc[order].to_numpy(float)) + 1
    weighted = counts @ sparse.diags_array(weights) if len(chosen) else counts
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    scale = sparse.diags_array(1 / np.where(lengths > 0, lengths, 1))
    return WordMatrix(sparse.csr_array(scale @ weighted), tuple(chosen))


def factorize(matrix: sparse.csr_array, topics: int) -> tuple[Floats, Floats]:
    """Non-negative factors W·H closest to the matrix: comments by topics, topics by words.

    Multiplicative updates of Lee & Seung (2001), "Algorithms for non-negative matrix
    factorization", NIPS 13, theorem 1: the error never grows.
    """
    rng = np.random.default_rng(SEED)
    scale = np.sqrt(matrix.mean() / topics)
    comments = scale * (0.5 + rng.random((matrix.shape[0], topics)))
    words = scale * (0.5 + rng.random((topics, matrix.shape[1])))
    tiny = 1e-12
    for _ in range(ITERATIONS):
        words *= (matrix.T @ comments).T / (comments.T @ comments @ words + tiny)
        comments *= (matrix @ words.T) / (comments @ (words @ words.T) + tiny)
    return comments, words


def _topics_of(comments: ir.Table, language: str, topics: int) -> pd.DataFrame:
    """The topics of one language."""
    order = comments.response_id.hexdigest("md5")
    frame = comments.order_by(order).limit(MOST_COMMENTS).to_pandas()
    nothing = pd.DataFrame(columns=list(TOPIC_COLUMNS))
    if len(frame) < FEWEST_SHOWN:
        return nothing
    matrix = weigh_words([words.split() for words in frame["words"]])
    if len(matrix.words) < topics:
        return nothing
    loadings, words = factorize(matrix.rows, topics)
    main = np.where(loadings.max(axis=1) > 1e-6, loadings.argmax(axis=1), -1)
    rows = []
    for topic in range(topics):
        mine = frame["sentiment"][main == topic]
        if len(mine) < FEWEST_NOT_DERIVABLE:
            continue
        top = np.argsort(-words[topic], kind="stable")[:TERMS_SHOWN]
        terms = [matrix.words[place] for place in top if words[topic, place] > 0]
        rows.append((language, topic + 1, terms, len(mine), len(mine) / len(frame), mine.mean()))
    found = pd.DataFrame(rows, columns=list(TOPIC_COLUMNS))
    return found.sort_values("comments", ascending=False, kind="stable", ignore_index=True)
