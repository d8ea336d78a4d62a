"""Warnings and their reasons, lists for people, and the health score."""

from datetime import date, datetime, timedelta

import ibis
import pandas as pd
import pytest
from tests.satisfaction.conftest import make_table

from analysis.customers import sum_days
from analysis.params import Quarter
from analysis.params.value_models import HealthWeights
from analysis.schemas import COMPLAINTS, SURVEYS
from analysis.value import (
    Signals,
    Thresholds,
    assess_churn,
    churn_results,
    count_reasons,
    find_signals,
    health_results,
    list_all_watched,
    list_watched,
    list_win_back,
    map_value_risk,
    measure_intervals,
    score_health,
    summarize_health,
)

QUARTER = Quarter.parse("2026Q3")
LIMITS = Thresholds(watch_below=0.5, lost_below=0.1, overdue_ratio=2.0)
WEIGHTS = HealthWeights().model_dump()
SILENT = Signals(None, has_complaints=False)

# id: frequency, recency, days since, P(alive), CLV, late after
PEOPLE = {
    "steady": (4, 200, 20, 0.9, 300.0, 60),
    "fading": (4, 200, 150, 0.4, 100.0, 60),
    "gone": (5, 100, 400, 0.02, 4.0, 30),
    "once": (0, 0, 30, None, 50.0, None),
    "once_long_ago": (0, 0, 700, None, 20.0, None),
    "angry": (1, 50, 40, 0.8, 80.0, None),
}
ONCE = {"once": 0.7, "once_long_ago": 0.05}


def assess(signals=SILENT, people=PEOPLE):
    rows = pd.DataFrame.from_dict(
        people, orient="index", columns=["frequency", "recency", "since", "p", "clv", "late"]
    ).rename_axis("customer_id").reset_index()  # fmt: skip
    rows["last"] = [QUARTER.last_day - timedelta(int(days)) for days in rows["since"]]
    summary = ibis.memtable(
        {
            "customer_id": rows["customer_id"],
            "frequency": rows["frequency"],
            "recency": rows["recency"],
            "last_order_date": rows["last"],
            "days_since_last_order": rows["since"],
            "revenue": [100.0] * len(rows),
            "revenue_quarter": [0.0] * len(rows),
            "n_orders_quarter": [0] * len(rows),
        }
    )
    floats = dict.fromkeys(("p_alive", "clv_12m", "value_at_risk"), "float64")
    schema = ibis.schema({"customer_id": "string"} | floats)
    known = rows["p"].astype("Float64")

    def scores(p):
        return ibis.memtable(
            pd.DataFrame(
                {
                    "customer_id": rows["customer_id"],
                    "p_alive": p,
                    "clv_12m": rows["clv"],
                    "value_at_risk": rows["clv"] * (1 - p) / p,
                }
            ),
            schema=schema,
        )

    other = pd.Series([ONCE.get(name, 0.5) for name in rows["customer_id"]])
    segments = ibis.memtable({"customer_id": rows["customer_id"], "segment": ["loyal"] * len(rows)})
    intervals = ibis.memtable(
        pd.DataFrame({"customer_id": rows["customer_id"], "late_after_days": rows["late"]}),
        schema={"customer_id": "string", "late_after_days": "int64"},
    )
    return assess_churn(summary, scores(known), scores(other), segments, intervals, signals, LIMITS)


def by_name(table):
    return table.to_pandas().set_index("customer_id").sort_index()


def test_each_warning_gives_its_reasons():
    found = by_name(assess())
    assert found["reasons"].to_dict() == {
        "steady": "",
        "fading": "low_p_alive;late;overdue;",
        "gone": "low_p_alive;late;overdue;",
        "once": "",
        "once_long_ago": "low_p_alive;overdue;",
        "angry": "",
    }
    # Own mean interval from three intervals on, else the segment's: 550 days in 14 intervals.
    assert found.loc["fading", "usual_interval_days"] == 50
    assert found.loc["fading", "overdue_ratio"] == 3
    assert found.loc["once", "usual_interval_days"] == pytest.approx(550 / 14)


