"""One theme for every picture: colours, sizes, fonts, and files that are the same each time."""

from collections.abc import Sequence
from importlib import resources
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.locales import Words

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
    "lost": "#8d99a6",
    "other": "#cfd6dc",
    "important_value": "#0f4c5c",
    "important_keep": "#a63d40",
    "important_develop": "#5fa8a8",
    "important_retain": "#c8553d",
    "general_value": "#2a7f8e",
    "general_keep": "#dd9047",
    "general_develop": "#8fbf9f",
    "general_retain": "#8d99a6",
}
"""A segment keeps its colour everywhere."""

OWN_COLOURS = ("#0f4c5c", "#d9b44a", "#5fa8a8", "#c8553d", "#8fbf9f", "#dd9047", "#8d99a6")
"""Colours of a map of one's own, by place."""

STATE_COLOURS = {
    "keep": "#0f4c5c",
    "develop": "#5fa8a8",
    "win_back": "#dd9047",
    "maintain": "#8d99a6",
    "inactive": "#b8c1ca",
    "newcomer": "#b9cf8d",
    "absent": "#e3e7ea",
}
"""What a segment calls for, and whether there is one."""

DIRECTION_COLOURS = {"up": "#2a7f8e", "down": "#c8553d", "same": "#ccd3d9", "new": "#b9cf8d"}
"""Up and down differ in lightness too, so that nobody needs to tell green from red."""

WIDTH = 7.2
PNG_DPI = 160
PNG_EFFORT = 3
"""Compression, of 9. The library's own 6 makes the demo's pictures a twelfth smaller."""


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as ``path``.svg and ``path``.png, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Saving would find the layout twice for each file, which takes as long as drawing.
    if layout := figure.get_layout_engine():
        layout.execute(figure)
    figure.set_layout_engine(None)
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(
        path.with_suffix(".png"),
        dpi=PNG_DPI,
        metadata={"Software": None},
        pil_kwargs={"compress_level": PNG_EFFORT},
    )
    plt.close(figure)


def canvas(height: float) -> tuple[Figure, Axes]:
    """An empty picture of the common width; ``height`` in inches."""
    return plt.subplots(figsize=(WIDTH, height), layout="constrained")


def money_axis(axis: Axis, words: Words) -> None:
    """Write money in its short form, at steps of which that form shows every digit."""
    axis.set_major_locator(MaxNLocator(nbins="auto", steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: words.short_money(value)))


def draw_empty(figure: Figure, axes: Axes, words: Words) -> Figure:
    """A picture without data says so."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, words("not_computed"), ha="center", color=MUTED, transform=axes.transAxes)
    return figure


def segment_colours(segments: Sequence[str]) -> list[str]:
    """The colour of each segment; those of a map of one's own by their place in it."""
    own = cycle(OWN_COLOURS)
    return [SEGMENT_COLOURS.get(segment) or next(own) for segment in segments]


def _use_theme() -> None:
    fonts = resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"
    font_manager.fontManager.addfont(str(fonts))
    style: dict[str, Any] = {
        "font.family": ["Noto Sans SC"],
        "font.size": 9,
        "text.color": INK,
        "text.parse_math": False,  # a name from the data may hold dollar signs
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
