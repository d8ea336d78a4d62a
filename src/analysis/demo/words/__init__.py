"""The demo company's vocabulary in English and Chinese."""

from typing import Literal

from analysis.demo.words.english import ENGLISH
from analysis.demo.words.mandarin import CHINESE
from analysis.demo.words.vocabulary import Sentiment, Words

__all__ = ["CHINESE", "ENGLISH", "Sentiment", "Words", "words_of"]


def words_of(language: Literal["en", "zh"]) -> Words:
    """The vocabulary of a language."""
    return CHINESE if language == "zh" else ENGLISH
