"""What kind of defect each cleaning rule finds."""

from enum import StrEnum


class Dimension(StrEnum):
    """The five sides of data quality.

    COMPLETENESS: what is needed is there. VALIDITY: what is there can be read and is possible.
    UNIQUENESS: each thing stands there once, under one name. CONSISTENCY: values agree with each
    other, within a row and between tables. TIMELINESS: the newest row is new enough.
    """

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


NO_DEFECT = frozenset({"after_as_of", "not_selected", "return", "converted"})
"""Rules that only say what a row is: nothing is wrong with it."""

_BEGINNINGS = {
    "missing_": Dimension.COMPLETENESS,
    "short_row": Dimension.COMPLETENESS,
    "unreadable_": Dimension.VALIDITY,
    "out_of_range_": Dimension.VALIDITY,
    "unknown_choice_": Dimension.VALIDITY,
    "future_": Dimension.VALIDITY,
    "score_off_scale": Dimension.VALIDITY,
    "item_without_scale": Dimension.VALIDITY,
    "rate_not_positive": Dimension.VALIDITY,
    "extra_field": Dimension.VALIDITY,
    "control_character": Dimension.VALIDITY,
    "summary_row": Dimension.VALIDITY,
    "duplicate_": Dimension.UNIQUENESS,
    "merged_id": Dimension.UNIQUENESS,
}


def dimension_of(rule: str) -> Dimension | None:
    """The side of quality that a rule tells of; None where nothing is wrong with the row.

    What is neither missing, unreadable, impossible nor there twice contradicts something else.

    Examples
    --------
    >>> dimension_of("missing_customer_id").value, dimension_of("closed_before_opened").value
    ('completeness', 'consistency')
    """
    if rule in NO_DEFECT:
        return None
    return next(
        (found for start, found in _BEGINNINGS.items() if rule.startswith(start)),
        Dimension.CONSISTENCY,
    )
