"""How predicted value, and value at risk, changed since last quarter, by the same models."""

import ibis.expr.types as ir

from analysis.comparison import Change, compare_totals
from analysis.results import Unit

NEEDS = "needs a value a quarter ago"


def compare_value(now: ir.Table, restated: ir.Table, lost_below: float) -> list[Change]:
    """Set the portfolio's value, and value at risk, beside last quarter's.

    Both quarters are valued by this quarter's models, so that no re-estimation passes for a change
    of the customers. What the models themselves do not know is in no interval here.

    Parameters
    ----------
    now, restated : ibis tables
        :func:`analysis.value.score_value` of this quarter, and of last quarter with this quarter's
        models.
    lost_below : float
        A customer with a smaller probability still active counts as lost, and is not at risk.

    Returns
    -------
    list of Change
        ``clv`` and ``value_at_risk`` (money).
    """
    pairs = _measure(now, lost_below, "now").outer_join(
        _measure(restated, lost_below, "then"), "customer_id"
    )
    totals: dict[str, tuple[Unit, str, str]] = {
        "clv": ("money", "clv_now", "clv_then"),
        "value_at_risk": ("money", "risk_now", "risk_then"),
    }
    counted = pairs.agg(now=pairs.clv_now.count(), then=pairs.clv_then.count())
    is_known = all(counted.to_pyarrow().to_pylist()[0].values())
    if not is_known:
        return [Change(name, "money", None, needs=NEEDS) for name in totals]
    return compare_totals(pairs, totals)


def _measure(scores: ir.Table, lost_below: float, when: str) -> ir.Table:
    is_lost = (scores.p_alive < lost_below).fill_null(False)
    at_risk = is_lost.ifelse(None, scores.value_at_risk)
    return scores.select("customer_id", **{f"clv_{when}": scores.clv_12m, f"risk_{when}": at_risk})
