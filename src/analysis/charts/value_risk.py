"""Pictures of what the customers are worth, and of what may be lost."""

from typing import Literal

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.theme import (
    ACCENT,
    BRAND,
    BRAND_LIGHT,
    INK,
    MUTED,
    canvas,
    draw_empty,
    money_axis,
)
from analysis.locales import Words

_PART_COLOURS = {"history": "#8d99a6", "quarter": "#d9b44a", "clv_12m": BRAND}
_STEP_COLOURS = {"start": BRAND, "end": BRAND, "reestimated": "#8d99a6"}
_N_FIFTHS = 5


def plot_value_parts(segments: pd.DataFrame, *, words: Words) -> Figure:
    """Three parts of each segment's value, side by side: before, this quarter, next 12 months.

    Parameters
    ----------
    segments : DataFrame
        ``segment``, ``customers``, ``history``, ``quarter``, ``clv_12m``, ``low``, ``high``; the
        row ``all`` is left to the table.
    """
    rows = segments[segments["segment"] != "all"].iloc[::-1]
    figure, axes = canvas(height=1.0 + 0.42 * len(rows))
    if rows.empty or rows["clv_12m"].isna().all():
        return draw_empty(figure, axes, words)
    places = pd.Series(range(len(rows)), rows.index)
    for shift, (part, colour) in zip((0.27, 0, -0.27), _PART_COLOURS.items(), strict=True):
        axes.barh(
            places + shift, rows[part], height=0.25, color=colour, label=words(f"legend.{part}")
        )
    axes.hlines(places - 0.27, rows["low"], rows["high"], color=ACCENT, linewidth=2)
    labels = [
        f"{words(f'segment.{row.segment}')}  (n = {words.decimal(row.customers, 0)})"
        for row in rows.itertuples()
    ]
    axes.set_yticks(places, labels)
    axes.set_xlabel(words("axis.value", currency=words.currency))
    money_axis(axes.xaxis, words)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    return figure


def plot_value_risk(cells: pd.DataFrame, *, words: Words) -> Figure:
    """Money at risk by value while active and probability still active.

    Parameters
    ----------
    cells : DataFrame
        ``fifth``, ``active_from``, ``customers``, ``value_at_risk``.
    """
    figure, axes = canvas(height=3.3)
    if cells.empty:
        return draw_empty(figure, axes, words)
    bands = sorted(cells["active_from"].unique())
    largest = cells["value_at_risk"].max()
    for cell in cells.itertuples():
        x, y = bands.index(cell.active_from), cell.fifth - 1
        depth = cell.value_at_risk / largest if largest else 0
        axes.barh(y, 0.96, left=x - 0.48, height=0.92, color=ACCENT, alpha=0.08 + 0.85 * depth)
        text = f"{words.short_money(cell.value_at_risk)}\nn = {words.decimal(cell.customers, 0)}"
        ink = "white" if depth > 0.6 else INK
        axes.text(x, y, text, ha="center", va="center", fontsize=7.5, color=ink)
    ends = [*bands[1:], 1]
    ranges = [
        f"{words.percent(low, 0)}–{words.percent(high, 0)}"
        for low, high in zip(bands, ends, strict=True)
    ]
    axes.set_xticks(range(len(bands)), ranges)
    axes.set_yticks(range(_N_FIFTHS), [words(f"fifth.{n}") for n in range(1, _N_FIFTHS + 1)])
    axes.set_xlabel(words("axis.p_alive"))
    axes.set_ylabel(words("axis.fifth"))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return figure


def plot_bridge(
    bridge: pd.DataFrame, measured: Literal["value", "revenue"] = "value", *, words: Words
) -> Figure:
    """From last quarter's value or revenue to this quarter's.

    Parameters
    ----------
    bridge : DataFrame
        ``step``, ``customers``, ``amount``, ``bottom``, ``height``.
    measured : str
        What the amounts are.
    """
    figure, axes = canvas(height=3.2)
    if bridge["amount"].isna().any():
        return draw_empty(figure, axes, words)
    for place, row in enumerate(bridge.itertuples()):
        change = BRAND_LIGHT if row.height >= 0 else ACCENT
        colour = _STEP_COLOURS.get(row.step, change)
        axes.bar(place, row.height, bottom=row.bottom, color=colour, width=0.62)
        text = f"{words.short_money(row.amount)}\nn = {words.decimal(row.customers, 0)}"
        top = max(row.bottom, row.bottom + row.height)
        axes.annotate(
            text, (place, top), xytext=(0, 3), textcoords="offset points", ha="center",
            fontsize=7.5, color=INK,
        )  # fmt: skip
    axes.set_xticks(range(len(bridge)), [words(f"step.{step}") for step in bridge["step"]])
    axes.set_ylabel(words(f"axis.{measured}", currency=words.currency))
    money_axis(axes.yaxis, words)
    axes.tick_params(axis="x", labelcolor=MUTED)
    axes.margins(y=0.15)
    return figure
