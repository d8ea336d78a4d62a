"""What the company did last quarter, for whom it left it out on purpose, and what that brought.

The voucher brings back some of those who still were customers but would not have bought in this
quarter; the card does nothing; visits went to all strategic accounts, so that nothing can be said
about what they brought.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from analysis.demo.accounts import Accounts
from analysis.demo.buying import Buyers, Purchases, draw_spend
from analysis.demo.columns import Booleans, Integers, calendar_days, choose, money, number_ids
from analysis.demo.timeline import Timeline
from analysis.demo.words import Words

TYPES = VOUCHER, CARD, VISIT = ("win_back_voucher", "birthday_card", "account_visit")
COSTS = np.array([2500, 800, 60_000])
"""Cents of each type."""
HOLDOUT_SHARES = (1 / 3, 1 / 3, 0)
LAPSED_DAYS = (60, 365)
"""Vouchers are for those whose last purchase was this long ago."""
CARD_SHARE = 0.6
"""Of the consumers who bought within fewer days than that."""
PERSUADED_SHARE = 0.45
"""Of the living customers who would not buy by themselves, those whom a voucher makes buy."""


@dataclass(frozen=True)
class Actions:
    """One entry an action for one customer.

    Attributes
    ----------
    customer, type : int
        Places among the buyers and in ``TYPES``.
    holdout : bool
        Left out on purpose.
    returns_untreated, returns_treated : bool
        Whether the customer buys in the quarter under review without and with the action. Only
        one of the two ever happens.
    """

    customer: Integers
    type: Integers
    holdout: Booleans
    returns_untreated: Booleans
    returns_treated: Booleans

    def __len__(self) -> int:
        return len(self.customer)


def plan_actions(
    rng: Generator, purchases: Purchases, left: Integers, accounts: Accounts, timeline: Timeline
) -> Actions:
    """Choose customers for each type, and draw at random who is left out."""
    before = purchases.between(0, timeline.quarter_start - 1)
    last = before.last_days(len(left))
    idle = timeline.quarter_start - 1 - last
    lapsed = (last >= 0) & (idle >= LAPSED_DAYS[0]) & (idle <= LAPSED_DAYS[1])
    recent = (last >= 0) & (idle < LAPSED_DAYS[0]) & (rng.random(len(left)) < CARD_SHARE)
    groups = (
        np.flatnonzero(lapsed & ~accounts.is_strategic),
        np.flatnonzero(recent & ~accounts.is_business),
        np.flatnonzero((last >= 0) & accounts.is_strategic),
    )
    types = np.repeat(np.arange(len(TYPES)), [len(group) for group in groups])
    customer = np.concatenate(groups)
    returns = np.zeros(len(left), dtype=np.bool_)
    returns[purchases.between(timeline.quarter_start, timeline.as_of).customer] = True
    # Whoever left in the quarter bought in it first.
    lives = left >= timeline.quarter_start
    persuaded = (types == TYPES.index(VOUCHER)) & lives[customer]
    persuaded &= rng.random(len(customer)) < PERSUADED_SHARE
    return Actions(
        customer=customer,
        type=types,
        holdout=np.concatenate(
            [_draw_holdout(rng, len(g), s) for g, s in zip(groups, HOLDOUT_SHARES, strict=True)]
        ),
        returns_untreated=returns[customer],
        returns_treated=returns[customer] | persuaded,
    )


def draw_extra_purchases(
    rng: Generator, actions: Actions, buyers: Buyers, timeline: Timeline
) -> Purchases:
    """The purchases that the actions brought, each by a customer who had none in the quarter."""
    brought = ~actions.holdout & actions.returns_treated & ~actions.returns_untreated
    customer = actions.customer[brought]
    day = rng.integers(timeline.quarter_start + 3, timeline.as_of - 5, len(customer))
    return draw_spend(rng, buyers, customer, day)


def tabulate_actions(
    rng: Generator, actions: Actions, accounts: Accounts, timeline: Timeline, words: Words
) -> pa.Table:
    """The table ``actions``: carried out in the last weeks of the quarter before."""
    n = len(actions)
    due = timeline.quarter_start - rng.integers(1, 20, n)
    return pa.table(
        {
            "action_id": number_ids("A", np.arange(1, n + 1)),
            "customer_id": number_ids("C", actions.customer + 1),
            "quarter": pa.array([str(timeline.quarter.shift(-1))] * n),
            "type": choose(TYPES, actions.type),
            "owner": choose(words.owners, accounts.owner[actions.customer]),
            "due": calendar_days(timeline.first_day, due),
            "status": choose(words.action_states, actions.holdout.astype(np.int64)),
            "cost": money(np.where(actions.holdout, 0, COSTS[actions.type])),
            "holdout": pa.array(actions.holdout),
        }
    )


def _draw_holdout(rng: Generator, n: int, share: float) -> Booleans:
    """An exact share of the places, in random order."""
    return rng.permutation(n) < round(n * share)
