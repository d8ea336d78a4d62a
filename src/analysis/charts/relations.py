"""Pictures of what customers owe, of deals, and of who is looked after."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts.theme import (
    ACCENT,
    BRAND,
    BRAND_LIGHT,
    INK,
    MUTED,
    WIDTH,
    canvas,
    draw_empty,
)
from analysis.locales import UNKNOWN, Words

_SHADES = LinearSegmentedColormap.from_list("shades", ["#f2f5f7", BRAND])


def plot_credit(ageing: pd.DataFrame, trend: pd.DataFrame, *, words: Words) -> Figure:
    """Open money by how late it is, beside the days sales outstanding of each quarter.

    Parameters
    ----------
    ageing : DataFrame
        ``bucket``, ``amount`` (money) (:func:`analysis.accounts.credit.age_receivables`).
    trend : DataFrame
        ``quarter``, ``dso_days``, oldest first (:func:`analysis.accounts.credit.measure_credit`).
    """
    if trend.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, (left, right) = plt.subplots(
        ncols=2, figsize=(WIDTH, 2.7), width_ratios=(3, 2), layout="constrained"
    )
    names = [words(f"bucket.{bucket}") for bucket in ageing["bucket"]]
    colours = [BRAND if bucket == "current" else ACCENT for bucket in ageing["bucket"]]
    bars = left.bar(names, ageing["amount"], color=colours, width=0.68)
    labels = [words.short_money(amount) for amount in ageing["amount"]]
    left.bar_label(bars, labels, padding=3, fontsize=8, color=INK)
    left.set_title(words("panel.ageing"), fontsize=9, color=INK, loc="left")
    left.tick_params(axis="x", labelsize=7.5)
    left.yaxis.set_visible(False)
    left.grid(visible=False)
    left.margins(y=0.14)
    right.plot(trend["quarter"], trend["dso_days"], color=BRAND, marker="o", markersize=3.5)
    right.set_title(words("panel.dso_days"), fontsize=9, color=INK, loc="left")
    _mark_last(right, trend["dso_days"], words.decimal(trend["dso_days"].iloc[-1], 1))
    _thin_quarters(right, trend["quarter"])
    right.set_ylim(bottom=0)
    right.margins(x=0.12, y=0.2)
    return figure


def plot_funnel(stages: pd.DataFrame, trend: pd.DataFrame, *, words: Words) -> Figure:
    """Money of open deals by stage, beside the win rate of each quarter with its interval.

    Parameters
    ----------
    stages : DataFrame
        ``stage``, ``deals``, ``amount`` (money) (:func:`analysis.accounts.funnel.count_stages`).
    trend : DataFrame
        ``quarter``, ``win_rate``, ``low``, ``high``, oldest first
        (:func:`analysis.accounts.funnel.measure_decisions`).
    """
    if stages.empty and trend.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, (left, right) = plt.subplots(
        ncols=2,
        figsize=(WIDTH, max(2.5, 0.9 + 0.3 * len(stages))),
        width_ratios=(3, 2),
        layout="constrained",
    )
    names = [words.named("stage", stage) for stage in stages["stage"]]
    bars = left.barh(names, stages["amount"], color=BRAND_LIGHT, height=0.66)
    labels = [
        f"{words.short_money(row.amount)}  (n={words.decimal(row.deals, 0)})"
        for row in stages.itertuples()
    ]
    left.bar_label(bars, labels, padding=4, fontsize=8, color=INK)
    left.set_title(words("panel.stages"), fontsize=9, color=INK, loc="left")
    left.invert_yaxis()
    left.xaxis.set_visible(False)
    left.grid(visible=False)
    left.margins(x=0.32)
    right.set_title(words("panel.win_rate"), fontsize=9, color=INK, loc="left")
    if len(trend):
        right.fill_between(
            trend["quarter"], trend["low"], trend["high"], color=BRAND_LIGHT, alpha=0.5
        )
        right.plot(trend["quarter"], trend["win_rate"], color=BRAND, marker="o", markersize=3.5)
        _mark_last(right, trend["win_rate"], words.percent(trend["win_rate"].iloc[-1]))
        _thin_quarters(right, trend["quarter"])
    right.set_ylim(bottom=0)
    right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    right.margins(x=0.12)
    return figure


def plot_coverage(covered: pd.DataFrame, *, words: Words) -> Figure:
    """Which share of their customers each owner contacted in the quarter, with its interval.

    Parameters
    ----------
    covered : DataFrame
        ``level``, ``customers``, ``share``, ``low``, ``high``
        (:func:`analysis.accounts.follow_ups.cover`).
    """
    if covered.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, axes = canvas(height=0.9 + 0.3 * len(covered))
    _draw_shares(axes, covered["level"], covered, covered["high"], words)
    axes.set_xlim(0, 1.08)
    axes.set_xlabel(words("axis.contacted"))
    return figure


def plot_engagement(engagement: pd.DataFrame, *, words: Words) -> Figure:
    """Which share of each tier was heard of in the quarter, beside the quarter before.

    Parameters
    ----------
    engagement : DataFrame
        ``tier``, ``customers``, ``share``, ``low``, ``high``, ``share_before``
        (:func:`analysis.accounts.engagement.measure_engagement`).
    """
    if engagement.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, axes = canvas(height=1.1 + 0.3 * len(engagement))
    furthest = engagement[["high", "share_before"]].max(axis=1)
    _draw_shares(axes, engagement["tier"], engagement, furthest, words)
    axes.plot(
        engagement["share_before"], range(len(engagement)), "D", color=ACCENT, markersize=4,
        label=words("legend.quarter_before"),
    )  # fmt: skip
    axes.set_xlim(left=0)
    axes.margins(x=0.14)
    axes.set_xlabel(words("axis.engaged"))
    figure.legend(frameon=False, fontsize=8, loc="outside lower right")
    return figure


def _draw_shares(
    axes: Axes, levels: pd.Series, shares: pd.DataFrame, ends: pd.Series, words: Words
) -> None:
    """A bar a level with its interval; the share stands behind ``ends``, how far the row goes."""
    names = [
        f"{words.named('level_of_care', level)} (n={words.decimal(customers, 0)})"
        for level, customers in zip(levels, shares["customers"], strict=True)
    ]
    axes.barh(names, shares["share"], color=BRAND_LIGHT, height=0.62)
    for place, (row, end) in enumerate(zip(shares.itertuples(), ends, strict=True)):
        axes.plot([row.low, row.high], [place, place], color=INK, linewidth=1.2)
        axes.annotate(
            words.percent(row.share, 0), (end, place), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))


def plot_whitespace(crossed: pd.DataFrame, *, words: Words) -> Figure:
    """How many customers of each tier lack a category that most customers like them buy.

    Parameters
    ----------
    crossed : DataFrame
        A row a tier, a column a category, customers; null where they are too few to be told
        (:func:`analysis.accounts.whitespace.cross_gaps`).
    """
    if crossed.empty:
        return draw_empty(*canvas(height=1.6), words)
    figure, axes = canvas(height=1.0 + 0.42 * len(crossed))
    axes.pcolormesh(crossed.fillna(0).to_numpy(), cmap=_SHADES, edgecolors="white", linewidth=2)
    darkest = crossed.max(axis=None)
    for row, (_, counts) in enumerate(crossed.iterrows()):
        for column, count in enumerate(counts):
            text = UNKNOWN if count != count else words.decimal(count, 0)
            ink = "white" if count > darkest / 2 else INK
            axes.text(
                column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8.5, color=ink
            )
    axes.set_yticks(
        [row + 0.5 for row in range(len(crossed))],
        [words.named("level_of_care", tier) for tier in crossed.index],
    )
    axes.set_xticks(
        [column + 0.5 for column in range(len(crossed.columns))],
        list(crossed.columns),
        rotation=0 if len(crossed.columns) <= 6 else 30,
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0, colors=INK)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return figure


def _mark_last(axes: Axes, values: "pd.Series[float]", label: str) -> None:
    axes.annotate(
        label, (len(values) - 1, values.iloc[-1]), xytext=(0, 7), textcoords="offset points",
        ha="center", fontsize=8.5, color=INK,
    )  # fmt: skip


def _thin_quarters(axes: Axes, quarters: "pd.Series[str]") -> None:
    """Every other quarter on the axis, the last one among them."""
    places = range(len(quarters) - 1, -1, -2)
    axes.set_xticks(list(places), [quarters.iloc[place][2:] for place in places], color=MUTED)
