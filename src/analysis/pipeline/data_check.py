"""Refuse a quarter of which the data know nothing, before any notebook starts.

``python -m analysis.pipeline.data_check <params file>`` prints why, and ends with status 3.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis import sources
from analysis.cleaning import find_first_and_last_day
from analysis.engine import connect
from analysis.params import Params, Quarter, load_params
from analysis.pipeline.request import REFUSED
from analysis.schemas import TRANSACTIONS


def main(arguments: Sequence[str]) -> int:
    """Check what a params file says against the data that it names."""
    params = load_params(arguments[0])
    with TemporaryDirectory(prefix="review-") as scratch:
        problem = quarter_problem(params, Path(scratch))
    print(problem or "")
    return REFUSED if problem else 0


def quarter_problem(params: Params, scratch: Path) -> str | None:
    """Why the quarter cannot be reviewed with these data, and what to do; None if it can."""
    source = params.sources.transactions
    try:
        raw = sources.read_table(connect(scratch), TRANSACTIONS, source, scratch)
        days = find_first_and_last_day(raw, params.cleaning.exported_on)
    except sources.SourceError as error:
        return str(error)
    if days is None:
        return (
            f"{raw.file_name}: no order date could be read. Compare 'date_format' in the params "
            "file with how the file writes its dates."
        )
    quarter, (first, last) = params.quarter, days
    if quarter.first_day <= last and first <= quarter.last_day:
        return None
    earliest, latest = (Quarter.containing(day, params.fiscal_year.calendar) for day in days)
    return (
        f"review.quarter is {quarter} ({quarter.first_day} to {quarter.last_day}), but the "
        f"orders in {raw.file_name} run from {first} to {last}. Choose a quarter from "
        f"{earliest} to {latest}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
