"""What a vocabulary must have, so that both languages have it."""

from dataclasses import dataclass
from typing import Literal

Sentiment = Literal["positive", "negative"]


@dataclass(frozen=True)
class Words:
    """Names and words of one language; codes elsewhere in the demo are places in these lists.

    Attributes
    ----------
    products : tuple of (name, category)
        In the order of ``orders.PRICES``.
    owners : tuple of str
        One a region, and the one who looks after consumers.
    comments : dict
        (theme, sentiment) → sentences, in which ``{product}`` stands for a product.
    personal : dict
        Kind of personal data → a sentence that holds it, with ``{number}`` for four digits.
    """

    language: Literal["en", "zh"]
    products: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    regions: tuple[str, ...]
    owners: tuple[str, ...]
    industries: tuple[str, ...]
    stakeholders: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    business_places: tuple[str, ...]
    business_kinds: tuple[str, ...]
    action_states: tuple[str, ...]
    survey_channels: tuple[str, ...]
    complaint_states: tuple[str, ...]
    complaint_categories: tuple[str, ...]
    severities: tuple[str, ...]
    stages: tuple[str, ...]
    follow_up_types: tuple[str, ...]
    follow_up_outcomes: tuple[str, ...]
    interaction_types: tuple[str, ...]
    interaction_channels: tuple[str, ...]
    loyalty_reasons: tuple[str, ...]
    comments: dict[tuple[str, Sentiment], tuple[str, ...]]
    endings: tuple[str, ...]
    personal: dict[str, str]
    score_in_words: str
    rate_source: str
    benchmark_source: str

    def person_name(self, first: int, last: int) -> str:
        """A person's name; the numbers choose its parts."""
        given = self.first_names[first % len(self.first_names)]
        family = self.last_names[last % len(self.last_names)]
        return f"{family}{given}" if self.language == "zh" else f"{given} {family}"

    def business_name(self, place: int, kind: int) -> str:
        """A business's name; the numbers choose its parts."""
        parts = (
            self.business_places[place % len(self.business_places)],
            self.business_kinds[kind % len(self.business_kinds)],
        )
        return ("" if self.language == "zh" else " ").join(parts)
