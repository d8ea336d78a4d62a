"""What a params file may say about classes, tiers, cohorts and the loyalty index."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from analysis.params.fields import Section, Text, fault, unique

_NAMES = "a list of products or categories, written as in the data"
Names = Annotated[tuple[Text, ...], AfterValidator(unique)]


class Needs(Section):
    """Need classes: new, trial, premium, frequent."""

    new_days: int = Field(
        default=90, ge=1, le=1000, description="days for which a customer is new: 1 to 1000"
    )
    trial_products: Names = Field(default=(), strict=False, description=_NAMES)
    premium_products: Names = Field(default=(), strict=False, description=_NAMES)
    premium_from: float = Field(
        default=0.5, gt=0, le=1, description="share of the spend, above 0 and at most 1"
    )


class TierMoney(Section):
    """Least value of a tier, in money."""

    high: float = Field(description="least twelve-month value of the high tier, in money")
    middle: float = Field(description="least twelve-month value of the middle tier, in money")

    @field_validator("middle")
    @classmethod
    def _below_high(cls, middle: float, info: ValidationInfo) -> float:
        if middle >= info.data.get("high", float("inf")):
            raise fault("the middle tier begins below the high one.")
        return middle


class Tiers(Section):
    """Value tiers: which share of the customers they hold, or at which money they begin."""

    high: float = Field(default=0.2, gt=0, lt=1, description="share of the customers, 0 to 1")
    middle: float = Field(default=0.3, gt=0, lt=1, description="share of the customers, 0 to 1")
    potential: float = Field(
        default=0.2, gt=0, lt=1, description="share of the customers with high potential, 0 to 1"
    )
    money: TierMoney | None = Field(
        default=None, description="high and middle in money, in place of shares"
    )

    @property
    def shares(self) -> dict[str, float]:
        """Share of the customers by tier."""
        return {"high": self.high, "middle": self.middle, "potential": self.potential}

    @field_validator("middle")
    @classmethod
    def _leaves_room(cls, middle: float, info: ValidationInfo) -> float:
        if middle + info.data.get("high", 0.0) >= 1:
            raise fault("the high and the middle tier together must leave room for the low one.")
        return middle


class LoyaltyWeights(Section):
    """Weights of the parts of the loyalty index; they are scaled to sum to 1."""

    repeat: float = Field(default=1.0, ge=0, description="weight of the repeat rate, 0 or more")
    tenure: float = Field(default=1.0, ge=0, description="weight of the tenure, 0 or more")
    advocacy: float = Field(default=1.0, ge=0, description="weight of the advocacy, 0 or more")


class Segmentation(Section):
    """Classes, tiers, cohorts and the loyalty index."""

    needs: Needs = Field(default=Needs(), description="new, trial, premium and frequent customers")
    tiers: Tiers = Field(default=Tiers(), description="high, middle, low and potential value")
    cohorts: Literal["month", "quarter"] = Field(
        default="quarter", description="month or quarter: the period of a cohort"
    )
    loyalty: LoyaltyWeights = Field(
        default=LoyaltyWeights(), description="weights of the parts of the loyalty index"
    )
