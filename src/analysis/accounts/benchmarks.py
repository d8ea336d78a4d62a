"""Benchmarks: published numbers beside figures that the user gives. None is ever made up."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.results import Result, missing, number

NO_BENCHMARKS = "needs the table benchmarks"
ABOVE, BELOW, ALIKE, NOT_COMPUTED = "above", "below", "alike", "not_computed"
COLUMNS = (
    "metric", "unit", "ours", "low", "high", "benchmark", "difference", "verdict", "period",
    "source",
)  # fmt: skip
MOST = 50
"""Figures that are compared."""


def compare_benchmarks(benchmarks: ir.Table, results: Mapping[str, Result]) -> pd.DataFrame:
    """Compare published numbers with the figures given for them.

    Parameters
    ----------
    benchmarks : ibis table
        ``metric`` (a published number's name), ``value`` (in its unit), ``period``, ``source``.
        Of several periods of one source the last one counts.
    results : mapping
        Published numbers by name.

    Returns
    -------
    DataFrame
        One row a metric and source: :data:`COLUMNS`. The verdict is ``above`` or ``below`` where
        the benchmark lies outside our 95 % interval (where there is one: the benchmark itself
        counts as exact), else ``alike``; ``not_computed`` where there is no such number.
    """
    latest = ibis.window(group_by=["metric", "source"], order_by=ibis.desc("period"))
    rows = benchmarks.mutate(place=ibis.row_number().over(latest))
    rows = rows.filter(rows.place == 0).select("metric", "value", "period", "source")
    given = rows.order_by("metric", "source").limit(MOST).to_pandas()
    found = [_compare(row, results.get(row["metric"])) for row in given.to_dict("records")]
    return pd.DataFrame(found, columns=list(COLUMNS))


def benchmark_results(compared: pd.DataFrame) -> dict[str, Result]:
    """Published: how many ``benchmarks.compared``, ``.above``, ``.below``, ``.alike``."""
    names = ("compared", ABOVE, BELOW, ALIKE, NOT_COMPUTED)
    if compared.empty:
        return {f"benchmarks.{name}": missing("count", NO_BENCHMARKS) for name in names}
    counts = compared["verdict"].value_counts()
    results = {f"benchmarks.{name}": number(int(counts.get(name, 0)), "count") for name in names}
    told = int((compared["verdict"] != NOT_COMPUTED).sum())
    return results | {"benchmarks.compared": number(told, "count")}


def _compare(given: dict[str, object], ours: Result | None) -> dict[str, object]:
    benchmark = float(str(given["value"]))
    row = {
        "metric": given["metric"],
        "benchmark": benchmark,
        "period": given["period"],
        "source": given["source"],
        "unit": ours.unit if ours else "score",
        "verdict": NOT_COMPUTED,
    }
    if ours is None or not isinstance(ours.value, int | float):
        return row
    value = float(ours.value)
    low = value if ours.low is None else ours.low
    high = value if ours.high is None else ours.high
    verdict = ABOVE if benchmark < low else BELOW if benchmark > high else ALIKE
    return row | {
        "ours": value,
        "low": ours.low,
        "high": ours.high,
        "difference": value - benchmark,
        "verdict": verdict,
    }
