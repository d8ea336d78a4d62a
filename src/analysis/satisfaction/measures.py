"""What a survey measures: which items make which figure, and in which unit.

A measure turns one questionnaire into one number, so that every figure is a mean: the net
promoter score of 100, 0 and −100, a share of 1 and 0, an item's mean of its scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Literal

import ibis.expr.types as ir

from analysis.params.satisfaction_models import Satisfaction
from analysis.results import Unit

Scale = tuple[float, float]
Group = Literal["headline", "part", "perceived", "item"]
Kind = Literal["net_promoters", "share", "mean", "percent_of_scale"]

NPS_SCALE: Scale = (0, 10)
PROMOTERS_FROM, DETRACTORS_TO = 9, 6
"""Reichheld (2003), "The One Number You Need to Grow", Harvard Business Review 81(12)."""
EASY_FROM, EFFORT_SCALE = 5, (1, 7)

UNITS: dict[Kind, Unit] = {
    "net_promoters": "points",
    "share": "ratio",
    "mean": "score",
    "percent_of_scale": "points",
}


@dataclass(frozen=True)
class Measure:
    """One figure that a survey gives.

    Attributes
    ----------
    group, name : str
        ``headline``: nps, csat, ces, index; ``part``: promoters, detractors; ``perceived``: a
        kind of perceived value; ``item``: an item of the survey by its own name.
    kind : str
        ``net_promoters``: 100 · (promoters − detractors). ``share``: answers from ``threshold``
        on, or up to it where ``is_upper`` is false. ``mean``: of the scores as given.
        ``percent_of_scale``: mean of the items, each from 0 at its scale's lowest score to 100 at
        its highest.
    items : tuple of str
        The survey's items that it is made of.
    scales : tuple of (lowest, highest)
        Their scales.
    """

    group: Group
    name: str
    kind: Kind
    items: tuple[str, ...]
    scales: tuple[Scale, ...]
    threshold: float = 0
    is_upper: bool = True

    @property
    def unit(self) -> Unit:
        """The unit of its figures."""
        return UNITS[self.kind]

    @property
    def bounds(self) -> Scale:
        """Between which values its figures lie."""
        fixed: dict[Kind, Scale] = {
            "net_promoters": (-100, 100),
            "share": (0, 1),
            "percent_of_scale": (0, 100),
        }
        return fixed.get(self.kind) or self.scales[0]

    def of(self, answers: ir.Table) -> ir.NumericValue:
        """Its number of each questionnaire; null where one of its items was not answered."""
        scores = [answers[score_column(item)] for item in self.items]
        if self.kind == "net_promoters":
            is_promoter = (scores[0] >= PROMOTERS_FROM).cast("float64")
            return 100 * (is_promoter - (scores[0] <= DETRACTORS_TO).cast("float64"))
        if self.kind == "share":
            reached = scores[0] >= self.threshold if self.is_upper else scores[0] <= self.threshold
            return reached.cast("float64")
        if self.kind == "mean":
            return scores[0]
        parts = [
            (score - lowest) * (100 / (highest - lowest))
            for score, (lowest, highest) in zip(scores, self.scales, strict=True)
        ]
        return reduce(add, parts) / len(parts)


def items_of(measures: Sequence[Measure]) -> tuple[str, ...]:
    """The survey's items that some measures are made of."""
    return tuple(dict.fromkeys(item for measure in measures for item in measure.items))


def score_column(item: str) -> str:
    """Column of a questionnaire that holds an item's score."""
    return f"score_{item}"


def nps_column(survey: Satisfaction, measures: Sequence[Measure]) -> str | None:
    """Column of the answers with the score from 0 to 10, if the survey asked for it."""
    return score_column(survey.nps) if survey.nps in items_of(measures) and survey.nps else None


def define_measures(survey: Satisfaction, scales: Mapping[str, Scale]) -> tuple[Measure, ...]:
    """What can be measured of the items whose scales are known.

    Parameters
    ----------
    survey : Satisfaction
        Which item has which part (``satisfaction`` of the params file).
    scales : mapping
        Item → lowest and highest score (``surveys.scales``).

    Returns
    -------
    tuple of Measure
        Headlines first. An item without a scale measures nothing, except that the item of the net
        promoter score has the scale 0 to 10 by definition.

    Examples
    --------
    >>> measures = define_measures(Satisfaction(), {"csat": (1, 5), "delivery": (1, 5)})
    >>> [(measure.group, measure.name) for measure in measures]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('headline', 'nps'), ('headline', 'csat'), ('part', 'promoters'), ('part', 'detractors'),
     ('item', 'delivery')]
    """
    scales = dict(scales)
    if survey.nps:
        scales[survey.nps] = NPS_SCALE
    axes = {name: tuple(items) for name, items in survey.perceived_value if items}
    found = [
        *_headlines(survey, scales),
        *_nps_parts(survey),
        *(_composite("perceived", name, items, scales) for name, items in axes.items()),
        *(
            Measure("item", item, "mean", (item,), (scale,))
            for item, scale in scales.items()
            if item not in (survey.nps, survey.csat, survey.ces)
        ),
    ]
    return tuple(measure for measure in found if measure)


def _headlines(survey: Satisfaction, scales: Mapping[str, Scale]) -> list[Measure | None]:
    found: list[Measure | None] = []
    if survey.nps:
        found.append(Measure("headline", "nps", "net_promoters", (survey.nps,), (NPS_SCALE,)))
    if survey.csat and survey.csat in scales:
        scale = scales[survey.csat]
        top_two = scale[1] - 1
        found.append(Measure("headline", "csat", "share", (survey.csat,), (scale,), top_two))
    if survey.ces and survey.ces in scales:
        scale = scales[survey.ces]
        is_share = survey.ces_as == "share" and tuple(scale) == EFFORT_SCALE
        kind: Kind = "share" if is_share else "mean"
        found.append(Measure("headline", "ces", kind, (survey.ces,), (scale,), EASY_FROM))
    found.append(_composite("headline", "index", survey.index, scales))
    return found


def _nps_parts(survey: Satisfaction) -> list[Measure]:
    if not survey.nps:
        return []
    items, scales = (survey.nps,), (NPS_SCALE,)
    return [
        Measure("part", "promoters", "share", items, scales, PROMOTERS_FROM),
        Measure("part", "detractors", "share", items, scales, DETRACTORS_TO, is_upper=False),
    ]


def _composite(
    group: Group, name: str, items: tuple[str, ...], scales: Mapping[str, Scale]
) -> Measure | None:
    if not items or not set(items) <= scales.keys():
        return None
    return Measure(group, name, "percent_of_scale", items, tuple(scales[item] for item in items))
