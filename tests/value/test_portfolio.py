"""Value by segment with intervals, newcomers, the margin, last quarter's forecast, the card."""

from dataclasses import replace
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.results import Result
from analysis.value import (
    Draws,
    Margin,
    NotEstimableError,
    ValueModels,
    count_holdout,
    draw_value,
    find_margin,
    forecast_results,
    forecast_table,
    map_alive,
    margin_results,
    model_card_results,
    newcomer_results,
    rank_auc,
    score_forecast,
    score_value,
    segment_results,
    value_by_segment,
    value_results,
)
from analysis.value.clv import discount_schedule
from analysis.value.intervals import draw_parameters
from analysis.value.response import Uncertain, respond

REFUSED = NotEstimableError("12 customers bought again; a fit needs at least 50")
NOTHING = ValueModels(REFUSED, REFUSED, REFUSED, REFUSED)


@pytest.fixture(scope="module")
def segments(cdnow_summary) -> ibis.Table:
    name = (cdnow_summary.frequency > 0).ifelse("loyal", "new")
    return cdnow_summary.select("customer_id", segment=name)


@pytest.fixture(scope="module")
def scores(connection, cdnow_summary, cdnow_models):
    scored = score_value(cdnow_summary, cdnow_models, 0.4, 0.1)
    return connection.create_table("portfolio_scores", scored, temp=True)


@pytest.fixture(scope="module")
def draws(cdnow_summary, segments, cdnow_models) -> Draws:
    return draw_value(cdnow_summary, segments, cdnow_models, 0.4, 0.1)


class TestSegments:
    @pytest.fixture(scope="class")
    def worth(self, cdnow_summary, scores, segments, draws):
        return value_by_segment(cdnow_summary, scores, segments, 0.4, draws).set_index("segment")

    def test_segments_add_up_to_all(self, worth, cdnow_summary):
        parts = worth.drop(index="all")
        for column in ("customers", "history", "quarter", "clv_12m"):
            assert parts[column].sum() == pytest.approx(worth.loc["all", column]), column
        revenue = float(cdnow_summary.revenue.sum().execute())
        assert worth.loc["all", ["history", "quarter"]].sum() == pytest.approx(0.4 * revenue)

    def test_each_value_lies_in_its_interval(self, worth):
        assert (worth["low"] < worth["clv_12m"]).all()
        assert (worth["clv_12m"] < worth["high"]).all()
        # One draw shares its parameters, yet chance is each segment's own.
        widths = worth["high"] - worth["low"]
        assert widths["loyal"] < widths["all"] < widths["loyal"] + widths["new"]

    def test_the_portfolio_has_the_same_interval(self, worth, cdnow_models, scores, draws):
        results = value_results(cdnow_models, scores, 0.4, 0.1, draws)
        whole = results["value.portfolio.clv_12m"]
        row = worth.loc["all"]
        assert (whole.low, whole.high) == (row["low"], row["high"])
        published = segment_results(worth.reset_index())
        assert published["value.segment.loyal.clv_12m"].low == worth.loc["loyal", "low"]
        assert published["value.portfolio.history"].value == row["history"]

    def test_without_models_past_and_present_are_told_all_the_same(self, cdnow_summary, segments):
        unknown = score_value(cdnow_summary, NOTHING, None, None)
        assert draw_value(cdnow_summary, segments, NOTHING, None, None) is None
        worth = value_by_segment(cdnow_summary, unknown, segments, None, None)
        whole = worth.set_index("segment").loc["all"]
        assert whole["history"] > 0
        assert np.isnan(whole["clv_12m"])
        assert segment_results(worth)["value.segment.new.clv_12m"].value is None


def test_draws_answer_to_parameters_as_if_each_were_evaluated(
    cdnow_summary, segments, cdnow_models
):
    """The few evaluations of :mod:`analysis.value.response`, against one for each draw."""
    from analysis.value import count_spending_patterns

    counted = count_spending_patterns(cdnow_summary)
    rng = np.random.default_rng(2)
    buying = Uncertain(cdnow_models.bgnbd, draw_parameters(cdnow_models.bgnbd, 120, rng))
    spending = Uncertain(
        cdnow_models.gamma_gamma, draw_parameters(cdnow_models.gamma_gamma, 120, rng)
    )

    def evaluate(model, spend):
        orders = model.expected_purchases(counted, 365.25) @ counted["customers"]
        return np.array([[orders], [orders * spend.mean_spend]])

    drawn = respond(evaluate, buying, spending)
    each = np.array([evaluate(*pair) for pair in zip(buying.drawn, spending.drawn, strict=True)])
    assert drawn == pytest.approx(each, rel=0.02)
    for quantile in (0.05, 0.5, 0.95):
        assert np.quantile(drawn, quantile, axis=0) == pytest.approx(
            np.quantile(each, quantile, axis=0), rel=0.005
        )


def test_the_past_rate_has_an_interval_too(cdnow_summary, segments, cdnow_models):
    past = replace(cdnow_models, chosen="naive")
    drawn = draw_value(cdnow_summary, segments, past, None, None)
    assert np.isfinite(drawn.value).all()
    assert drawn.value.sum(axis=1).std() > 0
    scored = score_value(cdnow_summary, past, None, None).to_pandas()
    once = scored["p_alive"].isna()
    assert once.sum() == 2357 - 946
    assert (scored.loc[~once, "value_at_risk"] == 0).all()
    card = model_card_results(past)
    assert {result.value for result in card.values()} == {None}


