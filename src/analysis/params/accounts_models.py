"""What a params file may say about key accounts and about who is left out for comparison."""

from __future__ import annotations

from pydantic import Field

from analysis.params.fields import Section
from analysis.params.relations_models import (
    Care,
    Credit,
    FollowUps,
    Funnel,
    LoyaltyProgramme,
)


class KeyRule(Section):
    """Who else is a key account, beside the customers of the highest value."""

    potential: int = Field(
        default=5, ge=0, le=1000, description="how many of the highest potential: 0 to 1000"
    )
    at_risk: int = Field(
        default=5,
        ge=0,
        le=1000,
        description="how many of high value, and of those at risk to leave: 0 to 1000",
    )
    strategic: bool = Field(
        default=True,
        description="true if every customer whom the table customers calls strategic is one",
    )


class Holdout(Section):
    """Who is left out of next quarter's actions, so that their effect can be told."""

    share: float = Field(
        default=0.2,
        ge=0,
        le=0.5,
        description="share of each list that is left out, from 0 to 0.5 (a fifth is 0.2)",
    )
    seed: int = Field(
        default=1,
        ge=0,
        le=2**32 - 1,
        description="a whole number from 0 on; equal seeds leave out the same customers",
    )


class Accounts(Section):
    """Key accounts, and the actions of the next quarter."""

    key_accounts: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="how many customers of the highest value are key accounts: 1 to 1000",
    )
    key: KeyRule = Field(default=KeyRule(), description="who else is a key account")
    holdout: Holdout = Field(
        default=Holdout(), description="who is left out of actions, for comparison"
    )
    credit: Credit = Field(default=Credit(), description="receivables and credit limits")
    funnel: Funnel = Field(default=Funnel(), description="deals in the pipeline")
    follow_ups: FollowUps = Field(default=FollowUps(), description="visits and calls")
    care: Care = Field(default=Care(), description="the care calendar")
    loyalty: LoyaltyProgramme = Field(
        default=LoyaltyProgramme(), description="the loyalty programme"
    )
