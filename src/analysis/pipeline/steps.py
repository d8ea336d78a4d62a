"""The graph of a review: each notebook with what it reads, what comes before it, what it leaves.

This is the one place where a notebook is declared. Which package modules it reaches is not
declared: :mod:`analysis.pipeline.code` finds that out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.schemas import TABLES

COMMON_PARAMS = ("review", "fiscal_year", "satisfaction", "rfm.custom_map")
"""What of the params every step reads: languages, currency, quarter, the company's own words."""


@dataclass(frozen=True)
class Step:
    """One notebook of the review.

    Attributes
    ----------
    name : str
        The notebook's file name without ending.
    after : tuple of str
        Steps whose tables it reads.
    inputs : tuple of str
        Input tables that it reads, as they are called under ``sources`` in the params.
    params : tuple of str
        Sections of the params that it reads besides :data:`COMMON_PARAMS`.
    outputs : tuple of str
        Files of the run folder that it must write.
    reads : tuple of str
        Folders of the run whose files it reads, if an earlier step wrote them.
    """

    name: str
    after: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ("data/",)


ANALYSES = (
    Step(
        "01_cleaning",
        inputs=tuple(TABLES),
        params=("cleaning", "surveys", "privacy", "rfm"),
        outputs=(
            "data/transactions.parquet",
            "data/customer_summary.parquet",
            "quality/rejects.csv",
            "results/01_cleaning.json",
        ),
    ),
    Step(
        "02_segmentation",
        after=("01_cleaning",),
        params=("rfm", "segmentation"),
        outputs=(
            "data/rfm.parquet",
            "data/rfm_before.parquet",
            "data/customer_summary_before.parquet",
            "data/classes.parquet",
            "results/02_segmentation.json",
        ),
    ),
    Step(
        "03_value",
        after=("02_segmentation",),
        params=("value", "rfm", "segmentation"),
        outputs=(
            "data/value.parquet",
            "data/value_before.parquet",
            "data/churn.parquet",
            "data/health.parquet",
            "data/tiers.parquet",
            "lists/value_watchlist.csv",
            "lists/value_win_back.csv",
            "results/03_value.json",
        ),
    ),
    Step(
        "04_satisfaction",
        after=("03_value",),
        params=("accounts", "surveys"),
        outputs=("data/satisfaction.parquet", "results/04_satisfaction.json"),
    ),
    Step(
        "06_relations",
        after=("03_value",),
        params=("accounts", "rfm"),
        outputs=(
            "data/receivable_sums.parquet",
            "data/pipeline_sums.parquet",
            "data/contacts.parquet",
            "data/credit_warnings.parquet",
            "data/whitespace.parquet",
            "exports/care_calendar.ics",
            "results/06_relations.json",
        ),
    ),
    Step(
        "05_accounts",
        after=("04_satisfaction", "06_relations"),
        params=("accounts", "playbook", "rfm", "segmentation", "surveys", "value"),
        outputs=(
            "data/customer_360.parquet",
            "data/key_accounts.parquet",
            "data/planned_actions.parquet",
            "results/05_accounts.json",
        ),
    ),
)
STEPS = (
    *ANALYSES,
    # The last: what it says rests on every number that is published.
    Step(
        "07_story",
        after=tuple(step.name for step in ANALYSES),
        inputs=tuple(TABLES),
        params=("report", "playbook"),
        outputs=("results/07_story.json",),
        reads=("results/", "data/benchmarks.parquet"),
    ),
)


def before(step: Step, steps: Iterable[Step] = STEPS) -> tuple[Step, ...]:
    """Every step that must have run before one, directly or by way of others."""
    by_name = {each.name: each for each in steps}
    found: dict[str, Step] = {}
    waiting = list(step.after)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = by_name[name]
            waiting.extend(by_name[name].after)
    return tuple(each for each in steps if each.name in found)
