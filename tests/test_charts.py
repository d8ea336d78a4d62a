"""Charts: what is plotted, how it is labelled, and that every sign can be drawn."""

import warnings

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis import charts
from analysis.locales import Words
from analysis.segment_maps import GRID, MAPS

EN, ZH = Words("en", "USD"), Words("zh", "CNY")

QUARTERS = pd.DataFrame({"quarter": ["2026Q1", "2026Q2", "2026Q3"], "revenue": [1e5, 0.0, -250.0]})
COUNTS = pd.DataFrame(
    [[5 * row + column for column in range(5)] for row in range(5)],
    index=[5, 4, 3, 2, 1],
    columns=[1, 2, 3, 4, 5],
)
SEGMENTS = pd.DataFrame(
    {
        "segment": list(GRID.segments),
        "customer_share": [0.05 * n for n in range(11)],
        "revenue_share": [0.1, -0.01, *[0.1] * 9],
    }
)
PURCHASES = pd.DataFrame(
    {"repeat_purchases": [0, 1, 2], "observed": [10, 5, 1], "expected": [9.6, 5.2, 1.2]}
)
DECILES = pd.DataFrame({"decile": [1, 2], "share": [0.75, 0.25]})
TRACKED = pd.DataFrame(
    {
        "week_end": pd.to_datetime(["2026-07-05", "2026-07-12", "2026-07-19"]),
        "counted": [10, 30, 55],
        "expected": [12.0, 29.0, 50.0],
        "is_holdout": [False, True, True],
    }
)
GROUPS = pd.DataFrame(
    {
        "group": [1, 2],
        "customers": [100, 110],
        "predicted": [4.0, 1.0],
        "actual": [3.8, 1.2],
        "low": [3.5, 1.0],
        "high": [4.1, 1.4],
    }
)
ALIVE = pd.DataFrame(
    {"frequency": [1, 1, 2, 2], "weeks_since": [0, 4, 0, 4], "p_alive": [0.9, 0.7, 0.95, 0.5]}
)
WORTH = pd.DataFrame(
    {
        "segment": ["loyal", "new", "all"],
        "customers": [40, 20, 60],
        "history": [500.0, 10.0, 510.0],
        "quarter": [90.0, 30.0, 120.0],
        "clv_12m": [300.0, 80.0, 380.0],
        "low": [250.0, 60.0, 330.0],
        "high": [350.0, 100.0, 430.0],
    }
)
RISK = pd.DataFrame(
    {
        "fifth": [1, 5],
        "active_from": [0.1, 0.9],
        "customers": [12, 30],
        "clv_12m": [5.0, 900.0],
        "value_at_risk": [40.0, 80.0],
    }
)
BRIDGE = pd.DataFrame(
    {
        "step": ["start", "new", "up", "down", "lost", "reestimated", "end"],
        "customers": [5, 1, 1, 3, 1, 4, 6],
        "amount": [3150.0, 400.0, 400.0, -490.0, -730.0, 60.0, 2790.0],
        "bottom": [0.0, 3150.0, 3550.0, 3950.0, 3460.0, 2730.0, 0.0],
        "height": [3150.0, 400.0, 400.0, -490.0, -730.0, 60.0, 2790.0],
    }
)

FLOWS = pd.DataFrame(
    {
        "before": ["keep", "keep", "newcomer"],
        "now": ["keep", "inactive", "keep"],
        "customers": [30, 10, 5],
        "direction": ["same", "down", "new"],
        "left": [0.0, 30.0, 41.0],
        "right": [0.0, 36.0, 30.0],
    }
)
COHORTS = pd.DataFrame(
    {
        "cohort": ["2026Q1", "2026Q1", "2026Q2"],
        "age": [0, 1, 0],
        "customers": [40, 40, 25],
        "in_period": [1.0, 0.25, 1.0],
        "on_or_after": [1.0, 0.6, 1.0],
    }
)
CURVE = pd.DataFrame({"customer_share": [0.0, 0.2, 1.0], "revenue_share": [0.0, 0.8, 1.0]})
WHALE = pd.DataFrame({"customer_share": [0.0, 0.4, 1.0], "revenue_share": [0.0, 1.3, 1.0]})
CYCLES = pd.DataFrame(
    {
        "from_days": [1, 16],
        "to_days": [15.0, float("nan")],
        "customers": [7, 3],
        "is_median": [True, False],
    }
)