def test_one_time_buyers_are_judged_by_a_model_that_can_lose_them():
    found = by_name(assess())
    assert found.loc["once", "p_alive"] == 0.7
    assert found.loc["once", "value_at_risk"] == pytest.approx(50 * 0.3 / 0.7)
    assert found["is_lost"].to_dict() == {
        "steady": False, "fading": False, "gone": True, "once": False, "once_long_ago": True,
        "angry": False,
    }  # fmt: skip


def signals_of(complaints=(), answers=()):
    rows = [
        {"complaint_id": f"T{n}", "customer_id": who, "opened_at": when}
        for n, (who, when) in enumerate(complaints)
    ]
    said = [
        {"response_id": f"R{n}", "customer_id": who, "date": when, "item": item, "score": score}
        for n, (who, when, item, score) in enumerate(answers)
    ]
    return find_signals(make_table(COMPLAINTS, rows), make_table(SURVEYS, said), "nps", QUARTER)


def test_complaints_and_answers_of_the_quarter_are_reasons():
    inside, before = date(2026, 8, 1), date(2026, 6, 30)
    signals = signals_of(
        [("angry", datetime(2026, 8, 1, 9)), ("steady", datetime(2026, 6, 30, 23))],
        [
            ("angry", inside, "nps", 6.0),
            ("angry", inside, "nps", 9.0),
            ("steady", inside, "nps", 7.0),
            ("steady", before, "nps", 0.0),
            ("steady", inside, "service", 1.0),
            (None, inside, "nps", 0.0),
        ],
    )
    found = by_name(assess(signals))
    assert found.loc["angry", "reasons"] == "complaint;detractor;"
    assert found.loc["steady", "reasons"] == ""
    assert found.loc["steady", "nps_score"] == 7


def test_without_complaints_and_surveys_there_are_no_signals():
    assert find_signals(None, None, "nps", QUARTER) == SILENT
    assert find_signals(None, make_table(SURVEYS, []), None, QUARTER) == SILENT


def test_the_watched_and_the_lost_are_on_different_lists():
    churn = assess()
    watched = list_watched(churn, 10)
    assert watched["customer_id"].tolist() == ["fading"]
    assert list_all_watched(churn).to_pandas()["customer_id"].tolist() == ["fading"]
    back = list_win_back(churn, None).to_pandas()
    # Worth if back: CLV / P(alive).
    assert back["customer_id"].tolist() == ["once_long_ago", "gone"]
    assert back["value_if_back_12m"].tolist() == [400.0, 200.0]


def test_only_who_agreed_is_won_back():
    master = ibis.memtable(
        {"customer_id": ["gone", "once_long_ago"], "consent_marketing": [True, None]}
    )
    churn = assess()
    back = list_win_back(churn, master)
    assert back.to_pandas()["customer_id"].tolist() == ["gone"]
    results = churn_results(churn, back, LIMITS)
    assert results["value.lost.customers_now"].value == 2
    assert results["value.lost.win_back"].value == 1
    assert results["value.watch.customers"].value == 1
    assert results["value.watch.at_risk"].value == pytest.approx(150)
    assert results["value.one_time.p_alive"].value == pytest.approx(0.375)
    # Once_long_ago is lost, so not at risk.
    assert results["value.one_time.at_risk"].value == pytest.approx(50 * 0.3 / 0.7)


def test_formulas_in_ids_do_not_reach_the_lists():
    churn = assess(people={"=1+1": PEOPLE["fading"], "@x": PEOPLE["gone"]})
    for listed in (list_all_watched(churn), list_win_back(churn, None)):
        assert listed.to_pandas()["customer_id"].str[0].tolist() == ["'"]


def test_a_customer_with_two_reasons_counts_under_both():
    reasons = count_reasons(assess()).set_index("reason")
    assert reasons["customers"].to_dict() == {
        "low_p_alive": 1, "late": 1, "overdue": 1, "complaint": 0, "detractor": 0,
    }  # fmt: skip
    assert reasons.loc["late", "value_at_risk"] == pytest.approx(150)


