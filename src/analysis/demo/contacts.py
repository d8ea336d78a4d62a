"""Contacts: the company's visits and calls, and what customers did of their own accord."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.demo.columns import Integers, calendar_days, choose, draw_codes
from analysis.demo.company import Company, customer_ids

CADENCE_DAYS, STRATEGIC_CADENCE_DAYS = 60, 30
"""Time from one visit or call of a business to the next."""
NEGLECTED_SHARE = 0.12
"""Businesses that nobody has called upon for a while."""
INTERACTIONS_PER_DAY = 0.02


@dataclass(frozen=True)
class FollowUps:
    """One entry a follow-up: who, when, and when the next one is due. Ordered by day."""

    customer: Integers
    day: Integers
    next_due: Integers


def draw_follow_ups(company: Company) -> FollowUps:
    """Follow up each business near its due days, up to the export or to where it was forgotten."""
    rng, timeline, accounts = company.dice("follow_ups"), company.timeline, company.accounts
    businesses = np.flatnonzero(accounts.is_business)
    cadence = np.where(accounts.is_strategic[businesses], STRATEGIC_CADENCE_DAYS, CADENCE_DAYS)
    end = np.full(len(businesses), timeline.exported)
    is_neglected = rng.random(len(businesses)) < NEGLECTED_SHARE
    end[is_neglected] -= rng.integers(70, 240, int(is_neglected.sum()))
    visits = []
    day = company.buyers.first[businesses] + rng.integers(5, 25, len(businesses))
    while (day <= end).any():
        met = day <= end
        visits.append(np.stack([businesses[met], day[met], (day + cadence)[met]]))
        day = day + cadence + rng.integers(-6, 4, len(day))
    customer, days, due = np.concatenate(visits, axis=1)
    order = np.lexsort((customer, days))
    return FollowUps(customer[order], days[order], due[order])


def tabulate_follow_ups(company: Company, follow_ups: FollowUps) -> pa.Table:
    """The table ``follow_ups``."""
    rng, words = company.dice("visits"), company.words
    n, first_day = len(follow_ups.customer), company.timeline.first_day
    owner = company.accounts.owner[follow_ups.customer]
    return pa.table(
        {
            "customer_id": customer_ids(follow_ups.customer),
            "date": calendar_days(first_day, follow_ups.day),
            "type": choose(words.follow_up_types, draw_codes(rng, (0.3, 0.5, 0.2), n)),
            "owner": choose(words.owners, owner),
            "outcome": choose(words.follow_up_outcomes, draw_codes(rng, (0.25, 0.4, 0.2, 0.15), n)),
            "next_due": calendar_days(first_day, follow_ups.next_due),
        }
    )


def find_overdue(company: Company, follow_ups: FollowUps) -> tuple[Integers, Integers]:
    """Customers whose next follow-up was due before the quarter's last day, and when it was.

    What counts is the last follow-up up to that day.
    """
    known = follow_ups.day <= company.timeline.as_of
    due = np.full(len(company.buyers), company.timeline.horizon)
    # Ordered by day, so that the last of a customer's follow-ups stays.
    due[follow_ups.customer[known]] = follow_ups.next_due[known]
    customers = np.flatnonzero(due < company.timeline.as_of)
    return customers, due[customers]


def tabulate_interactions(company: Company) -> pa.Table:
    """The table ``interactions``: living customers open mails, visit the site, …"""
    rng, timeline, words = company.dice("interactions"), company.timeline, company.words
    life = np.minimum(company.left, timeline.exported) - company.buyers.first
    customer = np.repeat(np.arange(len(life)), rng.poisson(INTERACTIONS_PER_DAY * life))
    day = company.buyers.first[customer] + rng.integers(0, life[customer] + 1)
    kind = draw_codes(rng, (0.45, 0.3, 0.15, 0.1), len(day))
    # Equal rows would look like an export's mistake.
    day, customer, kind = np.unique(np.stack([day, customer, kind]), axis=1)
    # Mails are opened and offers clicked by mail; the site and the app are channels of their own.
    channel = np.array([0, 1, 2, 0])[kind]
    return pa.table(
        {
            "customer_id": customer_ids(customer),
            "date": calendar_days(timeline.first_day, day),
            "type": choose(words.interaction_types, kind),
            "channel": choose(words.interaction_channels, channel),
        }
    )
