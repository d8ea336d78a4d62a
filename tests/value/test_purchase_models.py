"""BG/NBD, MBG/NBD and Pareto/NBD: laws, lifetimes itself, units, and data without a fit."""

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.value import (
    BGNBD,
    MBGNBD,
    Naive,
    NotEstimableError,
    ParetoNBD,
    fit_bgnbd,
    fit_mbgnbd,
    fit_models,
    fit_paretonbd,
)
from analysis.value.search import SHAPE_LIMITS

WEEK = 7
NAMES = ["bgnbd", "mbgnbd", "paretonbd"]
FITS = {"bgnbd": fit_bgnbd, "mbgnbd": fit_mbgnbd, "paretonbd": fit_paretonbd}
KINDS = {"bgnbd": BGNBD, "mbgnbd": MBGNBD, "paretonbd": ParetoNBD}
AWKWARD = [
    BGNBD(r=0.64, alpha=9.5, a=1.0, b=2.4, time_unit_days=WEEK),
    BGNBD(r=0.64, alpha=9.5, a=0.4, b=0.6, time_unit_days=WEEK),
    BGNBD(r=0.64, alpha=0.01, a=0.15, b=0.31, time_unit_days=WEEK),
    BGNBD(r=30.0, alpha=1000.0, a=500.0, b=900.0, time_unit_days=WEEK),
    MBGNBD(r=0.64, alpha=9.5, a=1.0, b=0.02, time_unit_days=WEEK),
    MBGNBD(r=0.64, alpha=9.5, a=0.4, b=0.6, time_unit_days=WEEK),
    MBGNBD(r=0.02, alpha=1e-4, a=0.01, b=0.01, time_unit_days=WEEK),
    ParetoNBD(r=0.55, alpha=10.6, s=1.0, beta=11.7, time_unit_days=WEEK),
    ParetoNBD(r=0.55, alpha=10.6, s=2.0, beta=1e-3, time_unit_days=WEEK),
    ParetoNBD(r=20.0, alpha=1e-3, s=0.01, beta=1e4, time_unit_days=WEEK),
]
SWEEP = pd.DataFrame(
    [
        (x, share * age if x else 0.0, age)
        for x in (0, 1, 2, 3, 10, 100, 170, 171, 500, 1000, 2000)
        for age in (0.0, 1.0, 30.0, 365.0, 5000.0)
        for share in (0.0, 0.01, 0.5, 0.99, 1.0)
    ],
    columns=["frequency", "recency", "T"],
)


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture
def model(name, cdnow_models):
    return getattr(cdnow_models, name)


# Laws.


@pytest.mark.parametrize("model", AWKWARD, ids=lambda m: f"{m.name} {m.parameters}")
def test_every_history_has_a_finite_prediction(model):
    """Up to 2,000 purchases, the last of them today, young and old."""
    for horizon in (1e-6, 365.25, 36525.0):
        purchases = model.expected_purchases(SWEEP, horizon)
        assert np.isfinite(purchases).all()
        assert (purchases >= 0).all()
        variance = model.purchase_variance(SWEEP, horizon)
        assert np.isfinite(variance).all()
        assert (variance >= 0).all()
    alive = model.p_alive(SWEEP)
    assert ((alive >= 0) & (alive <= 1)).all()
    shares = model.purchase_count_shares([0.0, 1.0, 365.0, 5000.0], most=50)
    assert ((shares >= 0) & (shares <= 1)).all()


@pytest.mark.parametrize("model", [*AWKWARD, Naive()], ids=lambda m: f"{m.name} {m.parameters}")
def test_the_engine_scores_each_customer_as_its_history(model):
    scored = model.score_alive(ibis.memtable(SWEEP.reset_index()))
    assert scored.columns == ("index", *SWEEP.columns, "p_alive")
    found = scored.to_pandas().sort_values("index")["p_alive"]
    assert found.to_numpy() == pytest.approx(model.p_alive(SWEEP), rel=1e-12, abs=1e-300)


