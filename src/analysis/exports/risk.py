"""How likely a customer is lost, in words that a person acts on."""

import ibis
import ibis.expr.types as ir

RISKS = ("lost", "watch", "low", "unknown")
"""From the gravest on."""


def label_risk(churn: ir.Table) -> ir.StringValue:
    """Name each customer's risk, as the churn warning sees it.

    Parameters
    ----------
    churn : ibis table
        :func:`analysis.value.assess_churn`: ``is_lost``, ``reasons`` (empty without a warning),
        ``p_alive`` (null where no model could tell).

    Returns
    -------
    ibis column
        ``lost``; ``watch`` with a reason to warn; ``unknown`` without one where the probability is
        not known; else ``low``.
    """
    return ibis.cases(
        (churn.is_lost, "lost"),
        (churn.reasons != "", "watch"),
        (churn.p_alive.isnull(), "unknown"),
        else_="low",
    )