class TestNewcomers:
    def test_by_hand(self, cdnow_models):
        """As many as last year come evenly; each counts with all purchases of the year."""
        summary = ibis.memtable({"T": [10, 100, 200, 300, 400, 500] * 20})
        results = newcomer_results(summary, cdnow_models, 0.5, None, date(1997, 9, 30))
        assert results["value.newcomers.customers"].value == 80
        ends, _ = discount_schedule(None)
        left = ends[-1] - (ends - ends[0] / 2)
        orders = np.mean(1 + cdnow_models.bgnbd.expected_purchases_new(left))
        expected = 80 * orders * cdnow_models.gamma_gamma.mean_spend * 0.5
        assert results["value.newcomers.clv_12m"].value == pytest.approx(expected)
        discounted = newcomer_results(summary, cdnow_models, 0.5, 0.1, date(1997, 9, 30))
        assert discounted["value.newcomers.clv_12m"].value < expected

    def test_a_young_company_does_not_know(self, cdnow_summary, cdnow_models):
        results = newcomer_results(cdnow_summary, cdnow_models, None, None, date(1997, 9, 30))
        assert "a year before" in results["value.newcomers.clv_12m"].note
        nobody = newcomer_results(cdnow_summary, NOTHING, None, None, date(1997, 9, 30))
        assert nobody["value.newcomers.clv_12m"].note == str(REFUSED)


class TestMargin:
    @staticmethod
    def lines(costs, amounts=(60.0, 40.0)):
        return ibis.memtable(
            {"order_date": [date(2026, 9, 1)] * 2, "amount": list(amounts), "cost": list(costs)},
            schema={"order_date": "date", "amount": "float64", "cost": "float64"},
        )

    @pytest.mark.parametrize(
        ("costs", "amounts", "given", "margin"),
        [
            ((36.0, 24.0), (60.0, 40.0), None, Margin(0.4, "cost")),
            ((36.0, 24.0), (60.0, 40.0), 0.9, Margin(0.4, "cost")),
            ((60.0, None), (80.0, 20.0), 0.3, Margin(0.25, "cost")),
            ((36.0, None), (60.0, 40.0), 0.3, Margin(0.3, "params")),
            ((80.0, 40.0), (60.0, 40.0), 0.3, Margin(0.3, "params")),
            ((None, None), (60.0, 40.0), None, Margin(None, "none")),
        ],
    )
    def test_costs_come_first_where_they_are_known(self, costs, amounts, given, margin):
        assert find_margin(self.lines(costs, amounts), date(2026, 1, 1), given) == margin

    def test_older_lines_do_not_count(self):
        assert find_margin(self.lines((1, 1)), date(2026, 9, 2), 0.3) == Margin(0.3, "params")
        assert margin_results(Margin(None, "none")) == {
            "value.margin_origin": Result("margin_origin.none", "label")
        }


class TestForecast:
    @pytest.fixture(scope="class")
    def forecast(self, cdnow_summary, cdnow_later_summary, cdnow_models):
        counted = count_holdout(cdnow_summary, cdnow_later_summary)
        return score_forecast(cdnow_summary, cdnow_later_summary, counted, cdnow_models, 273)

    def test_what_came_is_counted(self, forecast):
        table = forecast.table.set_index("measure")
        assert table.loc["orders", "actual"] == 1882
        assert table.loc["revenue", "actual"] == pytest.approx(70976, abs=1)
        assert table.loc["orders", "predicted"] == pytest.approx(1653.4, rel=0.02)
        assert table.loc["revenue", "predicted"] == pytest.approx(59932, rel=0.02)
        inside = (table["low"] <= table["actual"]) & (table["actual"] <= table["high"])
        assert inside.tolist() == table["is_inside"].tolist()

    def test_results_carry_the_interval(self, forecast):
        results = forecast_results(forecast)
        predicted = results["value.forecast.orders.predicted"]
        assert predicted.low < predicted.value < predicted.high
        assert 0.6 < results["value.forecast.auc"].value < 0.9

    def test_without_models_there_was_no_forecast(self, cdnow_summary):
        nothing = score_forecast(cdnow_summary, cdnow_summary, pd.DataFrame(), NOTHING, 90)
        assert nothing is None
        assert forecast_table(nothing).empty
        assert {r.value for r in forecast_results(nothing).values()} == {None}

    def test_auc_is_the_share_of_pairs_in_order(self):
        rng = np.random.default_rng(0)
        scores, positive = rng.integers(0, 6, 60) / 6, pd.Series(rng.random(60) < 0.4)
        weights = pd.Series(rng.integers(1, 4, 60))
        pairs = [
            (weights[i] * weights[j], (scores[i] > scores[j]) + (scores[i] == scores[j]) / 2)
            for i in range(60)
            for j in range(60)
            if positive[i] and not positive[j]
        ]
        by_pairs = sum(w * won for w, won in pairs) / sum(w for w, _ in pairs)
        assert rank_auc(scores, positive, weights) == pytest.approx(by_pairs)
        assert rank_auc(scores, positive | True, weights) is None


def test_silence_lowers_the_probability_and_faster_for_frequent_buyers(cdnow_models):
    cells = map_alive(cdnow_models.bgnbd, 273).pivot(
        index="frequency", columns="weeks_since", values="p_alive"
    )
    assert (np.diff(cells, axis=1) < 0).all()
    assert cells[36].is_monotonic_decreasing
    assert map_alive(REFUSED, 273).empty


def test_the_card_tells_how_the_model_was_fitted(cdnow_models):
    card = model_card_results(cdnow_models)
    assert card["value.model.customers"].value == 2357
    assert card["value.model.repeat_buyers"].value == 946
    assert card["value.model.prior"].value == "prior.none"
    assert card["value.model.converged"].value == "answer.yes"
    assert card["value.model.log_likelihood"].value == pytest.approx(-9582.43, abs=0.01)
    assert model_card_results(NOTHING)["value.model.prior"].note == str(REFUSED)
