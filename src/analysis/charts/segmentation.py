"""Pictures of how the customers are classified."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.charts.theme import BRAND, INK, MUTED, SEGMENT_COLOURS, WIDTH, canvas
from analysis.locales import Words
from analysis.segmentation import MapCell


def plot_rfm_grid(counts: pd.DataFrame, cells: tuple[MapCell, ...], *, words: Words) -> Figure:
    """Customers on the R–F grid, with the segments that the grid names.

    Parameters
    ----------
    counts : DataFrame
        Rows ``r_score`` 5 to 1, columns ``f_score`` 1 to 5, customers.
    cells : tuple of MapCell
        The rectangles of the map.
    """
    import seaborn as sns  # here alone: it takes longer to import than the rest together

    figure, axes = canvas(height=4.6)
    shades = sns.light_palette(BRAND, as_cmap=True)
    sns.heatmap(counts, ax=axes, cmap=shades, cbar=False, linewidths=0.6, linecolor="white")
    dark = counts.to_numpy().max() * 0.5
    for y, (_, row) in enumerate(counts.iterrows()):
        for x, customers in enumerate(row):
            colour = "white" if customers > dark else INK
            label = words.decimal(customers, 0)
            axes.text(x + 0.5, y + 0.62, label, ha="center", va="center", color=colour, fontsize=9)
    for cell in cells:
        _outline_segment(axes, cell, counts, dark, words)
    axes.set_xlabel(words("axis.f_score"))
    axes.set_ylabel(words("axis.r_score"))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def plot_segments(segments: pd.DataFrame, *, words: Words) -> Figure:
    """Each segment's share of the customers and of the revenue, side by side.

    Parameters
    ----------
    segments : DataFrame
        ``segment``, ``customer_share``, ``revenue_share`` (shares of 1), best first.
    """
    names = [words(f"segment.{segment}") for segment in segments["segment"]]
    colours = [SEGMENT_COLOURS[segment] for segment in segments["segment"]]
    figure, (left, right) = plt.subplots(
        ncols=2, sharey=True, figsize=(WIDTH, 3.9), layout="constrained"
    )
    for axes, field, legend in (
        (left, "customer_share", "customers"),
        (right, "revenue_share", "revenue"),
    ):
        bars = axes.barh(names, segments[field], color=colours, height=0.7)
        labels = [words.format(share, "ratio") for share in segments[field]]
        axes.bar_label(bars, labels, padding=3, fontsize=8, color=INK)
        axes.set_title(words(f"axis.share_of_{legend}"), fontsize=9, color=MUTED, loc="left")
        axes.xaxis.set_visible(False)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.margins(x=0.2)
    left.invert_yaxis()
    return figure


def _outline_segment(
    axes: Axes, cell: MapCell, counts: pd.DataFrame, dark: float, words: Words
) -> None:
    """Frame a segment's cells and write its name into the upper left one."""
    left, right = cell.f[0] - 1, cell.f[1]
    top, bottom = len(counts) - cell.r[1], len(counts) - cell.r[0] + 1
    colour = SEGMENT_COLOURS[cell.segment]
    axes.add_patch(
        Rectangle(
            (left + 0.03, top + 0.03),
            right - left - 0.06,
            bottom - top - 0.06,
            fill=False,
            edgecolor=colour,
            linewidth=2,
        )
    )
    is_dark = counts.loc[cell.r[1], cell.f[0]] > dark
    axes.text(
        left + 0.09,
        top + 0.11,
        words(f"segment.{cell.segment}"),
        fontsize=8,
        va="top",
        color="white" if is_dark else INK,
    )
