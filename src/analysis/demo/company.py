"""The invented company: its customers, what they bought, and what was done for them."""

import zlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from analysis.demo.accounts import Accounts, draw_accounts
from analysis.demo.actions import Actions, draw_extra_purchases, plan_actions
from analysis.demo.buying import Buyers, Purchases, draw_buyers, draw_purchases, sort_purchases
from analysis.demo.columns import Integers, number_ids
from analysis.demo.timeline import Timeline
from analysis.demo.words import Words


@dataclass(frozen=True)
class Company:
    """All that the tables are made of.

    Attributes
    ----------
    purchases : Purchases
        Up to a year after the quarter, ordered by day.
    left : array of int
        Day of the purchase after which each customer left.
    """

    seed: int
    words: Words
    timeline: Timeline
    buyers: Buyers
    accounts: Accounts
    left: Integers
    actions: Actions
    purchases: Purchases

    @property
    def exported(self) -> Purchases:
        """The purchases that the files know of."""
        return self.purchases.between(0, self.timeline.exported)

    def dice(self, concern: str) -> Generator:
        """Random numbers of one concern: another concern's draws never change them."""
        return dice(self.seed, concern)


def dice(seed: int, concern: str) -> Generator:
    """A generator for one seed and concern."""
    return np.random.default_rng([seed, zlib.crc32(concern.encode())])


def customer_ids(customers: Integers) -> pa.Array:
    """Ids of places among the buyers."""
    return number_ids("C", customers + 1)


def found_company(seed: int, n_customers: int, timeline: Timeline, words: Words) -> Company:
    """Invent a company.

    Parameters
    ----------
    seed : int
        Equal seeds give equal companies.
    n_customers : int
        How many customers have bought up to the end of the quarter.
    timeline : Timeline
        The days that its files cover.
    words : Words
        The language of its names.
    """
    buyers = draw_buyers(dice(seed, "buyers"), n_customers, timeline)
    purchases, left = draw_purchases(dice(seed, "purchases"), buyers, timeline.horizon)
    accounts = draw_accounts(dice(seed, "accounts"), buyers)
    rng = dice(seed, "actions")
    actions = plan_actions(rng, purchases, left, accounts, timeline)
    extra = draw_extra_purchases(rng, actions, buyers, timeline)
    return Company(
        seed=seed,
        words=words,
        timeline=timeline,
        buyers=buyers,
        accounts=accounts,
        left=left,
        actions=actions,
        purchases=sort_purchases(purchases.joined(extra)),
    )
