"""What respondents wrote, on which theme, and what of it is personal."""

from dataclasses import dataclass

import numpy as np

from analysis.demo.columns import Booleans, Integers
from analysis.demo.company import Company
from analysis.demo.surveys import DRIVERS, OVERALL, Responses
from analysis.demo.words import CHINESE, ENGLISH, Sentiment, Words

COMMENT_SHARE = 0.4
OTHER_LANGUAGE_SHARE = 0.2
"""The company is bilingual: some write in its other language."""
PERSONAL = {"phone": 12, "email": 8, "name": 6, "customer_id": 5}
"""Comments that tell something personal, by kind."""
SENTIMENTS: tuple[Sentiment, ...] = ("negative", "positive")


@dataclass(frozen=True)
class Comments:
    """One entry a comment; ``personal`` is the kind of personal data in it, or an empty text."""

    response: Integers
    theme: Integers
    is_positive: Booleans
    is_chinese: Booleans
    personal: list[str]
    text: list[str]
    n_responses: int

    @property
    def of_responses(self) -> list[str | None]:
        """The comment of each response, None where there is none."""
        texts: list[str | None] = [None] * self.n_responses
        for place, text in zip(self.response.tolist(), self.text, strict=True):
            texts[place] = text
        return texts


def write_comments(company: Company, responses: Responses) -> Comments:
    """Let some respondents write about what they like best, or least if they are not satisfied."""
    rng = company.dice("comments")
    response = np.flatnonzero(rng.random(len(responses)) < COMMENT_SHARE)
    n = len(response)
    opinions = np.column_stack([responses.scores[item][response] for item in DRIVERS])
    felt = opinions + rng.normal(0, 0.5, opinions.shape)
    is_positive = responses.scores[OVERALL][response] >= 7
    theme = np.where(is_positive, felt.argmax(axis=1), felt.argmin(axis=1))
    is_other = rng.random(n) < OTHER_LANGUAGE_SHARE
    is_chinese = is_other != (company.words.language == "zh")
    kinds = [kind for kind, rows in PERSONAL.items() for _ in range(rows)]
    personal = [""] * n
    for place, kind in zip(rng.permutation(n)[: len(kinds)].tolist(), kinds, strict=False):
        personal[place] = kind
    draws = zip(
        theme.tolist(),
        is_positive.tolist(),
        is_chinese.tolist(),
        rng.integers(0, 1 << 30, (n, 4)).tolist(),
        personal,
        responses.customer[response].tolist(),
        strict=True,
    )
    text = [
        _compose(CHINESE if chinese else ENGLISH, DRIVERS[code], SENTIMENTS[good], numbers)
        + _tell(CHINESE if chinese else ENGLISH, kind, numbers[3], customer)
        for code, good, chinese, numbers, kind, customer in draws
    ]
    return Comments(response, theme, is_positive, is_chinese, personal, text, len(responses))


def _compose(words: Words, theme: str, sentiment: Sentiment, numbers: list[int]) -> str:
    sentences = words.comments[theme, sentiment]
    sentence = sentences[numbers[0] % len(sentences)]
    product, _ = words.products[numbers[1] % len(words.products)]
    ending = words.endings[numbers[2] % len(words.endings)]
    return sentence.format(product=product) + ending


def _tell(words: Words, kind: str, number: int, customer: int) -> str:
    """A sentence with personal data of a kind, if any."""
    if not kind:
        return ""
    return words.personal[kind].format(
        number=f"{number % 10_000:04}", customer=f"C{customer + 1:05}"
    )
