"""Pictures and tables of satisfaction: what is drawn and written, in both languages."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis import charts, tables
from analysis.locales import Words
from analysis.satisfaction import balance_themes, map_drivers, pivot_groups, shown_groups

EN, ZH = Words("en", "CNY", {"item.price": "Price"}), Words("zh", "CNY", {"item.price": "价格"})

TREND = pd.DataFrame(
    {
        "quarter": ["2026Q2", "2026Q3"] * 2,
        "group": "headline",
        "measure": ["nps", "nps", "csat", "csat"],
        "unit": ["points", "points", "ratio", "ratio"],
        "value": [10.0, 33.3, 0.4, 0.5],
        "low": [0.0, 18.7, 0.3, 0.4],
        "high": [20.0, 47.9, 0.5, 0.6],
        "n": [90, 100, 90, 100],
        "n_eff": [80.0, 95.0, 80.0, 95.0],
        "unweighted": [11.0, 30.0, 0.4, 0.5],
        "change": [np.nan, 23.3, np.nan, 0.1],
        "verdict": ["unknown", "up", "unknown", "no_evidence"],
    }
)
GROUPS = pd.DataFrame(
    {
        "dimension": ["region", "region", "segment"],
        "level": ["A$B$ & <b>", "South", "loyal"],
        "group": "headline",
        "measure": "nps",
        "unit": "points",
        "value": [20.0, np.nan, -5.0],
        "low": [10.0, np.nan, -30.0],
        "high": [30.0, np.nan, 20.0],
        "n": [200, 12, 40],
        "is_hidden": [False, True, False],
        "is_uncertain": [False, False, True],
    }
)
DRIVERS = map_drivers(
    pd.DataFrame(
        {
            "item": ["price", "delivery"],
            "share": [0.4, 0.2],
            "importance": [2 / 3, 1 / 3],
            "low": [0.3, 0.1],
            "high": [0.5, 0.3],
            "coefficient": [0.5, 0.2],
            "odds_ratio": [2.0, np.nan],
            "is_significant": [True, None],
            "inflation": [1.2, np.inf],
            "mean": [6.0, 8.0],
            "performance": [55.0, 78.0],
            "quadrant": ["concentrate_here", "possible_overkill"],
        }
    )
)
THEMES = balance_themes(
    pd.DataFrame(
        {
            "theme": ["delivery", "other"],
            "mentions": [40, 20],
            "share": [0.5, 0.25],
            "positive": [0.2, 0.5],
            "negative": [0.8, 0.0],
        }
    )
)
CURVE = pd.DataFrame(
    {"days": [0.0, 1.0, 3.0], "share": [0, 0.4, 0.8], "low": [0, 0.3, 0.6], "high": [0, 0.5, 0.9]}
)
MONEY = pd.DataFrame(
    {
        "voice": ["promoter", "passive", "detractor", "no_answer"],
        "customers": [100, 50, 50, np.nan],
        "customer_share": [0.5, 0.25, 0.25, np.nan],
        "revenue_share": [0.6, 0.2, 0.2, np.nan],
        "value_share": [np.nan] * 4,
    }
)
ALL = {
    "score_trend": (charts.plot_score_trend, (TREND,)),
    "group_scores": (charts.plot_group_scores, (shown_groups(GROUPS),)),
    "drivers": (charts.plot_drivers, (DRIVERS,)),
    "importance_performance": (charts.plot_importance_performance, (DRIVERS,)),
    "themes": (charts.plot_themes, (THEMES,)),
    "resolution": (charts.plot_resolution, (CURVE, 7.0)),
    "voices": (charts.plot_voices, (MONEY,)),
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("name", ALL)
def test_every_sign_can_be_drawn(name, words, tmp_path):
    plot, data = ALL[name]
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        charts.save_figure(plot(*data, words=words), tmp_path / name)
    assert (tmp_path / f"{name}.svg").stat().st_size > 1000


@pytest.mark.parametrize("name", ALL)
def test_a_picture_without_data_says_so(name):
    plot, (frame, *more) = ALL[name]
    axes = plot(frame.iloc[:0], *more, words=ZH).axes[0]
    assert texts(axes) == ["未计算"]


def test_a_panel_a_score_with_its_latest_value():
    nps, csat = charts.plot_score_trend(TREND, words=EN).axes
    assert nps.get_title("left") == "Net promoter score\n33.3"
    assert csat.get_title("left") == "Satisfied (top two)\n50.0%"
    assert nps.lines[0].get_ydata().tolist() == [10.0, 33.3]
    assert {label.get_text() for label in nps.get_xticklabels()} == {"26Q2\nn=90", "26Q3\nn=100"}


def test_hidden_groups_are_not_drawn_and_names_are_plain_text():
    axes = charts.plot_group_scores(shown_groups(GROUPS), words=EN).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["Loyal", "A$B$ & <b>"]
    assert "20.0  (n=200)" in texts(axes)


def test_driver_bars_with_their_intervals():
    axes = charts.plot_drivers(DRIVERS, words=ZH).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.4, 0.2]
    assert [list(line.get_xdata()) for line in axes.lines] == [[0.3, 0.5], [0.1, 0.3]]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["价格", "delivery"]
    sure, unsure = (bar.get_facecolor() for bar in axes.patches)
    assert sure != unsure


def test_the_four_quadrants_are_named():
    axes = charts.plot_importance_performance(DRIVERS, words=EN).axes[0]
    named = {"Concentrate here", "Keep up the good work", "Low priority", "Possible overkill"}
    assert named <= set(texts(axes))
    assert axes.get_xlabel().startswith("How well it is done (0 =")


def test_complaint_is_left_and_praise_right():
    axes = charts.plot_themes(THEMES, words=EN).axes[0]
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == pytest.approx([-0.4, 0, 0.1, 0.125])
    assert axes.get_yticklabels()[0].get_text() == "Delivery (n=40)"


def test_voices_without_predicted_value_show_the_rest():
    axes = charts.plot_voices(MONEY, words=EN).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["Share of customers", "Share of revenue"]


def test_scores_are_written_in_their_own_units():
    table = tables.table_scores(TREND.iloc[[1, 3]], words=EN)
    assert table.rows[0][:4] == ("Net promoter score", "33.3", "18.7 – 47.9", "100")
    assert table.rows[1][1:3] == ("50.0%", "40.0% – 60.0%")
    assert [row[-1] for row in table.rows] == ["up", "no evidence of change"]


def test_what_is_hidden_is_a_dash():
    table = tables.table_groups(pivot_groups(GROUPS), words=EN)
    hidden = next(row for row in table.rows if row[1] == "South")
    assert hidden[2:] == ("–", "–")


def test_unknown_figures_of_drivers_are_dashes():
    rows = tables.table_drivers(DRIVERS, words=EN).rows
    assert rows[1][4:7] == ("–", "–", "∞")
    assert rows[0][5] == "yes"


def test_quotes_are_escaped():
    quotes = pd.DataFrame(
        {"theme": ["delivery"], "tone": ["negative"], "language": ["en"], "quote": ["<b>|late|"]}
    )
    markdown = tables.table_quotes(quotes, words=ZH).to_markdown()
    assert r"\<b\>\|late\|" in markdown
    assert "物流配送" in markdown


def test_response_rates_by_segment():
    rates = pd.DataFrame(
        {"level": ["all", "loyal", "other"], "invited": [90, 60, 30], "answered": [45, 30, 15],
         "rate": [0.5] * 3, "low": [0.4] * 3, "high": [0.6] * 3}
    )  # fmt: skip
    assert [row[0] for row in tables.table_responses(rates, words=EN).rows] == [
        "All invited", "Loyal", EN("segment.other"),
    ]  # fmt: skip
