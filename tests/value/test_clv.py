"""CLV: the formula by lifetimes' own hand, rates, refusals, and parts that add up to the whole."""

from dataclasses import replace
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.value import (
    BGNBD,
    Fit,
    GammaGamma,
    NotEstimableError,
    ValueModels,
    count_patterns,
    purchase_counts,
    score_value,
    value_deciles,
    value_results,
)

DAYS_A_MONTH = 365.25 / 12
REFUSAL = NotEstimableError("12 customers bought again; a fit needs at least 50")
FIT = Fit(
    log_likelihood=-1.0,
    log_covariance=((1.0,),),
    n_customers=2357,
    iterations=5,
    gradient_norm=0.0,
    converged=True,
    prior="none",
)
MODELS = ValueModels(
    bgnbd=BGNBD(r=0.25, alpha=4.5, a=0.8, b=2.4, time_unit_days=7, fit=FIT),
    mbgnbd=REFUSAL,
    paretonbd=REFUSAL,
    gamma_gamma=GammaGamma(p=6.25, q=3.74, v=15.44, fit=replace(FIT, n_customers=946)),
)
SIX = pd.DataFrame(
    {
        "customer_id": list("abcdef"),
        "frequency": [0, 0, 1, 2, 2, 25],
        "recency": [0, 0, 30, 213, 213, 260],
        "T": [0, 272, 272, 272, 272, 272],
        "monetary_value": [None, None, 20.0, 35.0, -4.0, 80.0],
    }
)


def scores_of(known=SIX, models=MODELS, margin=None, discount_rate=None) -> pd.DataFrame:
    """Predictions by customer."""
    summary = ibis.memtable(known)
    scores = score_value(summary, models, margin, discount_rate)
    return scores.to_pandas().set_index("customer_id").sort_index()


def table_of(clv) -> ibis.Table:
    return ibis.memtable({"clv_12m": clv}, schema={"clv_12m": "float64"})


@pytest.fixture(scope="module")
def cdnow_scores(connection, cdnow_summary, cdnow_models):
    scores = score_value(cdnow_summary, cdnow_models, None, None)
    return connection.create_table("cdnow_value", scores, temp=True)


@pytest.mark.parametrize(("margin", "discount_rate"), [(None, None), (0.42, None), (0.42, 0.1)])
def test_value_is_the_sum_over_months(margin, discount_rate):
    """Month by month and customer by customer, from lifetimes' conditional expectation."""
    fitter = MODELS.bgnbd.to_lifetimes()
    found = scores_of(margin=margin, discount_rate=discount_rate)
    for row in SIX.itertuples():
        times = [m * DAYS_A_MONTH / 7 for m in range(13)]
        purchases = [
            float(
                fitter.conditional_expected_number_of_purchases_up_to_time(
                    t, row.frequency, row.recency / 7, row.T / 7
                )
            )
            for t in times
        ]
        discounted = sum(
            (after - before) / (1 + (discount_rate or 0)) ** (month / 12)
            for month, (before, after) in enumerate(pairwise(purchases), start=1)
        )
        scores = found.loc[row.customer_id]
        assert scores["expected_orders_12m"] == pytest.approx(purchases[-1], rel=1e-9)
        expected = discounted * scores["expected_spend"] * (margin or 1)
        assert scores["clv_12m"] == pytest.approx(expected, rel=1e-9)


def test_without_a_rate_value_is_orders_times_spend():
    found = scores_of()
    product = found["expected_orders_12m"] * found["expected_spend"]
    pd.testing.assert_series_equal(found["clv_12m"], product, check_names=False)


def test_discount_lowers_value_by_less_than_a_year_of_it():
    plain, discounted = scores_of()["clv_12m"], scores_of(discount_rate=0.1)["clv_12m"]
    assert (discounted < plain).all()
    assert (discounted > plain / 1.1).all()
    pd.testing.assert_series_equal(scores_of(discount_rate=0.0)["clv_12m"], plain)


