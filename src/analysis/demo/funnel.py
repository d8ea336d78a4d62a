"""Deals with businesses: enquiries that are won or lost after some weeks, or still open."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.demo.columns import Booleans, Integers, calendar_days, choose, money, number_ids
from analysis.demo.company import Company, customer_ids
from analysis.demo.market import HOME

DEALS_PER_BUSINESS = 1.6
WIN_SHARE = 0.35
STAGE_CHANCES = (0.1, 0.25, 0.5, 0.75)
"""Probability to win at each open stage; won and lost follow them in the words."""


@dataclass(frozen=True)
class Deals:
    """One entry a deal; ``closed`` is the day on which it is, or will be, won or lost."""

    customer: Integers
    created: Integers
    closed: Integers
    cents: Integers
    wins: Booleans


def draw_deals(company: Company) -> Deals:
    """Draw the deals of the last year and a half, in the order of creation."""
    rng, timeline = company.dice("deals"), company.timeline
    businesses = np.flatnonzero(company.accounts.is_business)
    n = round(len(businesses) * DEALS_PER_BUSINESS)
    customer = rng.choice(businesses, n)
    created = np.sort(rng.integers(timeline.exported - 540, timeline.exported, n))
    closed = created + np.maximum(rng.lognormal(3.9, 0.6, n), 3).astype(np.int64)
    size = company.buyers.mean_spend[customer] * rng.lognormal(1.5, 0.6, n)
    cents = (np.ceil(size / 100) * 100 * 100).astype(np.int64)
    return Deals(customer, created, closed, cents, rng.random(n) < WIN_SHARE)


def tabulate_opportunities(company: Company, deals: Deals) -> pa.Table:
    """The table ``opportunities``: closing days of open deals are what the owner expects."""
    rng, timeline, words = company.dice("pipeline"), company.timeline, company.words
    n = len(deals.customer)
    is_closed = deals.closed <= timeline.exported
    progress = (timeline.exported - deals.created) / np.maximum(deals.closed - deals.created, 1)
    n_open = len(STAGE_CHANCES)
    stage = np.minimum((progress * n_open).astype(np.int64), n_open - 1)
    stage = np.where(is_closed, np.where(deals.wins, n_open, n_open + 1), stage)
    expected = np.where(is_closed, deals.closed, deals.closed + rng.integers(-25, 26, n))
    chance = np.array([*STAGE_CHANCES, 1.0, 0.0])[stage]
    return pa.table(
        {
            "opportunity_id": number_ids("D", np.arange(1, n + 1)),
            "customer_id": customer_ids(deals.customer),
            "stage": choose(words.stages, stage),
            "amount": money(deals.cents),
            "currency": pa.array([HOME] * n),
            "created_at": calendar_days(timeline.first_day, deals.created),
            "closed_at": calendar_days(timeline.first_day, np.maximum(expected, deals.created + 1)),
            "is_won": pa.array(deals.wins, mask=~is_closed),
            "probability": pa.array(chance),
        }
    )


def measure_funnel(company: Company, deals: Deals) -> dict[str, object]:
    """Win rate and velocity of the quarter, and the deals that were open on its last day.

    Velocity = open deals · win rate · average won deal / average days from creation to winning.
    """
    timeline = company.timeline
    is_open = (deals.created <= timeline.as_of) & (deals.closed > timeline.as_of)
    in_quarter = (deals.closed >= timeline.quarter_start) & (deals.closed <= timeline.as_of)
    won = in_quarter & deals.wins
    n_won, n_closed, n_open = int(won.sum()), int(in_quarter.sum()), int(is_open.sum())
    figures: dict[str, object] = {
        "won": n_won,
        "lost": n_closed - n_won,
        "open": n_open,
        "open_amount": int(deals.cents[is_open].sum()) / 100,
    }
    if not n_won:
        return figures
    average = float(deals.cents[won].mean()) / 100
    days = float((deals.closed - deals.created)[won].mean())
    rate = n_won / n_closed
    return figures | {
        "win_rate": rate,
        "average_won_amount": average,
        "average_days_to_win": days,
        "velocity_per_day": n_open * rate * average / days,
    }
