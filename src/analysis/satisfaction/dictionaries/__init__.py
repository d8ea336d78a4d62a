"""The words by which comments are read: themes, sentiment, stop words; data, and their readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class ThemeWords:
    """The words that reveal one theme.

    Attributes
    ----------
    en : tuple of str
        English words, matched as whole words; beginnings of words where they end in ``*``.
    zh : tuple of str
        Chinese words, matched anywhere.
    """

    en: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """One language's words of praise (above 0) and complaint (below 0)."""

    weights: Mapping[str, float]
    negators: frozenset[str]
    intensifiers: frozenset[str]


def kit_themes() -> dict[str, ThemeWords]:
    """The kit's own themes, by name."""
    return {
        name: ThemeWords(tuple(words["en"]), tuple(words["zh"]))
        for name, words in _load("themes").items()
    }


@cache
def lexicon(language: str) -> Lexicon:
    """The kit's lexicon of a language."""
    content = _load("sentiment")
    return Lexicon(
        {word: float(weight) for weight, words in content[language].items() for word in words},
        frozenset(content["negators"][language]),
        frozenset(content["intensifiers"][language]),
    )


@cache
def stopwords() -> frozenset[str]:
    """Words of both languages that say nothing about a topic."""
    return frozenset(word for words in _load("stopwords").values() for word in words)


def _load(name: str) -> dict[Any, Any]:
    text = resources.files(__name__).joinpath(f"{name}.yml").read_text(encoding="utf-8")
    loaded: dict[Any, Any] = YAML(typ="safe", pure=True).load(text)
    return loaded