def test_margin_scales_value_and_nothing_else():
    plain, profit = scores_of(), scores_of(margin=0.42)
    pd.testing.assert_series_equal(profit["clv_12m"], plain["clv_12m"] * 0.42)
    pd.testing.assert_series_equal(profit["value_at_risk"], plain["value_at_risk"] * 0.42)
    money = ["clv_12m", "value_at_risk"]
    pd.testing.assert_frame_equal(profit.drop(columns=money), plain.drop(columns=money))


def test_only_one_time_buyers_have_no_probability_to_be_active():
    found = scores_of()
    once = SIX.set_index("customer_id")["frequency"] == 0
    assert found.loc[once, "p_alive"].isna().all()
    assert found.loc[~once, "p_alive"].between(0, 1).all()
    unknown = ["p_alive", "value_at_risk"]
    assert found.loc[once, "value_at_risk"].isna().all()
    assert found.drop(columns=unknown).notna().all(axis=None)


def test_cdnow_has_a_value_for_everyone(cdnow_scores):
    found = cdnow_scores.to_pandas()
    assert len(found) == found["customer_id"].nunique() == 2357
    assert found["p_alive"].isna().sum() == 2357 - 946
    assert (found[["expected_orders_12m", "expected_spend", "clv_12m"]] > 0).all(axis=None)


def test_unknown_probabilities_are_null_and_not_nan(cdnow_scores):
    unknown = cdnow_scores.p_alive.isnull().sum().execute()
    assert unknown == 2357 - 946
    assert cdnow_scores.p_alive.isnan().sum().execute() == 0


@pytest.mark.parametrize(
    ("models", "known"),
    [
        (ValueModels(REFUSAL, REFUSAL, REFUSAL, REFUSAL), []),
        (replace(MODELS, gamma_gamma=REFUSAL), ["p_alive", "expected_orders_12m"]),
        (replace(MODELS, bgnbd=REFUSAL), ["expected_spend"]),
    ],
)
def test_a_refused_model_leaves_its_columns_empty(models, known):
    found = scores_of(models=models)
    assert [name for name in found.columns if found[name].notna().any()] == known
    assert len(found) == len(SIX)


def test_deciles_hold_every_customer_once(cdnow_scores):
    deciles = value_deciles(cdnow_scores)
    assert deciles["decile"].to_list() == list(range(1, 11))
    assert deciles["customers"].sum() == 2357
    assert deciles["clv_12m"].sum() == pytest.approx(cdnow_scores.clv_12m.sum().execute())
    assert deciles["share"].sum() == pytest.approx(1)
    assert (deciles["clv_12m"] / deciles["customers"]).is_monotonic_decreasing


def test_deciles_by_hand():
    deciles = value_deciles(table_of([float(n) for n in range(1, 21)]))
    assert deciles["customers"].to_list() == [2] * 10
    assert deciles["clv_12m"].to_list() == [39.0, 35, 31, 27, 23, 19, 15, 11, 7, 3]
    assert deciles["share"].iloc[0] == pytest.approx(39 / 210)


def test_equal_values_share_a_decile():
    deciles = value_deciles(table_of([1.0] * 15 + [2.0] * 5))
    assert deciles["customers"].to_list() == [5, 15]
    assert deciles["share"].to_list() == [0.4, 0.6]


@pytest.mark.parametrize("clv", [[], [None, None]])
def test_without_values_there_are_no_deciles(clv):
    assert value_deciles(table_of(clv)).empty


def test_customers_without_a_value_are_in_no_decile():
    assert value_deciles(table_of([5.0, None, None]))["customers"].to_list() == [1]


def test_purchase_counts_sum_to_all_customers(cdnow_patterns, cdnow_models):
    counts = purchase_counts(cdnow_patterns, cdnow_models.bgnbd)
    assert counts["repeat_purchases"].to_list() == list(range(8))
    assert counts["observed"].sum() == 2357
    assert counts["expected"].sum() == pytest.approx(2357)
    # Fader, Hardie & Lee (2005), figure 3: the model tracks the counts closely.
    assert counts["observed"].iloc[0] == 1411
    assert counts["expected"].to_numpy() == pytest.approx(counts["observed"].to_numpy(), abs=60)


