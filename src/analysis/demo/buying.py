"""Who buys when, for how much, and when they leave: BG/NBD and Gamma-Gamma.

After Fader, Hardie & Lee (2005), Marketing Science 24(2), and Fader & Hardie (2013): a customer
buys at rate λ ~ Gamma(r, α), leaves after a repeat purchase with probability p ~ Beta(a, b), and
spends Gamma(p, ν) an order with ν ~ Gamma(q, v).
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from analysis.demo.columns import Booleans, Floats, Integers
from analysis.demo.timeline import Timeline

BUYING = {"r": 0.8, "alpha": 28.0, "a": 0.7, "b": 6.0}
"""Parameters of BG/NBD, with time in days."""
SPENDING = {"p": 5.0, "q": 2.6, "v": 120.0}
"""Parameters of Gamma-Gamma, with money in CNY."""
SATISFACTION_CORRELATION = 0.55
"""Between satisfaction and the normal score of staying: the dissatisfied leave sooner."""
LAUNCH_SHARE, LAUNCH_DAYS = 0.3, 110
"""The customers of an older shop came first; after that each month brought more than the last."""
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Buyers:
    """One entry a customer.

    Attributes
    ----------
    first : int
        Day of the first purchase.
    rate : float
        λ, purchases a day while alive.
    p_leave : float
        p, probability to leave after a repeat purchase.
    mean_spend : float
        Expected money of an order, in CNY.
    satisfaction : float
        Standard normal.
    """

    first: Integers
    rate: Floats
    p_leave: Floats
    mean_spend: Floats
    satisfaction: Floats

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Purchases:
    """One entry a purchase: who (place among the buyers), on which day, for how many cents."""

    customer: Integers
    day: Integers
    spend: Integers

    def __len__(self) -> int:
        return len(self.day)

    def select(self, chosen: Booleans | Integers) -> "Purchases":
        """Some of the purchases, or all in another order."""
        return Purchases(self.customer[chosen], self.day[chosen], self.spend[chosen])

    def joined(self, others: "Purchases") -> "Purchases":
        """These purchases and the others, which follow."""
        return Purchases(
            np.concatenate([self.customer, others.customer]),
            np.concatenate([self.day, others.day]),
            np.concatenate([self.spend, others.spend]),
        )

    def between(self, first: int, last: int) -> "Purchases":
        """The purchases of these days, both included."""
        return self.select((self.day >= first) & (self.day <= last))

    def last_days(self, n_customers: int) -> Integers:
        """Day of each customer's last purchase, -1 where there is none."""
        days = np.full(n_customers, -1)
        np.maximum.at(days, self.customer, self.day)
        return days


def draw_buyers(rng: Generator, n: int, timeline: Timeline) -> Buyers:
    """Draw customers who make their first purchase up to the end of the quarter."""
    grown = LAUNCH_DAYS + (timeline.as_of - LAUNCH_DAYS) * np.sqrt(rng.random(n))
    launched = rng.uniform(0, LAUNCH_DAYS, n)
    first = np.where(rng.random(n) < LAUNCH_SHARE, launched, grown).astype(np.int64)
    p_leave = rng.beta(BUYING["a"], BUYING["b"], n)
    noise = rng.standard_normal(n)
    rho = SATISFACTION_CORRELATION
    return Buyers(
        first=first,
        rate=rng.gamma(BUYING["r"], 1 / BUYING["alpha"], n),
        p_leave=p_leave,
        mean_spend=SPENDING["p"] * SPENDING["v"] / rng.gamma(SPENDING["q"], 1.0, n),
        satisfaction=-rho * _normal_scores(rng, p_leave) + np.sqrt(1 - rho**2) * noise,
    )


def draw_purchases(rng: Generator, buyers: Buyers, horizon: int) -> tuple[Purchases, Integers]:
    """Simulate all purchases up to the horizon.

    Returns
    -------
    Purchases
        Ordered by day, then customer.
    array of int
        Day of the purchase after which each customer left; ``NEVER`` if after the horizon.
    """
    left = np.full(len(buyers), NEVER)
    staying, day = np.arange(len(buyers)), buyers.first
    customers, days = [staying], [day]
    while staying.size:
        # Purchases of one day are one purchase to the models, so a day at least lies between
        # two; rounded to the nearest day, gaps stay exponential but for λ²/2.
        gaps = np.rint(rng.standard_exponential(staying.size) / buyers.rate[staying])
        # A rate near 0 would make gaps beyond the integers.
        day = day + np.clip(gaps, 1, horizon + 1).astype(np.int64)
        buys = day <= horizon
        staying, day = staying[buys], day[buys]
        customers.append(staying)
        days.append(day)
        leaves = rng.random(staying.size) < buyers.p_leave[staying]
        left[staying[leaves]] = day[leaves]
        staying, day = staying[~leaves], day[~leaves]
    purchases = draw_spend(rng, buyers, np.concatenate(customers), np.concatenate(days))
    return sort_purchases(purchases), left


def draw_spend(rng: Generator, buyers: Buyers, customer: Integers, day: Integers) -> Purchases:
    """Let these customers spend on these days."""
    spend = buyers.mean_spend[customer] * rng.gamma(SPENDING["p"], 1 / SPENDING["p"], len(day))
    return Purchases(customer, day, np.maximum(np.rint(spend * 100), 100).astype(np.int64))


def sort_purchases(purchases: Purchases) -> Purchases:
    """Order by day, then customer."""
    return purchases.select(np.lexsort((purchases.customer, purchases.day)))


def _normal_scores(rng: Generator, values: Floats) -> Floats:
    """Standard normal draws in the order of the values: their marginals stay as they are."""
    scores = np.empty(len(values))
    scores[np.argsort(values)] = np.sort(rng.standard_normal(len(values)))
    return scores
