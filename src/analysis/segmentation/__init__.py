"""Classifications of the customers."""

from analysis.segmentation.rfm import (
    GRID,
    INACTIVE,
    CutPoints,
    MapCell,
    find_cut_points,
    grid_counts,
    score_rfm,
    segment_results,
    summarize_segments,
)

__all__ = [
    "GRID",
    "INACTIVE",
    "CutPoints",
    "MapCell",
    "find_cut_points",
    "grid_counts",
    "score_rfm",
    "segment_results",
    "summarize_segments",
]
