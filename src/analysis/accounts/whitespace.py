"""Whitespace: what customers do not buy, and most customers like them do.

Customers are alike if they order as often (and are of one industry, where it is known), as for
the potential of the value tiers. A gap is a question for a salesperson, and no forecast.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import exact_sum, quantile
from analysis.results import Result, missing, number
from analysis.satisfaction.small_cells import FEWEST_SHOWN, too_small

NO_CATEGORIES = "needs category in the table transactions"
MOST_CATEGORIES = 12
"""Categories that are looked at: those of the most revenue."""
MOST_PEERS = 0.5
"""Share of comparable customers who buy a category from which its absence is a gap."""
CATEGORY_COLUMNS = (
    "category", "buyers", "buyer_share", "revenue_share", "revenue_share_before", "gaps", "worth",
)  # fmt: skip


def sum_categories(transactions: ir.Table, start: date, as_of: date) -> ir.Table:
    """What each customer bought of each category between two days.

    Parameters
    ----------
    transactions : ibis table
        Cleaned order lines: ``customer_id``, ``order_date``, ``category``, ``amount`` (money, net
        of returns), ``is_return``.
    start, as_of : date
        First and last day that count.

    Returns
    -------
    ibis table
        One row a customer and category bought: ``customer_id``, ``category``, ``revenue``
        (money, net of returns).
    """
    is_in = transactions.order_date.between(start, as_of) & transactions.category.notnull()
    rows = transactions.filter(is_in)
    sums = rows.group_by("customer_id", "category").agg(
        revenue=rows.amount.sum().cast("float64"), has_bought=(~rows.is_return).any()
    )
    return sums.filter(sums.has_bought).drop("has_bought")


def find_gaps(bought: ir.Table, customers: ir.Table, peers: Sequence[str]) -> ir.Table:
    """Categories that a customer does not buy, and at least half of the comparable customers do.

    Parameters
    ----------
    bought : ibis table
        From :func:`sum_categories`, of the window.
    customers : ibis table
        One row a customer: ``customer_id``, ``tier``, ``n_orders_window``, and the columns of
        ``peers``. Those without an order in the window have no gaps.
    peers : sequence of str
        Customers who agree in these columns are comparable; groups of fewer than 30 are passed
        over.

    Returns
    -------
    ibis table
        One row a customer and gap: ``customer_id``, ``tier``, ``category``, ``penetration`` (share
        of the comparable customers who buy it), ``worth`` (money: penetration times what the
        middle one of them spends on it in the window).
    """
    active = customers.filter(customers.n_orders_window > 0)
    active = active.select("customer_id", "tier", *peers)
    sizes = active.group_by(list(peers)).agg(size=active.count())
    largest = bought.group_by("category").agg(total=exact_sum(bought.revenue))
    largest = largest.order_by(ibis.desc("total"), "category").limit(MOST_CATEGORIES)
    bought = bought.semi_join(largest, "category")
    held = bought.join(active, "customer_id")
    popular = held.group_by([*peers, "category"]).agg(
        buyers=held.count(), middle=quantile(held.revenue, 0.5)
    )
    popular = popular.join(sizes, list(peers)).filter(ibis._.size >= FEWEST_SHOWN)
    popular = popular.mutate(penetration=popular.buyers / popular.size)
    popular = popular.filter((popular.penetration >= MOST_PEERS) & (popular.middle > 0))
    expected = active.join(popular.select(*peers, "category", "penetration", "middle"), list(peers))
    gaps = expected.anti_join(bought, ["customer_id", "category"])
    return gaps.select(
        "customer_id",
        "tier",
        "category",
        "penetration",
        worth=gaps.penetration * gaps.middle,
    )


def choose_offers(gaps: ir.Table) -> ir.Table:
    """The most valuable gap of each customer.

    Returns
    -------
    ibis table
        One row a customer with a gap: ``customer_id``, ``tier``, ``category``, ``penetration``,
        ``worth`` (money), ``gaps`` (how many there are). Ties go by category.
    """
    best = ibis.window(group_by="customer_id", order_by=[ibis.desc("worth"), "category"])
    everything = ibis.window(group_by="customer_id")
    ranked = gaps.mutate(
        place=ibis.row_number().over(best), gaps=gaps.category.count().over(everything)
    )
    return ranked.filter(ranked.place == 0).drop("place")


def describe_categories(
    bought: ir.Table, before: ir.Table, customers: ir.Table, gaps: ir.Table
) -> pd.DataFrame:
    """Each category: who buys it, its share of revenue now and a year before, and its gaps.

    Parameters
    ----------
    bought, before : ibis table
        From :func:`sum_categories`, of the window and of the one before.
    customers : ibis table
        ``customer_id``, ``n_orders_window``.
    gaps : ibis table
        From :func:`find_gaps`.

    Returns
    -------
    DataFrame
        One row a category, the most revenue first, at most twelve: :data:`CATEGORY_COLUMNS`.
        Nothing without categories.
    """
    active = customers.filter(customers.n_orders_window > 0).count().execute()
    sums = (
        bought.group_by("category")
        .agg(buyers=bought.count(), revenue=exact_sum(bought.revenue))
        .to_pandas()
    )
    if sums.empty or not active:
        return pd.DataFrame(columns=list(CATEGORY_COLUMNS))
    earlier = before.group_by("category").agg(before=exact_sum(before.revenue)).to_pandas()
    missed = gaps.group_by("category").agg(gaps=gaps.count(), worth=exact_sum(gaps.worth))
    found = sums.merge(earlier, "left", "category").merge(missed.to_pandas(), "left", "category")
    found["buyer_share"] = found["buyers"] / active
    found["revenue_share"] = found["revenue"] / found["revenue"].sum()
    found["revenue_share_before"] = found["before"] / earlier["before"].sum()
    found = found.fillna({"gaps": 0, "worth": 0.0}).astype({"gaps": int})
    order = ["revenue", "category"]
    found = found.sort_values(order, ascending=[False, True], ignore_index=True)
    return found[list(CATEGORY_COLUMNS)].head(MOST_CATEGORIES)


def cross_gaps(gaps: ir.Table, tiers: Sequence[str], categories: Sequence[str]) -> pd.DataFrame:
    """Customers with a gap, by tier and category.

    Returns
    -------
    DataFrame
        A row a tier, a column a category; 0 where nobody has one, null where 1 to 10 do, or where
        a count would give those away, the category's total being known.
    """
    counts = gaps.group_by("tier", "category").agg(customers=gaps.count()).to_pandas()
    table = counts.pivot_table("customers", "tier", "category", aggfunc="sum")
    table = table.reindex(index=list(tiers), columns=list(categories)).fillna(0)
    is_hidden = table.apply(lambda counts: too_small(counts[counts > 0]).reindex(counts.index))
    return table.mask(is_hidden.fillna(value=False).astype(bool))


def whitespace_results(categories: pd.DataFrame, offers: ir.Table) -> dict[str, Result]:
    """Published: ``whitespace.customers`` with a gap, its ``.worth``, ``.category`` with the most.

    ``whitespace.worth`` is that of the most valuable gap of each customer, a year's money.
    """
    if categories.empty:
        return {
            "whitespace.customers": missing("customers", NO_CATEGORIES),
            "whitespace.worth": missing("money", NO_CATEGORIES),
            "whitespace.category": missing("text", NO_CATEGORIES),
        }
    totals = offers.agg(n=offers.count(), worth=exact_sum(offers.worth)).to_pyarrow().to_pylist()
    row = totals[0]
    most = categories.sort_values(["worth", "category"], ascending=[False, True]).iloc[0]
    return {
        "whitespace.customers": number(row["n"], "customers"),
        "whitespace.worth": number(row["worth"] or 0.0, "money", n=row["n"]),
        "whitespace.category": Result(str(most["category"]), "text")
        if row["n"]
        else missing("text", "nobody lacks what most customers like them buy"),
    }
