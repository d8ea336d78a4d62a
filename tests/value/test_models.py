"""BG/NBD and Gamma-Gamma: published numbers, lifetimes itself, laws, and data without a fit."""

import warnings

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import beta

from analysis.value import (
    BGNBD,
    GammaGamma,
    NotEstimableError,
    count_patterns,
    count_spend,
    fit_bgnbd,
    fit_gamma_gamma,
    fit_models,
)

WEEK = 7


def pattern(frequency: float, recency_weeks: float, age_weeks: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"frequency": [frequency], "recency": [recency_weeks * 7], "T": [age_weeks * 7]}
    )


NOBODY_YET = pattern(0, 0, 0)


def buyers(n: int, age: int, seed: int) -> pd.DataFrame:
    """Histories of customers who buy and leave as BG/NBD says: frequency, recency, T in days."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        n_until_leaving = rng.geometric(rng.beta(0.8, 2.5))
        moments = np.cumsum(rng.exponential(60 / rng.gamma(0.6), n_until_leaving))
        days = np.unique(moments[moments < age].astype(int) + 1)
        rows.append((len(days), days[-1] if len(days) else 0, age))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


def counted(**columns) -> pd.DataFrame:
    """Equal rows once, with the number of their customers."""
    return pd.DataFrame(columns).value_counts().rename("customers").reset_index()


def patterns_of(frequency, recency, T) -> pd.DataFrame:
    return counted(frequency=frequency, recency=recency, T=T)


def spend_of(frequency, monetary_value) -> pd.DataFrame:
    return counted(frequency=frequency, monetary_value=monetary_value)


# Fader, Hardie & Lee (2005) and Fader & Hardie (2013), to the digits of CLVTools' tests.


def test_bgnbd_of_cdnow(cdnow_models):
    model = cdnow_models.bgnbd
    published = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
    fitted = {name: getattr(model, name) for name in published}
    assert fitted == pytest.approx(published, rel=1e-3)
    assert model.log_likelihood == pytest.approx(-9582.429, abs=0.01)


def test_gamma_gamma_of_cdnow(cdnow_models):
    model = cdnow_models.gamma_gamma
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), rel=5e-3)
    assert model.log_likelihood == pytest.approx(-4055.9177, abs=0.01)
    assert model.n_customers == 946


def test_counted_patterns_are_all_customers(cdnow_patterns, cdnow_summary):
    assert cdnow_patterns["customers"].sum() == 2357
    assert not cdnow_patterns.duplicated(["frequency", "recency", "T"]).any()
    assert len(cdnow_patterns) < 2357
    assert count_spend(cdnow_summary)["customers"].sum() == 946


# Hardie's spreadsheets, as in lifetimes' tests.


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (0.1429, 0.0078),
        (1, 0.0532),
        (3, 0.1506),
        (31.8571, 1.0405),
        (32, 1.0437),
        (78, 1.8576),
    ],
)
def test_expected_purchases_of_a_new_customer(cdnow_models, weeks, expected):
    found = cdnow_models.bgnbd.expected_purchases(NOBODY_YET, weeks * 7)
    assert found[0] == pytest.approx(expected, abs=5e-4)


def test_expected_purchases_of_a_known_customer(cdnow_models):
    found = cdnow_models.bgnbd.expected_purchases(pattern(2, 30.43, 38.86), 39 * 7)
    assert found[0] == pytest.approx(1.226, abs=1e-3)


def test_probability_of_no_purchase_in_39_weeks():
    model = BGNBD(0.243, 4.414, 0.793, 2.426, log_likelihood=0, time_unit_days=WEEK)
    shares = model.purchase_count_shares(age_days=39 * 7, most=0)
    assert shares == pytest.approx([0.5737864], abs=1e-6)


def test_conditional_spend_of_the_first_ten(cdnow_models, cdnow_summary, connection):
    first_ten = cdnow_summary.order_by("customer_id").limit(10)
    spend = cdnow_models.gamma_gamma.expected_spend(first_ten.frequency, first_ten.monetary_value)
    found = first_ten.select("customer_id", spend=spend).to_pandas()["spend"]
    expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert found.to_list() == pytest.approx(expected, abs=0.1)


# lifetimes itself, customer by customer and unrounded.


def test_predictions_are_those_of_lifetimes(cdnow_models, cdnow_patterns):
    model = cdnow_models.bgnbd
    fitter = model.to_lifetimes()
    sample = cdnow_patterns.iloc[:: len(cdnow_patterns) // 40]
    purchases, alive = model.expected_purchases(sample, 365.25), model.p_alive(sample)
    for row, expected, p in zip(sample.itertuples(), purchases, alive, strict=True):
        x, recency, age = row.frequency, row.recency / WEEK, row.T / WEEK
        alone = fitter.conditional_expected_number_of_purchases_up_to_time(
            365.25 / WEEK, x, recency, age
        )
        assert expected == pytest.approx(float(alone), rel=1e-12)
        if x:
            known = float(np.squeeze(fitter.conditional_probability_alive(x, recency, age)))
            assert p == pytest.approx(known, rel=1e-12)
        else:
            assert np.isnan(p)


def test_spend_is_that_of_lifetimes(cdnow_models, cdnow_summary):
    from lifetimes import GammaGammaFitter

    model = cdnow_models.gamma_gamma
    fitter = GammaGammaFitter()
    fitter.params_ = pd.Series({"p": model.p, "q": model.q, "v": model.v})
    spend = model.expected_spend(cdnow_summary.frequency, cdnow_summary.monetary_value)
    found = cdnow_summary.select("frequency", "monetary_value", spend=spend).to_pandas()
    theirs = fitter.conditional_expected_average_profit(
        found["frequency"], found["monetary_value"].fillna(0)
    )
    assert found["spend"].to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-12)


def test_fitting_counted_patterns_is_fitting_customers(cdnow_patterns):
    """Each customer on a row of their own gives the same parameters."""
    half = cdnow_patterns[cdnow_patterns["T"] >= 240]  # enough, and quicker
    one_by_one = half.loc[half.index.repeat(half["customers"])].assign(customers=1)
    counted, single = fit_bgnbd(half, WEEK), fit_bgnbd(one_by_one, WEEK)
    names = ("r", "alpha", "a", "b", "log_likelihood")
    assert [getattr(counted, n) for n in names] == pytest.approx(
        [getattr(single, n) for n in names], rel=1e-4
    )


def test_the_unit_of_time_scales_alpha_alone(cdnow_models, cdnow_patterns):
    weeks, days = cdnow_models.bgnbd, fit_bgnbd(cdnow_patterns, time_unit_days=1)
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-3)
    assert (days.r, days.a, days.b) == pytest.approx((weeks.r, weeks.a, weeks.b), rel=1e-3)
    sample = cdnow_patterns.iloc[::50]
    assert days.expected_purchases(sample, 365) == pytest.approx(
        weeks.expected_purchases(sample, 365), rel=1e-3
    )


# Laws.


def test_no_time_no_purchases(cdnow_models, cdnow_patterns):
    found = cdnow_models.bgnbd.expected_purchases(cdnow_patterns, horizon_days=0)
    assert found == pytest.approx(np.zeros(len(cdnow_patterns)), abs=1e-12)


def test_purchases_grow_with_the_horizon(cdnow_models, cdnow_patterns):
    horizons = [30, 90, 365, 3650]
    found = [cdnow_models.bgnbd.expected_purchases(cdnow_patterns, days) for days in horizons]
    assert (np.diff(found, axis=0) > 0).all()


def test_purchase_counts_are_a_distribution(cdnow_models):
    shares = cdnow_models.bgnbd.purchase_count_shares(age_days=365, most=100)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1, abs=1e-4)
    mean = cdnow_models.bgnbd.expected_purchases(NOBODY_YET, 365)[0]
    assert shares @ np.arange(101) == pytest.approx(mean, rel=0.01)


def test_on_the_first_day_nobody_has_come_back(cdnow_models):
    shares = cdnow_models.bgnbd.purchase_count_shares(age_days=0, most=3)
    assert shares == pytest.approx([1, 0, 0, 0])


def integral_over_leaving(model: BGNBD, x: int, age: float, horizon: float) -> float:
    """E[X(t)] of an active customer before p is integrated out, by adaptive quadrature."""

    def purchases(p: float) -> float:
        growth = horizon / (model.alpha + age)
        return (1 - (1 + p * growth) ** -(model.r + x)) / p if p else (model.r + x) * growth

    ends = (model.a - 1, model.b + x - 1)
    return quad(purchases, 0, 1, weight="alg", wvar=ends)[0] / beta(model.a, model.b + x)


@pytest.mark.parametrize(
    ("a", "b"),
    [(0.15, 0.31), (0.4, 0.6), (0.79, 0.2), (1.0, 2.4), (0.79, 2.43)],
    ids=["a + b < 1", "a + b = 1", "a + b just below 1", "a = 1", "CDNOW"],
)
@pytest.mark.parametrize(("x", "recency", "age"), [(0, 0, 0), (0, 0, 40), (1, 20, 40), (6, 35, 40)])
def test_predictions_where_the_closed_form_has_none(a, b, x, recency, age):
    """With lifetimes alone every one-time buyer would be worth NaN where a + b < 1."""
    model = BGNBD(r=0.64, alpha=9.5, a=a, b=b, log_likelihood=0, time_unit_days=7)
    found = model.expected_purchases(pattern(x, recency, age), 52 * 7)[0]
    p_alive = model.p_alive(pattern(x, recency, age))[0] if x else 1.0
    assert found == pytest.approx(p_alive * integral_over_leaving(model, x, age, 52), rel=1e-6)


def test_returns_that_outweigh_purchases_leave_the_mean():
    model = GammaGamma(p=6.25, q=3.74, v=15.44, log_likelihood=0, n_customers=946)
    customers = ibis.memtable(
        {"frequency": [0, 2, 2, 2], "monetary_value": [None, -5.0, 0.0, 35.0]},
        schema={"frequency": "int64", "monetary_value": "float64"},
    )
    spend = model.expected_spend(customers.frequency, customers.monetary_value)
    found = customers.select(spend=spend).to_pandas()["spend"].to_list()
    assert model.mean_spend == pytest.approx(35.22, abs=0.01)
    assert found[:3] == [pytest.approx(model.mean_spend)] * 3
    # (6.25 · (15.44 + 2 · 35)) / (6.25 · 2 + 3.74 − 1)
    assert found[3] == pytest.approx(35.0394, abs=1e-4)


# Data that carry no model: a refusal by name, never a number and never a trace.

N = 300
AGES = np.arange(60, 60 + N)


@pytest.mark.parametrize("n_repeat", [0, 49])
def test_fewer_than_50_repeat_buyers_are_refused(n_repeat):
    frequency = [1] * n_repeat + [0] * 500
    recency = [5] * n_repeat + [0] * 500
    with pytest.raises(NotEstimableError, match=rf"^{n_repeat} customers bought again; .* 50$"):
        fit_bgnbd(patterns_of(frequency, recency, [100] * len(frequency)), WEEK)
    with pytest.raises(NotEstimableError, match=f"^{n_repeat} customers bought again"):
        fit_gamma_gamma(spend_of([1] * n_repeat, [5.0] * n_repeat))


def test_50_repeat_buyers_are_enough():
    known = buyers(400, 300, seed=2)
    repeat = known[known["frequency"] > 0].head(50)
    once = known[known["frequency"] == 0].head(60)
    assert fit_bgnbd(counted(**pd.concat([repeat, once])), WEEK).r > 0
    spend = np.random.default_rng(0).gamma(5, 10, 50).round(2)
    assert fit_gamma_gamma(spend_of(repeat["frequency"].to_numpy(), spend)).n_customers == 50


@pytest.mark.parametrize(
    ("frequency", "recency", "T"),
    [
        pytest.param([5] * N, [90] * N, [100] * N, id="all alike"),
        pytest.param([12] * N, [360] * N, [365] * N, id="regular"),
        pytest.param(AGES // 30, AGES // 30 * 30, AGES, id="regular, of different ages"),
        pytest.param([3] * N, AGES, AGES, id="all bought today"),
        pytest.param([100] * N, [100] * N, [100] * N, id="every day"),
        pytest.param([0] * 5000 + [1] * 60, [0] * 5000 + [300] * 60, [500] * 5060, id="once more"),
    ],
)
def test_histories_that_determine_no_model_are_refused(capsys, frequency, recency, T):
    with pytest.raises(NotEstimableError):
        fit_bgnbd(patterns_of(frequency, recency, T), WEEK)
    assert capsys.readouterr().out == ""


def test_customers_who_never_leave_are_refused():
    """lifetimes finds a = 0.0000056 and b = 2944 here: nothing speaks of leaving at all."""
    rng = np.random.default_rng(1)
    ages = rng.integers(100, 700, N)
    purchases = [np.cumsum(rng.exponential(50, 40)) for _ in ages]
    days = [np.unique(p[p <= age].astype(int)) for p, age in zip(purchases, ages, strict=True)]
    frequency = [len(d) for d in days]
    recency = [max(int(d[-1]), 1) if len(d) else 0 for d in days]
    with pytest.raises(NotEstimableError):
        fit_bgnbd(patterns_of(frequency, recency, ages), WEEK)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_of_one_age_can_be_fitted(seed):
    model = fit_bgnbd(counted(**buyers(600, 500, seed)), WEEK)
    assert model.a / (model.a + model.b) == pytest.approx(0.8 / 3.3, abs=0.15)


def heavy_tail(rng) -> np.ndarray:
    return rng.pareto(0.7, N) + 1


@pytest.mark.parametrize(
    "spend",
    [
        pytest.param(lambda rng: np.full(N, 10.0), id="all equal"),
        pytest.param(lambda rng: rng.choice([10.0, 11.0], N), id="two values"),
        pytest.param(lambda rng: 10 + rng.normal(0, 0.01, N), id="nearly equal"),
        pytest.param(heavy_tail, id="no finite mean"),
    ],
)
def test_spend_that_determines_no_model_is_refused(capsys, spend):
    rng = np.random.default_rng(2)
    with pytest.raises(NotEstimableError):
        fit_gamma_gamma(spend_of(rng.integers(1, 8, N), spend(rng)))
    assert capsys.readouterr().out == ""


class FoundByTheSearch:
    """Stands for a lifetimes fitter whose search ended at the given parameters."""

    def __init__(self, **parameters: float) -> None:
        self.params_ = pd.Series(parameters)

    def _negative_log_likelihood(self, *arguments: object) -> float:
        return 1.0


def end_search_at(monkeypatch, **parameters: float) -> None:
    found = FoundByTheSearch(**parameters)
    monkeypatch.setattr("analysis.value.models._fit", lambda *columns, **weights: found)


@pytest.mark.parametrize(("q", "is_refused"), [(0.5, True), (1.0, True), (1.01, False)])
def test_an_infinite_mean_is_refused(monkeypatch, q, is_refused):
    end_search_at(monkeypatch, p=2.0, q=q, v=10.0)
    spend = spend_of([1] * 50, [10.0] * 50)
    if is_refused:
        with pytest.raises(NotEstimableError, match="no mean exists"):
            fit_gamma_gamma(spend)
    else:
        assert fit_gamma_gamma(spend).mean_spend == pytest.approx(2 * 10 / 0.01)


@pytest.mark.parametrize("absurd", [{"r": 1_969_113.0}, {"a": 3e-8}, {"b": 2944.0}])
def test_parameters_that_ran_away_are_refused(monkeypatch, absurd):
    end_search_at(monkeypatch, **{"r": 0.5, "alpha": 5.0, "a": 0.8, "b": 2.4, **absurd})
    with pytest.raises(NotEstimableError, match="too much alike"):
        fit_bgnbd(patterns_of([1] * 50, [5] * 50, [9] * 50), WEEK)


def test_each_model_is_refused_on_its_own():
    known = buyers(600, 500, seed=1)
    known["monetary_value"] = np.where(known["frequency"] > 0, 10.0, np.nan)  # all spend alike
    models = fit_models(ibis.memtable(known), WEEK)
    assert isinstance(models.bgnbd, BGNBD)
    assert isinstance(models.gamma_gamma, NotEstimableError)


def test_patterns_and_spend_by_hand():
    summary = ibis.memtable(
        pd.DataFrame(
            {
                "frequency": [1, 0, 1, 1, 2, 2],
                "recency": [5, 0, 5, 5, 9, 9],
                "T": [9, 9, 9, 8, 9, 9],
                "monetary_value": [3.0, None, 3.0, 4.0, -1.0, 0.0],
            }
        )
    )
    assert [tuple(row) for row in count_patterns(summary).itertuples(index=False)] == [
        (0, 0, 9, 1),
        (1, 5, 8, 1),
        (1, 5, 9, 2),
        (2, 9, 9, 2),
    ]
    spend = count_spend(summary).itertuples(index=False)
    assert [tuple(row) for row in spend] == [(1, 3.0, 2), (1, 4.0, 1)]


def test_a_fitted_lifetimes_object_is_handed_back(cdnow_models):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import BetaGeoFitter
    fitter = cdnow_models.bgnbd.to_lifetimes()
    assert isinstance(fitter, BetaGeoFitter)
    assert fitter.expected_number_of_purchases_up_to_time(1) == pytest.approx(0.0532, abs=1e-4)
