"""Next quarter's actions: who is on which list, and who is left out of it at random."""

from collections.abc import Mapping
from hashlib import sha256
from math import floor

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.cleaning.texts import guard_formulas
from analysis.params import Quarter
from analysis.params.accounts_models import Holdout
from analysis.params.playbook_models import Playbook
from analysis.satisfaction.small_cells import FEWEST_SHOWN
from analysis.schemas import ACTIONS

STRATA = ("play", "segment", "tier")
PLANNED, HELD_OUT = "planned", "held out"


def shares_of(playbook: Playbook | None, holdout: Holdout) -> dict[str, float]:
    """Which share of each play's list is left out: the play's own, or else the review's."""
    return {
        play.name: holdout.share if play.holdout is None else play.holdout
        for play in (playbook.plays if playbook else ())
    }


def draw_holdout(
    listed: ir.Table, shares: Mapping[str, float], seed: int, quarter: Quarter
) -> ir.Table:
    """Leave out a part of each play's customers at random.

    Parameters
    ----------
    listed : ibis table
        One row a customer: ``customer_id``, ``play``, ``segment``, ``tier``.
    shares : mapping
        Share that is left out, by play.
    seed : int
        Equal seeds leave out the same customers.
    quarter : Quarter
        The quarter in which it is planned: each draws anew.

    Returns
    -------
    ibis table
        The customers, with ``is_held_out``.

    Notes
    -----
    Each segment and tier of a play gives its share, to the nearest customer above or below, so
    that both sides are alike in them. Within, customers stand in the order of a hash of seed,
    quarter, play and id: the order of rows does not matter, and a customer more or less moves at
    most one other of a segment and tier to the other side. A list is left whole from which fewer
    than 30 customers would be left out, or on which fewer would remain: nothing could be told.
    """
    sizes = listed.group_by(list(STRATA)).agg(customers=listed.count()).to_pandas()
    sizes = allocate(sizes, shares, f"{seed}|{quarter}")
    quota = ibis.memtable(
        sizes[[*STRATA, "held_out"]],
        schema=ibis.schema(dict.fromkeys(STRATA, "string") | {"held_out": "int64"}),
    )
    salted = ibis.literal(f"{seed}|{quarter}|") + listed.play + "|" + listed.customer_id
    lot = listed.mutate(lot=salted.hexdigest("md5"))
    within = ibis.window(group_by=[lot[name] for name in STRATA], order_by=[lot.lot])
    placed = lot.mutate(place=ibis.row_number().over(within))
    drawn = placed.join(quota, list(STRATA))
    return drawn.mutate(is_held_out=drawn.place < drawn.held_out).select(
        *listed.columns, "is_held_out"
    )


def allocate(sizes: pd.DataFrame, shares: Mapping[str, float], salt: str) -> pd.DataFrame:
    """How many customers of each play, segment and tier are left out.

    Parameters
    ----------
    sizes : DataFrame
        ``play``, ``segment``, ``tier``, ``customers``.
    shares : mapping
        Share that is left out, by play.
    salt : str
        Decides, at random, which segments and tiers give one customer more than others.

    Returns
    -------
    DataFrame
        The rows in order, with ``held_out``. Where a start u is drawn from 0 to 1, a row gets the
        whole numbers between u + the shares of all rows before it and u + those up to it: each
        customer is as likely to be left out as any other of the play.
    """
    ordered = sizes.sort_values(list(STRATA), ignore_index=True)
    held_out = pd.Series(0, index=ordered.index, dtype="int64")
    for play, rows in ordered.groupby("play", sort=True):
        share, n = shares[str(play)], int(rows["customers"].sum())
        if min(floor(share * n), n - floor(share * n) - 1) < FEWEST_SHOWN:
            continue
        digest = sha256(f"{salt}|{play}".encode()).digest()
        start = int.from_bytes(digest[:6], "big") / 2**48
        reached = (rows["customers"].cumsum() * share + start).map(floor)
        held_out[rows.index] = reached.diff().fillna(reached.iloc[0]).astype("int64")
    return ordered.assign(held_out=held_out)


def plan_actions(drawn: ir.Table, owners: ir.Table | None, quarter: Quarter) -> ir.Table:
    """Write next quarter's actions as the table that its review reads.

    Parameters
    ----------
    drawn : ibis table
        From :func:`draw_holdout`.
    owners : ibis table, optional
        The table ``customers`` of the data contract, for its ``owner``.
    quarter : Quarter
        The quarter under review: its actions are carried out in the next, which shows what they
        brought.

    Returns
    -------
    ibis table
        One row a customer, with the columns of the table ``actions`` in the data contract. What an
        action costs is not known yet.
    """
    if owners is not None and "owner" in owners.columns:
        named = drawn.left_join(owners.select("customer_id", "owner"), "customer_id")
        drawn = named.drop("customer_id_right")
    else:
        drawn = drawn.mutate(owner=ibis.null("string"))
    planned = drawn.mutate(
        action_id=ibis.literal(f"{quarter}-") + drawn.play + "-" + drawn.customer_id,
        quarter=ibis.literal(str(quarter)),
        type=drawn.play,
        due=ibis.literal(quarter.shift(1).last_day),
        status=drawn.is_held_out.ifelse(HELD_OUT, PLANNED),
        cost=ibis.null(ACTIONS["cost"].dtype),
        holdout=drawn.is_held_out,
    )
    return planned.select(*ACTIONS.names)


def guard_plan(planned: ir.Table) -> ir.Table:
    """The plan as people open it: text that a spreadsheet would take for a formula stays text."""
    texts = ("action_id", "customer_id", "type", "owner")
    return planned.order_by("action_id").mutate(
        **{name: guard_formulas(planned[name]) for name in texts}
    )
