"""What a params file may say about credit, deals, follow-ups, care days and loyalty points."""

from __future__ import annotations

from typing import Annotated

from holidays.registry import EntityLoader
from pydantic import AfterValidator, Field

from analysis.params.fields import Section, fault

_RATE = "the share that will not be paid, 0 to 1"
_DAYS = "days from one contact to the next: 1 to 1000"


class LossRates(Section):
    """Which share of open money is lost, by how late it is: the company's own experience."""

    current: float = Field(ge=0, le=1, description=f"of money not yet due, {_RATE}")
    days_1_30: float = Field(ge=0, le=1, description=f"of money 1 to 30 days late, {_RATE}")
    days_31_60: float = Field(ge=0, le=1, description=f"of money 31 to 60 days late, {_RATE}")
    days_61_90: float = Field(ge=0, le=1, description=f"of money 61 to 90 days late, {_RATE}")
    over_90: float = Field(ge=0, le=1, description=f"of money more than 90 days late, {_RATE}")


class Credit(Section):
    """Receivables: when a customer is warned of, and what late money is worth."""

    warn_from: float = Field(
        default=0.8, gt=0, le=1, description="share of the credit limit that is in use, 0 to 1"
    )
    loss_rates: LossRates | None = Field(
        default=None, description="shares lost, by how late the money is"
    )


class Funnel(Section):
    """Deals: what the next quarter is to bring."""

    next_quarter_target: float | None = Field(
        default=None, gt=0, description="money that deals are to bring next quarter, above 0"
    )


class Cadence(Section):
    """How often a customer is to hear from the company, by tier; strategic ones by their own."""

    strategic: int | None = Field(default=None, ge=1, le=1000, description=_DAYS)
    high: int | None = Field(default=None, ge=1, le=1000, description=_DAYS)
    middle: int | None = Field(default=None, ge=1, le=1000, description=_DAYS)
    potential: int | None = Field(default=None, ge=1, le=1000, description=_DAYS)
    low: int | None = Field(default=None, ge=1, le=1000, description=_DAYS)

    @property
    def days(self) -> dict[str, int]:
        """Days from one contact to the next, where the company has decided."""
        return {name: days for name, days in self.model_dump().items() if days is not None}


class FollowUps(Section):
    """Visits and calls."""

    cadence_days: Cadence = Field(default=Cadence(), description="days between contacts, by tier")


def _known_country(code: str) -> str:
    # The list of holidays' own interface would import every country, for most of a second.
    known = set(EntityLoader.get_country_codes())
    if code not in known:
        suggestion = code.upper()
        is_known = suggestion in known
        raise fault(f'the holidays of "{code}" are not known.', suggestion if is_known else None)
    return code


class Care(Section):
    """The care calendar of the coming quarter."""

    country: Annotated[str, AfterValidator(_known_country)] | None = Field(
        default=None,
        pattern=r"^[A-Za-z]{2,3}$",
        description="ISO 3166 code of the country whose public holidays count, such as CN",
    )
    renewal_months: int | None = Field(
        default=None,
        ge=1,
        le=120,
        description="months from winning a deal to its renewal: 1 to 120",
    )


class LoyaltyProgramme(Section):
    """The loyalty programme."""

    point_value: float | None = Field(
        default=None, gt=0, le=1_000_000, description="money that a point is worth, above 0"
    )
