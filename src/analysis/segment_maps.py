"""Segment maps: which combination of RFM scores bears which name.

Pure data and their proof, so that a params file with a map of its own is checked when it is read,
long before a customer is scored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

Aim = Literal["keep", "develop", "win_back", "maintain"]
"""What a segment calls for. Maps differ in their names, and are compared by this."""

AIMS: tuple[Aim, ...] = get_args(Aim)

Scores = tuple[int, int, int]
Range = tuple[int, int]

INACTIVE = "inactive"
"""Segment of customers without an order in the window, who therefore have no scores."""

OTHER = "other"
"""Segment of the combinations that the map of the R package rfm leaves without a name."""


@dataclass(frozen=True)
class MapRule:
    """A box of recency, frequency and money scores and the segment that it names.

    Attributes
    ----------
    segment : str
        Key of the segment.
    aim : Aim
        What the segment calls for.
    r, f, m : tuple of int
        Least and most score; both belong to the box.
    """

    segment: str
    aim: Aim
    r: Range = (1, 5)
    f: Range = (1, 5)
    m: Range = (1, 5)

    def matches(self, scores: Scores) -> bool:
        """Whether a combination of scores lies in the box."""
        boxes = (self.r, self.f, self.m)
        return all(low <= score <= high for score, (low, high) in zip(scores, boxes, strict=True))


@dataclass(frozen=True)
class SegmentMap:
    """An ordered list of rules, the first of which to match names the segment.

    Attributes
    ----------
    name : str
        Key of the map: the scheme under which its segments are published.
    rules : tuple of MapRule
        Best segment first.
    n_scores : int
        Scores run from 1 to this.
    fallback : str, optional
        Segment of the combinations that no rule matches.
    """

    name: str
    rules: tuple[MapRule, ...]
    n_scores: int = 5
    fallback: str | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        """Every segment that a customer can have, best first, those without orders last."""
        named = dict.fromkeys(rule.segment for rule in self.rules)
        return (*named, *([self.fallback] if self.fallback else []), INACTIVE)

    @property
    def aims(self) -> dict[str, str]:
        """What each segment calls for; of the inactive, that they are."""
        named = {rule.segment: rule.aim for rule in reversed(self.rules)}
        return {segment: named.get(segment, "maintain") for segment in self.segments} | {
            INACTIVE: INACTIVE
        }

    def segment_of(self, scores: Scores) -> str | None:
        """Segment of one combination of scores; None if the map leaves it without a name.

        Examples
        --------
        >>> GRID.segment_of((5, 1, 3)), RFM_PACKAGE.segment_of((2, 1, 5))
        ('new', 'other')
        """
        matching = (rule.segment for rule in self.rules if rule.matches(scores))
        return next(matching, self.fallback)

    def combinations(self) -> Iterator[Scores]:
        """Every combination of recency, frequency and money scores."""
        levels = range(1, self.n_scores + 1)
        yield from product(levels, levels, levels)

    def unmatched(self) -> list[Scores]:
        """The combinations that no rule matches."""
        return [s for s in self.combinations() if not any(r.matches(s) for r in self.rules)]

    def ambiguous(self) -> list[Scores]:
        """The combinations that more than one rule matches, so that their order decides."""
        return [s for s in self.combinations() if sum(r.matches(s) for r in self.rules) > 1]


GRID = SegmentMap(
    "grid",
    (
        MapRule("champion", "keep", r=(5, 5), f=(4, 5)),
        MapRule("loyal", "keep", r=(3, 4), f=(4, 5)),
        MapRule("potential_loyalist", "develop", r=(4, 5), f=(2, 3)),
        MapRule("new", "develop", r=(5, 5), f=(1, 1)),
        MapRule("promising", "develop", r=(4, 4), f=(1, 1)),
        MapRule("need_attention", "win_back", r=(3, 3), f=(3, 3)),
        MapRule("about_to_sleep", "win_back", r=(3, 3), f=(1, 2)),
        MapRule("cannot_lose", "win_back", r=(1, 2), f=(5, 5)),
        MapRule("at_risk", "win_back", r=(1, 2), f=(3, 4)),
        MapRule("hibernating", "maintain", r=(1, 2), f=(1, 2)),
    ),
)
"""The R–F grid of ten segments; it covers each of the 25 cells exactly once."""

RFM_PACKAGE = SegmentMap(
    "rfm",
    (
        MapRule("champion", "keep", r=(5, 5), f=(5, 5), m=(5, 5)),
        MapRule("potential_loyalist", "develop", r=(3, 5), f=(3, 5), m=(2, 5)),
        MapRule("loyal", "keep", r=(2, 4), f=(2, 4), m=(2, 4)),
        MapRule("promising", "develop", r=(3, 4), f=(1, 3), m=(3, 5)),
        MapRule("new", "develop", r=(4, 5), f=(1, 3), m=(1, 5)),
        MapRule("cannot_lose", "win_back", r=(1, 2), f=(3, 4), m=(4, 5)),
        MapRule("at_risk", "win_back", r=(1, 2), f=(2, 5), m=(4, 5)),
        MapRule("need_attention", "win_back", r=(1, 3), f=(3, 5), m=(3, 5)),
        MapRule("about_to_sleep", "win_back", r=(2, 3), f=(1, 3), m=(1, 4)),
        MapRule("lost", "maintain", r=(1, 1), f=(1, 5), m=(1, 5)),
    ),
    fallback=OTHER,
)
"""The map of the R package rfm 0.3.0: 10 of its 125 combinations have no name, 58 have several."""

EIGHT_CLASSES = SegmentMap(
    "eight",
    (
        MapRule("important_value", "keep", r=(2, 2), f=(2, 2), m=(2, 2)),
        MapRule("important_keep", "win_back", r=(1, 1), f=(2, 2), m=(2, 2)),
        MapRule("important_develop", "develop", r=(2, 2), f=(1, 1), m=(2, 2)),
        MapRule("important_retain", "win_back", r=(1, 1), f=(1, 1), m=(2, 2)),
        MapRule("general_value", "develop", r=(2, 2), f=(2, 2), m=(1, 1)),
        MapRule("general_keep", "win_back", r=(1, 1), f=(2, 2), m=(1, 1)),
        MapRule("general_develop", "develop", r=(2, 2), f=(1, 1), m=(1, 1)),
        MapRule("general_retain", "maintain", r=(1, 1), f=(1, 1), m=(1, 1)),
    ),
    n_scores=2,
)
"""国内八类: good (2) or not (1) in recency, frequency and money, by one cut point each."""

MAPS = {segment_map.name: segment_map for segment_map in (GRID, RFM_PACKAGE, EIGHT_CLASSES)}
