"""Islands of information: who is known where, and who buys in more than one channel."""

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from analysis.results import Result, missing, number


def match_tables(kept: Mapping[str, ir.Table]) -> pd.DataFrame:
    """How many customers of each table are also buyers, and the other way round.

    Parameters
    ----------
    kept : mapping
        Table → its kept rows; tables without ``customer_id`` are passed over.

    Returns
    -------
    DataFrame
        One row a table other than transactions that names customers: ``table``, ``customers``,
        ``buyers`` (those of them with a transaction), ``match_rate`` (buyers / customers),
        ``coverage`` (buyers / all customers with a transaction); null where there are none.
    """
    bought = kept["transactions"].select("customer_id").distinct()
    n_bought = bought.count().execute()
    counts = []
    for name, table in kept.items():
        if name == "transactions" or "customer_id" not in table.columns:
            continue
        known = table.filter(table.customer_id.notnull()).select("customer_id").distinct()
        joined = known.left_join(bought.mutate(has_bought=True), "customer_id")
        found = joined.agg(customers=joined.count(), buyers=joined.has_bought.count())
        row = found.to_pyarrow().to_pylist()[0]
        counts.append((name, row["customers"], row["buyers"]))
    matches = pd.DataFrame(counts, columns=["table", "customers", "buyers"])
    return matches.assign(
        match_rate=matches["buyers"] / matches["customers"].where(matches["customers"] > 0),
        coverage=matches["buyers"] / n_bought if n_bought else float("nan"),
    )


def overlap_channels(transactions: ir.Table) -> pd.DataFrame:
    """How many customers of each channel buy in another one too.

    Returns
    -------
    DataFrame
        One row a channel, largest revenue first: ``channel`` (null where none is given),
        ``customers``, ``shared`` (those who also bought elsewhere), ``overlap_rate``,
        ``revenue`` (money, net of returns). No row if the transactions name no channels.
    """
    if "channel" not in transactions.columns:
        return pd.DataFrame(columns=["channel", "customers", "shared", "overlap_rate", "revenue"])
    pairs = transactions.group_by("customer_id", "channel").agg(revenue=transactions.amount.sum())
    places = pairs.group_by("customer_id").agg(n_channels=pairs.count())
    joined = pairs.join(places, "customer_id")
    channels = joined.group_by("channel").agg(
        customers=joined.count(),
        shared=(joined.n_channels > 1).sum(),
        revenue=joined.revenue.sum(),
    )
    found = channels.to_pandas().sort_values(["revenue", "channel"], ascending=[False, True])
    found["revenue"] = found["revenue"].astype(float)
    found.insert(3, "overlap_rate", found["shared"] / found["customers"])
    return found.reset_index(drop=True)


def channel_results(channels: pd.DataFrame) -> dict[str, Result]:
    """Published numbers: how many channels, and the most that one shares with others."""
    if channels.empty:
        needs = "needs the column channel of transactions"
        return {
            "channels.count": missing("count", needs),
            "channels.most_overlap": missing("ratio", needs),
        }
    return {
        "channels.count": number(len(channels), "count"),
        "channels.most_overlap": number(float(channels["overlap_rate"].max()), "ratio"),
    }
