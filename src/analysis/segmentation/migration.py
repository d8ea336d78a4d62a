"""Migration: which customers changed their segment since last quarter, and which cuts did.

Both quarters are scored by last quarter's cut points, so that a changed segment means a changed
customer. What this quarter's own cut points change on top of that is re-binning, shown apart.
"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.results import Result, missing, number
from analysis.segment_maps import AIMS, INACTIVE, SegmentMap

NEWCOMER = "newcomer"
"""State of those who had not bought by the end of last quarter."""

ABSENT = "absent"
"""State of those whom this quarter's summary no longer knows."""

GAP = 0.03
"""Space between the bands of the picture, as a share of the customers."""

MOVES = ("up", "down", "lapsed", "returned")
NEEDS_EARLIER = "needs orders before the quarter"


def track_movement(earlier: ir.Table, later: ir.Table, own: ir.Table) -> pd.DataFrame:
    """Count customers by their segment last quarter and this quarter.

    Parameters
    ----------
    earlier : ibis table
        One row a customer of last quarter's summary: ``customer_id``, ``segment``,
        ``revenue_window``.
    later : ibis table
        One row a customer of this quarter's summary: the same, by last quarter's cut points too.
    own : ibis table
        ``customer_id`` and ``segment`` by this quarter's own cut points.

    Returns
    -------
    DataFrame
        One row a pair that occurs: ``before`` (a segment, or ``newcomer``), ``now`` (a segment, or
        ``absent``), ``customers``, ``revenue`` (money in this quarter's window),
        ``revenue_before`` (in last quarter's), ``share`` of those who came from ``before``
        (p = n of the pair ÷ n of the row), ``rebinned_customers`` and ``rebinned_revenue`` of
        those to whom this quarter's own cut points give another segment.
    """
    now = later.select("customer_id", now="segment", revenue="revenue_window")
    now = now.join(own.select("customer_id", own="segment"), "customer_id")
    before = earlier.select("customer_id", before="segment", revenue_before="revenue_window")
    both = before.outer_join(now, "customer_id")
    is_rebinned = (both.own != both.now).fill_null(False)
    counted = both.group_by(
        before=both.before.fill_null(NEWCOMER), now=both.now.fill_null(ABSENT)
    ).agg(
        customers=both.count(),
        revenue=both.revenue.sum().coalesce(0).cast("float64"),
        revenue_before=both.revenue_before.sum().coalesce(0).cast("float64"),
        rebinned_customers=is_rebinned.sum(),
        rebinned_revenue=both.revenue.sum(where=is_rebinned).coalesce(0).cast("float64"),
    )
    pairs = counted.to_pandas().sort_values(["before", "now"], ignore_index=True)
    return pairs.assign(
        share=pairs["customers"] / pairs.groupby("before")["customers"].transform("sum")
    )


def tabulate_movement(pairs: pd.DataFrame, segment_map: SegmentMap, field: str) -> pd.DataFrame:
    """One field of the pairs as a matrix: a row a state before, a column a state now."""
    table = pairs.pivot(index="before", columns="now", values=field)
    states = segment_map.segments
    columns = [*states, *([ABSENT] if ABSENT in table.columns else [])]
    return table.reindex(index=[*states, NEWCOMER], columns=columns).fillna(0)


def draw_flows(pairs: pd.DataFrame, segment_map: SegmentMap) -> pd.DataFrame:
    """The movement between what segments call for, with the place of each band in a picture.

    Returns
    -------
    DataFrame
        One row a flow: ``before`` and ``now`` (an aim, ``inactive``, ``newcomer`` or ``absent``),
        ``customers``, ``direction`` (``up``, ``down``, ``same`` or ``new``), and where its band
        begins on the left and on the right (``left``, ``right``: customers from the top, gaps
        between states included).
    """
    names = segment_map.aims
    flows = pairs.assign(
        before=pairs["before"].map(lambda state: names.get(state, state)),
        now=pairs["now"].map(lambda state: names.get(state, state)),
    )
    flows = flows.groupby(["before", "now"], as_index=False)["customers"].sum()
    order = {state: n for n, state in enumerate((*AIMS, INACTIVE, ABSENT, NEWCOMER))}
    before, now = flows["before"].map(order), flows["now"].map(order)
    flows["direction"] = np.select(
        [flows["before"] == NEWCOMER, before == now, now < before], ["new", "same", "up"], "down"
    )
    gap = GAP * flows["customers"].sum()
    for side, other, place in (("before", "now", "left"), ("now", "before", "right")):
        flows = flows.sort_values(
            [side, other], key=lambda states: states.map(order), ignore_index=True
        )
        band = (flows[side] != flows[side].shift()).cumsum() - 1
        flows[place] = flows["customers"].cumsum().shift(fill_value=0) + gap * band
    return flows


def summarize_movement(pairs: pd.DataFrame, segment_map: SegmentMap) -> pd.DataFrame:
    """Customers and money of each kind of movement.

    Returns
    -------
    DataFrame
        One row a kind: ``kind``, ``customers``, ``revenue`` (money in this quarter's window; of
        the ``lapsed``, in last quarter's). ``stayed``, ``up``, ``down``, ``lapsed``, ``returned``
        and ``newcomer`` are all customers; up is towards the first segment of the map.
        ``rebinned`` is no movement: this quarter's own cut points name these customers otherwise.
    """
    place = {segment: n for n, segment in enumerate(segment_map.segments)}
    before, now = pairs["before"].map(place), pairs["now"].map(place)
    was_active, is_active = pairs["before"] != INACTIVE, pairs["now"] != INACTIVE
    known = before.notna() & now.notna()
    flags = {
        "stayed": known & (before == now),
        "up": known & was_active & is_active & (now < before),
        "down": known & was_active & is_active & (now > before),
        "lapsed": known & was_active & ~is_active,
        "returned": known & ~was_active & is_active,
        "newcomer": pairs["before"] == NEWCOMER,
    }
    money = pairs["revenue"].where(~flags["lapsed"], pairs["revenue_before"])
    rows = [
        (kind, int(pairs["customers"][flag].sum()), float(money[flag].sum()))
        for kind, flag in flags.items()
    ]
    rebinned = pairs["rebinned_customers"].sum(), pairs["rebinned_revenue"].sum()
    rows.append(("rebinned", int(rebinned[0]), float(rebinned[1])))
    return pd.DataFrame(rows, columns=["kind", "customers", "revenue"])


def movement_results(pairs: pd.DataFrame, kinds: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of the migration.

    ``migration.<before>.<now>``: customers, revenue and share of the row, for each pair that
    occurs. ``movement.<kind>``: customers and revenue, and how many moved at all.
    """
    results = {}
    for row in pairs.to_dict("records"):
        name = f"migration.{row['before']}.{row['now']}"
        results[f"{name}.customers"] = number(row["customers"], "customers")
        results[f"{name}.revenue"] = number(row["revenue"], "money")
        results[f"{name}.share"] = number(row["share"], "ratio")
    has_earlier = bool((pairs["before"] != NEWCOMER).any())
    moved = kinds[kinds["kind"].isin(MOVES)][["customers", "revenue"]].sum()
    rows = [*kinds.to_dict("records"), {"kind": "moved", **moved}]
    for row in rows:
        name = f"movement.{row['kind']}"
        results[f"{name}.customers"] = missing("customers", NEEDS_EARLIER)
        results[f"{name}.revenue"] = missing("money", NEEDS_EARLIER)
        if has_earlier:
            results[f"{name}.customers"] = number(int(row["customers"]), "customers")
            results[f"{name}.revenue"] = number(row["revenue"], "money")
    return results