def test_purchase_counts_by_hand():
    patterns = pd.DataFrame({"frequency": [0, 1, 9], "T": [70, 70, 140], "customers": [5, 2, 1]})
    counts = purchase_counts(patterns, MODELS.bgnbd, most=2)
    assert counts["observed"].to_list() == [5, 2, 1]
    at_70, at_140 = (MODELS.bgnbd.purchase_count_shares(age, most=1) for age in (70, 140))
    expected = [*(7 * at_70 + at_140), 8 - (7 * at_70 + at_140).sum()]
    assert counts["expected"].to_list() == pytest.approx(expected)


def test_purchase_counts_without_a_model():
    patterns = count_patterns(ibis.memtable(SIX))
    counts = purchase_counts(patterns, REFUSAL)
    assert counts["observed"].to_list() == [2, 1, 2, 0, 0, 0, 0, 1]
    assert counts["expected"].isna().all()


def test_customers_of_the_first_day_are_counted():
    counts = purchase_counts(count_patterns(ibis.memtable(SIX.iloc[:1])), MODELS.bgnbd)
    assert counts["expected"].to_list() == pytest.approx([1] + [0] * 7)


def results_of(models, margin=None, discount_rate=None):
    summary = ibis.memtable(SIX)
    scores = score_value(summary, models, margin, discount_rate)
    return value_results(models, scores, margin, discount_rate)


def test_published_numbers():
    results = results_of(MODELS, margin=0.42, discount_rate=0.1)
    scores = scores_of(margin=0.42, discount_rate=0.1)
    values = {name: result.value for name, result in results.items()}
    assert values["value.bgnbd.alpha"] == 4.5
    assert values["value.bgnbd.log_likelihood"] == -1.0
    assert values["value.gamma_gamma.q"] == 3.74
    assert results["value.gamma_gamma.q"].n == 946
    assert values["value.gamma_gamma.mean_spend"] == pytest.approx(6.25 * 15.44 / 2.74)
    assert values["value.portfolio.clv_12m"] == pytest.approx(scores["clv_12m"].sum())
    assert values["value.portfolio.orders_12m"] == pytest.approx(
        scores["expected_orders_12m"].sum()
    )
    assert values["value.portfolio.top_tenth_share"] == pytest.approx(
        scores["clv_12m"].max() / scores["clv_12m"].sum()
    )
    assert (values["value.margin"], values["value.discount_rate"]) == (0.42, 0.1)
    assert all(
        np.isfinite(value)
        for name, value in values.items()
        if not name.startswith(("value.mbgnbd", "value.paretonbd"))
    )


def test_a_rate_that_nobody_gave_is_not_invented():
    results = results_of(MODELS)
    assert results["value.margin"].value is None
    assert results["value.margin"].note.startswith("needs the margin")
    assert results["value.discount_rate"].value is None


def test_a_refusal_is_published_with_its_reason():
    results = results_of(replace(MODELS, bgnbd=REFUSAL), margin=0.42)
    refused = {name for name, result in results.items() if result.note == str(REFUSAL)}
    assert refused == {
        *(f"value.bgnbd.{name}" for name in ("r", "alpha", "a", "b", "log_likelihood")),
        *(f"value.mbgnbd.{name}" for name in ("r", "alpha", "a", "b", "log_likelihood")),
        *(f"value.paretonbd.{name}" for name in ("r", "alpha", "s", "beta", "log_likelihood")),
        *(f"value.portfolio.{name}" for name in ("clv_12m", "orders_12m", "top_tenth_share")),
    }
    assert all(results[name].value is None for name in refused)
    assert results["value.gamma_gamma.p"].value == 6.25
