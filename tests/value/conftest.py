"""What the tests of value share: CDNOW's second half, invented histories, counting."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest

from analysis import cleaning, customers, sources
from analysis.params import load_params
from analysis.schemas import TRANSACTIONS

ROOT = Path(__file__).parents[2]
HOLDOUT_END = date(1998, 6, 30)


@pytest.fixture(scope="session")
def count() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Equal rows once, with the number of their customers."""

    def count(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.value_counts().rename("customers").reset_index()

    return count


@pytest.fixture(scope="session")
def buyers() -> Callable[..., pd.DataFrame]:
    """Histories of customers who buy and leave as BG/NBD says: frequency, recency, T in days."""

    def buyers(n: int, age: int, seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        rows = []
        for _ in range(n):
            n_until_leaving = rng.geometric(rng.beta(0.8, 2.5))
            moments = np.cumsum(rng.exponential(60 / rng.gamma(0.6), n_until_leaving))
            days = np.unique(moments[moments < age].astype(int) + 1)
            rows.append((len(days), days[-1] if len(days) else 0, age))
        return pd.DataFrame(rows, columns=["frequency", "recency", "T"])

    return buyers


@pytest.fixture(scope="session")
def cdnow_later_summary(connection, tmp_path_factory) -> ir.Table:
    """CDNOW's customers 39 weeks after the calibration period."""
    source = load_params(ROOT / "params/cdnow.yml").sources.transactions
    raw = sources.read_table(connection, TRANSACTIONS, source, tmp_path_factory.mktemp("cdnow"))
    kept = cleaning.clean_transactions(raw, HOLDOUT_END, None, "keep").kept
    return customers.summarize_customers(kept, HOLDOUT_END, date(1997, 7, 1), date(1998, 4, 1))