EFFECTS = pd.DataFrame(
    {
        "type": ["birthday_card", "call", "$x^2$"],
        "treated": [300, 1200, 16],
        "held_out": [150, 600, 0],
        "difference": [0.01, 0.12, float("nan")],
        "low": [-0.06, 0.05, float("nan")],
        "high": [0.09, 0.17, float("nan")],
        "verdict": ["no_evidence", "worked", "not_attributable"],
    }
)

ALL = {
    "effects": (charts.plot_effects, (EFFECTS, None)),
    "flows": (charts.plot_flows, (FLOWS, ("2026Q2", "2026Q3"))),
    "cohorts": (charts.plot_cohorts, (COHORTS, ("in_period", "on_or_after"), "quarter")),
    "pareto": (charts.plot_pareto, (CURVE, 0.125, 633, WHALE)),
    "cycles": (charts.plot_cycles, (CYCLES,)),
    "quarterly_revenue": (charts.plot_quarterly_revenue, (QUARTERS,)),
    "rfm_grid": (charts.plot_rfm_grid, (COUNTS, GRID.rules)),
    "segments": (charts.plot_segments, (SEGMENTS,)),
    "purchase_counts": (charts.plot_purchase_counts, (PURCHASES,)),
    "value_deciles": (charts.plot_value_deciles, (DECILES,)),
    "tracking": (charts.plot_tracking, (TRACKED,)),
    "calibration": (charts.plot_calibration, (GROUPS,)),
    "alive": (charts.plot_alive, (ALIVE,)),
    "value_parts": (charts.plot_value_parts, (WORTH,)),
    "value_risk": (charts.plot_value_risk, (RISK,)),
    "bridge": (charts.plot_bridge, (BRIDGE,)),
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
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ALL)
def test_the_same_picture_is_the_same_bytes(name, tmp_path):
    plot, data = ALL[name]
    for run in ("one", "two"):
        charts.save_figure(plot(*data, words=EN), tmp_path / run / name)
    for ending in ("svg", "png"):
        one, two = (tmp_path / run / f"{name}.{ending}" for run in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_revenue_bars_with_the_reviewed_quarter_marked():
    axes = charts.plot_quarterly_revenue(QUARTERS, words=EN).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [1e5, 0.0, -250.0]
    assert axes.get_ylabel() == "Revenue (USD)"
    assert texts(axes) == ["$100K", "$0", "−$250"]
    colours = [bar.get_facecolor() for bar in axes.patches]
    assert colours[0] == colours[1] != colours[2]


def test_grid_shows_each_cell_and_names_each_segment():
    axes = charts.plot_rfm_grid(COUNTS, GRID.rules, words=EN).axes[0]
    shown = texts(axes)
    assert [int(text) for text in shown if text.isdigit()] == list(range(25))
    assert [text for text in shown if not text.isdigit()] == [
        EN(f"segment.{cell.segment}") for cell in GRID.rules
    ]


def test_segment_frames_cover_their_cells():
    axes = charts.plot_rfm_grid(COUNTS, GRID.rules, words=EN).axes[0]
    frames = dict(zip([cell.segment for cell in GRID.rules], axes.patches, strict=True))
    champion = frames["champion"]  # recency score 5 is the top row, frequency 4 and 5 the right
    assert (round(champion.get_x()), round(champion.get_y())) == (3, 0)
    assert (round(champion.get_width()), round(champion.get_height())) == (2, 1)


def test_shares_are_drawn_best_segment_first():
    left, right = charts.plot_segments(SEGMENTS, words=EN).axes
    assert [bar.get_width() for bar in left.patches] == SEGMENTS["customer_share"].tolist()
    assert [bar.get_width() for bar in right.patches] == SEGMENTS["revenue_share"].tolist()
    assert left.yaxis_inverted()
    assert texts(right)[:2] == ["10.0%", "−1.0%"]


@pytest.mark.parametrize("segment_map", MAPS.values(), ids=lambda m: m.name)
def test_every_segment_of_a_map_has_a_colour_of_its_own(segment_map):
    colours = [charts.SEGMENT_COLOURS[segment] for segment in segment_map.segments]
    assert len(set(colours)) == len(colours)


def test_counts_stand_beside_what_is_expected():
    axes = charts.plot_purchase_counts(PURCHASES, words=EN).axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == [10, 5, 1, 9.6, 5.2, 1.2]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1", "2+"]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["counted", "expected by the model"]


def test_counts_without_a_model_are_drawn_alone():
    unknown = PURCHASES.assign(expected=float("nan"))
    axes = charts.plot_purchase_counts(unknown, words=EN).axes[0]
    assert texts(axes)[:3] == ["10", "5", "1"]
    assert "nan" not in "".join(texts(axes))


@pytest.mark.parametrize("plot", [charts.plot_quarterly_revenue, charts.plot_value_deciles])
def test_a_picture_without_data_says_so(plot):
    axes = plot(QUARTERS.iloc[:0], words=ZH).axes[0]
    assert texts(axes) == ["未计算"]


def test_deciles_are_drawn_best_first():
    axes = charts.plot_value_deciles(DECILES, words=EN).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [0.75, 0.25]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2"]
    assert texts(axes) == ["75.0%", "25.0%"]
    best, other = (bar.get_facecolor() for bar in axes.patches)
    assert best != other


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("effects", "行动使购买率提高的幅度及 95% 置信区间", ""),
        ("quarterly_revenue", "季度", "收入（CNY）"),
        ("rfm_grid", "频度得分（5 = 购买最频繁）", "近度得分（5 = 最近购买）"),
        ("pareto", "633 位有收入的客户的占比，由大到小", "累计占比"),
        ("cycles", "两次购买间隔天数的中位数", "客户数"),
        ("cohorts", "此后第几个季度", "首次下单所在季度"),
        ("purchase_counts", "复购天数", "客户数"),
        ("value_deciles", "客户十等分，价值最高者在前", "预测价值占比"),
    ],
)
def test_axes_say_what_they_measure(name, x, y):
    plot, data = ALL[name]
    axes = plot(*data, words=ZH).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == (x, y)


