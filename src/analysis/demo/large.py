"""Order logs of any size for measuring, written piece by piece as Parquet."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from analysis.demo.buying import draw_buyers, draw_purchases
from analysis.demo.company import dice
from analysis.demo.orders import draw_lines, tabulate_lines
from analysis.demo.timeline import Timeline
from analysis.demo.words import words_of
from analysis.params.quarters import Quarter

CUSTOMERS_AT_ONCE = 50_000
"""About a million lines: what is held in memory does not grow with the log."""


def write_large(path: Path, customers: int, seed: int, quarter: Quarter) -> int:
    """Write sound ``transactions`` of many customers, about 20 lines each, as one Parquet file.

    Customers buy and spend as the demo company's do, all in one currency. Rows are ordered by
    day within each 50,000 customers.

    Parameters
    ----------
    path : Path
        The file.
    customers : int
        How many customers; 500,000 have about 10 million lines.
    seed : int
        Equal seeds give equal tables.
    quarter : Quarter
        The last quarter of the log.

    Returns
    -------
    int
        Number of lines.
    """
    timeline, words = Timeline(quarter), words_of("en")
    n_lines, n_orders, writer = 0, 0, None
    for first in range(0, customers, CUSTOMERS_AT_ONCE):
        rng = dice(seed, f"customers from {first}")
        buyers = draw_buyers(rng, min(CUSTOMERS_AT_ONCE, customers - first), timeline)
        purchases, _ = draw_purchases(rng, buyers, timeline.exported)
        lines = draw_lines(rng, purchases, timeline.exported)
        at_home = np.ones(len(purchases))
        numbered = replace(purchases, customer=purchases.customer + first)
        table = tabulate_lines(
            rng, lines, numbered, at_home, timeline, words, first_order=n_orders + 1
        )
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
        n_lines, n_orders = n_lines + len(table), n_orders + len(purchases)
    if writer is not None:
        writer.close()
    return n_lines
