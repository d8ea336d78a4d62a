"""The data-quality scorecard: five dimensions of each table, and a grade."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.cleaning import Cleaned
from analysis.cleaning.rules import DATE_COLUMNS
from analysis.quality.dimensions import Dimension, dimension_of

GRADES = {"A": 0.99, "B": 0.97, "C": 0.94, "D": 0.90}
"""Grade → the least score that earns it."""
WORST_GRADE = "E"
MAIN_TABLE, MAIN_WEIGHT = "transactions", 0.5
"""A review cannot do without transactions: they weigh as much as all other tables together."""

_IMPOSSIBLE = ("out_of_range", "future")


def measure_columns(cleaned: Cleaned, reasons: pd.DataFrame) -> pd.DataFrame:
    """How full each column of a table is, and how much of it can be used.

    Parameters
    ----------
    cleaned : Cleaned
        One judged table.
    reasons : DataFrame
        :func:`analysis.cleaning.tally_reasons` of it.

    Returns
    -------
    DataFrame
        One row a column that the source has, in the contract's order: ``table``, ``column``,
        ``is_required``, ``rows`` (read), ``given`` (rows with a value), ``valid`` (given values
        that can be read and are possible), ``completeness`` (given / rows) and ``validity``
        (valid / given), null where there is nothing to divide by.
    """
    table = cleaned.table
    columns = [cleaned.schema[name] for name in cleaned.given]
    filled = _values(table.agg(**{column.name: table[column.name].count() for column in columns}))
    met = reasons.set_index("rule")["rows"].to_dict()
    counts = []
    for column in columns:
        unreadable = met.get(f"unreadable_{column.name}", 0)
        impossible = sum(met.get(f"{kind}_{column.name}", 0) for kind in _IMPOSSIBLE)
        # An impossible value is emptied where the row can do without it.
        given = filled[column.name] + unreadable + (0 if column.required else impossible)
        counts.append((column.name, column.required, given, given - unreadable - impossible))
    found = pd.DataFrame(counts, columns=["column", "is_required", "given", "valid"])
    found.insert(0, "table", cleaned.schema.name)
    found.insert(3, "rows", cleaned.rows_read)
    return found.assign(
        completeness=_share(found["given"], found["rows"]),
        validity=_share(found["valid"], found["given"]),
    )


def score_table(
    cleaned: Cleaned,
    columns: pd.DataFrame,
    reasons: pd.DataFrame,
    as_of: date,
    stale_after_days: int,
) -> dict[str, object]:
    """Score the five dimensions of one table.

    Parameters
    ----------
    cleaned : Cleaned
        The judged table.
    columns : DataFrame
        :func:`measure_columns` of it.
    reasons : DataFrame
        :func:`analysis.cleaning.tally_reasons` of it.
    as_of : date
        Last day of the review.
    stale_after_days : int
        How old the newest row may be without losing points.

    Returns
    -------
    dict
        ``table``, ``rows`` (read), the five dimensions as shares of 1 (null where a dimension
        does not apply), ``score`` (the weakest of them) and ``grade``.

    Notes
    -----
    Completeness counts required columns alone, since an empty optional one can be an answer: a
    complaint without a closing day is open. Timeliness is 1 up to ``stale_after_days`` and then
    falls as stale_after_days / age. A table is as good as its weakest side.
    """
    required = columns[columns["is_required"]]
    flawed = _values(cleaned.table.agg(**_measures(cleaned, reasons)))
    rows = cleaned.rows_read
    newest = flawed.pop("newest", None)
    scores = {
        Dimension.COMPLETENESS: _ratio(required["given"].sum(), required["rows"].sum()),
        Dimension.VALIDITY: _ratio(columns["valid"].sum(), columns["given"].sum()),
        Dimension.UNIQUENESS: _ratio(rows - flawed[Dimension.UNIQUENESS], rows),
        Dimension.CONSISTENCY: _ratio(rows - flawed[Dimension.CONSISTENCY], rows),
        Dimension.TIMELINESS: _timeliness(newest, as_of, stale_after_days),
    }
    score = min((value for value in scores.values() if value is not None), default=None)
    return {
        "table": cleaned.schema.name,
        "rows": rows,
        **{str(dimension): value for dimension, value in scores.items()},
        "score": score,
        "grade": grade_of(score),
    }


def overall_score(scores: Mapping[str, float | None]) -> float | None:
    """One score for all tables: half for transactions, half for the mean of the others.

    Parameters
    ----------
    scores : mapping
        Table → its score; None where the table has no rows.

    Examples
    --------
    >>> overall_score({"transactions": 1.0, "surveys": 0.9, "actions": 0.8})
    0.925
    """
    others = [score for name, score in scores.items() if name != MAIN_TABLE and score is not None]
    main = scores.get(MAIN_TABLE)
    if main is None or not others:
        return main
    return MAIN_WEIGHT * main + (1 - MAIN_WEIGHT) * sum(others) / len(others)


def grade_of(score: float | None) -> str | None:
    """The grade that a score earns; None without a score.

    Examples
    --------
    >>> grade_of(1.0), grade_of(0.9899), grade_of(0.5)
    ('A', 'B', 'E')
    """
    if score is None:
        return None
    return next((grade for grade, least in GRADES.items() if score >= least), WORST_GRADE)


def _measures(cleaned: Cleaned, reasons: pd.DataFrame) -> dict[str, ir.Scalar]:
    """Rows with a defect of uniqueness or consistency, and the newest day."""
    table, day = cleaned.table, DATE_COLUMNS.get(cleaned.schema.name)
    measures: dict[str, ir.Scalar] = {
        dimension: _rows_with(table, [r for r in reasons["rule"] if dimension_of(r) == dimension])
        for dimension in (Dimension.UNIQUENESS, Dimension.CONSISTENCY)
    }
    if day in table.columns:
        measures["newest"] = table[day].max(where=table.outcome != "quarantined").cast("date")
    return measures


def _rows_with(table: ir.Table, rules: list[str]) -> ir.Scalar:
    met = [table.reasons.contains(rule) for rule in rules]
    return ibis.or_(*met).sum().coalesce(0) if met else ibis.literal(0)


def _timeliness(newest: date | None, as_of: date, stale_after_days: int) -> float | None:
    if newest is None:
        return None
    age = (as_of - newest).days
    return 1.0 if age <= stale_after_days else stale_after_days / age


def _values(aggregate: ir.Table) -> dict[str, Any]:
    found: dict[str, Any] = aggregate.to_pyarrow().to_pylist()[0]
    return found


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
