"""The graph of a review: each notebook with what must come before it and what it must leave."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One notebook of the review.

    Attributes
    ----------
    name : str
        The notebook's file name without ending.
    after : tuple of str
        Steps whose tables it reads.
    outputs : tuple of str
        Files of the run folder that it must write.
    """

    name: str
    after: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


STEPS = (
    Step(
        "01_cleaning",
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
        outputs=("data/rfm.parquet", "results/02_segmentation.json"),
    ),
    Step(
        "03_value",
        after=("02_segmentation",),
        outputs=(
            "data/value.parquet",
            "data/churn.parquet",
            "lists/win_back.csv",
            "results/03_value.json",
        ),
    ),
    Step("04_satisfaction", after=("01_cleaning",)),
    Step(
        "05_accounts",
        after=("02_segmentation", "03_value"),
        outputs=("results/05_accounts.json",),
    ),
)
