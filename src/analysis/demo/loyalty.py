"""The points ledger: members earn with each purchase, and many have redeemed some once."""

import numpy as np
import pyarrow as pa

from analysis.demo.columns import calendar_days, choose
from analysis.demo.company import Company, customer_ids

MEMBER_SHARE, REDEEMING_SHARE = 0.6, 0.5
CENTS_PER_POINT = 1000


def tabulate_loyalty(company: Company) -> pa.Table:
    """The table ``loyalty``, in the order of days."""
    rng, sales = company.dice("loyalty"), company.exported
    is_member = ~company.accounts.is_business & (rng.random(len(company.buyers)) < MEMBER_SHARE)
    earned = sales.select(is_member[sales.customer])
    earned = earned.select(np.lexsort((earned.day, earned.customer)))
    points = np.maximum(earned.spend // CENTS_PER_POINT, 1)
    # What a member has after each purchase: running points less those of the members before.
    upto = np.cumsum(points)
    starts = np.flatnonzero(np.diff(earned.customer, prepend=-1))
    sizes = np.diff(np.append(starts, len(points)))
    balance = upto - np.repeat(upto[starts] - points[starts], sizes)
    chosen = starts + (rng.random(len(starts)) * sizes).astype(np.int64)
    chosen = chosen[rng.random(len(starts)) < REDEEMING_SHARE]
    spent = (balance[chosen] * rng.uniform(0.3, 0.9, len(chosen))).astype(np.int64)
    chosen, spent = chosen[spent > 0], spent[spent > 0]
    customer = np.concatenate([earned.customer, earned.customer[chosen]])
    day = np.concatenate([earned.day, earned.day[chosen]])
    order = np.argsort(day, kind="stable")
    entries = np.concatenate([points, -spent])[order]
    return pa.table(
        {
            "customer_id": customer_ids(customer[order]),
            "date": calendar_days(company.timeline.first_day, day[order]),
            "points": pa.array(entries),
            "reason": choose(company.words.loyalty_reasons, (entries < 0).astype(np.int64)),
        }
    )
