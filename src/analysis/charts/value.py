"""Pictures of what the customers are worth."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts.theme import BRAND, BRAND_LIGHT, INK, canvas, draw_empty
from analysis.locales import Words


def plot_purchase_counts(counts: pd.DataFrame, *, words: Words) -> Figure:
    """How often customers came back, beside what the model expects.

    Parameters
    ----------
    counts : DataFrame
        ``repeat_purchases`` (the last stands for "or more"), ``observed`` and ``expected``
        customers.
    """
    figure, axes = canvas(height=2.9)
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
    figure, axes = canvas(height=2.9)
    if deciles.empty:
        return draw_empty(figure, axes, words)
    colours = [BRAND, *[BRAND_LIGHT] * (len(deciles) - 1)]
    bars = axes.bar(deciles["decile"].astype(str), deciles["share"], color=colours, width=0.72)
    labels = [words.format(share, "ratio") for share in deciles["share"]]
    axes.bar_label(bars, labels, padding=3, fontsize=8, color=INK)
    axes.set_xlabel(words("axis.decile"))
    axes.set_ylabel(words("axis.value_share"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.margins(y=0.12)
    return figure