@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(
    shapes=st.tuples(*[st.floats(0.01, 50)] * 2),
    r=st.floats(0.01, 50),
    scales=st.tuples(*[st.floats(1e-3, 1e3)] * 2),
    x=st.integers(0, 2000),
    age=st.floats(0, 5000),
    share=st.floats(0, 1),
    horizon=st.floats(0, 5000),
)
def test_predictions_are_possible(shapes, r, scales, x, age, share, horizon):
    history = pd.DataFrame({"frequency": [x], "recency": [age * share * (x > 0)], "T": [age]})
    models = [
        BGNBD(r, scales[0], *shapes, time_unit_days=1),
        MBGNBD(r, scales[0], *shapes, time_unit_days=1),
        ParetoNBD(r, scales[0], shapes[0], scales[1], time_unit_days=1),
    ]
    for model in models:
        purchases = model.expected_purchases(history, horizon)[0]
        # Nobody buys more than at the rate of those who never leave.
        most = (r + x) / (scales[0] + age) * horizon
        assert 0 <= purchases <= most * (1 + 1e-9)
        assert 0 <= model.p_alive(history)[0] <= 1


def test_no_time_no_purchases(model, cdnow_patterns):
    assert (model.expected_purchases(cdnow_patterns, horizon_days=0) == 0).all()
    assert (model.expected_purchases_new([0]) == 0).all()


def test_purchases_grow_with_the_horizon(model, cdnow_patterns):
    horizons = [30, 90, 365, 3650]
    found = [model.expected_purchases(cdnow_patterns, days) for days in horizons]
    assert (np.diff(found, axis=0) > 0).all()


def test_longer_silence_lowers_the_probability_to_be_active(model):
    silent = pd.DataFrame({"frequency": 3, "recency": [200, 150, 100, 50], "T": 200})
    assert (np.diff(model.p_alive(silent)) < 0).all()


def test_one_time_buyers_can_leave_in_two_models_only(model):
    once = pd.DataFrame({"frequency": [0, 0], "recency": [0, 0], "T": [1, 1000]})
    young, old = model.p_alive(once)
    if model.can_lose_one_time_buyers:
        assert old < young < 1
    else:
        assert old == young == 1


def test_purchase_counts_are_a_distribution_with_the_expected_mean(model):
    shares = model.purchase_count_shares([90, 365], most=3000)
    assert shares.sum(axis=1) == pytest.approx([1, 1], abs=1e-9)
    means = shares @ np.arange(3001)
    assert means == pytest.approx(model.expected_purchases_new([90, 365]), rel=1e-7)
    newcomer = pd.DataFrame({"frequency": [0], "recency": [0], "T": [0]})
    squares = shares[1] @ np.arange(3001) ** 2
    assert model.purchase_variance(newcomer, 365) == pytest.approx(
        [squares - means[1] ** 2], rel=1e-6
    )


def test_a_single_age_has_a_single_row(model):
    both = model.purchase_count_shares([90, 365], most=2)
    assert model.purchase_count_shares(365, most=2) == pytest.approx(both[1])


def test_on_the_first_day_nobody_has_come_back(model):
    shares = model.purchase_count_shares(age_days=0, most=3)
    if model.name == "mbgnbd":
        assert shares == pytest.approx([1, 0, 0, 0])
    else:
        assert shares == pytest.approx([1, 0, 0, 0], abs=1e-15)


def test_ages_come_back_in_the_order_asked_for(model):
    assert model.expected_purchases_new([365, 30, 90]) == pytest.approx(
        [model.expected_purchases_new(age)[0] for age in (365, 30, 90)]
    )


def test_customers_in_their_first_year_are_as_expected_before(model):
    """What a new customer buys in two years is what they buy in one and then in the next."""
    n = np.arange(400)
    shares = model.purchase_count_shares(365, most=399)
    assert shares @ n == pytest.approx(model.expected_purchases_new(365)[0], rel=1e-6)


# Units, storage, covariance.


def test_the_unit_of_time_changes_nothing_that_is_shown(name, cdnow_patterns):
    weekly, other = (FITS[name](cdnow_patterns, unit, "none") for unit in (7, 30.4375))
    for model, unit in ((weekly, 7), (other, 30.4375)):
        assert model.time_unit_days == unit
    assert other.alpha * 30.4375 == pytest.approx(weekly.alpha * 7, rel=1e-10)
    assert other.expected_purchases(cdnow_patterns, 365.25) == pytest.approx(
        weekly.expected_purchases(cdnow_patterns, 365.25), rel=1e-8
    )


@pytest.mark.parametrize("prior", ["weak", "none"])
def test_data_in_another_unit_of_time_are_fitted_alike(name, prior, cdnow_patterns):
    hours = cdnow_patterns.assign(
        recency=cdnow_patterns["recency"] * 24.0, T=cdnow_patterns["T"] * 24.0
    )
    daily, hourly = FITS[name](cdnow_patterns, 1, prior), FITS[name](hours, 1, prior)
    assert hourly.expected_purchases(hours, 365.25 * 24) == pytest.approx(
        daily.expected_purchases(cdnow_patterns, 365.25), rel=1e-8
    )


