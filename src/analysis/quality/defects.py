"""What each defect costs."""

from collections.abc import Mapping

import pandas as pd

from analysis.quality.dimensions import dimension_of


def cost_defects(reasons: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The defects of all tables, those that touch the most money first.

    Parameters
    ----------
    reasons : mapping
        Table → :func:`analysis.cleaning.tally_reasons` of it.

    Returns
    -------
    DataFrame
        One row a table and rule that was met: ``table``, ``rule``, ``dimension``, ``outcome``,
        ``rows``, ``amount`` (money of these rows, as far as it could be read), ``customers``.
        What is no defect, such as a return, is left out.
    """
    parts = [frame.assign(table=table) for table, frame in reasons.items()]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    found["dimension"] = [dimension_of(rule) for rule in found["rule"]]
    found = found[found["dimension"].notna()].assign(
        dimension=lambda frame: frame["dimension"].astype(str),
        amount=lambda frame: frame["amount"].astype(float),
        _money=lambda frame: frame["amount"].abs(),
    )
    columns = ["table", "rule", "dimension", "outcome", "rows", "amount", "customers"]
    ordered = found.sort_values(
        ["_money", "rows", "table", "rule"], ascending=[False, False, True, True]
    )
    return ordered[columns].reset_index(drop=True)
