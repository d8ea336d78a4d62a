"""Purchases → the order lines of the table ``transactions``."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from analysis.demo.buying import Purchases
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
from analysis.demo.market import FOREIGN, HOME
from analysis.demo.timeline import Timeline
from analysis.demo.words import Words

PRICES = np.array([8_800, 6_800, 26_000, 19_800, 5_900, 15_800, 9_900, 29_900])
"""Cents a piece, in the order of the words' products."""
COST_SHARES = np.array([0.52, 0.5, 0.6, 0.62, 0.55, 0.66, 0.58, 0.64])
PRODUCT_WEIGHTS = (0.24, 0.2, 0.1, 0.1, 0.14, 0.08, 0.08, 0.06)
FAVOURITE_SHARE = 0.4
"""Lines that hold the customer's favourite product."""
RETURN_SHARE = 0.02
RETURN_DAYS = (2, 15)


@dataclass(frozen=True)
class Lines:
    """One entry an order line: place of its purchase, product, and signed cents and pieces."""

    purchase: Integers
    day: Integers
    product: Integers
    cents: Integers
    pieces: Integers

    def select(self, chosen: Booleans | Integers) -> "Lines":
        """Some of the lines, or all in another order."""
        return Lines(*(column[chosen] for column in vars(self).values()))


def draw_lines(rng: Generator, purchases: Purchases, last_day: int) -> Lines:
    """Split each purchase into one to four lines, and take some of them back later.

    The lines of a purchase add up to its money. They are ordered by day; a return follows.
    """
    n_lines = 1 + rng.binomial(3, 0.57, len(purchases))
    purchase = np.repeat(np.arange(len(purchases)), n_lines)
    cents = _split(rng, purchases.spend, n_lines, purchase)
    product = _draw_products(rng, purchases.customer[purchase])
    sales = Lines(
        purchase=purchase,
        day=purchases.day[purchase],
        product=product,
        cents=cents,
        pieces=np.maximum(cents // PRICES[product], 1),
    )
    back = sales.day + rng.integers(*RETURN_DAYS, len(cents))
    taken_back = (rng.random(len(cents)) < RETURN_SHARE) & (back <= last_day)
    returns = sales.select(taken_back)
    both = Lines(
        purchase=np.concatenate([sales.purchase, returns.purchase]),
        day=np.concatenate([sales.day, back[taken_back]]),
        product=np.concatenate([sales.product, returns.product]),
        cents=np.concatenate([sales.cents, -returns.cents]),
        pieces=np.concatenate([sales.pieces, -returns.pieces]),
    )
    return both.select(np.argsort(both.day, kind="stable"))


def tabulate_lines(
    rng: Generator,
    lines: Lines,
    purchases: Purchases,
    rate: Floats,
    timeline: Timeline,
    words: Words,
    first_order: int = 1,
) -> pa.Table:
    """The table ``transactions``.

    Parameters
    ----------
    rate : array of float
        CNY for one unit of the currency of each purchase: 1 at home.
    first_order : int
        Number of the first order.
    """
    names, categories = zip(*words.products, strict=True)
    line_rate = rate[lines.purchase]
    cost = lines.cents * (COST_SHARES[lines.product] + rng.normal(0, 0.03, len(line_rate)))
    channel = draw_codes(rng, (0.4, 0.35, 0.25), len(purchases))
    return pa.table(
        {
            "order_id": number_ids("O", first_order + lines.purchase, 6),
            "customer_id": number_ids("C", purchases.customer[lines.purchase] + 1),
            "order_date": calendar_days(timeline.first_day, lines.day),
            "amount": money(_convert(lines.cents, line_rate)),
            "quantity": pa.array(lines.pieces),
            "is_return": pa.array(lines.cents < 0),
            "product": choose(names, lines.product),
            "category": choose(categories, lines.product),
            "cost": money(_convert(cost, line_rate)),
            "channel": choose(words.channels, channel[lines.purchase]),
            "currency": choose((HOME, FOREIGN), (line_rate != 1).astype(np.int64)),
        }
    )


def find_rates(purchases: Purchases, is_foreign: Booleans, days: Integers, rates: Floats) -> Floats:
    """CNY for one unit of the currency in which each purchase was paid, on its day."""
    on_day = rates[np.searchsorted(days, purchases.day, side="right") - 1]
    return np.where(is_foreign[purchases.customer], on_day, 1.0)


def _split(rng: Generator, spend: Integers, n_lines: Integers, purchase: Integers) -> Integers:
    """Whole cents of each line, which add up to the purchase's."""
    share = rng.uniform(0.3, 1, len(purchase))
    upto = np.cumsum(share)
    ends = np.cumsum(n_lines) - 1
    before = np.concatenate([[0.0], upto[ends[:-1]]])
    total = upto[ends] - before
    place = (upto - before[purchase]) / total[purchase]
    place[ends] = 1
    reached = np.rint(place * spend[purchase]).astype(np.int64)
    cents: Integers = np.diff(reached, prepend=0)
    starts = ends - n_lines + 1
    cents[starts] = reached[starts]
    return cents


def _draw_products(rng: Generator, customer: Integers) -> Integers:
    favourites = draw_codes(rng, PRODUCT_WEIGHTS, int(customer.max(initial=0)) + 1)
    others = draw_codes(rng, PRODUCT_WEIGHTS, len(customer))
    return np.where(rng.random(len(customer)) < FAVOURITE_SHARE, favourites[customer], others)


def _convert(cents: Integers | Floats, rate: Floats) -> Integers:
    return np.rint(cents / rate).astype(np.int64)
