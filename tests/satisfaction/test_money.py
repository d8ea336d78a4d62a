"""What promoters and detractors hold, who keeps silent, and whether the content buy again."""

from datetime import date, datetime

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis import engine, satisfaction
from analysis.params.satisfaction_models import Satisfaction
from analysis.satisfaction import compare_retention
from analysis.schemas import COMPLAINTS, SURVEYS

from .conftest import QUARTER, make_table, questionnaire

Q = str(QUARTER)
SURVEY = Satisfaction()


def voices_of(customers, complaints=(), survey=SURVEY, values=None):
    """Customers: id → (nps or None, value, p_alive, is_active)."""
    ids = list(customers)
    summary = ibis.memtable(
        {
            "customer_id": ids,
            "n_orders_window": [int(c[3]) for c in customers.values()],
            "revenue_window": [float(c[1] or 0) for c in customers.values()],
        }
    )
    value = ibis.memtable(
        {
            "customer_id": ids,
            "clv_12m": [c[1] for c in customers.values()],
            "p_alive": [c[2] for c in customers.values()],
            "value_at_risk": [
                None if None in (c[1], c[2]) else c[1] * (1 - c[2]) / c[2]
                for c in customers.values()
            ],
        },
        schema=ibis.schema(
            {"customer_id": "string"}
            | dict.fromkeys(("clv_12m", "p_alive", "value_at_risk"), "float64")
        ),
    )
    rows = [
        row
        for customer, (nps, *_) in customers.items()
        if nps is not None
        for row in questionnaire(f"r{customer}", customer, date(2026, 8, 1), {"nps": nps})
    ]
    profile = ibis.memtable({"customer_id": ids, "is_active": [True] * len(ids)})
    answers = satisfaction.collect_answers(
        make_table(SURVEYS, rows), profile, ["nps", "csat"], [QUARTER]
    )
    table = satisfaction.open_complaints(make_table(COMPLAINTS, complaints), QUARTER.last_day)
    return satisfaction.gather_voices(summary, value, answers, table, survey, Q, QUARTER.last_day)


def crowd(prefix, n, nps, value=10.0, p=0.8, is_active=True):
    return {f"{prefix}{i}": (nps, value, p, is_active) for i in range(n)}


def complain(customer):
    return {"complaint_id": f"T{customer}", "customer_id": customer,
            "opened_at": datetime(2026, 5, 1)}  # fmt: skip


def test_money_by_voice():
    customers = (
        crowd("p", 20, 9, 30.0)
        | crowd("n", 30, 8)
        | crowd("d", 40, 2)
        | crowd("x", 50, None, 1.0)
        | crowd("gone", 9, 0, 1e6, is_active=False)
    )
    money = satisfaction.sum_money(voices_of(customers)).set_index("voice")
    assert money["customers"].to_dict() == {
        "promoter": 20, "passive": 30, "detractor": 40, "no_answer": 50,
    }  # fmt: skip
    assert money["value"].tolist() == [600, 300, 400, 50]
    assert money["value_share"].sum() == pytest.approx(1)
    assert money.loc["detractor", "value_at_risk"] == pytest.approx(400 * 0.2 / 0.8)


def test_money_of_few_is_hidden_and_cannot_be_subtracted():
    customers = crowd("p", 40, 10) | crowd("n", 15, 8) | crowd("d", 10, 0)
    money = satisfaction.sum_money(voices_of(customers)).set_index("voice")
    assert money.loc["promoter", "value"] == 400
    assert money.loc[["passive", "detractor"]].isna().all(axis=None)
    results = satisfaction.money_results(money.reset_index(), satisfaction.count_silent(
        voices_of(customers)))  # fmt: skip
    assert results["satisfaction.money.detractor.value"].value is None
    assert results["satisfaction.money.detractor.customers"].value is None
    assert results["satisfaction.money.promoter.value_share"].value is not None
    assert "there are 10" in results["complaints.silent.detractor"].note


def test_without_predicted_value_nothing_is_invented():
    customers = dict.fromkeys(crowd("p", 40, 9), (9, None, None, True))
    money = satisfaction.sum_money(voices_of(customers))
    results = satisfaction.money_results(money, satisfaction.count_silent(voices_of(customers)))
    assert results["satisfaction.money.promoter.customers"].value == 40
    assert "needs" in results["satisfaction.money.promoter.value_share"].note


def test_the_silent_never_complained():
    customers = crowd("d", 48, 3) | crowd("l", 31, None, 5.0, p=0.4)
    voices = voices_of(customers, [complain(f"d{n}") for n in range(12)] + [complain("other")])
    silent = satisfaction.count_silent(voices).set_index("who")
    assert silent.loc["detractor", ["customers", "silent"]].tolist() == [48, 36]
    assert silent.loc["detractor", "low"] < 0.75 < silent.loc["detractor", "high"]
    assert silent.loc["leaver", ["customers", "silent"]].tolist() == [31, 20]  # at least
    assert silent.loc["leaver", "value_at_risk"] == pytest.approx(31 * 5 * 0.6 / 0.4)


def test_no_item_no_voice():
    voices = voices_of(crowd("p", 40, 9), survey=Satisfaction(nps=None, csat=None))
    assert set(voices.voice.to_pyarrow().to_pylist()) == {"no_answer"}


