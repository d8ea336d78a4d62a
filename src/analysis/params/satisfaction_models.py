"""How a review reads its survey, its comments and its complaints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from analysis.params.fields import Section, Text, fault, unique
from analysis.params.texts import LocalText

Item = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_一-鿿-]{1,40}$")]
Items = Annotated[tuple[Item, ...], Field(strict=False), AfterValidator(unique)]
Words = Annotated[tuple[Text, ...], Field(strict=False), AfterValidator(unique)]
_ITEM = "letters, digits, _ or -, at most 40, as in the survey's column 'item'"


class PerceivedValue(Section):
    """Which items speak of which kind of value that customers perceive."""

    economic: Items = Field(default=(), description="a list of items on price, cost and savings")
    functional: Items = Field(default=(), description="a list of items on quality and performance")
    emotional: Items = Field(default=(), description="a list of items on trust, pride and feeling")


class ServiceLevels(Section):
    """What the company promises to those who complain."""

    respond_within_hours: float | None = Field(
        default=None, gt=0, le=8760, description="hours until somebody answers, above 0"
    )
    resolve_within_days: float | None = Field(
        default=None, gt=0, le=3660, description="days until a complaint is closed, above 0"
    )


class Theme(Section):
    """A theme of comments: its name, and the words that reveal it."""

    label: LocalText = Field(description='its name: one text, or a map "en: …", "zh: …"')
    en: Words = Field(
        default=(), description="a list of English words or beginnings (late, deliver*)"
    )
    zh: Words = Field(default=(), description="a list of Chinese words")


class Satisfaction(Section):
    """Which item of the survey measures what, and how comments and complaints are read.

    The items' scales stand under ``surveys.scales``.
    """

    nps: Item | None = Field(
        default="nps", description=f"the item that asks for a recommendation, 0 to 10: {_ITEM}"
    )
    csat: Item | None = Field(
        default="csat", description=f"the item that asks for overall satisfaction: {_ITEM}"
    )
    ces: Item | None = Field(
        default="ces", description=f"the item that asks how easy it was: {_ITEM}"
    )
    ces_as: Literal["mean", "share"] = Field(
        default="mean", description="mean, or share (answers of 5 or more on a scale from 1 to 7)"
    )
    index: Items = Field(
        default=(),
        description="the three items of the satisfaction index: overall, against expectations, "
        "against the ideal",
    )
    outcome: Item | None = Field(
        default=None, description="the item that the drivers explain; absent: the item of csat"
    )
    drivers: Items = Field(
        default=(), description="a list of the items that may drive satisfaction, at most 30"
    )
    perceived_value: PerceivedValue = Field(
        default=PerceivedValue(), description="items by the kind of value that they speak of"
    )
    labels: dict[str, LocalText] = Field(
        default={}, description='a map: item, then its name, one text or a map "en: …", "zh: …"'
    )
    weight_by: Literal["segment", "none"] = Field(
        default="segment",
        description="segment (answers are weighted to the active customers' segments) or none",
    )
    themes: dict[str, Theme] = Field(
        default={},
        description="a map: theme, then what it is called and the words that reveal it; adds to "
        "the kit's own themes, or replaces the one of the same name",
    )
    topics: int = Field(
        default=4, ge=0, le=20, description="how many topics are looked for in comments: 0 to 20"
    )
    service_levels: ServiceLevels = Field(
        default=ServiceLevels(), description="what is promised to those who complain"
    )

    @field_validator("index")
    @classmethod
    def _three(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        if len(items) not in (0, 3):
            raise fault("the index needs exactly three items, or none.")
        return items

    @field_validator("drivers")
    @classmethod
    def _not_too_many(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        if len(items) > 30:
            raise fault("at most 30 drivers can be compared. Keep those that can be acted upon.")
        return items

    @property
    def explained(self) -> str | None:
        """The item that the drivers explain."""
        return self.outcome or self.csat
