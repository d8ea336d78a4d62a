"""Pictures: each is drawn from the numbers that it is given, in one theme, and reckons nothing."""

from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from analysis.locales import Words
from analysis.segmentation import MapCell

INK, MUTED, RULE = "#1d2b36", "#5b6b78", "#d5dce2"
BRAND, BRAND_LIGHT, ACCENT = "#0f4c5c", "#a9c6cf", "#c8553d"

SEGMENT_COLOURS = {
    "champion": "#0f4c5c",
    "loyal": "#2a7f8e",
    "potential_loyalist": "#5fa8a8",
    "new": "#8fbf9f",
    "promising": "#b9cf8d",
    "need_attention": "#d9b44a",
    "about_to_sleep": "#dd9047",
    "cannot_lose": "#a63d40",
    "at_risk": "#c8553d",
    "hibernating": "#8d99a6",
    "inactive": "#b8c1ca",
}
"""A segment keeps its colour everywhere."""

WIDTH = 7.2
PNG_DPI = 160


def plot_quarterly_revenue(quarters: pd.DataFrame, *, words: Words) -> Figure:
    """Revenue by quarter, the one under review marked.

    Parameters
    ----------
    quarters : DataFrame
        ``quarter`` (text), ``revenue`` (money), oldest first, the reviewed one last.
    """
    figure, axes = _canvas(height=2.9)
    if quarters.empty:
        return _empty(figure, axes, words)
    colours = [BRAND_LIGHT] * (len(quarters) - 1) + [BRAND]
    bars = axes.bar(quarters["quarter"], quarters["revenue"], color=colours, width=0.68)
    axes.bar_label(
        bars, [words.short_money(v) for v in quarters["revenue"]], padding=3, color=INK, fontsize=8
    )
    axes.set_xlabel(words("axis.quarter"))
    axes.set_ylabel(words("axis.revenue", currency=words.currency))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.short_money(value)))
    axes.margins(y=0.15)
    return figure


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

    figure, axes = _canvas(height=4.6)
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


def plot_purchase_counts(counts: pd.DataFrame, *, words: Words) -> Figure:
    """How often customers came back, beside what the model expects.

    Parameters
    ----------
    counts : DataFrame
        ``repeat_purchases`` (the last stands for "or more"), ``observed`` and ``expected``
        customers.
    """
    figure, axes = _canvas(height=2.9)
    places = counts["repeat_purchases"]
    width = 0.4
    for field, shift, colour in (
        ("observed", -width / 2, BRAND),
        ("expected", width / 2, BRAND_LIGHT),
    ):
        bars = axes.bar(
            places + shift, counts[field], width, color=colour, label=words(f"legend.{field}")
        )
        labels = [words.format(n, "customers") for n in counts[field]]
        axes.bar_label(bars, labels, fontsize=7, padding=2, color=INK)
    ticks = [*map(str, places[:-1]), f"{places.iloc[-1]}+"]
    axes.set_xticks(places, ticks)
    axes.set_xlabel(words("axis.repeat_purchases"))
    axes.set_ylabel(words("axis.customers"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.decimal(value, 0)))
    axes.legend(frameon=False)
    return figure


def plot_value_deciles(deciles: pd.DataFrame, *, words: Words) -> Figure:
    """Which share of the predicted value each tenth of the customers holds.

    Parameters
    ----------
    deciles : DataFrame
        ``decile`` (1 is best), ``share`` (of 1).
    """
    figure, axes = _canvas(height=2.9)
    if deciles.empty:
        return _empty(figure, axes, words)
    colours = [BRAND, *[BRAND_LIGHT] * (len(deciles) - 1)]
    bars = axes.bar(deciles["decile"].astype(str), deciles["share"], color=colours, width=0.72)
    labels = [words.format(share, "ratio") for share in deciles["share"]]
    axes.bar_label(bars, labels, padding=3, fontsize=8, color=INK)
    axes.set_xlabel(words("axis.decile"))
    axes.set_ylabel(words("axis.value_share"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.margins(y=0.12)
    return figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as ``path``.svg and ``path``.png, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(path.with_suffix(".png"), dpi=PNG_DPI, metadata={"Software": None})
    plt.close(figure)


def _canvas(height: float) -> tuple[Figure, Axes]:
    return plt.subplots(figsize=(WIDTH, height), layout="constrained")


def _empty(figure: Figure, axes: Axes, words: Words) -> Figure:
    """A picture without data says so."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, words("not_computed"), ha="center", color=MUTED, transform=axes.transAxes)
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


def _use_theme() -> None:
    fonts = resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"
    font_manager.fontManager.addfont(str(fonts))
    style: dict[str, Any] = {
        "font.family": ["Noto Sans SC"],
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "axes.edgecolor": RULE,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.unicode_minus": False,
        "grid.color": "#e8edf0",
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "ytick.major.size": 0,
        "figure.facecolor": "white",
        # The same picture is the same bytes, and needs no font where it is opened.
        "svg.fonttype": "path",
        "svg.hashsalt": "customer-review-kit",
    }
    matplotlib.rcParams.update(style)  # type: ignore[arg-type]  # its stubs list each key


_use_theme()
