"""Are there more defects than last quarter?"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.cleaning import Cleaned
from analysis.cleaning.rules import DATE_COLUMNS
from analysis.inference import DOWN, UP, judge_changes
from analysis.params import Quarter
from analysis.quality.dimensions import dimension_of
from analysis.results import Result, missing, number


def compare_defects(cleaned: Mapping[str, Cleaned], last: Quarter, this: Quarter) -> pd.DataFrame:
    """Share of rows with a defect, this quarter beside the last, with a verdict.

    A row belongs to the quarter of its day; rows whose day cannot be read belong to neither.

    Returns
    -------
    DataFrame
        One row a table with rows in both quarters: ``table``, ``rows_last``, ``flawed_last``,
        ``rows_this``, ``flawed_this``, ``share_last``, ``share_this`` (shares of 1), and the
        columns of :func:`analysis.inference.judge_changes`.
    """
    counts = pd.DataFrame(
        [
            {"table": name} | _count(one, {"last": last, "this": this})
            for name, one in cleaned.items()
            if DATE_COLUMNS.get(name) in one.table.columns
        ],
        columns=["table", "rows_last", "flawed_last", "rows_this", "flawed_this"],
    )
    both = counts[(counts["rows_last"] > 0) & (counts["rows_this"] > 0)].reset_index(drop=True)
    shares = both.assign(
        share_last=both["flawed_last"] / both["rows_last"],
        share_this=both["flawed_this"] / both["rows_this"],
    )
    variance = sum(
        shares[f"share_{when}"] * (1 - shares[f"share_{when}"]) / shares[f"rows_{when}"]
        for when in ("last", "this")
    )
    return shares.join(judge_changes(shares["share_this"] - shares["share_last"], variance**0.5))


def trend_results(trend: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of the trend: in how many tables defects became more, or fewer."""
    needs = "needs rows of this quarter and of the last"
    counted = {"more": trend["verdict"] == UP, "fewer": trend["verdict"] == DOWN}
    return {
        f"quality.trend.{name}": (
            missing("count", needs) if trend.empty else number(int(found.sum()), "count")
        )
        for name, found in counted.items()
    }


def _count(one: Cleaned, quarters: Mapping[str, Quarter]) -> dict[str, int]:
    """Rows of each quarter and those of them with a defect."""
    table = one.table
    harmless = [rule.name for rule in one.rules if dimension_of(rule.name) is None]
    n_harmless = sum(
        (table.reasons.contains(name).cast("int64") for name in harmless), start=ibis.literal(0)
    )
    is_flawed = table.reasons.length() > n_harmless
    day = table[DATE_COLUMNS[one.schema.name]].cast("date")
    measures: dict[str, ir.Scalar] = {}
    for key, quarter in quarters.items():
        is_inside = day.between(quarter.first_day, quarter.last_day)
        measures[f"rows_{key}"] = is_inside.sum().coalesce(0)
        measures[f"flawed_{key}"] = (is_inside & is_flawed).sum().coalesce(0)
    found: dict[str, int] = table.agg(**measures).to_pyarrow().to_pylist()[0]
    return found