def test_without_predicted_value_nobody_says_how_much_is_at_risk():
    people = {name: (*known[:4], None, known[5]) for name, known in PEOPLE.items()}
    churn = assess(people=people)
    reasons = count_reasons(churn).set_index("reason")
    assert reasons["customers"].to_dict() == {
        "low_p_alive": 1, "late": 1, "overdue": 1, "complaint": 0, "detractor": 0,
    }  # fmt: skip
    assert reasons["value_at_risk"].isna().to_dict() == {
        "low_p_alive": True, "late": True, "overdue": True, "complaint": False, "detractor": False,
    }  # fmt: skip
    results = churn_results(churn, list_win_back(churn, None), LIMITS)
    for name in ("value.watch.at_risk", "value.one_time.at_risk"):
        assert results[name].value is None
        assert results[name].note == "needs predicted value"


def test_the_map_holds_every_customer_who_is_not_lost_once():
    cells = map_value_risk(assess())
    assert cells["customers"].sum() == 4  # of six, two of whom are lost
    assert set(cells["active_from"]) == {0.3, 0.7, 0.9}
    assert cells["clv_12m"].sum() == pytest.approx(530)


def test_intervals_by_hand(order_lines):
    first = date(2026, 1, 1)
    days = [("a", 0), ("a", 10), ("a", 30), ("a", 35), ("b", 0), ("b", 7), ("c", 5)]
    lines = order_lines(
        [(who, f"{who}{n}", first + timedelta(n), 5) for who, n in days]
        + [("b", "r", first + timedelta(9), -5)]
    )
    found = by_name(measure_intervals(sum_days(lines)))
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["a", ["intervals", "days", "squares"]].tolist() == [3, 35, 525]
    assert found.loc["a", ["first_interval", "second_interval", "late_after_days"]].tolist() == [
        10, 20, 20,
    ]  # fmt: skip
    assert found.loc["b", ["second_interval", "late_after_days"]].isna().all()


class TestHealth:
    EXPECTED = ibis.memtable(
        {"customer_id": ["steady", "fading"], "expected_orders": [2.0, 1.0], "orders": [1, 5]}
    )

    def test_by_hand(self):
        signals = signals_of(
            [("steady", datetime(2026, 8, 1))], [("steady", date(2026, 8, 1), "nps", 8.0)]
        )
        scored = by_name(score_health(assess(signals), self.EXPECTED, WEIGHTS, signals))
        steady = scored.loc["steady"]
        parts = ["activity", "timeliness", "trend", "value", "satisfaction", "service"]
        assert steady[parts].tolist() == [90, 100, 50, 90, 80, 0]
        assert steady["health"] == pytest.approx(
            (35 * 90 + 20 * 100 + 15 * 50 + 10 * 90 + 10 * 80 + 10 * 0) / 100
        )
        assert scored.loc["fading", "trend"] == 100  # more than expected is no more than all

    def test_what_is_not_known_leaves_its_weight_to_the_others(self):
        scored = by_name(score_health(assess(), self.EXPECTED, WEIGHTS, SILENT))
        steady = scored.loc["steady"]
        assert steady["points"] == 80
        assert steady[["satisfaction", "service"]].isna().all()
        assert steady["health"] == pytest.approx((35 * 90 + 20 * 100 + 15 * 50 + 10 * 90) / 80)

    def test_without_complaints_nobody_is_known_to_have_none(self):
        signals = signals_of()
        assert by_name(score_health(assess(), None, WEIGHTS, signals))["service"].eq(100).all()
        assert by_name(score_health(assess(), None, WEIGHTS, SILENT))["service"].isna().all()

    def test_segments_show_each_part_and_what_it_counts_for(self):
        table = summarize_health(score_health(assess(), None, WEIGHTS, SILENT), WEIGHTS)
        assert table["segment"].tolist() == ["loyal", "all", "weight"]
        assert table["customers"].tolist()[:2] == [6, 6]
        points = table.iloc[-1]
        assert (points["health"], points["activity"]) == (100, 35)
        assert table["service"].iloc[:2].isna().all()

    def test_missing_parts_say_what_they_need(self):
        scored = score_health(assess(), None, WEIGHTS, SILENT)
        results = health_results(scored, WEIGHTS)
        assert results["value.health.service.mean"].note == "needs the table complaints"
        assert results["value.health.trend.mean"].value is None
        assert results["value.health.points_known"].value == pytest.approx(65)
        assert 0 <= results["value.health.poor"].value <= 1
        weights = [results[f"value.health.{part}.weight"].value for part in WEIGHTS]
        assert sum(weights) == 100
