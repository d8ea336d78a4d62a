"""Who the customers are: consumers and businesses, with region, owner and terms."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from analysis.demo.buying import Buyers
from analysis.demo.columns import (
    Booleans,
    Floats,
    Integers,
    calendar_days,
    choose,
    draw_codes,
    money,
    number_ids,
)
from analysis.demo.timeline import Timeline
from analysis.demo.words import Words

BUSINESS_SHARE, STRATEGIC_SHARE = 0.12, 0.05
"""Businesses among the customers, strategic accounts among the businesses."""
FOREIGN_SHARE = 0.2
"""Businesses abroad, which pay in another currency."""
BRANCH_SHARE = 0.1
"""Businesses that belong to a strategic account."""
REGION_WEIGHTS = (0.3, 0.25, 0.2, 0.15, 0.1)
"""Of the regions at home; the last region of the words is abroad."""
CONSENT_SHARE = 0.72


@dataclass(frozen=True)
class Accounts:
    """One entry a customer; codes are places in the words.

    Businesses are looked after by the owner of their region, consumers by the last owner.
    """

    is_business: Booleans
    is_strategic: Booleans
    is_foreign: Booleans
    region: Integers
    owner: Integers


def draw_accounts(rng: Generator, buyers: Buyers) -> Accounts:
    """Draw what kind of customer each is: those who spend much an order tend to be businesses."""
    n = len(buyers)
    size = np.log(buyers.mean_spend) + rng.normal(0, 0.4, n)
    is_business = _largest(size, round(n * BUSINESS_SHARE))
    worth = np.log(buyers.rate * buyers.mean_spend) + rng.normal(0, 0.5, n)
    worth = np.where(is_business, worth, -np.inf)
    n_strategic = max(round(n * BUSINESS_SHARE * STRATEGIC_SHARE), 1)
    is_foreign = is_business & (rng.random(n) < FOREIGN_SHARE)
    abroad = len(REGION_WEIGHTS)
    region = np.where(is_foreign, abroad, draw_codes(rng, REGION_WEIGHTS, n))
    return Accounts(
        is_business=is_business,
        is_strategic=_largest(worth, n_strategic),
        is_foreign=is_foreign,
        region=region,
        owner=np.where(is_business, region, abroad + 1),
    )


def tabulate_customers(
    rng: Generator, buyers: Buyers, accounts: Accounts, timeline: Timeline, words: Words
) -> pa.Table:
    """The table ``customers``."""
    n, business = len(buyers), accounts.is_business
    first_day = timeline.first_day
    limits = np.ceil(buyers.mean_spend * np.maximum(buyers.rate * 90, 2) / 1000) * 1000 * 100
    strategic = np.flatnonzero(accounts.is_strategic)
    is_branch = business & ~accounts.is_strategic & (rng.random(n) < BRANCH_SHARE)
    parents = number_ids("C", rng.choice(strategic, n) + 1)
    # Day 0 lies in the 2020s: contacts are 20 to 70 years old.
    birthdays = -rng.integers(20 * 365, 70 * 365, n)
    stakeholder = np.where(business, 1 + draw_codes(rng, (0.7, 0.15, 0.15), n), 0)
    return pa.table(
        {
            "customer_id": number_ids("C", np.arange(1, n + 1)),
            "name": pa.array(_draw_names(rng, business, words)),
            "owner": choose(words.owners, accounts.owner),
            "industry": choose(
                words.industries, rng.integers(0, len(words.industries), n), known=business
            ),
            "region": choose(words.regions, accounts.region),
            "stakeholder_type": choose(words.stakeholders, stakeholder),
            "created_at": calendar_days(first_day, buyers.first - rng.integers(0, 15, n)),
            "birthday": calendar_days(first_day, birthdays, ~business & (rng.random(n) < 0.6)),
            "consent_marketing": pa.array(rng.random(n) < CONSENT_SHARE),
            "credit_limit": money(limits.astype(np.int64), known=business),
            "strategic": pa.array(accounts.is_strategic),
            "parent_id": pc.if_else(pa.array(is_branch), parents, None),
        }
    )


def _draw_names(rng: Generator, is_business: Booleans, words: Words) -> list[str]:
    """Invented names, put together from two lists for people and two for businesses."""
    first, last = (rng.integers(0, 1 << 30, len(is_business)) for _ in range(2))
    return [
        words.business_name(a, b) if business else words.person_name(a, b)
        for a, b, business in zip(first.tolist(), last.tolist(), is_business, strict=True)
    ]


def _largest(values: Floats, n: int) -> Booleans:
    """Whether each value is among the n largest."""
    chosen = np.zeros(len(values), dtype=np.bool_)
    chosen[np.argsort(-values, kind="stable")[:n]] = True
    return chosen
