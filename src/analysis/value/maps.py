"""Where customers stand between value and risk, and what the model makes of silence."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.engine import exact_sum, quantile
from analysis.value.model import NotEstimableError, PurchaseModel

N_FIFTHS = 5
ACTIVE_FROM = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
"""Lower ends of the bands of probability still active."""
MOST_PURCHASES = 12
WEEKS = tuple(range(0, 53, 4))


def map_value_risk(churn: ir.Table) -> pd.DataFrame:
    """Customers and money at risk by what they are worth while active and how likely they are.

    The lost are left out, as from all numbers of what is at risk.

    Parameters
    ----------
    churn : ibis table
        From :func:`analysis.value.assess_churn`.

    Returns
    -------
    DataFrame
        One row a cell that holds customers: ``fifth`` (5 is worth most if active),
        ``active_from`` (lower end of the band of probability still active), ``customers``,
        ``clv_12m`` and ``value_at_risk`` (money).
    """
    known = churn.filter(churn.p_alive.notnull() & churn.clv_12m.notnull() & ~churn.is_lost)
    known = known.mutate(worth=known.clv_12m + known.value_at_risk)
    shares = [k / N_FIFTHS for k in range(1, N_FIFTHS)]
    cuts = known.agg(**{f"cut_{i}": quantile(known.worth, s) for i, s in enumerate(shares)})
    found = cuts.to_pyarrow().to_pylist()[0].values()
    above = [(known.worth > cut).cast("int64") for cut in found if cut is not None]
    bands = [(known.p_alive >= low).ifelse(low, 0.0) for low in ACTIVE_FROM]
    cells = known.mutate(fifth=sum(above, start=ibis.literal(1)), active_from=ibis.greatest(*bands))
    return (
        cells.group_by("fifth", "active_from")
        .agg(
            customers=cells.count(),
            clv_12m=exact_sum(cells.clv_12m),
            value_at_risk=exact_sum(cells.value_at_risk),
        )
        .order_by("fifth", "active_from")
        .to_pandas()
    )


def map_alive(model: PurchaseModel | NotEstimableError, age_days: int) -> pd.DataFrame:
    """Probability still active of customers of one age, by purchases and silence.

    Returns
    -------
    DataFrame
        One row for each number of repeat purchase days (``frequency``, 1 to 12) and weeks since
        the last (``weeks_since``): ``p_alive``. Empty without a model.
    """
    if isinstance(model, NotEstimableError):
        return pd.DataFrame(columns=["frequency", "weeks_since", "p_alive"])
    weeks = [week for week in WEEKS if 7 * week < age_days]
    cells = pd.MultiIndex.from_product(
        [range(1, MOST_PURCHASES + 1), weeks], names=["frequency", "weeks_since"]
    ).to_frame(index=False)
    history = cells.assign(recency=age_days - 7 * cells["weeks_since"], T=float(age_days))
    return cells.assign(p_alive=np.asarray(model.p_alive(history)))
