"""Who answers for what the report says."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.params.fields import Section
from analysis.params.texts import Language, LocalText

Area = Literal["management", "sales", "marketing", "service", "finance", "data"]
"""The part of a company that a statement of page one is addressed to."""


class Owners(Section):
    """Names or roles of those who answer for each area; without one, the usual role is named."""

    management: LocalText | None = Field(
        default=None, description="who leads the company: a text, or a map of languages"
    )
    sales: LocalText | None = Field(
        default=None, description="who leads sales: a text, or a map of languages"
    )
    marketing: LocalText | None = Field(
        default=None, description="who leads marketing: a text, or a map of languages"
    )
    service: LocalText | None = Field(
        default=None, description="who leads customer service: a text, or a map of languages"
    )
    finance: LocalText | None = Field(
        default=None, description="who leads finance: a text, or a map of languages"
    )
    data: LocalText | None = Field(
        default=None, description="who answers for the data: a text, or a map of languages"
    )

    @property
    def named(self) -> dict[str, LocalText]:
        """The areas that have a name."""
        texts = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: text for name, text in texts.items() if text is not None}

    def of(self, area: Area, language: Language) -> str | None:
        """Who answers for an area, in a language that the review is written in."""
        text = self.named.get(area)
        return text.in_language(language) if text else None
