"""Texts of a params file in the review's languages."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from analysis.params.fields import Section, Text, fault

Language = Literal["en", "zh"]


class LocalText(Section):
    """A text in each language. One text alone stands for all languages."""

    en: Text | None = Field(default=None, description="the text in English, at most 200 characters")
    zh: Text | None = Field(default=None, description="the text in Chinese, at most 200 characters")

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"en": value, "zh": value}
        if not isinstance(value, dict | LocalText):
            raise fault("a text is needed here. A number or date becomes text in quotation marks.")
        return value

    def in_language(self, language: Language) -> str:
        """Return the text in a language that the review is written in."""
        text = self.zh if language == "zh" else self.en
        if text is None:
            raise KeyError(language)
        return text
