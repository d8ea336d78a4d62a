"""Scores of small surveys by hand, and of a company whose truth is known."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.params import Quarter
from analysis.params.satisfaction_models import Satisfaction
from analysis.satisfaction import (
    collect_answers,
    compare_scores,
    count_responses,
    define_measures,
    hide_small,
    response_results,
    score_all,
    score_groups,
    score_results,
    sum_answers,
)
from analysis.schemas import INVITATIONS, SURVEYS

from .conftest import QUARTER, make_table, questionnaire

Q = str(QUARTER)
SCALES = {"csat": (1, 5), "ces": (1, 7), "delivery": (1, 5), "price": (1, 5), "x3": (1, 10)}
SURVEY = Satisfaction()
MEASURES = define_measures(SURVEY, SCALES)


def answers_of(rows, profile, quarters=(QUARTER,), measures=MEASURES):
    items = dict.fromkeys(item for measure in measures for item in measure.items)
    return collect_answers(make_table(SURVEYS, rows), profile, list(items), list(quarters))


def score(rows, profile, measures=MEASURES, **options) -> pd.DataFrame:
    sums = sum_answers(answers_of(rows, profile, measures=measures), profile, measures)
    scores = score_all(sums, measures, **options)
    return scores.set_index(["group", "measure"])


def nps_rows(promoters: int, passives: int, detractors: int) -> list[dict[str, object]]:
    scores = [9] * promoters + [8] * passives + [3] * detractors
    return [
        row
        for n, value in enumerate(scores)
        for row in questionnaire(f"r{n}", None, date(2026, 8, 1), {"nps": value})
    ]


def test_net_promoter_score_as_published(profile_of):
    scores = score(nps_rows(50, 33, 17), profile_of({"C1": "new"}))
    row = scores.loc[("headline", "nps")]
    assert row["value"] == pytest.approx(33.0)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(14.6, abs=0.15)
    assert scores.loc[("part", "promoters"), "value"] == 0.5
    assert scores.loc[("part", "detractors"), "value"] == 0.17


def test_the_edges_of_promoters_and_detractors(profile_of):
    scores = [0, 6, 7, 8, 9, 10]
    rows = [
        row
        for n, value in enumerate(scores)
        for row in questionnaire(f"r{n}", None, date(2026, 8, 1), {"nps": value})
    ]
    found = score(rows, profile_of({"C1": "new"}))["value"]
    assert found[("headline", "nps")] == 0
    assert found[("part", "promoters")] == found[("part", "detractors")] == pytest.approx(1 / 3)


def test_every_kind_of_measure_by_hand(profile_of):
    survey = Satisfaction(
        index=("x1", "x2", "x3"), perceived_value={"economic": ("price",)}, drivers=("price",)
    )
    scales = SCALES | {"x1": (1, 10), "x2": (1, 10)}
    scored = [
        {"csat": 4, "ces": 2, "x1": 10, "x2": 10, "x3": 10, "price": 1},
        {"csat": 3, "ces": 5, "x1": 1, "x2": 4, "x3": 10, "price": 4},
    ]
    rows = [
        row
        for n, scores in enumerate(scored)
        for row in questionnaire(f"r{n}", None, date(2026, 8, 1), scores)
    ]
    found = score(rows, profile_of({"C1": "new"}), define_measures(survey, scales))["value"]
    assert found[("headline", "csat")] == 0.5
    assert found[("headline", "ces")] == 3.5
    # (X1 + X2 + X3 − 3) / 27 · 100 of each questionnaire: 100, and 12 / 27 · 100.
    assert found[("headline", "index")] == pytest.approx((100 + 1200 / 27) / 2)
    assert found[("perceived", "economic")] == pytest.approx((0 + 75) / 2)
    assert found[("item", "price")] == 2.5
    share = define_measures(survey.model_copy(update={"ces_as": "share"}), scales)
    assert score(rows, profile_of({"C1": "new"}), share)["value"][("headline", "ces")] == 0.5


def test_one_customer_has_one_voice(profile_of):
    rows = [
        *questionnaire("r1", "a", date(2026, 7, 1), {"nps": 0}),
        *questionnaire("r2", "a", date(2026, 9, 1), {"nps": 10}),
        *questionnaire("r3", None, date(2026, 9, 1), {"nps": 5}),
        *questionnaire("r4", None, date(2026, 9, 1), {"nps": 5}),
    ]
    found = score(rows, profile_of({"a": "new"}), is_weighted=False).loc[("headline", "nps")]
    assert (found["n"], found["value"]) == (3, pytest.approx((100 - 200) / 3))


def test_answers_without_a_date_count_in_the_reviewed_quarter(profile_of):
    rows = questionnaire("r1", None, None, {"nps": 10})
    found = score(rows, profile_of({"a": "new"}))
    assert found["quarter"].tolist() == [Q] * 3


def test_answers_after_the_quarter_change_nothing(profile_of):
    rows = nps_rows(5, 2, 1)
    later = questionnaire("later", None, date(2026, 10, 1), {"nps": 0})
    profile = profile_of({"a": "new"})
    pd.testing.assert_frame_equal(score(rows, profile), score(rows + later, profile))


def test_weighting_brings_the_segments_back(company, profile_of):
    profile = profile_of(company.segments, region=company.regions)
    equal = score(company.surveys, profile, is_weighted=False).loc[("headline", "nps")]
    weighted = score(company.surveys, profile).loc[("headline", "nps")]
    groups = score_groups(
        sum_answers(answers_of(company.surveys, profile), profile, MEASURES), MEASURES, Q
    )
    by_segment = groups[(groups["measure"] == "nps") & (groups["dimension"] == "segment")]
    loyal, new = by_segment.set_index("level").loc[["loyal", "new"], "value"]
    # The loyal are a third of the customers and more than half of the voices.
    assert weighted["value"] == pytest.approx(loyal / 3 + new * 2 / 3)
    assert weighted["value"] < equal["value"] - 5
    assert weighted["n_eff"] < weighted["n"] == equal["n"]
    assert equal["value"] == weighted["unweighted"]


def test_rows_in_another_order_give_the_same_scores(company, profile_of):
    profile = profile_of(company.segments)
    backwards = company.surveys[::-1]
    pd.testing.assert_frame_equal(
        score(company.surveys, profile), score(backwards, profile), atol=1e-9
    )


def test_ids_that_match_no_customer_are_not_weighted(profile_of):
    rows = [
        row
        for n in range(40)
        for row in questionnaire(f"r{n}", f"x{n}", date(2026, 8, 1), {"nps": 10})
    ]
    found = score(rows, profile_of({"a": "new"})).loc[("headline", "nps")]
    assert (found["n"], found["is_weighted"]) == (40, False)


def test_small_groups_are_hidden_and_middling_ones_flagged(company, profile_of):
    regions = ["north"] * 30 + ["south"] * 100 + ["west"] * 470
    profile = profile_of(company.segments, region=regions)
    sums = sum_answers(answers_of(company.surveys, profile), profile, MEASURES)
    groups = score_groups(sums, MEASURES, Q).query("dimension == 'region' and measure == 'nps'")
    north, south, west = groups.set_index("level").loc[["north", "south", "west"]].itertuples()
    assert north.is_hidden
    assert pd.isna(north.value)
    assert pd.isna(north.low)
    assert not south.is_hidden
    assert not west.is_uncertain


def test_what_is_hidden_cannot_be_subtracted():
    scores = pd.DataFrame(
        {
            "quarter": "q",
            "dimension": "region",
            "group": "headline",
            "measure": "nps",
            "level": list("abcd"),
            "n": [100, 70, 35, 4],
            "value": [1.0, 2.0, 3.0, 4.0],
        }
    )
    assert hide_small(scores)["is_hidden"].tolist() == [False, False, True, True]
    many = scores.assign(n=[100, 70, 35, 12])
    assert hide_small(many)["is_hidden"].tolist() == [False, False, False, True]
    assert hide_small(many)["is_uncertain"].tolist() == [False, False, True, False]


def test_response_rate_counts_each_invited_customer_once(profile_of):
    profile = profile_of({"a": "new", "b": "new", "c": "loyal", "d": "loyal"})
    invited = [{"customer_id": c, "date": date(2026, 7, 5)} for c in ("a", "b", "c", "d", "a")]
    # So few are not told apart by segment.
    early = [{"customer_id": "e", "date": date(2026, 6, 30)}]
    rows = [
        *questionnaire("r1", "a", date(2026, 7, 9), {"nps": 9}),
        *questionnaire("r2", "z", date(2026, 7, 9), {"nps": 9}),  # answered without being asked
    ]
    table = make_table(INVITATIONS, invited + early)
    rates = count_responses(table, answers_of(rows, profile), profile, QUARTER)
    assert rates.set_index("level")["rate"].to_dict() == {"all": 0.25, "other": 0.25}
    published = response_results(rates)["satisfaction.response_rate"]
    assert (published.value, published.n) == (0.25, 4)
    assert published.low < 0.25 < published.high


def test_no_invitations_no_response_rate(profile_of):
    profile = profile_of({"a": "new"})
    rates = count_responses(make_table(INVITATIONS, []), answers_of([], profile), profile, QUARTER)
    published = response_results(rates)["satisfaction.response_rate"]
    assert published.value is None
    assert "invitations" in published.note


class TestPublished:
    def publish(self, rows, profile, quarters, measures=MEASURES):
        sums = sum_answers(answers_of(rows, profile, quarters, measures), profile, measures)
        scores = score_all(sums, measures)
        changes = compare_scores(scores, Q, str(QUARTER.previous()))
        return score_results(scores, changes, measures, SURVEY, Q)

    def test_each_has_an_interval_and_n(self, company, profile_of):
        profile = profile_of(company.segments)
        results = self.publish(company.surveys, profile, [QUARTER.previous(), QUARTER])
        for name in ("nps", "csat"):
            result = results[f"satisfaction.{name}"]
            assert result.low < result.value < result.high
            assert result.n > 200
            assert results[f"satisfaction.verdict.{name}"].value == "change.no_evidence"
        assert results["satisfaction.answers"].value == results["satisfaction.nps"].n

    def test_what_is_missing_says_what_it_needs(self, profile_of):
        results = self.publish([], profile_of({"a": "new"}), [QUARTER])
        assert results["satisfaction.nps"].value is None
        assert "nps" in results["satisfaction.nps"].note
        assert "satisfaction.index" in results["satisfaction.index"].note
        assert results["satisfaction.answers"].value == 0

    def test_few_answers_are_hidden(self, profile_of):
        results = self.publish(nps_rows(20, 5, 4), profile_of({"a": "new"}), [QUARTER])
        assert results["satisfaction.nps"].value is None
        assert "30 answers" in results["satisfaction.nps"].note

    def test_one_item_alone_gives_its_score(self, profile_of):
        results = self.publish(nps_rows(40, 25, 10), profile_of({"a": "new"}), [QUARTER])
        assert results["satisfaction.nps"].value == pytest.approx(40)
        assert results["satisfaction.csat"].value is None
        assert results["satisfaction.verdict.nps"].value == "change.unknown"


def test_items_without_a_scale_measure_nothing():
    names = {measure.name for measure in define_measures(SURVEY, {})}
    assert names == {"nps", "promoters", "detractors"}
    no_nps = SURVEY.model_copy(update={"nps": None})
    assert define_measures(no_nps, {}) == ()


def test_a_measure_says_between_what_it_lies():
    bounds = {measure.name: measure.bounds for measure in MEASURES}
    assert bounds["nps"] == (-100, 100)
    assert (bounds["csat"], bounds["ces"], bounds["delivery"]) == ((0, 1), (1, 7), (1, 5))
    assert replace(MEASURES[0], kind="percent_of_scale").bounds == (0, 100)


def test_quarters_of_a_shifted_fiscal_year(profile_of):
    first = Quarter.parse("2026Q2")
    rows = questionnaire("r1", None, date(2026, 6, 30), {"nps": 10}) + questionnaire(
        "r2", None, date(2026, 7, 1), {"nps": 0}
    )
    quarters = answers_of(rows, profile_of({"a": "new"}), [first, QUARTER])
    assert dict(quarters.select("response_id", "quarter").to_pandas().to_numpy()) == {
        "r1": "2026Q2",
        "r2": "2026Q3",
    }
