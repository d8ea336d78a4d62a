"""Comments → clauses → words, in Chinese and English."""

import logging
import re
import warnings
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

from analysis.satisfaction.dictionaries import LANGUAGES, lexicon
from analysis.satisfaction.masking import HAN, PLACEHOLDER

_CLAUSE_END = re.compile(
    r"[,.!?;:，。！？；：、…\n]+|\bbut\b|\bhowever\b|\balthough\b|但是|不过|可是|然而|但|就是", re.I
)
_ENGLISH_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")


def language_of(text: str) -> str:
    """``zh`` where there is a Chinese sign, else ``en``."""
    return "zh" if HAN.search(text) else "en"


def split_clauses(text: str) -> list[str]:
    """The parts of a comment that can praise and complain independently.

    Examples
    --------
    >>> split_clauses("质量很好，但是物流太慢")
    ['质量很好', '物流太慢']
    """
    return [clause for part in _CLAUSE_END.split(text) if (clause := part.strip())]


def split_words(text: str) -> list[str]:
    """The words of a masked text, small, without placeholders and punctuation.

    Examples
    --------
    >>> split_words("Delivery was slow, [name] didn't call")
    ['delivery', 'was', 'slow', "didn't", 'call']
    """
    plain = PLACEHOLDER.sub(" ", text).lower().replace("’", "'")
    if not HAN.search(plain):
        return _ENGLISH_WORD.findall(plain)
    words: list[str] = _tokenizer().lcut(plain, HMM=False)
    return [word for word in words if word.strip() and (HAN.match(word) or word.isalpha())]


def person_names(text: str) -> list[str]:
    """What jieba's tagger takes for names of persons."""
    return [word for word, tag in _tagger().cut(text) if tag.startswith("nr")]


def warm_up() -> None:
    """Load the dictionary ahead."""
    _tagger()


@cache
def _tagger() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from jieba.posseg import POSTokenizer
    return POSTokenizer(_tokenizer())


@cache
def _tokenizer() -> Any:
    """Jieba with the words of the lexicon; its dictionary takes a second to load."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own source's escapes
        import jieba
    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    # It keeps a cache that it would load blindly: never one that somebody else may have written.
    with TemporaryDirectory() as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    for language in LANGUAGES[1:]:
        for word in lexicon(language).weights:
            if len(word) > 1 and word not in tokenizer.FREQ:
                tokenizer.add_word(word)
    return tokenizer
