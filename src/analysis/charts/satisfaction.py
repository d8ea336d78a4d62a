"""Pictures of how customers feel, what they say and what goes wrong."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts.theme import (
    ACCENT,
    BRAND,
    BRAND_LIGHT,
    INK,
    MUTED,
    RULE,
    WIDTH,
    canvas,
    draw_empty,
)
from analysis.locales import Words
from analysis.results import Unit

QUIET = "#8d99a6"
VOICE_COLOURS = {
    "promoter": BRAND,
    "passive": BRAND_LIGHT,
    "detractor": ACCENT,
    "no_answer": "#d5dce2",
}
"""A voice keeps its colour everywhere."""
QUADRANT_PLACES = {
    "concentrate_here": (0.015, 0.975, "left", "top"),
    "keep_up": (0.985, 0.975, "right", "top"),
    "low_priority": (0.015, 0.025, "left", "bottom"),
    "possible_overkill": (0.985, 0.025, "right", "bottom"),
}
"""Importance upwards, performance to the right."""


def plot_score_trend(scores: pd.DataFrame, *, words: Words) -> Figure:
    """Each headline score by quarter with its interval, a panel each.

    Parameters
    ----------
    scores : DataFrame
        ``quarter``, ``measure``, ``unit``, ``value``, ``low``, ``high``, ``n``, oldest first
        (:func:`analysis.satisfaction.trend_of`).
    """
    if scores.empty:
        return draw_empty(*canvas(height=2.2), words)
    names = list(dict.fromkeys(scores["measure"]))
    figure, grid = plt.subplots(
        ncols=len(names), squeeze=False, figsize=(WIDTH, 2.7), layout="constrained"
    )
    for axes, name in zip(grid[0], names, strict=True):
        rows = scores[scores["measure"] == name].reset_index(drop=True)
        unit: Unit = rows["unit"].iloc[0]
        axes.fill_between(rows.index, rows["low"], rows["high"], color=BRAND_LIGHT, alpha=0.5)
        axes.plot(rows.index, rows["value"], color=BRAND, marker="o", markersize=3.5)
        ticks = [f"{row.quarter[2:]}\nn={words.decimal(row.n, 0)}" for row in rows.itertuples()]
        every = slice(None, None, -max(1, round(len(rows) * len(names) / 9)))
        axes.set_xticks(rows.index[every], ticks[every], fontsize=7)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _, u=unit: _axis(v, u, words)))
        latest = words.format(rows["value"].iloc[-1], unit)
        title = f"{words(f'panel.{name}')}\n{latest}"
        axes.set_title(title, fontsize=9, color=INK, loc="left")
        axes.margins(x=0.08, y=0.15)
    return figure


def plot_group_scores(groups: pd.DataFrame, *, words: Words) -> Figure:
    """The net promoter score of each group with its interval, by dimension.

    Parameters
    ----------
    groups : DataFrame
        ``dimension``, ``level``, ``value``, ``low``, ``high`` (points), ``n``, ``is_uncertain``;
        hidden ones are left out already (:func:`analysis.satisfaction.shown_groups`).
    """
    if groups.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, axes = canvas(height=0.9 + 0.24 * (len(groups) + groups["dimension"].nunique()))
    ticks, labels, place = [], [], 0
    for dimension, rows in groups.groupby("dimension", sort=False):
        axes.text(
            0, place, words(f"dimension.{dimension}"), transform=axes.get_yaxis_transform(),
            color=MUTED, fontsize=8, va="center", ha="right",
        )  # fmt: skip
        for row in rows.itertuples():
            place += 1
            colour = QUIET if row.is_uncertain else BRAND
            axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2, alpha=0.55)
            axes.plot(row.value, place, "o", color=colour, markersize=5)
            axes.annotate(
                f"{words.format(row.value, 'points')}  (n={words.decimal(row.n, 0)})",
                (row.high, place), xytext=(6, 0), textcoords="offset points", va="center",
                fontsize=7.5, color=INK,
            )  # fmt: skip
            ticks.append(place)
            labels.append(words.named(str(dimension), str(row.level)))
        place += 1
    axes.set_yticks(ticks, labels)
    axes.set_ylim(place - 0.4, -0.6)
    axes.axvline(0, color=RULE, linewidth=1)
    axes.grid(axis="x")
    axes.set_xlabel(words("axis.nps"))
    axes.margins(x=0.18)
    return figure


def plot_drivers(drivers: pd.DataFrame, *, words: Words) -> Figure:
    """How much of the outcome each item explains, with its interval.

    Parameters
    ----------
    drivers : DataFrame
        ``item``, ``share`` (of R²), ``low``, ``high``, ``is_significant``, the most important
        first (:func:`analysis.satisfaction.explain_outcome`).
    """
    if drivers.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, axes = canvas(height=0.8 + 0.34 * len(drivers))
    names = [words.named("item", item) for item in drivers["item"]]
    colours = [BRAND_LIGHT if found else RULE for found in drivers["is_significant"]]
    axes.barh(names, drivers["share"], color=colours, height=0.62)
    for place, row in enumerate(drivers.itertuples()):
        axes.plot([row.low, row.high], [place, place], color=INK, linewidth=1.2)
        axes.annotate(
            words.percent(row.share), (row.high, place), xytext=(5, 0),
            textcoords="offset points", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.set_xlabel(words("axis.explained"))
    axes.set_xlim(left=0)
    axes.margins(x=0.14)
    return figure


def plot_importance_performance(drivers: pd.DataFrame, *, words: Words) -> Figure:
    """The importance–performance map with its four named quadrants.

    Parameters
    ----------
    drivers : DataFrame
        ``item``, ``importance`` (share of what is explained), ``performance`` (0 to 100),
        ``importance_split``, ``performance_split`` (where the quadrants meet), ``quadrant``.
    """
    if drivers.empty:
        return draw_empty(*canvas(height=2.2), words)
    figure, axes = canvas(height=3.6)
    axes.axhline(drivers["importance_split"].iloc[0], color=MUTED, linewidth=0.8)
    axes.axvline(drivers["performance_split"].iloc[0], color=MUTED, linewidth=0.8)
    for quadrant, (x, y, side, top) in QUADRANT_PLACES.items():
        colour = ACCENT if quadrant == "concentrate_here" else MUTED
        axes.text(
            x, y, words(f"quadrant.{quadrant}"), transform=axes.transAxes, ha=side, va=top,
            fontsize=9, color=colour,
        )  # fmt: skip
    for row in drivers.itertuples():
        colour = ACCENT if row.quadrant == "concentrate_here" else BRAND
        axes.plot(row.performance, row.importance, "o", color=colour, markersize=8)
        axes.annotate(
            words.named("item", row.item), (row.performance, row.importance), xytext=(8, 6),
            textcoords="offset points", va="center", fontsize=8.5,
        )  # fmt: skip
    axes.set_xlabel(words("axis.performance"))
    axes.set_ylabel(words("axis.importance"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.margins(x=0.28, y=0.3)
    return figure


def plot_themes(themes: pd.DataFrame, *, words: Words) -> Figure:
    """How often comments speak of each theme, complaint to the left and praise to the right.

    Parameters
    ----------
    themes : DataFrame
        ``theme``, ``mentions``, ``positive_share``, ``negative_share`` (of all comments, the
        latter below 0), the most frequent first (:func:`analysis.satisfaction.balance_themes`).
    """
    if themes.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, axes = canvas(height=0.9 + 0.32 * len(themes))
    names = [
        f"{words.named('theme', row.theme)} (n={words.decimal(row.mentions, 0)})"
        for row in themes.itertuples()
    ]
    for field, colour in (("negative_share", ACCENT), ("positive_share", BRAND)):
        bars = axes.barh(
            names, themes[field], color=colour, height=0.66, label=words(f"legend.{field}")
        )
        labels = [words.percent(abs(share), 0) for share in themes[field]]
        axes.bar_label(bars, labels, padding=3, fontsize=7.5, color=INK)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(abs(value), 0)))
    axes.set_xlabel(words("axis.comments"))
    axes.margins(x=0.14)
    axes.legend(frameon=False, loc="lower right", fontsize=8)
    return figure


def plot_resolution(curve: pd.DataFrame, promised: float | None, *, words: Words) -> Figure:
    """Share of complaints solved by the days since they were opened, with its interval.

    Parameters
    ----------
    curve : DataFrame
        ``days``, ``share``, ``low``, ``high`` (:func:`analysis.satisfaction.resolution_curve`).
    promised : float or None
        Days within which the company promises to solve them.
    """
    figure, axes = canvas(height=2.7)
    if curve.empty:
        return draw_empty(figure, axes, words)
    axes.fill_between(
        curve["days"], curve["low"], curve["high"], step="post", color=BRAND_LIGHT, alpha=0.5
    )
    axes.step(curve["days"], curve["share"], where="post", color=BRAND)
    axes.axhline(0.5, color=MUTED, linewidth=0.8, linestyle=":")
    if promised is not None:
        axes.axvline(promised, color=ACCENT, linewidth=1)
        axes.text(
            promised, 0.04, f" {words('legend.promised')}", color=ACCENT, fontsize=8,
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.set_xlabel(words("axis.days_since_opened"))
    axes.set_ylabel(words("axis.solved"))
    return figure


def plot_voices(money: pd.DataFrame, *, words: Words) -> Figure:
    """Shares of customers, revenue and predicted value by what customers said.

    Parameters
    ----------
    money : DataFrame
        ``voice``, ``customers``, ``customer_share``, ``revenue_share``, ``value_share``
        (:func:`analysis.satisfaction.sum_money`).
    """
    figure, axes = canvas(height=2.4)
    shares = money.set_index("voice")[["customer_share", "revenue_share", "value_share"]]
    shares = shares.dropna(axis="columns", how="all").astype("float64")
    if shares.empty or not len(shares.columns):
        return draw_empty(figure, axes, words)
    shares.columns = [words(f"column.{field}") for field in shares.columns]
    colours = [VOICE_COLOURS[voice] for voice in shares.index]
    shares.T.plot.barh(stacked=True, ax=axes, color=colours, width=0.6, legend=False)
    stacks = [bars for bars in axes.containers if isinstance(bars, BarContainer)]
    for bars, voice in zip(stacks, shares.index, strict=True):
        labels = [words.percent(share, 0) if share >= 0.04 else "" for share in shares.loc[voice]]
        ink = "white" if voice in ("promoter", "detractor") else INK
        axes.bar_label(bars, labels, label_type="center", fontsize=8, color=ink)
    names = [
        f"{words('voice.' + row.voice)} (n={words.format(row.customers, 'customers')})"
        for row in money.itertuples()
    ]
    figure.legend(
        [bars[0] for bars in stacks], names, frameon=False, fontsize=8, ncols=4,
        loc="outside lower center",
    )  # fmt: skip
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines[:].set_visible(False)
    return figure


def _axis(value: float, unit: Unit, words: Words) -> str:
    """A tick's label in the unit of its axis."""
    if unit == "ratio":
        return words.percent(value, 0)
    return words.decimal(value, 1 if unit == "score" else 0)
