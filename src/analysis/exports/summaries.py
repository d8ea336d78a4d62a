"""What the overview says about the key accounts as a whole."""

from collections.abc import Sequence
from math import fsum
from typing import Any

import pandas as pd

MONEY = ("revenue_window", "clv_12m")


def sum_by(accounts: pd.DataFrame, field: str, order: Sequence[str] = ()) -> pd.DataFrame:
    """Accounts and their money by the values of a column.

    Parameters
    ----------
    accounts : DataFrame
        :func:`analysis.exports.accounts.gather_accounts`.
    field : str
        Which column.
    order : sequence of str
        Values in the order in which they are shown; others follow by number of accounts.

    Returns
    -------
    DataFrame
        One row a value that occurs: ``field``, ``accounts``, and ``revenue_window`` and
        ``clv_12m`` (money, None where unknown) if the accounts have them.
    """
    rows = [
        {field: value, "accounts": len(group)} | {name: total(group, name) for name in MONEY}
        for value, group in accounts.groupby(field, dropna=True, sort=True)
    ]
    place = {value: number for number, value in enumerate(order)}
    rows.sort(key=lambda row: (place.get(row[field], len(place)), -row["accounts"], row[field]))
    return pd.DataFrame(rows, columns=[field, "accounts", *MONEY], dtype=object)


def total(accounts: pd.DataFrame, field: str) -> Any:
    """The sum of a column; None where the accounts lack it or nothing of it is known."""
    if field not in accounts.columns:
        return None
    known = [float(value) for value in accounts[field] if value is not None]
    return fsum(known) if known else None