def test_a_model_comes_back_from_json(model):
    assert KINDS[model.name].from_json(model.to_json()) == model
    given = model.with_parameters([0.5, 5, 0.7, 3])
    assert KINDS[model.name].from_json(given.to_json()) == given


def test_json_of_another_model_is_refused(cdnow_models):
    with pytest.raises(ValueError, match="this text holds bgnbd, not mbgnbd"):
        MBGNBD.from_json(cdnow_models.bgnbd.to_json())


def test_covariances_are_symmetric_and_positive_definite(model):
    for matrix in (model.covariance, model.log_covariance):
        assert (matrix == matrix.T).all()
        assert (np.linalg.eigvalsh(matrix) > 0).all()
    values = np.array(list(model.parameters.values()))
    errors = np.array(list(model.standard_errors.values()))
    assert errors / values == pytest.approx(np.sqrt(np.diag(model.log_covariance)))


def test_the_search_settles_in_a_few_steps(model):
    assert model.fit.converged
    assert model.fit.iterations <= 8
    assert model.fit.gradient_norm < 1e-10
    assert model.fit.n_customers == 2357


def test_given_parameters_have_no_fit(model):
    with pytest.raises(AttributeError, match="given, not fitted"):
        _ = model.with_parameters([1, 1, 1, 1]).log_likelihood


def test_more_data_narrow_the_parameters(name, cdnow_patterns):
    once = FITS[name](cdnow_patterns, WEEK)
    often = FITS[name](cdnow_patterns.assign(customers=cdnow_patterns["customers"] * 100), WEEK)
    ratio = np.diag(often.log_covariance) / np.diag(once.log_covariance)
    assert ratio == pytest.approx(np.full(4, 0.01), rel=0.2)


def test_the_prior_hardly_moves_two_thousand_customers(name, cdnow_patterns):
    weak, none = (FITS[name](cdnow_patterns, WEEK, prior) for prior in ("weak", "none"))
    assert weak.fit.prior == "weak"
    assert none.fit.prior == "none"
    assert none.log_likelihood - 0.01 < weak.log_likelihood <= none.log_likelihood
    for parameter, error in none.standard_errors.items():
        assert abs(weak.parameters[parameter] - none.parameters[parameter]) < error / 5


def test_a_part_of_many_patterns_leads_to_the_same_fit(name, monkeypatch, cdnow_patterns):
    at_once = FITS[name](cdnow_patterns, WEEK)
    monkeypatch.setattr("analysis.value.search.ROWS_AT_FIRST", 300)
    in_two_steps = FITS[name](cdnow_patterns, WEEK)
    assert in_two_steps.fit.iterations < at_once.fit.iterations
    assert list(in_two_steps.parameters.values()) == pytest.approx(
        list(at_once.parameters.values()), rel=1e-9
    )


# lifetimes itself.


def test_lifetimes_finds_the_same_parameters(name, cdnow_patterns, cdnow_models):
    theirs = FITS[name](cdnow_patterns, WEEK, "none", "lifetimes")
    ours = getattr(cdnow_models, name)
    # Pareto/NBD is searched there without derivatives.
    tolerance = 1e-3 if name == "paretonbd" else 1e-5
    assert list(theirs.parameters.values()) == pytest.approx(
        list(ours.parameters.values()), rel=tolerance
    )
    assert theirs.log_likelihood <= ours.log_likelihood
    assert theirs.log_likelihood == pytest.approx(ours.log_likelihood, abs=1e-4)
    assert (theirs.fit.iterations, theirs.fit.prior) == (0, "none")


def test_a_fitter_of_lifetimes_is_handed_back(model):
    fitter = model.to_lifetimes()
    assert fitter.params_.to_dict() == model.parameters
    weeks = fitter.expected_number_of_purchases_up_to_time(10)
    if model.name != "mbgnbd":  # lifetimes does not count who leaves before the first repeat
        assert weeks == pytest.approx(model.expected_purchases_new(70)[0], rel=1e-9)
    shares = model.purchase_count_shares(70, most=2)
    if model.name != "paretonbd":
        theirs = [fitter.probability_of_n_purchases_up_to_time(10, n) for n in range(3)]
        assert shares == pytest.approx(theirs, rel=1e-9)


# Data that carry no model.