def test_panels_say_what_they_measure():
    left, right = charts.plot_segments(SEGMENTS, words=EN).axes
    assert left.get_title("left") == "Share of customers"
    assert right.get_title("left") == "Share of revenue"


def test_flows_name_each_state_with_its_customers():
    axes = charts.plot_flows(FLOWS, ("2026Q2", "2026Q3"), words=EN).axes[0]
    assert texts(axes) == [
        "Keep  40",
        "New this quarter  5",
        "Inactive  10",
        "Keep  35",
        "2026Q2",
        "2026Q3",
    ]
    bands, bars = axes.patches[:3], axes.patches[3:]
    assert [bar.get_height() for bar in bars] == [40, 5, 10, 35]
    colours = [band.get_facecolor()[:3] for band in bands]
    assert len(set(colours)) == 3


def test_flows_without_an_earlier_quarter_say_so():
    newcomers = FLOWS[FLOWS["before"] == "newcomer"]
    assert texts(charts.plot_flows(newcomers, ("a", "b"), words=EN).axes[0]) == ["not computed"]


def test_cohorts_show_their_size_and_each_later_period():
    left, right = charts.plot_cohorts(
        COHORTS, ("in_period", "on_or_after"), "quarter", words=EN
    ).axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["2026Q1  n = 40"]
    assert (texts(left), texts(right)) == (["25%"], ["60%"])


def test_cohorts_of_one_period_alone_say_that_there_is_nothing():
    first = COHORTS[COHORTS["age"] == 0]
    axes = charts.plot_cohorts(first, ("in_period",), "quarter", words=EN).axes[0]
    assert texts(axes) == ["not computed"]


def test_the_pareto_curve_marks_the_half_and_shows_profit_where_known():
    axes = charts.plot_pareto(CURVE, 0.125, 633, WHALE, words=EN).axes[0]
    assert texts(axes) == [
        "12.5% of the customers bring half of the revenue",
        "if all were equal",
        "profit",
    ]
    assert axes.lines[1].get_ydata().tolist() == [0.0, 0.8, 1.0]
    assert axes.lines[3].get_ydata().tolist() == [0.0, 1.3, 1.0]
    alone = charts.plot_pareto(CURVE, 0.125, 633, WHALE.iloc[:0], words=EN).axes[0]
    assert len(alone.lines) == 3
    assert texts(charts.plot_pareto(CURVE, None, 0, WHALE, words=EN).axes[0]) == ["not computed"]


def test_cycles_mark_the_middle_and_leave_the_last_open():
    axes = charts.plot_cycles(CYCLES, words=EN).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1–15", "16+"]
    assert [bar.get_height() for bar in axes.patches] == [7, 3]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()


def test_a_map_of_ones_own_has_colours_too():
    own = SEGMENTS.iloc[:2].assign(segment=["gold", "silver"])
    words = Words("en", "USD", {"segment.gold": "Gold", "segment.silver": "Silver"})
    axes = charts.plot_segments(own, words=words).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Gold", "Silver"]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()


