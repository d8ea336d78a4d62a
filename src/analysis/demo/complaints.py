"""Complaints: the dissatisfied complain more often, and some are still waiting."""

import numpy as np
import pyarrow as pa

from analysis.demo.columns import choose, draw_codes, moments, number_ids
from analysis.demo.company import Company, customer_ids
from analysis.demo.surveys import WEIGHTS

DAILY_RATE = 3.6e-4
"""Complaints a day of a customer of average satisfaction, from the first purchase on."""
MOOD_EFFECT = -0.9
"""Change of the rate's logarithm for one standard deviation of satisfaction."""
NEVER_CLOSED_SHARE = 0.04
_DAY = 24 * 60


def tabulate_complaints(company: Company) -> pa.Table:
    """The table ``complaints``: a row a ticket, in the order of opening."""
    rng, timeline, buyers = company.dice("complaints"), company.timeline, company.buyers
    life = np.minimum(company.left, timeline.exported) - buyers.first
    counts = rng.poisson(DAILY_RATE * np.exp(MOOD_EFFECT * buyers.satisfaction) * life)
    customer = np.repeat(np.arange(len(buyers)), counts)
    n = len(customer)
    opened = ((buyers.first[customer] + rng.random(n) * life[customer]) * _DAY).astype(np.int64)
    order = np.argsort(opened, kind="stable")
    customer, opened = customer[order], opened[order]
    answered = opened + (rng.lognormal(1.8, 0.9, n) * 60).astype(np.int64)
    closed = answered + (rng.lognormal(1.2, 0.9, n) * _DAY).astype(np.int64)
    end = (timeline.exported + 1) * _DAY
    is_closed = (closed < end) & (rng.random(n) >= NEVER_CLOSED_SHARE)
    category = draw_codes(rng, tuple(WEIGHTS.values()), n)
    words, first_day = company.words, timeline.first_day
    return pa.table(
        {
            "complaint_id": number_ids("T", np.arange(1, n + 1)),
            "customer_id": customer_ids(customer),
            "opened_at": moments(first_day, opened),
            "first_response_at": moments(first_day, answered, answered < end),
            "closed_at": moments(first_day, closed, is_closed),
            "status": choose(words.complaint_states, is_closed.astype(np.int64)),
            "category": choose(words.complaint_categories, category),
            "severity": choose(words.severities, draw_codes(rng, (0.5, 0.35, 0.15), n)),
        }
    )
