"""The quality of all tables of a review in one piece, and the numbers that are published of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.cleaning import (
    Cleaned,
    CleaningSettings,
    Outcome,
    tally_outcomes,
    tally_reasons,
)
from analysis.quality.defects import cost_defects
from analysis.quality.dimensions import Dimension
from analysis.quality.scorecard import grade_of, measure_columns, overall_score, score_table
from analysis.results import Result, missing, number, text


@dataclass(frozen=True)
class Quality:
    """How far the tables of a review can be trusted.

    Attributes
    ----------
    outcomes : DataFrame
        One row a table and outcome: ``table``, ``outcome`` (read, kept, fixed, quarantined,
        excluded), ``rows``, ``amount`` (money; null for tables without).
    defects : DataFrame
        :func:`analysis.quality.cost_defects` of all tables.
    reasons : mapping
        Table → :func:`analysis.cleaning.tally_reasons` of it.
    columns : DataFrame
        :func:`analysis.quality.measure_columns` of all tables.
    scores : DataFrame
        One row a table, as :func:`analysis.quality.score_table` gives it.
    score : float or None
        :func:`analysis.quality.overall_score`.
    """

    outcomes: pd.DataFrame
    defects: pd.DataFrame
    reasons: Mapping[str, pd.DataFrame]
    columns: pd.DataFrame
    scores: pd.DataFrame
    score: float | None

    @property
    def rows(self) -> pd.DataFrame:
        """One row a table: ``table``, and its rows ``read``, ``kept``, ``fixed``, … ."""
        wide = self.outcomes.pivot_table(
            index="table", columns="outcome", values="rows", sort=False
        )
        return wide.astype(int).reset_index()

    @property
    def money(self) -> pd.DataFrame:
        """Rows and money of the transactions: one row an outcome, ``read`` first."""
        is_order = self.outcomes["table"] == "transactions"
        return self.outcomes[is_order].drop(columns="table").reset_index(drop=True)

    @property
    def grade(self) -> str | None:
        """The grade of the data as a whole."""
        return grade_of(self.score)


def assess(cleaned: Mapping[str, Cleaned], settings: CleaningSettings) -> Quality:
    """Count and score the tables of a review.

    Parameters
    ----------
    cleaned : mapping
        Table → its judged rows.
    settings : CleaningSettings
        Those that the tables were cleaned with.

    Raises
    ------
    ConservationError
        If rows or money of a table were lost between reading and cleaning.
    """
    outcomes, reasons, columns, scores = [], {}, [], []
    for name, one in cleaned.items():
        tally = tally_outcomes(one).reset_index()
        outcomes.append(tally.reindex(columns=["outcome", "rows", "amount"]).assign(table=name))
        reasons[name] = tally_reasons(one)
        measured = measure_columns(one, reasons[name])
        columns.append(measured)
        scores.append(
            score_table(one, measured, reasons[name], settings.as_of, settings.stale_after_days)
        )
    together = pd.DataFrame(scores)
    return Quality(
        outcomes=pd.concat(outcomes, ignore_index=True)[["table", "outcome", "rows", "amount"]],
        defects=cost_defects(reasons),
        reasons=reasons,
        columns=pd.concat(columns, ignore_index=True),
        scores=together,
        score=overall_score(dict(zip(together["table"], together["score"], strict=True))),
    )


def quality_results(quality: Quality) -> dict[str, Result]:
    """Published numbers: what became of the rows of each table, why, and the scorecard."""
    return _tally_results(quality) | _score_results(quality)


def _tally_results(quality: Quality) -> dict[str, Result]:
    results = {}
    for row in quality.outcomes.itertuples():
        results[f"quality.{row.table}.rows_{row.outcome}"] = number(int(row.rows), "rows")
        if row.amount == row.amount:  # tables without money have none
            results[f"quality.{row.table}.amount_{row.outcome}"] = number(row.amount, "money")
    used = quality.outcomes[quality.outcomes["outcome"].isin([Outcome.KEPT, Outcome.FIXED])]
    for table, rows in used.groupby("table", sort=False)["rows"].sum().items():
        results[f"quality.{table}.rows_used"] = number(int(rows), "rows")
    for table, reasons in quality.reasons.items():
        for row in reasons.itertuples():
            results[f"quality.{table}.reasons.{row.rule}"] = number(int(row.rows), "rows")
    return results


def _score_results(quality: Quality) -> dict[str, Result]:
    results = {"quality.grade": _grade(quality.grade), "quality.score": _ratio(quality.score)}
    results["quality.tables"] = number(len(quality.scores), "count")
    results["quality.defects"] = number(int(quality.defects["rows"].sum()), "rows")
    for row in quality.scores.to_dict("records"):
        start = f"quality.{row['table']}"
        results[f"{start}.grade"] = _grade(row["grade"])
        for dimension in Dimension:
            results[f"{start}.{dimension}"] = _ratio(row[str(dimension)])
    return results


def _grade(grade: str | None) -> Result:
    return text(grade) if grade else missing("text", "needs rows")


def _ratio(share: float | None) -> Result:
    if share is None or share != share:
        return missing("ratio", "does not apply to this table")
    return number(share, "ratio")
