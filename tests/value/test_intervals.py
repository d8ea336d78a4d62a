"""Intervals of totals: seeds, groups, narrowing, and moments by brute force."""

from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.value import count_spending_patterns, draw_totals, fit_bgnbd, interval
from analysis.value.clv import discount_schedule
from analysis.value.intervals import draw_parameters

YEAR = [365.25], [1.0]


@pytest.fixture(scope="module")
def counted(cdnow_summary) -> pd.DataFrame:
    grouped = cdnow_summary.mutate(group=(cdnow_summary.frequency > 0).ifelse("repeat", "once"))
    return count_spending_patterns(grouped, "group")


def relative_width(totals) -> np.ndarray:
    low, high = interval(totals)
    return (high - low) / totals.mean(axis=0)


def test_totals_lie_around_the_forecast(counted, cdnow_models):
    model, spend = cdnow_models.bgnbd, cdnow_models.gamma_gamma
    drawn = draw_totals(counted, model, spend, *discount_schedule(0.1), n_draws=400)
    expected = model.expected_purchases(counted, 365.25) @ counted["customers"]
    assert drawn.purchases.shape == (400, 1)
    assert drawn.purchases.mean() == pytest.approx(expected, rel=0.02)
    low, high = interval(drawn.purchases[:, 0])
    assert 0.8 * expected < low < expected < high < 1.3 * expected
    inside = (drawn.purchases >= low) & (drawn.purchases <= high)
    assert inside.mean() == pytest.approx(0.9, abs=0.02)


def test_value_is_that_of_the_customers_one_by_one(cdnow_summary, counted, cdnow_models):
    """The sums of spend by pattern lose nothing."""
    model, spend = cdnow_models.bgnbd, cdnow_models.gamma_gamma
    each = cdnow_summary.mutate(
        spend=spend.expected_spend(cdnow_summary.frequency, cdnow_summary.monetary_value)
    ).to_pandas()
    expected = model.expected_purchases(each, 365.25) @ each["spend"]
    drawn = draw_totals(counted, model, spend, *YEAR, n_draws=400)
    assert drawn.value.mean() == pytest.approx(expected, rel=0.02)


def test_equal_seeds_give_equal_draws(counted, cdnow_models):
    first, second, other = (
        draw_totals(
            counted, cdnow_models.mbgnbd, cdnow_models.gamma_gamma, *YEAR, n_draws=20, seed=seed
        )
        for seed in (1, 1, 2)
    )
    assert (first.purchases == second.purchases).all()
    assert (first.value == second.value).all()
    assert (first.purchases != other.purchases).all()


def test_groups_add_up_to_the_portfolio(counted, cdnow_models):
    model = cdnow_models.paretonbd
    groups = draw_totals(counted, model, None, *YEAR, by="group", n_draws=200)
    whole = draw_totals(counted, model, None, *YEAR, n_draws=200)
    assert groups.groups.to_list() == ["once", "repeat"]
    assert groups.value is None
    total = groups.purchases.sum(axis=1)
    assert total.mean() == pytest.approx(whole.purchases.mean(), rel=0.02)
    assert np.std(total) == pytest.approx(np.std(whole.purchases), rel=0.25)


def test_more_customers_of_the_same_kind_narrow_the_interval(counted, cdnow_patterns):
    sums = ["customers", "spenders", "spend", "spend_squared"]
    widths = []
    for times in (1, 4, 100):
        more = counted.assign(**{name: counted[name] * times for name in sums})
        fitted = fit_bgnbd(cdnow_patterns.assign(customers=cdnow_patterns["customers"] * times), 7)
        widths.append(
            relative_width(draw_totals(more, fitted, None, *YEAR, n_draws=250).purchases)[0]
        )
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.3)
    assert widths[0] / widths[2] == pytest.approx(10, rel=0.3)


def test_chance_given_parameters_is_that_of_simulated_customers(cdnow_models):
    """Mean and variance of purchases and spend of one history, from many simulated futures."""
    n, rng = 200_000, np.random.default_rng(5)
    model, spend = cdnow_models.bgnbd, cdnow_models.gamma_gamma
    x, recency, age, mean_spend, horizon = 3, 200.0, 270.0, 40.0, 365.25
    week = model.time_unit_days
    one = pd.DataFrame({"frequency": [x], "recency": [recency], "T": [age]})
    is_alive = rng.random(n) < model.p_alive(one)[0]
    rate = rng.gamma(model.r + x, 1 / (model.alpha + age / week), n)
    p_leave = rng.beta(model.a, model.b + x, n)
    wishes = rng.poisson(rate * horizon / week)
    bought = is_alive * np.minimum(wishes, rng.geometric(p_leave))
    assert model.expected_purchases(one, horizon)[0] == pytest.approx(bought.mean(), rel=0.01)
    assert model.purchase_variance(one, horizon)[0] == pytest.approx(bought.var(), rel=0.03)

    unit = 1 / rng.gamma(spend.p * x + spend.q, 1 / (spend.v + x * mean_spend), n)
    value = np.where(bought > 0, rng.gamma(spend.p * np.maximum(bought, 1), unit), 0.0)
    many = 1000
    counted = one.assign(
        customers=many, spenders=many, spend=many * mean_spend, spend_squared=many * mean_spend**2
    )
    certain = tuple(tuple(1e-18 * (i == j) for j in range(4)) for i in range(4))
    known = replace(model, fit=replace(model.fit, log_covariance=certain))
    smaller = tuple(row[:3] for row in certain[:3])
    sure = replace(spend, fit=replace(spend.fit, log_covariance=smaller))
    drawn = draw_totals(counted, known, sure, [horizon], [1.0], n_draws=2000).value[:, 0] / many
    assert drawn.mean() == pytest.approx(value.mean(), rel=0.02)
    assert drawn.var() == pytest.approx(value.var() / many, rel=0.12)


def test_parameters_are_drawn_from_their_covariance(cdnow_models):
    model = cdnow_models.bgnbd
    drawn = draw_parameters(model, 4000, np.random.default_rng(0))
    logs = np.log([list(one.parameters.values()) for one in drawn])
    errors = np.sqrt(np.diag(model.log_covariance))
    scale = np.outer(errors, errors)
    assert np.cov(logs.T) / scale == pytest.approx(model.log_covariance / scale, abs=0.06)


def test_spend_is_drawn_where_it_has_a_mean(cdnow_models):
    edge = replace(cdnow_models.gamma_gamma, q=1.01)
    drawn = draw_parameters(edge, 200, np.random.default_rng(0))
    assert min(one.q for one in drawn) > 1


def test_nobody_buys_nothing(cdnow_models):
    empty = ibis.memtable(
        {"frequency": [0], "recency": [0], "T": [9], "monetary_value": [None]},
        schema={
            "frequency": "int64",
            "recency": "int64",
            "T": "int64",
            "monetary_value": "float64",
        },
    )
    counted = count_spending_patterns(empty)
    drawn = draw_totals(counted, cdnow_models.bgnbd, cdnow_models.gamma_gamma, [0.0], [1.0])
    assert (drawn.purchases == 0).all()
    assert (drawn.value == 0).all()
