"""Returns netted against purchases.

A return lowers the revenue of its own day and is never an order. It belongs to the purchase of the
same customer with its order id, or else to the last earlier one of its product; where it matches
neither it is netted against the customer as a whole. A customer without any purchase up to that
day cannot return anything.
"""

import ibis
import ibis.expr.types as ir

from analysis.cleaning.judging import is_sound
from analysis.cleaning.rules import Effect, SetRule


def match_returns(rows: ir.Table) -> ir.Table:
    """Find the purchase that each return takes back.

    Parameters
    ----------
    rows : ibis table
        Judged transactions: ``source_row``, ``customer_id``, ``order_id``, ``order_date``,
        ``is_return``, and ``product`` where it is known.

    Returns
    -------
    ibis table
        One row a sound return: ``source_row``, ``has_purchase`` (whether the customer had bought
        by that day), ``returned_order_id`` (null if no purchase matches).
    """
    sound = rows.filter(is_sound(rows))
    returns, purchases = sound.filter(sound.is_return), sound.filter(~sound.is_return)
    ever = purchases.semi_join(returns, "customer_id")
    first = ever.group_by("customer_id").agg(first_date=ever.order_date.min())
    matched = returns.select("source_row", "customer_id", "order_id", "order_date").left_join(
        first, "customer_id"
    )
    matched = matched.select(
        "source_row",
        own_order_id=matched.order_id,
        has_purchase=(matched.first_date <= matched.order_date).fill_null(False),
    )
    found = {"own": _match(returns, purchases, ["customer_id", "order_id"])}
    if "product" in rows.columns:
        found["product"] = _match(returns, purchases, ["customer_id", "product"])
    for name, match in found.items():
        renamed = match.select("source_row", **{f"{name}_match": match.purchase_id})
        matched = matched.left_join(renamed, "source_row").drop("source_row_right")
    returned = ibis.coalesce(*(matched[f"{name}_match"] for name in found))
    return matched.select("source_row", "has_purchase", returned_order_id=returned)


def _match(returns: ir.Table, purchases: ir.Table, keys: list[str]) -> ir.Table:
    """The last purchase with the return's keys up to its day, the greatest id if there are two."""
    before = returns.select("source_row", *keys, return_date=returns.order_date).inner_join(
        purchases.select(*keys, bought_date=purchases.order_date, purchase_id=purchases.order_id),
        keys,
    )
    before = before.filter(before.bought_date <= before.return_date)
    latest = ibis.struct({"day": before.bought_date, "id": before.purchase_id})
    return before.group_by("source_row").agg(purchase_id=latest.max()["id"])


def return_rules(matches: ir.Table) -> tuple[SetRule, ...]:
    """The rules that say which returns match nothing."""
    return (
        SetRule(
            "return_before_purchase",
            Effect.QUARANTINED,
            lambda rows: matches.filter(~matches.has_purchase),
            needs=(),
        ),
        SetRule(
            "unmatched_return",
            Effect.WARNED,
            lambda rows: matches.filter(matches.has_purchase & matches.returned_order_id.isnull()),
            needs=(),
        ),
    )


def name_returned_orders(rows: ir.Table, matches: ir.Table) -> ir.Table:
    """Add ``returned_order_id`` to transactions: null for purchases and unmatched returns."""
    named = matches.select("source_row", "returned_order_id")
    return rows.left_join(named, "source_row").drop("source_row_right")
