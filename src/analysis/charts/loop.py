"""Pictures of what last quarter's actions brought."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts.theme import ACCENT, BRAND, INK, MUTED, canvas, draw_empty
from analysis.locales import Words
from analysis.params.playbook_models import Playbook

VERDICT_COLOURS = {"worked": BRAND, "harmed": ACCENT}
QUIET = "#8d99a6"


def plot_effects(effects: pd.DataFrame, playbook: Playbook | None, *, words: Words) -> Figure:
    """What each type of action adds to the share of customers who buy, with its interval.

    Parameters
    ----------
    effects : DataFrame
        ``type``, ``treated``, ``held_out``, ``difference``, ``low``, ``high`` (shares, null where
        nothing can be told), ``verdict`` (:func:`analysis.accounts.judge_actions`).
    playbook : Playbook or None
        Names of actions that carry out a play.
    """
    if effects.empty:
        return draw_empty(*canvas(height=1.6), words)
    own = playbook.names_in(words.language) if playbook else {}
    figure, axes = canvas(height=1.0 + 0.5 * len(effects))
    labels = []
    for place, row in enumerate(effects.itertuples()):
        name = own.get(str(row.type)) or words.named("action_type", str(row.type))
        counts = words(
            "chart.arms",
            treated=words.decimal(row.treated, 0),
            held_out=words.decimal(row.held_out, 0),
        )
        labels.append(f"{name}\n{counts}")
        verdict = words(f"effect.{row.verdict}")
        if pd.isna(row.difference):
            axes.annotate(
                verdict, (0, place), xytext=(6, 0), textcoords="offset points", va="center",
                fontsize=8, color=MUTED,
            )  # fmt: skip
            continue
        colour = VERDICT_COLOURS.get(str(row.verdict), QUIET)
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.4, alpha=0.55)
        axes.plot(row.difference, place, "o", color=colour, markersize=6)
        axes.annotate(
            f"{words.percent(row.difference)}  {verdict}", (row.high, place), xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axes.set_xlabel(words("axis.effect"))
    axes.margins(x=0.3)
    return figure
