"""Praise and complaint in a clause, by a small lexicon with negation and emphasis."""

from collections.abc import Sequence
from math import sqrt

from analysis.satisfaction.dictionaries import Lexicon, lexicon

REACH = 3
"""How many words after a negation or an emphasis are still under its sway."""
EMPHASIS = 1.5
SATURATION = 4.0
CLEAR_FROM = 0.15
"""Beyond this a comment counts as positive, or negative."""
_CHINESE_NEGATION, _CHINESE_EMPHASIS = tuple("不没无"), tuple("太很真好超特更最挺")


def score_words(words: Sequence[str], language: str) -> float:
    """Sentiment of the words of a clause, from −1 to 1.

    The weights of the lexicon's words are summed: turned round after a negation, raised by half
    after an emphasis; the sum s becomes s/√(s² + 4), as in VADER (Hutto & Gilbert 2014) with
    another constant, so that a long comment does not shout.

    Examples
    --------
    >>> score_words(["very", "good"], "en") > score_words(["good"], "en") > 0
    True
    >>> score_words(["not", "good"], "en") < 0
    True
    """
    known = lexicon(language)
    total, turned, raised = 0.0, 0, 0
    for word in words:
        weight = _weight(word, known)
        if word in known.negators and not weight:
            turned = REACH
        elif word in known.intensifiers and not weight:
            raised = REACH
        elif weight:
            total += weight * (-1 if turned else 1) * (EMPHASIS if raised else 1)
            turned = raised = 0
        turned, raised = max(0, turned - 1), max(0, raised - 1)
    return total / sqrt(total**2 + SATURATION)


def _weight(word: str, known: Lexicon) -> float:
    """A word's weight; Chinese words may carry their negation or emphasis in front."""
    weight = known.weights.get(word)
    if weight is not None:
        return weight
    head, rest = word[:1], word[1:]
    if rest and head in _CHINESE_NEGATION:
        return -known.weights.get(rest, 0.0)
    if rest and head in _CHINESE_EMPHASIS:
        return EMPHASIS * known.weights.get(rest, 0.0)
    return 0.0
