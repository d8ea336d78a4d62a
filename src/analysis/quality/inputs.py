"""What the review was given."""

from collections.abc import Mapping

import pandas as pd

from analysis.quality.review import Quality
from analysis.schemas import TABLES
from analysis.sources import RawTable


def list_inputs(raw_tables: Mapping[str, RawTable], quality: Quality) -> pd.DataFrame:
    """Every table of the contract, and whether the review was given it.

    Parameters
    ----------
    raw_tables : mapping
        Table → as it was read.
    quality : Quality
        From :func:`analysis.quality.assess`.

    Returns
    -------
    DataFrame
        One row a table of the contract: ``table``, ``is_given``, ``files`` (names; empty where
        not given), ``rows`` (null where not given).
    """
    rows = quality.scores.set_index("table")["rows"]
    return pd.DataFrame(
        [
            (
                name,
                name in raw_tables,
                raw_tables[name].file_name if name in raw_tables else "",
                rows.get(name),
            )
            for name in TABLES
        ],
        columns=["table", "is_given", "files", "rows"],
    ).astype({"rows": "Int64"})
