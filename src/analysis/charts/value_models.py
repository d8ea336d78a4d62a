"""Pictures of how far the models can be trusted."""

import pandas as pd
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts.theme import ACCENT, BRAND, INK, MUTED, canvas, draw_empty
from analysis.locales import Words


def plot_tracking(tracked: pd.DataFrame, *, words: Words) -> Figure:
    """Repeat purchases so far, counted and expected; the weeks of the test are shaded.

    Parameters
    ----------
    tracked : DataFrame
        ``week_end``, ``counted``, ``expected``, ``is_holdout``.
    """
    figure, axes = canvas(height=3.0)
    if tracked["expected"].isna().all():
        return draw_empty(figure, axes, words)
    weeks = tracked["week_end"]
    axes.plot(weeks, tracked["counted"], color=BRAND, linewidth=2, label=words("legend.observed"))
    axes.plot(
        weeks, tracked["expected"], color=ACCENT, linewidth=1.6, linestyle="--",
        label=words("legend.expected"),
    )  # fmt: skip
    tested = weeks[tracked["is_holdout"]]
    if len(tested):
        axes.axvspan(tested.iloc[0], tested.iloc[-1], color="#eef2f4", zorder=0)
        axes.annotate(
            words("axis.holdout"), (tested.iloc[-1], 0), xytext=(-4, 6),
            textcoords="offset points", ha="right", fontsize=8, color=MUTED,
        )  # fmt: skip
    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=8))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]
    axes.set_xlabel(words("axis.week"))
    axes.set_ylabel(words("axis.repeats_so_far"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.decimal(value, 0)))
    axes.legend(frameon=False, loc="upper left")
    return figure


def plot_calibration(groups: pd.DataFrame, *, words: Words) -> Figure:
    """Predicted and actual purchases of ten groups of customers, with 90 % intervals.

    Parameters
    ----------
    groups : DataFrame
        ``group``, ``customers``, ``predicted``, ``actual``, ``low``, ``high``.
    """
    figure, axes = canvas(height=2.9)
    if groups.empty:
        return draw_empty(figure, axes, words)
    places = range(len(groups))
    axes.vlines(places, groups["low"], groups["high"], color=BRAND, linewidth=2)
    axes.plot(
        places, groups["actual"], "o", color=BRAND, markersize=5, label=words("legend.observed")
    )
    axes.plot(
        places, groups["predicted"], "D", color=ACCENT, markersize=5, markerfacecolor="none",
        label=words("legend.expected"),
    )  # fmt: skip
    labels = [f"{row.group}\nn = {words.decimal(row.customers, 0)}" for row in groups.itertuples()]
    axes.set_xticks(list(places), labels, fontsize=7.5)
    axes.set_xlabel(words("axis.predicted_group"))
    axes.set_ylabel(words("axis.purchases_each"))
    axes.legend(frameon=False)
    return figure


def plot_alive(cells: pd.DataFrame, *, words: Words) -> Figure:
    """Probability still active by repeat purchases and weeks of silence.

    Parameters
    ----------
    cells : DataFrame
        ``frequency``, ``weeks_since``, ``p_alive``.
    """
    figure, axes = canvas(height=3.3)
    if cells.empty:
        return draw_empty(figure, axes, words)
    grid = cells.pivot(index="frequency", columns="weeks_since", values="p_alive")
    axes.imshow(grid, cmap="viridis", vmin=0, vmax=1, aspect="auto", origin="lower")
    for row, values in enumerate(grid.to_numpy()):
        for column, share in enumerate(values):
            ink = INK if share > 0.6 else "white"
            text = words.percent(share, 0)
            axes.text(column, row, text, ha="center", va="center", fontsize=6.5, color=ink)
    axes.set_xticks(range(len(grid.columns)), [str(week) for week in grid.columns])
    axes.set_yticks(range(len(grid.index)), [str(count) for count in grid.index])
    axes.set_xlabel(words("axis.weeks_since"))
    axes.set_ylabel(words("axis.repeat_purchases"))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return figure
