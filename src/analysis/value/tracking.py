"""Repeat purchases week by week: counted, and as a model expects them of customers so far."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.value.model import NotEstimableError, PurchaseModel
from analysis.value.patterns import Floats

WEEK = 7


def count_days(days: ir.Table, summary: ir.Table) -> pd.DataFrame:
    """Count newcomers and repeat purchases of each day.

    Parameters
    ----------
    days : ibis table
        From :func:`analysis.customers.sum_days`.
    summary : ibis table
        One row a customer, from :func:`analysis.customers.summarize_customers`.

    Returns
    -------
    DataFrame
        One row a day from the first purchase on, without gaps: index ``day``; ``newcomers``
        (customers with their first purchase), ``repeats`` (later purchase days of customers).
    """
    bought = days.filter(days.has_purchase)
    buyers = bought.group_by(day=bought.order_date).agg(buyers=bought.count())
    began = summary.group_by(day=summary.first_order_date).agg(newcomers=summary.count())
    joined = buyers.left_join(began, "day").select("day", "buyers", "newcomers").to_pandas()
    joined = joined.set_index(pd.DatetimeIndex(joined.pop("day"))).fillna(0).asfreq("D")
    joined = joined.fillna(0).astype(int)
    return pd.DataFrame(
        {"newcomers": joined["newcomers"], "repeats": joined["buyers"] - joined["newcomers"]}
    )


def track_purchases(
    days: pd.DataFrame, model: PurchaseModel | NotEstimableError, known_until: pd.Timestamp
) -> pd.DataFrame:
    """Repeat purchases so far at each week's end, beside the model's expectation.

    Parameters
    ----------
    days : DataFrame
        From :func:`count_days`.
    model : PurchaseModel
        Fitted to the time up to ``known_until``.
    known_until : Timestamp
        Last day that the model knows; newcomers are known throughout.

    Returns
    -------
    DataFrame
        One row a week: ``week_end``, ``counted`` and ``expected`` (repeat purchases since the
        beginning; NaN without a model), ``is_holdout``.
    """
    counted = days["repeats"].cumsum()
    expected = pd.Series(_expect_so_far(days["newcomers"].to_numpy(float), model), days.index)
    ends = days.index[WEEK - 1 :: WEEK]
    return pd.DataFrame(
        {
            "week_end": ends,
            "counted": counted[ends].to_numpy(),
            "expected": expected[ends].to_numpy(),
            "is_holdout": ends > pd.Timestamp(known_until),
        }
    )


def _expect_so_far(newcomers: Floats, model: PurchaseModel | NotEstimableError) -> Floats:
    """Σ over earlier days of newcomers times E[X(age)], by day."""
    n_days = len(newcomers)
    if isinstance(model, NotEstimableError):
        return np.full(n_days, np.nan)
    # E[X] is smooth: weekly ages, joined by straight lines, serve for every day.
    ages = np.arange(0, n_days + WEEK, WEEK, dtype=float)
    curve = np.interp(np.arange(n_days), ages, model.expected_purchases_new(ages))
    return np.convolve(newcomers, curve)[:n_days]