def test_accounts_one_by_one():
    customers = {"a": (2, 10.0, 0.9, True), "b": (None, 99.0, 0.9, True), "c": (9, None, 0.9, True)}
    accounts = satisfaction.list_accounts(voices_of(customers, [complain("a")]), 2)
    assert accounts["customer_id"].tolist() == ["b", "a"]
    assert accounts["voice"].tolist() == ["no_answer", "detractor"]
    assert accounts["complaints"].tolist() == [0, 1]
    assert accounts["open_complaints"].tolist() == [0, 1]


class TestRetention:
    def follow(self, answered, bought_next, order_lines, years_orders=()):
        """Answers of the quarter before, and orders of the quarter after."""
        before = QUARTER.previous()
        rows = [
            row
            for customer, nps in answered.items()
            for row in questionnaire(f"r{customer}", customer, before.first_day, {"nps": nps})
        ]
        profile = ibis.memtable(
            {"customer_id": list(answered), "is_active": [True] * len(answered)}
        )
        answers = satisfaction.collect_answers(
            make_table(SURVEYS, rows), profile, ["nps"], [before, QUARTER]
        )
        lines = [(c, f"{c}-next", QUARTER.first_day, 5) for c in bought_next]
        lines += [(c, f"{c}-{n}", before.last_day, 5) for c, n in years_orders]
        return satisfaction.follow_answers(
            answers, order_lines(lines), "score_nps", [before, QUARTER]
        )

    def test_who_bought_in_the_next_quarter(self, order_lines):
        answered = {f"p{n}": 10 for n in range(40)} | {f"d{n}": 1 for n in range(40)}
        bought = [f"p{n}" for n in range(30)] + [f"d{n}" for n in range(10)]
        lead = compare_retention(self.follow(answered, bought, order_lines))
        assert lead.rates.set_index("voice")["rate"].to_dict() == {
            "promoter": 0.75, "detractor": 0.25,
        }  # fmt: skip
        assert lead.difference == pytest.approx(0.5)
        assert lead.low > 0
        results = satisfaction.retention_results(lead)
        assert results["satisfaction.retention.verdict"].value == "change.leads"
        assert results["satisfaction.retention.promoter"].n == 40

    def test_like_is_compared_with_like(self, order_lines):
        """Promoters buy more often only because they always did."""
        answered = {f"{band}{voice}{n}": nps for band, sizes in (("often", (60, 20)),
                    ("seldom", (20, 60))) for (voice, nps), size in zip((("p", 10), ("d", 1)),
                    sizes, strict=True) for n in range(size)}  # fmt: skip
        often = [c for c in answered if c.startswith("often")]
        bought = [c for n, c in enumerate(often) if n % 4] + [
            c for n, c in enumerate(c for c in answered if c.startswith("seldom")) if not n % 4
        ]
        followed = self.follow(
            answered, bought, order_lines, [(c, n) for c in often for n in (1, 2)]
        )
        assert sorted(followed["band"].unique()) == [0, 2]
        lead = compare_retention(followed)
        raw = lead.rates.set_index("voice")["rate"]
        assert raw["promoter"] - raw["detractor"] == pytest.approx(0.25)
        assert lead.difference == pytest.approx(0, abs=1e-9)
        verdict = satisfaction.retention_results(lead)["satisfaction.retention.verdict"]
        assert verdict.value == "change.no_evidence"

    def test_the_interval_covers_the_truth(self):
        rng = np.random.default_rng(9)
        covered = 0
        for _ in range(400):
            rows = []
            for band, base in enumerate((0.2, 0.5)):
                for voice, more in (("promoter", 0.15), ("detractor", 0.0)):
                    n = int(rng.integers(20, 80))
                    rows.append(("q", band, voice, n, int(rng.binomial(n, base + more))))
            columns = ["quarter", "band", "voice", "customers", "bought"]
            lead = compare_retention(pd.DataFrame(rows, columns=columns))
            covered += lead.low < 0.15 < lead.high
        assert 0.92 < covered / 400 < 0.98

    @pytest.mark.parametrize(
        ("promoters", "detractors", "verdict"),
        [(80, 40, "leads"), (40, 80, "contrary"), (50, 50, "no_evidence")],
    )
    def test_verdict_of_the_interval(self, promoters, detractors, verdict):
        followed = pd.DataFrame(
            {"quarter": "q", "band": 0, "voice": ["promoter", "detractor"],
             "customers": [100, 100], "bought": [promoters, detractors]}
        )  # fmt: skip
        results = satisfaction.retention_results(compare_retention(followed))
        assert results["satisfaction.retention.verdict"].value == f"change.{verdict}"

    def test_few_voices_say_what_is_needed(self, order_lines):
        followed = self.follow({"p": 10, "d": 0}, ["p"], order_lines)
        lead = compare_retention(followed)
        results = satisfaction.retention_results(lead)
        assert lead.difference is None
        assert "30 promoters" in results["satisfaction.retention.difference"].note
        assert results["satisfaction.retention.verdict"].value == "change.unknown"

    def test_without_the_item_nobody_is_followed(self, order_lines):
        answers = engine.empty_table({"customer_id": "string", "quarter": "string"})
        followed = satisfaction.follow_answers(answers, order_lines([]), None, [QUARTER])
        assert compare_retention(followed).rates.empty
