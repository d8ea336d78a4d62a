"""Pictures of how customers moved between two quarters, and whether they came back."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from analysis.charts.theme import (
    BRAND,
    DIRECTION_COLOURS,
    INK,
    MUTED,
    STATE_COLOURS,
    WIDTH,
    canvas,
    draw_empty,
)
from analysis.locales import Words

BAR = 0.05
"""Width of the bars that the flows join, as a share of the picture."""

SHADES = LinearSegmentedColormap.from_list("brand", ["#f4f7f8", BRAND])
DARK_FROM = 0.5


def plot_flows(flows: pd.DataFrame, quarters: tuple[str, str], *, words: Words) -> Figure:
    """Customers as bands from what they called for last quarter to what they call for now.

    Parameters
    ----------
    flows : DataFrame
        ``before``, ``now``, ``customers``, ``direction``, ``left``, ``right``
        (:func:`analysis.segmentation.migration.draw_flows`).
    quarters : tuple of str
        Names of the two quarters.
    """
    figure, axes = canvas(height=4.4)
    if flows.empty or set(flows["before"]) == {"newcomer"}:
        return draw_empty(figure, axes, words)
    for flow in flows.to_dict("records"):
        _draw_band(axes, flow)
    for side, place, x in (("before", "left", 0.0), ("now", "right", 1.0)):
        states = flows.groupby(side).agg(top=(place, "min"), customers=("customers", "sum"))
        for state, row in states.iterrows():
            _draw_state(axes, str(state), row["top"], row["customers"], x, words)
    for x, quarter, side in ((0.0, quarters[0], "right"), (1.0, quarters[1], "left")):
        axes.annotate(
            quarter, (x, 0), (0, 8), textcoords="offset points", ha=side, color=MUTED, fontsize=9
        )
    axes.set_xlim(-0.42, 1.42)
    axes.margins(y=0.02)
    axes.invert_yaxis()
    axes.set_axis_off()
    handles = [Rectangle((0, 0), 1, 1, color=colour) for colour in DIRECTION_COLOURS.values()]
    names = [words(f"legend.{direction}") for direction in DIRECTION_COLOURS]
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    return figure


def plot_cohorts(
    cohorts: pd.DataFrame, fields: Sequence[str], period: str, *, words: Words
) -> Figure:
    """One heat map a field: a row a cohort, a column an age.

    Parameters
    ----------
    cohorts : DataFrame
        ``cohort`` (text), ``age`` (periods), ``customers``, and the fields (shares of 1), oldest
        cohort first (:func:`analysis.segmentation.cohorts.follow_cohorts`).
    fields : sequence of str
        Which shares to show.
    period : str
        ``quarter`` or ``month``.
    """
    figure, panels = plt.subplots(
        ncols=len(fields), sharey=True, squeeze=False, layout="constrained",
        figsize=(WIDTH, 3.6),
    )  # fmt: skip
    later = cohorts[cohorts["age"] > 0]
    if later.empty:
        figure, axes = canvas(height=2.0)
        return draw_empty(figure, axes, words)
    sizes = cohorts.drop_duplicates("cohort").set_index("cohort")["customers"]
    for axes, field in zip(panels[0], fields, strict=True):
        table = later.pivot(index="cohort", columns="age", values=field)
        _draw_heat_map(axes, table, words)
        axes.set_title(words(f"axis.{field}"), fontsize=9, color=MUTED, loc="left")
        axes.set_xlabel(words(f"axis.age_{period}"))
        labels = [f"{cohort}  n = {words.decimal(sizes[cohort], 0)}" for cohort in table.index]
        axes.set_yticks(range(len(table)), labels)
    panels[0][0].set_ylabel(words(f"axis.cohort_{period}"))
    return figure


def _draw_band(axes: Axes, flow: dict[str, float]) -> None:
    """A band of constant height, bent from its place on the left to that on the right."""
    x0, x1, middle, height = BAR, 1 - BAR, 0.5, flow["customers"]
    left, right = flow["left"], flow["right"]
    corners = [
        (x0, left), (middle, left), (middle, right), (x1, right),
        (x1, right + height), (middle, right + height), (middle, left + height),
        (x0, left + height), (x0, left),
    ]  # fmt: skip
    curve, line = Path.CURVE4, Path.LINETO
    codes = [Path.MOVETO, curve, curve, curve, line, curve, curve, curve, Path.CLOSEPOLY]
    colour = DIRECTION_COLOURS[str(flow["direction"])]
    axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=0.75, linewidth=0))


def _draw_state(
    axes: Axes, state: str, top: float, customers: float, x: float, words: Words
) -> None:
    """A bar at the edge with its name and its customers beside it."""
    is_left = x == 0
    bar_x = x if is_left else x - BAR
    axes.add_patch(Rectangle((bar_x, top), BAR, customers, color=STATE_COLOURS[state]))
    name = f"{words(f'state.{state}')}  {words.format(customers, 'customers')}"
    text_x, side = (x - 0.02, "right") if is_left else (x + 0.02, "left")
    axes.text(text_x, top + customers / 2, name, ha=side, va="center", color=INK, fontsize=8.5)


def _draw_heat_map(axes: Axes, table: pd.DataFrame, words: Words) -> None:
    axes.imshow(table.to_numpy(dtype=float), cmap=SHADES, vmin=0, vmax=1, aspect="auto")
    for y, row in enumerate(table.to_numpy(dtype=float)):
        for x, share in enumerate(row):
            if share == share:
                colour = "white" if share > DARK_FROM else INK
                label = words.percent(share, 0)
                axes.text(x, y, label, ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(table.columns)), [str(age) for age in table.columns])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
