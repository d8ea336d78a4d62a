"""What a params file may say about RFM scores and the map that names them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_validator,
)

from analysis.params.fields import Section, fault
from analysis.params.texts import LocalText
from analysis.segment_maps import INACTIVE, MAPS, Aim, MapRule, SegmentMap

NAME = r"^[a-z][a-z0-9_]{0,30}$"
_LABEL = 'the name in words: a text, or a map "en: …", "zh: …"'
_NAMED = "1 to 31 small letters, digits or _, a letter in front"


def _score_range(value: Any) -> tuple[int, int]:
    scores = value if isinstance(value, list | tuple) else [value, value]
    in_order = len(scores) == 2 and all(type(score) is int for score in scores)
    if not in_order or not 1 <= scores[0] <= scores[1] <= 5:
        raise fault("one score, or the least and the most in brackets, is needed: 5, or [3, 5].")
    return (scores[0], scores[1])


Scores = Annotated[tuple[int, int], PlainValidator(_score_range)]
_RANGE = "a score from 1 to 5, or the least and the most in brackets, as in [3, 5]"


class FixedCut(Section):
    """The cut points of the eight classes, where somebody has decided them."""

    recency_days: int = Field(ge=0, description="most days since the last order, for good recency")
    orders: int = Field(ge=1, description="fewest orders in the window, for good frequency")
    revenue: float = Field(description="least revenue in the window, for good money")


class CustomSegment(Section):
    """One segment of a map of one's own: a box of scores with a name."""

    name: str = Field(pattern=NAME, description=f"a key of its own: {_NAMED}")
    label: LocalText = Field(description=_LABEL)
    aim: Aim = Field(description="keep, develop, win_back or maintain: what the segment calls for")
    r: Scores = Field(default=(1, 5), description=_RANGE)
    f: Scores = Field(default=(1, 5), description=_RANGE)
    m: Scores = Field(default=(1, 5), description=_RANGE)


class Fallback(Section):
    """The segment of the combinations that no box holds."""

    name: str = Field(pattern=NAME, description=f"a key of its own: {_NAMED}")
    label: LocalText = Field(description=_LABEL)


class CustomMap(Section):
    """A map of one's own, in which every combination of scores has exactly one segment."""

    segments: tuple[CustomSegment, ...] = Field(
        strict=False, min_length=1, description="a list of segments, best first"
    )
    fallback: Fallback | None = Field(
        default=None, description="the segment of the combinations that no box holds"
    )

    @property
    def segment_map(self) -> SegmentMap:
        """The map by which scores are named."""
        rules = tuple(MapRule(s.name, s.aim, s.r, s.f, s.m) for s in self.segments)
        fallback = self.fallback.name if self.fallback else None
        return SegmentMap("custom", rules, fallback=fallback)

    @property
    def labels(self) -> dict[str, LocalText]:
        """Each segment's name in words."""
        labels = {segment.name: segment.label for segment in self.segments}
        return labels | ({self.fallback.name: self.fallback.label} if self.fallback else {})

    @model_validator(mode="after")
    def _prove(self) -> CustomMap:
        """Refuse a map that leaves a combination without a segment or gives it two."""
        segment_map = self.segment_map
        if INACTIVE in self.labels:
            raise fault(f'"{INACTIVE}" names the customers without orders: choose another name.')
        if ambiguous := segment_map.ambiguous():
            raise fault(f"{_listed(ambiguous)} in more than one segment. Make the boxes smaller.")
        if not self.fallback and (unmatched := segment_map.unmatched()):
            raise fault(f"{_listed(unmatched)} in no segment. Add a fallback, or boxes.")
        return self


class Rfm(Section):
    """Recency, frequency and monetary scores."""

    window_months: int = Field(
        default=12, ge=1, le=120, description="how far back RFM looks: 1 to 120 whole months"
    )
    map: Literal["grid", "rfm", "eight", "custom"] = Field(
        default="grid", description="grid, rfm, eight or custom: how scores become segments"
    )
    frequency: Literal["orders", "order_days"] = Field(
        default="orders", description="orders, or order_days (orders of one day count once)"
    )
    cut: Literal["median", "mean", "fixed"] = Field(
        default="median", description="median, mean or fixed: where the eight classes are cut"
    )
    fixed_cut: FixedCut | None = Field(
        default=None, validate_default=True, description="the cut points of cut: fixed"
    )
    custom_map: CustomMap | None = Field(
        default=None, validate_default=True, description="the segments of map: custom"
    )

    @property
    def segment_maps(self) -> dict[str, SegmentMap]:
        """Every map that this review draws, by name; the one that it goes by is ``map``."""
        return MAPS | ({"custom": self.custom_map.segment_map} if self.custom_map else {})

    @property
    def segment_map(self) -> SegmentMap:
        """The map that the review goes by."""
        return self.segment_maps[self.map]

    @field_validator("fixed_cut")
    @classmethod
    def _fixed_cut_is_given(cls, given: FixedCut | None, info: ValidationInfo) -> FixedCut | None:
        if info.data.get("cut") == "fixed" and given is None:
            raise fault('this key is missing: "cut: fixed" needs recency_days, orders, revenue.')
        return given

    @field_validator("custom_map")
    @classmethod
    def _custom_map_is_given(
        cls, given: CustomMap | None, info: ValidationInfo
    ) -> CustomMap | None:
        if info.data.get("map") == "custom" and given is None:
            raise fault('this key is missing: "map: custom" needs its segments.')
        return given


def _listed(combinations: list[tuple[int, int, int]]) -> str:
    """The first combinations in words, and how many more there are."""
    shown = ", ".join("-".join(map(str, scores)) for scores in combinations[:3])
    more = f" and {len(combinations) - 3} more" if len(combinations) > 3 else ""
    return f"R-F-M scores {shown}{more} are"
