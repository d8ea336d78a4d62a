"""Value tiers 高/中/低/潜力: by twelve-month value, and by what customers could still bring."""

from collections.abc import Sequence
from fractions import Fraction

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import quantile
from analysis.params.segmentation_models import Tiers
from analysis.results import Result, missing, number
from analysis.segmentation.thresholds import Thresholds, count_reached, find_thresholds

TIERS = ("high", "middle", "low", "potential", "unknown")
POTENTIALS = ("high", "some", "none", "unknown")

TIER_LABELS: dict[str, dict[str, str]] = {
    "tier_vip": {"high": "vip", "middle": "regular", "low": "regular", "potential": "prospective"},
    "tier_importance": {
        "high": "high_value", "middle": "regular", "low": "regular", "potential": "important",
    },
}  # fmt: skip
"""Other sets of labels for the same tiers: VIP/普通/潜在 and 高价值/重要/普通."""

PEER_SHARE = 0.75
NEEDS_VALUE = "needs the value expected in the next twelve months"


def describe_peers(master: ir.Table | None) -> ir.Table | None:
    """The industry of each customer, where the table ``customers`` tells it."""
    if master is None or "industry" not in master.columns:
        return None
    return master.select("customer_id", industry=master.industry.fill_null(""))


def find_peers(master: ir.Table | None) -> list[str]:
    """The columns in which comparable customers agree: how often they buy, and the industry."""
    has_industry = master is not None and "industry" in master.columns
    return ["f_score", "industry"] if has_industry else ["f_score"]


def measure_potential(
    customers: ir.Table, peers: Sequence[str], pipeline: ir.Table | None
) -> ir.Table:
    """Measure what each customer could bring beyond what they brought.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``customer_id``, ``f_score``, ``revenue_window`` (money), and the
        columns of ``peers``.
    peers : sequence of str
        Customers who agree in these columns are comparable.
    pipeline : ibis table, optional
        One row a customer with open deals: ``customer_id``, ``open_pipeline`` (money)
        (:func:`analysis.accounts.funnel.find_pipeline`).

    Returns
    -------
    ibis table
        The customers, with ``headroom`` (money: what the upper quartile of comparable customers
        brought in the window, less what they brought; never below 0; null without an order in the
        window), ``pipeline`` (money of open deals, null where no deals are known) and
        ``potential`` (the sum of both).
    """
    active = customers.filter(customers.f_score.notnull())
    benchmarks = active.group_by(list(peers)).agg(
        benchmark=quantile(active.revenue_window, PEER_SHARE)
    )
    joined = customers.left_join(benchmarks, list(peers))
    gap = (joined.benchmark - joined.revenue_window).cast("float64")
    measured = joined.mutate(
        headroom=joined.benchmark.isnull().ifelse(ibis.null("float64"), ibis.greatest(gap, 0.0))
    ).select(*customers.columns, "headroom")
    if pipeline is None:
        return measured.mutate(pipeline=ibis.null("float64"), potential=measured.headroom)
    sums = pipeline.select("customer_id", pipeline=pipeline.open_pipeline.cast("float64"))
    joined = measured.left_join(sums, "customer_id").drop("customer_id_right")
    joined = joined.mutate(pipeline=joined.pipeline.coalesce(0.0))
    return joined.mutate(
        potential=ibis.cases(
            (joined.headroom.notnull(), joined.headroom + joined.pipeline),
            (joined.pipeline > 0, joined.pipeline),
        )
    )


def find_tier_cuts(customers: ir.Table, tiers: Tiers) -> tuple[Thresholds, Thresholds]:
    """Find the least value of the middle and the high tier, and the least high potential.

    Parameters
    ----------
    customers : ibis table
        One row a customer: ``clv_12m`` (money, null where unknown), ``potential`` (money).
    tiers : Tiers
        Shares of the customers, or money.
    """
    share = {name: Fraction(str(value)) for name, value in tiers.shares.items()}
    shares = {
        "clv_12m": (1 - share["high"] - share["middle"], 1 - share["high"]),
        "potential": (1 - share["potential"],),
    }
    found = find_thresholds(customers, shares)
    if tiers.money is None:
        return found["clv_12m"], found["potential"]
    return (tiers.money.middle, tiers.money.high), found["potential"]


def label_tiers(
    customers: ir.Table, value_cuts: Thresholds, potential_cuts: Thresholds
) -> ir.Table:
    """Give each customer a tier, in each set of labels, and a class of potential.

    Returns
    -------
    ibis table
        The customers, with ``tier`` (``high``; ``potential`` if the value is middle or low and the
        potential is high; ``middle``; ``low``; ``unknown`` without a value), ``potential_class``,
        and a column for each of ``TIER_LABELS``.
    """
    has_room = customers.potential > 0
    is_high = has_room & (count_reached(customers.potential, potential_cuts) == 2)
    reached = count_reached(customers.clv_12m, value_cuts)
    labelled = customers.mutate(
        potential_class=ibis.cases(
            (customers.potential.isnull(), "unknown"),
            (is_high.fill_null(False), "high"),
            (has_room.fill_null(False), "some"),
            else_="none",
        ),
        tier=ibis.cases(
            (customers.clv_12m.isnull(), "unknown"),
            (reached == 3, "high"),
            (is_high.fill_null(False), "potential"),
            (reached == 2, "middle"),
            else_="low",
        ),
    )
    return labelled.mutate(
        **{
            scheme: labelled.tier.cases(*names.items(), else_="unknown")
            for scheme, names in TIER_LABELS.items()
        }
    )


def find_absent(master: ir.Table | None, opportunities: ir.Table | None) -> pd.DataFrame:
    """What the tiers go without: ``label`` and ``needs``, keys of words."""
    columns = set() if master is None else set(master.columns)
    absent = []
    if opportunities is None:
        absent.append(("pipeline", "opportunities"))
    if "industry" not in columns:
        absent.append(("industry", "industry"))
    if "consent_marketing" not in columns:
        absent.append(("consent", "consent"))
    return pd.DataFrame(absent, columns=["label", "needs"])


def tier_results(
    value_cuts: Thresholds, potential_cuts: Thresholds, absent: pd.DataFrame
) -> dict[str, Result]:
    """Published: where tiers and high potential begin, and how much the tiers go without."""
    cuts = dict(zip(("middle", "high", "potential"), (*value_cuts, *potential_cuts), strict=True))
    published = {
        f"tiers.cut_points.{name}": missing("money", NEEDS_VALUE)
        if cut is None
        else number(cut, "money")
        for name, cut in cuts.items()
    }
    return published | {"tiers.absent": number(len(absent), "count")}


def tier_schemes() -> dict[str, tuple[str, ...]]:
    """The labels of each scheme of this module, best first."""
    others = {
        scheme: (*dict.fromkeys(names.values()), "unknown") for scheme, names in TIER_LABELS.items()
    }
    return {"tier": TIERS, "potential_class": POTENTIALS} | others


def cross_tiers(
    counts: pd.DataFrame, rows: str, labels: Sequence[str], tiers: Sequence[str] = TIERS[:-1]
) -> pd.DataFrame:
    """Customers by the labels of one scheme and by tier.

    Returns
    -------
    DataFrame
        A row a label, a column a tier, zero where empty.
    """
    table = counts.pivot_table("customers", rows, "tier", aggfunc="sum")
    return table.reindex(index=list(labels), columns=list(tiers)).fillna(0).astype(int)
