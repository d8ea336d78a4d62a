"""Pictures and tables of relations: what is drawn and written, in both languages."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis import charts, tables
from analysis.locales import Words

EN, ZH = Words("en", "CNY"), Words("zh", "CNY")

AGEING = pd.DataFrame(
    {
        "bucket": ["current", "days_1_30", "over_90", "credits"],
        "invoices": [3, 2, 1, 1],
        "amount": [12_345.0, 2_000.0, 500.0, -80.0],
        "share": [0.83, 0.135, 0.034, np.nan],
    }
)
DSO = pd.DataFrame({"quarter": ["2026Q1", "2026Q2", "2026Q3"], "dso_days": [50.0, np.nan, 59.67]})
STAGES = pd.DataFrame(
    {
        "stage": ["A$B$ | <b>", "decided_later"],
        "deals": [4, 1],
        "amount": [4_000.0, 900.0],
        "probability": [0.25, np.nan],
        "weighted": [1_000.0, np.nan],
        "mean_days_open": [40.4, np.nan],
        "slipped": [1, 0],
    }
)
DECISIONS = pd.DataFrame(
    {"quarter": ["2026Q2", "2026Q3"], "win_rate": [0.4, 1 / 3], "low": [0.3, 0.25],
     "high": [0.5, 0.43]}
)  # fmt: skip
COVERED = pd.DataFrame(
    {
        "level": ["high", "Ann <i>", "other"],
        "customers": [93, 40, 15],
        "contacted": [80, 30, 15],
        "share": [0.86, 0.75, 1.0],
        "low": [0.77, 0.6, 0.8],
        "high": [0.92, 0.86, 1.0],
        "overdue": [11.0, np.nan, np.nan],
        "never": [0, 12, 0],
        "cadence_days": [90.0, np.nan, np.nan],
    }
)
ENGAGED = pd.DataFrame(
    {
        "tier": ["all", "high"],
        "customers": [300, 60],
        "share": [0.5, 0.69],
        "low": [0.45, 0.57],
        "high": [0.55, 0.79],
        "per_customer": [1.1, 1.39],
        "share_before": [0.52, 0.75],
        "change": [-0.02, -0.06],
        "verdict": ["no_evidence", "down"],
    }
)
GAPS = pd.DataFrame({"Tea $": [12.0, np.nan], "Gifts": [0.0, 61.0]}, index=["high", "potential"])
PICTURES = {
    "credit": (charts.plot_credit, (AGEING, DSO)),
    "funnel": (charts.plot_funnel, (STAGES, DECISIONS)),
    "coverage": (charts.plot_coverage, (COVERED,)),
    "engagement": (charts.plot_engagement, (ENGAGED,)),
    "whitespace": (charts.plot_whitespace, (GAPS,)),
}
EMPTY = {
    "credit": (charts.plot_credit, (AGEING[:0], DSO[:0])),
    "funnel": (charts.plot_funnel, (STAGES[:0], DECISIONS[:0])),
    "coverage": (charts.plot_coverage, (COVERED[:0],)),
    "engagement": (charts.plot_engagement, (ENGAGED[:0],)),
    "whitespace": (charts.plot_whitespace, (GAPS[:0],)),
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts_of(figure) -> set[str]:
    found = {text.get_text() for axes in figure.axes for text in axes.texts}
    for axes in figure.axes:
        found |= {axes.get_title(loc="left"), axes.get_xlabel()}
        found |= {label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    return found


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_every_sign_can_be_drawn(name, words, tmp_path):
    plot, arguments = PICTURES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        charts.save_figure(plot(*arguments, words=words), tmp_path / name)


@pytest.mark.parametrize("name", EMPTY)
def test_a_picture_without_data_says_so(name):
    plot, arguments = EMPTY[name]
    assert texts_of(plot(*arguments, words=ZH)) >= {"未计算"}


def test_late_money_has_a_colour_of_its_own():
    figure = charts.plot_credit(AGEING, DSO, words=EN)
    bars = figure.axes[0].patches
    assert [bar.get_height() for bar in bars] == [12_345, 2_000, 500, -80]
    assert len({bar.get_facecolor() for bar in bars[1:]}) == 1
    assert bars[0].get_facecolor() != bars[1].get_facecolor()
    assert texts_of(figure) >= {"CN¥12.3K", "Not yet due", "Credit notes", "59.7", "26Q3"}


def test_deals_without_decisions_are_drawn():
    figure = charts.plot_funnel(STAGES, DECISIONS[:0], words=EN)
    assert texts_of(figure) >= {"A$B$ | <b>", "Decided since", "CN¥4K  (n=4)"}


def test_the_win_rate_is_told():
    assert "33.3%" in texts_of(charts.plot_funnel(STAGES, DECISIONS, words=EN))


def test_coverage_tells_how_many():
    assert texts_of(charts.plot_coverage(COVERED, words=EN)) >= {"High value (n=93)", "86%"}


def test_stages_are_written_as_they_are_called():
    first, second = tables.table_stages(STAGES, words=EN).rows
    assert first == ("A$B$ | <b>", "4", "CN¥4,000", "25.0%", "CN¥1,000", "40", "1")
    assert second[0] == "Decided since"
    assert second[3:6] == ("–", "–", "–")


def test_hidden_counts_are_dashes():
    high, ann, other = tables.table_coverage(COVERED, words=ZH).rows
    assert high == ("高价值", "93", "86.0%", "77% – 92%", "11", "0", "90 天")
    assert ann[4:] == ("–", "12", "–")
    assert other[0] == "其他合计"


def test_reasons_are_told_together():
    warned = pd.DataFrame(
        {
            "customer_id": ["C1"],
            "open_receivables": [1_000.0],
            "overdue_receivables": [50.5],
            "days_overdue": [95],
            "limit_use": [np.nan],
            "over_90": [True],
            "over_limit": [True],
            "near_limit": [False],
        }
    )
    (row,) = tables.table_credit_warned(warned, words=EN).rows
    assert row == (
        "C1", "CN¥1,000", "CN¥50.50", "95", "–",
        "owes money more than 90 days late; above the credit limit",
    )  # fmt: skip


def test_ageing_and_overdue_tables():
    ageing = tables.table_ageing(AGEING, words=EN).rows
    assert ageing[0] == ("Not yet due", "3", "CN¥12,345", "83.0%")
    assert ageing[3] == ("Credit notes", "1", "−CN¥80.00", "–")
    overdue = pd.DataFrame(
        {
            "customer_id": ["C1"],
            "tier": ["strategic"],
            "owner": ["nobody"],
            "clv_12m": [np.nan],
            "last_contact": [pd.Timestamp("2026-07-01")],
            "due_on": [pd.Timestamp("2026-08-01")],
            "days_overdue": [60],
        }
    )
    (row,) = tables.table_overdue(overdue, words=ZH).rows
    assert row == ("C1", "战略客户", "无负责人", "–", "2026-07-01", "2026-08-01", "60")


def test_engagement_marks_the_quarter_before():
    figure = charts.plot_engagement(ENGAGED, words=EN)
    assert texts_of(figure) >= {"All customers (n=300)", "High value (n=60)", "69%"}
    (marks,) = (line for line in figure.axes[0].lines if line.get_marker() == "D")
    assert list(marks.get_xdata()) == [0.52, 0.75]
    all_customers = tables.table_engagement(ENGAGED, words=EN).rows[0]
    assert all_customers == (
        "All customers", "300", "50.0%", "45% – 55%", "1.10", "52.0%", "no evidence of change",
    )  # fmt: skip


def test_whitespace_tells_no_small_counts():
    figure = charts.plot_whitespace(GAPS, words=EN)
    assert [text.get_text() for text in figure.axes[0].texts] == ["12", "0", "–", "61"]
    assert texts_of(figure) >= {"Tea $", "Gifts", "High value", "Potential"}


def test_owners_and_stakeholders():
    owners = pd.DataFrame(
        {
            "level": ["Ann | <b>", "other"],
            "customers": [95, 23],
            "contacted_share": [0.86, np.nan],
            "retained": [0.62, np.nan],
            "low": [0.48, np.nan],
            "high": [0.74, np.nan],
            "satisfied": [np.nan, np.nan],
            "revenue": [159_914.0, 17_051.0],
            "overdue_receivables": [39_518.0, 0.0],
            "open_pipeline": [156_000.0, 1_700.0],
        }
    )
    ann, other = tables.table_owners(owners, words=EN).rows
    assert ann[:5] == ("Ann | <b>", "95", "86.0%", "62% (48% – 74%)", "–")
    assert other[:5] == ("All others", "23", "–", "–", "–")
    kinds = pd.DataFrame(
        {
            "level": ["government", "other"], "customers": [52, 54],
            "customer_share": [0.017, 0.018], "active": [0.827, 0.778],
            "revenue": [267_425.0, 138_297.0], "revenue_share": [0.059, np.nan],
            "clv_12m": [72_375.0, 0.0], "value_share": [0.043, np.nan],
        }
    )  # fmt: skip
    first, second = tables.table_stakeholders(kinds, words=ZH).rows
    assert first[:4] == ("government", "52", "1.7%", "82.7%")
    assert (second[0], second[5]) == ("其他合计", "–")


def test_points_campaigns_and_categories():
    points = pd.DataFrame(
        {"quarter": ["2026Q3"], "earned": [52_502], "spent": [15_039], "balance": [256_656],
         "members": [798]}
    )  # fmt: skip
    assert tables.table_points(points, words=EN).rows[0] == (
        "2026Q3", "52,502", "15,039", "256,656", "798",
    )  # fmt: skip
    members = pd.DataFrame(
        {"group": ["member"], "customers": [40], "bought": [0.75], "low": [0.6], "high": [0.86],
         "repeat_rate": [0.5], "revenue_per_customer": [10.0]}
    )  # fmt: skip
    assert tables.table_members(members, words=ZH).rows[0][:4] == (
        "会员",
        "40",
        "75.0%",
        "60% – 86%",
    )
    campaigns = pd.DataFrame(
        {"type": ["a <b>", "other"], "reached": [676, 20], "cost": [16_900.0, np.nan],
         "bought": [277, 0], "cost_per_buyer": [61.01, np.nan], "revenue_per_cost": [9.63, np.nan]}
    )  # fmt: skip
    first, second = tables.table_campaigns(campaigns, words=EN).rows
    assert first == ("a <b>", "676", "CN¥16,900", "277", "CN¥61.01", "9.63")
    assert second[2:] == ("–", "0", "–", "–")
    categories = pd.DataFrame(
        {"category": ["Tea"], "buyers": [40], "buyer_share": [1.0], "revenue_share": [0.5],
         "revenue_share_before": [np.nan], "gaps": [16], "worth": [192.0]}
    )  # fmt: skip
    assert tables.table_categories(categories, words=EN).rows[0] == (
        "Tea", "40", "100.0%", "50.0%", "–", "16", "CN¥192",
    )  # fmt: skip


def test_benchmarks_stand_in_our_units():
    compared = pd.DataFrame(
        {
            "metric": ["credit.dso_days", "satisfaction.nps", "no.such"],
            "unit": ["days", "points", "score"],
            "ours": [59.7, 20.0, np.nan],
            "low": [None, 5.0, None],
            "high": [None, 35.0, None],
            "benchmark": [47.0, 31.0, 1.0],
            "difference": [12.7, -11.0, np.nan],
            "verdict": ["above", "alike", "not_computed"],
            "period": ["2026Q2"] * 3,
            "source": ["A | <b>"] * 3,
        }
    )
    dso, nps, unknown = tables.table_benchmarks(compared, words=EN).rows
    assert dso[:6] == ("Days sales outstanding", "60 days", "–", "47 days", "13 days", "above")
    assert nps[1:5] == ("20.0", "5.0 – 35.0", "31.0", "−11.0")
    assert unknown[:6] == ("no.such", "–", "–", "1.00", "–", "not computed")