def test_tracking_draws_both_lines_and_marks_the_test():
    axes = charts.plot_tracking(TRACKED, words=EN).axes[0]
    counted, expected = axes.lines
    assert counted.get_ydata().tolist() == [10, 30, 55]
    assert expected.get_ydata().tolist() == [12, 29, 50]
    assert EN("axis.holdout") in texts(axes)
    unknown = TRACKED.assign(expected=float("nan"))
    assert texts(charts.plot_tracking(unknown, words=EN).axes[0]) == ["not computed"]


def test_calibration_shows_prediction_and_fact_of_each_group():
    axes = charts.plot_calibration(GROUPS, words=EN).axes[0]
    actual, predicted = axes.lines
    assert actual.get_ydata().tolist() == [3.8, 1.2]
    assert predicted.get_ydata().tolist() == [4.0, 1.0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1\nn = 100", "2\nn = 110"]
    assert texts(charts.plot_calibration(GROUPS.iloc[:0], words=EN).axes[0]) == ["not computed"]


def test_the_heat_map_writes_every_probability():
    axes = charts.plot_alive(ALIVE, words=EN).axes[0]
    assert texts(axes) == ["90%", "70%", "95%", "50%"]
    assert texts(charts.plot_alive(ALIVE.iloc[:0], words=EN).axes[0]) == ["not computed"]


def test_value_has_three_bars_a_segment_and_the_best_on_top():
    axes = charts.plot_value_parts(WORTH, words=EN).axes[0]
    widths = [[bar.get_width() for bar in group] for group in axes.containers]
    assert widths == [[10, 500], [30, 90], [80, 300]]
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == ["New  (n = 20)", "Loyal  (n = 40)"]
    unknown = WORTH.assign(clv_12m=float("nan"))
    assert texts(charts.plot_value_parts(unknown, words=EN).axes[0]) == ["not computed"]


def test_the_map_of_risk_writes_money_and_customers():
    axes = charts.plot_value_risk(RISK, words=EN).axes[0]
    assert texts(axes) == ["$40\nn = 12", "$80\nn = 30"]
    bands = [tick.get_text() for tick in axes.get_xticklabels()]
    assert bands == ["10%–90%", "90%–100%"]
    assert texts(charts.plot_value_risk(RISK.iloc[:0], words=EN).axes[0]) == ["not computed"]


@pytest.mark.parametrize("most", [9.0, 340.0, 1_250.0, 17_600.0, 1_700_000.0, 24_000_000.0])
def test_the_steps_of_an_axis_of_money_are_written_in_full(most):
    quarters = pd.DataFrame({"quarter": ["2026Q2", "2026Q3"], "revenue": [most / 2, most]})
    figure = charts.plot_quarterly_revenue(quarters, words=EN)
    figure.canvas.draw()
    axis = figure.axes[0].yaxis
    sizes = {"K": 1e3, "M": 1e6}
    for place, label in zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True):
        written = label.get_text().removeprefix("$")
        number = float(written.rstrip("KM").replace(",", ""))
        assert number * sizes.get(written[-1], 1) == pytest.approx(place)


def test_the_bridge_is_of_value_or_of_revenue():
    labels = [
        charts.plot_bridge(BRIDGE, *measured, words=EN).axes[0].get_ylabel()
        for measured in ((), ("revenue",))
    ]
    assert labels == ["Value (USD)", "Revenue (USD)"]


def test_the_bridge_stands_on_its_ends():
    axes = charts.plot_bridge(BRIDGE, words=EN).axes[0]
    assert [bar.get_y() for bar in axes.patches] == BRIDGE["bottom"].tolist()
    assert [bar.get_height() for bar in axes.patches] == BRIDGE["height"].tolist()
    assert texts(axes)[4] == "−$730\nn = 1"
    unknown = BRIDGE.assign(amount=float("nan"))
    assert texts(charts.plot_bridge(unknown, words=EN).axes[0]) == ["not computed"]


def test_effects_show_their_interval_and_verdict_or_why_there_is_none():
    axes = charts.plot_effects(EFFECTS, None, words=EN).axes[0]
    assert texts(axes) == [
        "1.0%  no evidence of an effect",
        "12.0%  worked",
        "not attributable",
    ]
    intervals = [line.get_xdata() for line in axes.lines[:4:2]]
    assert [list(ends) for ends in intervals] == [[-0.06, 0.09], [0.05, 0.17]]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == "Birthday card\n300 treated, 150 held out"
    assert labels[2] == "$x^2$\n16 treated, 0 held out"
    assert axes.lines[0].get_color() != axes.lines[2].get_color()


def test_effects_without_actions_say_so():
    assert texts(charts.plot_effects(EFFECTS.iloc[:0], None, words=ZH).axes[0]) == ["未计算"]
