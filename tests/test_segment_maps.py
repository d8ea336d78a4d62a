"""Segment maps: published boxes, known gaps, and proofs."""

from collections import Counter

import pytest

from analysis.segment_maps import (
    AIMS,
    EIGHT_CLASSES,
    GRID,
    INACTIVE,
    MAPS,
    OTHER,
    RFM_PACKAGE,
    MapRule,
    SegmentMap,
)


def test_the_rfm_package_leaves_10_of_125_and_doubles_58():
    unmatched = RFM_PACKAGE.unmatched()
    assert len(list(RFM_PACKAGE.combinations())) == 125
    assert len(unmatched) == 10
    assert len(RFM_PACKAGE.ambiguous()) == 58
    assert {RFM_PACKAGE.segment_of(scores) for scores in unmatched} == {OTHER}


@pytest.mark.parametrize(
    ("scores", "segment"),
    [
        ((5, 5, 5), "champion"),
        ((4, 4, 4), "potential_loyalist"),  # loyal and promising match too, and come later
        ((2, 3, 3), "loyal"),
        ((3, 1, 5), "promising"),
        ((5, 1, 1), "new"),
        ((1, 3, 5), "cannot_lose"),
        ((1, 5, 5), "at_risk"),
        ((3, 1, 2), "about_to_sleep"),
        ((1, 1, 1), "lost"),
        ((2, 1, 5), OTHER),
        ((5, 5, 1), OTHER),
    ],
)
def test_the_first_rule_of_the_rfm_package_decides(scores, segment):
    assert RFM_PACKAGE.segment_of(scores) == segment


@pytest.mark.parametrize(
    ("code", "segment"),
    [
        ("111", "important_value"),
        ("011", "important_keep"),
        ("101", "important_develop"),
        ("001", "important_retain"),
        ("110", "general_value"),
        ("010", "general_keep"),
        ("100", "general_develop"),
        ("000", "general_retain"),
    ],
)
def test_the_eight_classes_by_their_code(code, segment):
    assert EIGHT_CLASSES.segment_of(tuple(int(digit) + 1 for digit in code)) == segment


@pytest.mark.parametrize("name", ["grid", "eight"])
def test_a_complete_map_gives_each_combination_one_segment(name):
    assert MAPS[name].unmatched() == MAPS[name].ambiguous() == []


@pytest.mark.parametrize("segment_map", MAPS.values(), ids=lambda m: m.name)
def test_every_segment_calls_for_something(segment_map):
    aims = segment_map.aims
    assert tuple(aims) == segment_map.segments
    assert aims.pop(INACTIVE) == INACTIVE
    assert set(aims.values()) <= set(AIMS)
    assert max(Counter(segment_map.segments).values()) == 1


def test_gaps_and_overlaps_are_found():
    two = SegmentMap("own", (MapRule("a", "keep", r=(1, 3)), MapRule("b", "keep", r=(3, 4))))
    assert {scores[0] for scores in two.unmatched()} == {5}
    assert {scores[0] for scores in two.ambiguous()} == {3}
    assert two.segment_of((5, 1, 1)) is None
    assert two.segment_of((3, 1, 1)) == "a"


def test_the_grid_asks_nothing_of_money():
    assert {GRID.segment_of((5, 5, m)) for m in range(1, 6)} == {"champion"}
