"""The review in one line."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.story.findings import describe_change
from analysis.story.indicators import Kpi
from analysis.story.statements import Statement

MOST_CLAUSES = 2
"""Changes for the better, and for the worse, that fit into the line."""


@dataclass(frozen=True)
class Headline:
    """The one-line verdict.

    Attributes
    ----------
    kind : str
        ``good``, ``weak``, ``mixed``, ``steady`` (no change beyond chance), ``first`` (nothing to
        compare with) or ``unknown``; its words are under ``headline`` in the locales.
    better, worse : tuple of Statement
        The changes that it names.
    revenue, customers : Kpi
        What a line without changes tells.
    compared : int
        How many indicators were compared.
    """

    kind: str
    better: tuple[Statement, ...]
    worse: tuple[Statement, ...]
    revenue: Kpi
    customers: Kpi
    compared: int


def write_headline(kpis: Sequence[Kpi]) -> Headline:
    """Weigh the indicators' verdicts.

    Parameters
    ----------
    kpis : sequence of Kpi
        From :func:`analysis.story.indicators.read_strip`; revenue and active customers among them.
    """
    by_name = {kpi.indicator.name: kpi for kpi in kpis}
    # Of all changes those of money and of retention are told first.
    order = sorted(kpis, key=lambda kpi: kpi.indicator.name not in ("revenue", "retention"))
    better = [stated for kpi in order if kpi.is_good and (stated := describe_change(kpi))]
    worse = [stated for kpi in order if kpi.is_good is False and (stated := describe_change(kpi))]
    compared = sum(kpi.change is not None for kpi in kpis)
    is_known = by_name["revenue"].value and by_name["active_customers"].value
    kind = {(True, True): "mixed", (True, False): "good", (False, True): "weak"}.get(
        (bool(better), bool(worse)), "steady" if compared else "first" if is_known else "unknown"
    )
    return Headline(
        kind,
        tuple(better[:MOST_CLAUSES]),
        tuple(worse[:MOST_CLAUSES]),
        by_name["revenue"],
        by_name["active_customers"],
        compared,
    )
