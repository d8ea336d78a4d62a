"""Pictures of how much hangs on how few, and of how often customers buy."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts.theme import ACCENT, BRAND, BRAND_LIGHT, INK, MUTED, RULE, canvas, draw_empty
from analysis.locales import Words


def plot_pareto(
    curve: pd.DataFrame, half_share: float | None, n: int, whale: pd.DataFrame, *, words: Words
) -> Figure:
    """The share of the revenue that the largest customers bring, and of the profit where known.

    Parameters
    ----------
    curve : DataFrame
        ``customer_share``, ``revenue_share`` (shares of 1), from the origin on.
    half_share : float or None
        Share of the customers who bring half of the revenue.
    n : int
        Customers with revenue.
    whale : DataFrame
        The same columns for profit; empty where costs are not known.
    """
    figure, axes = canvas(height=3.6)
    if half_share is None:
        return draw_empty(figure, axes, words)
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
    axes.plot(curve["customer_share"], curve["revenue_share"], color=BRAND, linewidth=2)
    axes.plot([half_share], [0.5], "o", color=BRAND)
    label = words("chart.half", share=words.percent(half_share))
    side = {"xytext": (10, -4)} if half_share < 0.5 else {"xytext": (-10, -4), "ha": "right"}
    axes.annotate(label, (half_share, 0.5), textcoords="offset points", color=INK, **side)
    axes.text(0.62, 0.57, words("legend.equal"), color=MUTED, fontsize=8)
    if not whale.empty:
        axes.plot(whale["customer_share"], whale["revenue_share"], color=ACCENT, linewidth=2)
        peak = whale.loc[whale["revenue_share"].idxmax()]
        place = (peak["customer_share"], peak["revenue_share"])
        axes.annotate(
            words("legend.profit"), place, (0, 5), textcoords="offset points", color=ACCENT
        )
    axes.set_xlabel(words("axis.customers_by_size", n=words.decimal(n, 0)))
    axes.set_ylabel(words("axis.accumulated_share"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.margins(0.02)
    return figure


def plot_cycles(cycles: pd.DataFrame, *, words: Words) -> Figure:
    """Customers by their own purchase cycle.

    Parameters
    ----------
    cycles : DataFrame
        ``from_days``, ``to_days`` (null for "or more"), ``customers``, ``is_median``
        (:func:`analysis.segmentation.rhythm.count_cycles`).
    """
    figure, axes = canvas(height=2.9)
    if not cycles["customers"].sum():
        return draw_empty(figure, axes, words)
    ticks = [
        f"{row.from_days}+" if row.to_days != row.to_days else f"{row.from_days}–{row.to_days:.0f}"
        for row in cycles.itertuples()
    ]
    colours = [BRAND if is_median else BRAND_LIGHT for is_median in cycles["is_median"]]
    bars = axes.bar(ticks, cycles["customers"], color=colours, width=0.8)
    labels = [words.decimal(customers, 0) for customers in cycles["customers"]]
    axes.bar_label(bars, labels, padding=2, fontsize=7, color=INK)
    axes.tick_params(axis="x", labelsize=7.5)
    axes.set_xlabel(words("axis.cycle"))
    axes.set_ylabel(words("axis.customers"))
    axes.margins(y=0.12)
    return figure