N = 300
AGES = np.arange(60, 60 + N)
ALIKE = [
    pytest.param([5] * N, [90] * N, [100] * N, id="all alike"),
    pytest.param([12] * N, [360] * N, [365] * N, id="regular"),
    pytest.param(AGES // 30, AGES // 30 * 30, AGES, id="regular, of different ages"),
    pytest.param([3] * N, AGES, AGES, id="all bought today"),
    pytest.param([100] * N, [100] * N, [100] * N, id="every day"),
    pytest.param([0] * 5000 + [1] * 60, [0] * 5000 + [300] * 60, [500] * 5060, id="once more"),
]


def histories(frequency, recency, T) -> pd.DataFrame:
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T})


@pytest.mark.parametrize("n_repeat", [0, 49])
def test_fewer_than_50_repeat_buyers_are_refused(name, n_repeat, count):
    frequency = [1] * n_repeat + [0] * 500
    recency = [5] * n_repeat + [0] * 500
    patterns = count(histories(frequency, recency, 100))
    with pytest.raises(NotEstimableError, match=rf"^{n_repeat} customers bought again; .* 50$"):
        FITS[name](patterns, WEEK)


def test_50_repeat_buyers_are_enough(name, buyers, count):
    known = buyers(400, 300, seed=2)
    repeat = known[known["frequency"] > 0].head(50)
    once = known[known["frequency"] == 0].head(60)
    assert FITS[name](count(pd.concat([repeat, once])), WEEK).r > 0


@pytest.mark.parametrize(("frequency", "recency", "T"), ALIKE)
def test_likelihood_alone_determines_no_model_of_customers_alike(
    name, capsys, count, frequency, recency, T
):
    with pytest.raises(NotEstimableError, match="too much alike"):
        FITS[name](count(histories(frequency, recency, T)), WEEK, "none")
    assert capsys.readouterr().out == ""


def test_customers_who_buy_every_day_are_refused_even_with_a_prior(name, count):
    with pytest.raises(NotEstimableError, match="too much alike"):
        FITS[name](count(histories([100] * N, [100] * N, [100] * N)), WEEK)


@pytest.mark.parametrize(("frequency", "recency", "T"), [p for p in ALIKE if p.id != "every day"])
def test_with_a_prior_customers_alike_are_predicted_as_they_bought(
    name, count, frequency, recency, T
):
    patterns = count(histories(frequency, recency, T))
    model = FITS[name](patterns, WEEK)
    assert SHAPE_LIMITS[0] < model.r < SHAPE_LIMITS[1]
    rate = patterns["frequency"] @ patterns["customers"] / (patterns["T"] @ patterns["customers"])
    expected = model.expected_purchases(patterns, 30) @ patterns["customers"]
    assert expected == pytest.approx(30 * rate * patterns["customers"].sum(), rel=0.25)


@pytest.fixture(scope="module")
def faithful(count) -> pd.DataFrame:
    """Customers who never leave."""
    rng = np.random.default_rng(1)
    ages = rng.integers(100, 700, N)
    purchases = [np.cumsum(rng.exponential(50, 40)) for _ in ages]
    days = [np.unique(p[p <= age].astype(int)) for p, age in zip(purchases, ages, strict=True)]
    return count(histories([len(d) for d in days], [d[-1] if len(d) else 0 for d in days], ages))


def test_customers_who_never_leave_need_the_prior(name, faithful):
    with pytest.raises(NotEstimableError):
        FITS[name](faithful, WEEK, "none")
    model = FITS[name](faithful, WEEK)
    half_a_year = model.expected_purchases(faithful, 182) @ faithful["customers"]
    assert half_a_year == pytest.approx(N * 182 / 50, rel=0.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_of_one_age_can_be_fitted(seed, buyers, count):
    model = fit_bgnbd(count(buyers(600, 500, seed)), WEEK)
    assert model.a / (model.a + model.b) == pytest.approx(0.8 / 3.3, abs=0.15)


def test_each_model_is_refused_on_its_own(buyers):
    known = buyers(600, 500, seed=1)
    known["monetary_value"] = np.where(known["frequency"] > 0, 10.0, np.nan)  # all spend alike
    models = fit_models(ibis.memtable(known), WEEK)
    assert isinstance(models.bgnbd, BGNBD)
    assert models.purchases is models.bgnbd
    assert isinstance(models.mbgnbd, MBGNBD)
    assert isinstance(models.paretonbd, ParetoNBD)
    assert isinstance(models.gamma_gamma, NotEstimableError)
