"""Pictures of how far the data can be trusted."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.theme import ACCENT, BRAND, BRAND_LIGHT, INK, canvas, money_axis
from analysis.locales import Words

_OUTCOME_COLOURS = {
    "read": BRAND_LIGHT,
    "quarantined": ACCENT,
    "excluded": "#8d99a6",
    "fixed": "#5fa8a8",
    "kept": BRAND,
}
_GRADE_COLOURS = {"A": "#0f4c5c", "B": "#5f94a1", "C": "#e3c66b", "D": "#dd9047", "E": "#a63d40"}
_LIGHT_TEXT = ("A", "B", "E")


def plot_waterfall(money: pd.DataFrame, *, words: Words) -> Figure:
    """From the money that was read to the money that the review is made of.

    Parameters
    ----------
    money : DataFrame
        Steps from left to right: ``outcome``, ``rows``, ``amount`` (money), ``bottom`` and
        ``height`` (money) of its bar.
    """
    figure, axes = canvas(height=2.9)
    names = [words(f"outcome.{outcome}") for outcome in money["outcome"]]
    colours = [_OUTCOME_COLOURS[outcome] for outcome in money["outcome"]]
    axes.bar(names, money["height"], bottom=money["bottom"], color=colours, width=0.62)
    for place, row in enumerate(money.itertuples()):
        n_rows = words("axis.n_rows", n=words.decimal(row.rows, 0))
        axes.annotate(
            f"{words.short_money(row.amount)}\n{n_rows}",
            (place, max(row.bottom, row.bottom + row.height)),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=INK,
        )
    axes.set_ylabel(words("axis.amount", currency=words.currency))
    money_axis(axes.yaxis, words)
    axes.margins(y=0.2)
    return figure


def plot_scorecard(cells: pd.DataFrame, *, words: Words) -> Figure:
    """The five sides of quality of each table, coloured by the grade that each earns.

    Parameters
    ----------
    cells : DataFrame
        One row a table and dimension: ``table``, ``dimension``, ``share`` (of 1) and ``grade``,
        both null where the dimension does not apply.
    """
    tables = list(dict.fromkeys(cells["table"]))
    dimensions = list(dict.fromkeys(cells["dimension"]))
    figure, axes = canvas(height=0.9 + 0.32 * len(tables))
    for cell in cells.itertuples():
        x, y = dimensions.index(cell.dimension), tables.index(cell.table)
        colour = _GRADE_COLOURS.get(cell.grade, "#f3f5f6")
        axes.barh(y, 0.96, left=x + 0.02, height=0.9, color=colour)
        text = words.format(cell.share, "ratio")
        ink = "white" if cell.grade in _LIGHT_TEXT else INK
        axes.text(x + 0.5, y, text, ha="center", va="center", fontsize=8, color=ink)
    axes.set_xlim(0, len(dimensions))
    axes.set_xticks(
        [x + 0.5 for x in range(len(dimensions))],
        [words(f"dimension.{dimension}") for dimension in dimensions],
    )
    axes.set_yticks(range(len(tables)), [words(f"input.{table}") for table in tables])
    axes.invert_yaxis()
    axes.xaxis.tick_top()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure
