"""Published numbers: CDNOW's fits, Hardie's spreadsheets, BTYD's manual, the holdout.

Sources: Fader, Hardie & Lee (2005); Fader & Hardie (2013); the tests of CLVTools, BTYDplus and
lifetimes.
"""

import numpy as np
import pandas as pd
import pytest

from analysis.value import BGNBD, ParetoNBD, score_predictions

WEEK = 7
HARDIE = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit_days=WEEK)
BTYD_MANUAL = ParetoNBD(r=0.55, alpha=10.56, s=0.61, beta=11.64, time_unit_days=WEEK)


def history(frequency: int, recency_weeks: float, age_weeks: float) -> pd.DataFrame:
    columns = {"frequency": frequency, "recency": recency_weeks * 7, "T": age_weeks * 7}
    return pd.DataFrame(columns, index=[0])


@pytest.mark.parametrize(
    ("name", "published", "tolerance", "log_likelihood"),
    [
        ("bgnbd", (0.2425945, 4.4136019, 0.7929199, 2.4258881), {"rel": 1e-4}, -9582.429),
        ("mbgnbd", (0.525, 6.183, 0.891, 1.614), {"rel": 1e-3}, -9582.136),
        ("paretonbd", (0.55315, 10.57633, 0.60625, 11.67150), {"rel": 1e-3}, -9594.976),
        # Printed to two decimals, which for q is coarser than a thousandth.
        ("gamma_gamma", (6.25, 3.74, 15.44), {"abs": 5e-3}, -4055.9177),
    ],
)
def test_parameters_of_cdnow(cdnow_models, name, published, tolerance, log_likelihood):
    model = getattr(cdnow_models, name)
    assert list(model.parameters.values()) == pytest.approx(published, **tolerance)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=0.01)


def test_standard_errors_of_cdnow(cdnow_models):
    found = list(cdnow_models.paretonbd.standard_errors.values())
    assert found == pytest.approx([0.0476, 0.8427, 0.1873, 6.2105], rel=1e-3)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (78, 1.8580)],
)
def test_bgnbd_expects_of_a_new_customer(cdnow_models, weeks, expected):
    found = cdnow_models.bgnbd.expected_purchases_new(weeks * 7)
    assert found == pytest.approx([expected], abs=5e-5)


def test_hardies_sheet_ends_its_series_early(cdnow_models):
    """It prints 1.8576 for 78 weeks: the closed form with the first 150 terms of its series."""
    r, alpha, a, b = cdnow_models.bgnbd.parameters.values()
    share = 78 / (alpha + 78)
    n = np.arange(149)
    terms = np.cumprod((r + n) * (b + n) / ((a + b - 1 + n) * (n + 1)) * share)
    series = 1 + terms.sum()
    cut_off = (a + b - 1) / (a - 1) * (1 - (1 - share) ** r * series)
    assert cut_off == pytest.approx(1.8576, abs=5e-5)
    assert cdnow_models.bgnbd.expected_purchases_new(78 * 7)[0] > cut_off


@pytest.mark.parametrize(
    ("week", "expected"),
    enumerate([0.0508, 0.0992, 0.1454, 0.1898, 0.2325, 0.2736, 0.3134, 0.3518, 0.3891], start=1),
)
def test_paretonbd_expects_of_a_new_customer(week, expected):
    assert BTYD_MANUAL.expected_purchases_new(week * 7)[0] == pytest.approx(expected, abs=5e-5)


def test_expected_purchases_of_known_customers(cdnow_models):
    assert HARDIE.expected_purchases(history(2, 30.43, 38.86), 39 * 7) == pytest.approx(
        [1.226], abs=5e-4
    )
    often = cdnow_models.paretonbd.expected_purchases(history(26, 30.86, 31), 52 * 7)
    assert often == pytest.approx([25.46], abs=5e-3)


def test_probability_of_no_purchase_in_39_weeks():
    shares = HARDIE.purchase_count_shares(39 * 7, most=0)
    assert shares == pytest.approx([0.5737864], abs=5e-8)


def test_conditional_spend_of_the_first_ten(cdnow_models, cdnow_summary):
    first_ten = cdnow_summary.order_by("customer_id").limit(10)
    spend = cdnow_models.gamma_gamma.expected_spend(first_ten.frequency, first_ten.monetary_value)
    found = first_ten.select("customer_id", spend=spend).order_by("customer_id").to_pandas()
    expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert found["spend"].to_list() == pytest.approx(expected, abs=0.005)


@pytest.fixture(scope="module")
def holdout(cdnow_summary, cdnow_later_summary) -> pd.DataFrame:
    """One row a pattern: its history, the purchases of the next 39 weeks, and its customers."""
    keys = ["frequency", "recency", "T"]
    known = cdnow_summary.select("customer_id", *keys)
    later = cdnow_later_summary.select("customer_id", later="frequency")
    both = known.join(later, "customer_id").to_pandas()
    both["bought"] = both["later"] - both["frequency"]
    return both.groupby([*keys, "bought"]).size().rename("customers").reset_index()


@pytest.mark.parametrize(
    ("name", "total", "bias", "mae", "rmse", "correlation", "msle"),
    [
        ("bgnbd", 1653.4, -0.121, 0.7855, 1.6080, 0.6256, 0.2343),
        ("mbgnbd", 1576.7, -0.162, 0.7648, 1.6072, 0.6273, 0.2314),
        ("paretonbd", 1665.5, -0.115, 0.7545, 1.6028, 0.6302, 0.2377),
    ],
)
def test_holdout_of_cdnow(cdnow_models, holdout, name, total, bias, mae, rmse, correlation, msle):
    predicted = getattr(cdnow_models, name).expected_purchases(holdout, 39 * 7)
    scores = score_predictions(predicted, holdout["bought"], holdout["customers"])
    assert scores.actual == 1882
    assert scores.total == pytest.approx(total, abs=0.05)
    assert scores.bias == pytest.approx(bias, abs=5e-4)
    assert [scores.mae, scores.rmse, scores.correlation, scores.msle] == pytest.approx(
        [mae, rmse, correlation, msle], abs=6e-5
    )


def test_holdout_of_cdnow_by_the_rate_so_far(holdout):
    predicted = holdout["frequency"] / holdout["T"] * 39 * 7
    scores = score_predictions(predicted, holdout["bought"], holdout["customers"])
    assert scores.total == pytest.approx(2930, abs=0.5)
    assert scores.bias == pytest.approx(0.56, abs=5e-3)
    assert [scores.mae, scores.rmse] == pytest.approx([1.0237, 2.2119], abs=5e-5)
    assert scores.correlation == pytest.approx(0.584, abs=5e-4)
    # Without the division by T it is what is often quoted.
    plain = score_predictions(holdout["frequency"], holdout["bought"], holdout["customers"])
    assert plain.correlation == pytest.approx(0.577, abs=5e-4)


def test_purchase_counts_of_cdnow(cdnow_models, cdnow_patterns):
    """Fader, Hardie & Lee (2005), figure 3: the model tracks the counts closely."""
    ages = cdnow_patterns.groupby("T")["customers"].sum()
    shares = cdnow_models.bgnbd.purchase_count_shares(ages.index.to_numpy(), most=2)
    counted = cdnow_patterns.groupby("frequency")["customers"].sum().loc[:2]
    assert counted.iloc[0] == 1411
    assert shares.T @ ages.to_numpy() == pytest.approx(counted.to_numpy(), abs=60)
    assert np.all(shares > 0)
