"""Pictures of the customers as a whole."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.theme import BRAND, BRAND_LIGHT, INK, canvas, draw_empty, money_axis
from analysis.locales import Words


def plot_quarterly_revenue(quarters: pd.DataFrame, *, words: Words) -> Figure:
    """Revenue by quarter, the one under review marked.

    Parameters
    ----------
    quarters : DataFrame
        ``quarter`` (text), ``revenue`` (money), oldest first, the reviewed one last.
    """
    figure, axes = canvas(height=2.9)
    if quarters.empty:
        return draw_empty(figure, axes, words)
    colours = [BRAND_LIGHT] * (len(quarters) - 1) + [BRAND]
    bars = axes.bar(quarters["quarter"], quarters["revenue"], color=colours, width=0.68)
    axes.bar_label(
        bars, [words.short_money(v) for v in quarters["revenue"]], padding=3, color=INK, fontsize=8
    )
    axes.set_xlabel(words("axis.quarter"))
    axes.set_ylabel(words("axis.revenue", currency=words.currency))
    money_axis(axes.yaxis, words)
    axes.margins(y=0.15)
    return figure
