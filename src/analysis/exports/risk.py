"""How likely a customer is lost, in words that a person acts on."""

import ibis
import ibis.expr.types as ir

WATCH_BELOW, LOST_BELOW = 0.5, 0.1
"""Probabilities still active under which a customer is watched, or counts as lost."""

RISKS = ("lost", "watch", "low", "unknown")
"""From the gravest on."""


def label_risk(p_alive: ir.FloatingValue) -> ir.StringValue:
    """Name the risk behind the probability that a customer is still active.

    Parameters
    ----------
    p_alive : ibis column
        The probability, null where it is not known (customers who bought once).
    """
    return ibis.cases(
        (p_alive.isnull(), "unknown"),
        (p_alive < LOST_BELOW, "lost"),
        (p_alive < WATCH_BELOW, "watch"),
        else_="low",
    )
