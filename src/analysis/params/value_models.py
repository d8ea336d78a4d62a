"""How the customers are valued, watched and scored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from analysis.params.fields import Section, fault

Weight = Annotated[float, Field(ge=0, le=100)]


class HealthWeights(Section):
    """What each part of the health score weighs."""

    activity: Weight = Field(default=35, description="points for the probability still active")
    timeliness: Weight = Field(default=20, description="points for buying no later than usual")
    trend: Weight = Field(default=15, description="points for as many orders as expected")
    value: Weight = Field(default=10, description="points for a high predicted value")
    satisfaction: Weight = Field(default=10, description="points for a good NPS answer")
    service: Weight = Field(default=10, description="points for no complaint in the quarter")

    @model_validator(mode="after")
    def _sum_to_100(self) -> HealthWeights:
        total = sum(self.model_dump().values())
        if abs(total - 100) > 1e-6:
            raise fault(f"the weights of the health score must sum to 100; they sum to {total:g}.")
        return self


class Value(Section):
    """Customer lifetime value."""

    time_unit_days: int = Field(
        default=7, ge=1, le=31, description="the models' unit of time: 1 to 31 whole days"
    )
    prior: Literal["weak", "none"] = Field(
        default="weak",
        description="weak (keeps the models in bounds where the data say little) or none "
        "(maximum likelihood, as in the published tables)",
    )
    engine: Literal["own", "lifetimes"] = Field(
        default="own", description="own, or lifetimes (the fitters of that library, no prior)"
    )
    margin: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="margin as a share of revenue, above 0 and at most 1 (42 % is 0.42); "
        "absent: value is shown as revenue",
    )
    discount_rate: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="annual discount rate from 0 to 1 (10 % is 0.1); absent: no discounting",
    )
    holdout_quarters: int = Field(
        default=2,
        ge=1,
        le=8,
        description="how many of the last quarters test the models: 1 to 8",
    )
    watch_below: float = Field(
        default=0.5,
        gt=0,
        lt=1,
        description="a probability still active, above 0 and below 1, under which a customer is "
        "watched",
    )
    lost_below: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="a probability still active, above 0 and below 1, under which a customer "
        "counts as lost",
    )
    overdue_ratio: float = Field(
        default=2.0,
        ge=1,
        le=20,
        description="how many times the usual interval without an order makes a customer overdue: "
        "1 to 20",
    )
    health_weights: HealthWeights = Field(
        default=HealthWeights(), description="the parts of the health score, which sum to 100"
    )

    @field_validator("lost_below")
    @classmethod
    def _not_lost_before_watched(cls, lost_below: float, info: ValidationInfo) -> float:
        if lost_below > info.data.get("watch_below", lost_below):
            raise fault("customers cannot be lost before they are watched: at most watch_below.")
        return lost_below
