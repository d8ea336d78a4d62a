"""Quarterly surveys: who is asked, who answers, with which scores.

Overall satisfaction is a weighted sum of what the customer thinks of quality, delivery, service
and price, with known weights, computed from the scores as they were given.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.demo.columns import Floats, Integers, calendar_days, choose, draw_codes, number_ids
from analysis.demo.company import Company, customer_ids

WEIGHTS = {"product_quality": 0.40, "delivery": 0.25, "service": 0.20, "price": 0.15}
"""What drives overall satisfaction, and how strongly: points of it for one point of the item."""
DRIVERS = tuple(WEIGHTS)
OVERALL, NPS, EFFORT = "satisfaction", "nps", "effort"
SCALES = {
    NPS: (0, 10),
    OVERALL: (1, 10),
    "expectations": (1, 10),
    "ideal": (1, 10),
    EFFORT: (1, 7),
    **dict.fromkeys(DRIVERS, (1, 10)),
}
"""Items in the order of a questionnaire, with their lowest and highest score."""
HALO = 0.6
"""Share of the customer's satisfaction in each opinion; the rest is the opinion's own."""
LAST_CHANGE = {"delivery": -0.8}
"""Points by which an opinion changed in the quarter under review."""
INVITED_SHARE, ACTIVE_DAYS = 0.6, 180
ANONYMOUS_SHARE = 0.03


@dataclass(frozen=True)
class Invitations:
    """One entry a customer who was asked: who, and when."""

    customer: Integers
    day: Integers


@dataclass(frozen=True)
class Responses:
    """One entry a questionnaire that came back.

    Attributes
    ----------
    customer, day : int
        Who, and when.
    scores : dict
        Item → score.
    """

    customer: Integers
    day: Integers
    scores: dict[str, Integers]

    def __len__(self) -> int:
        return len(self.day)


def invite(company: Company) -> Invitations:
    """Draw the customers who are asked three weeks before each quarter ends."""
    rng, timeline = company.dice("invitations"), company.timeline
    customers, days = [], []
    for quarter in timeline.quarters:
        day = timeline.number(quarter.last_day) - 21
        last = company.purchases.between(day - ACTIVE_DAYS, day).last_days(len(company.buyers))
        asked = np.flatnonzero((last >= 0) & (rng.random(len(last)) < INVITED_SHARE))
        customers.append(asked)
        days.append(np.full(len(asked), day))
    return Invitations(np.concatenate(customers), np.concatenate(days))


def answer(company: Company, invitations: Invitations) -> Responses:
    """Draw who answers, the satisfied rather than the others, and with which scores."""
    rng = company.dice("surveys")
    mood = company.buyers.satisfaction[invitations.customer]
    answers = rng.random(len(mood)) < 1 / (1 + np.exp(0.5 - 0.25 * mood))
    customer, mood = invitations.customer[answers], mood[answers]
    day = invitations.day[answers] + rng.integers(0, 15, len(customer))
    is_last = day >= company.timeline.quarter_start
    scores = {}
    for item in DRIVERS:
        own = rng.standard_normal(len(mood))
        opinion = HALO * mood + np.sqrt(1 - HALO**2) * own
        change = LAST_CHANGE.get(item, 0) * is_last
        scores[item] = _score(7.1 + 1.6 * opinion + change, item)
    drawn = sum(weight * scores[item] for item, weight in WEIGHTS.items())
    overall = drawn + rng.normal(0, 0.6, len(mood))
    ease = (scores["service"] + scores["delivery"]) / 2
    scores |= {
        OVERALL: _score(overall, OVERALL),
        NPS: _score(overall + 0.6 + rng.normal(0, 1.1, len(mood)), NPS),
        "expectations": _score(overall - 0.3 + rng.normal(0, 0.9, len(mood)), "expectations"),
        "ideal": _score(overall - 0.7 + rng.normal(0, 1.0, len(mood)), "ideal"),
        EFFORT: _score(1 + ease * 0.6 + rng.normal(0, 0.7, len(mood)), EFFORT),
    }
    return Responses(customer, day, scores)


def tabulate_invitations(company: Company, invitations: Invitations) -> pa.Table:
    """The table ``invitations``."""
    return pa.table(
        {
            "customer_id": customer_ids(invitations.customer),
            "date": calendar_days(company.timeline.first_day, invitations.day),
        }
    )


def tabulate_surveys(
    company: Company, responses: Responses, comments: list[str | None]
) -> pa.Table:
    """The table ``surveys``: a row an item.

    ``comments`` are those of each response; they stand beside the recommendation.
    """
    rng, n, n_items = company.dice("questionnaires"), len(responses), len(SCALES)
    response = np.repeat(np.arange(n), n_items)
    item = np.tile(np.arange(n_items), n)
    scores = np.column_stack([responses.scores[name] for name in SCALES]).ravel()
    is_named = rng.random(n) >= ANONYMOUS_SHARE
    channel = draw_codes(rng, (0.5, 0.35, 0.15), n)
    has_place = item == list(SCALES).index(NPS)
    return pa.table(
        {
            "response_id": response_ids(response),
            "customer_id": pc.if_else(
                pa.array(is_named[response]), customer_ids(responses.customer[response]), None
            ),
            "date": calendar_days(company.timeline.first_day, responses.day[response]),
            "item": choose(tuple(SCALES), item),
            "score": pa.array(scores),
            "comment": pa.array(comments, pa.string()).take(pa.array(response, mask=~has_place)),
            "channel": choose(company.words.survey_channels, channel[response]),
        }
    )


def response_ids(responses: Integers) -> pa.Array:
    """Ids of places among the responses."""
    return number_ids("R", responses + 1)


def _score(opinion: Floats, item: str) -> Integers:
    """The nearest score on the item's scale."""
    return np.clip(np.rint(opinion), *SCALES[item]).astype(np.int64)
