"""Expected purchases against quadrature to 30 digits, wherever the closed form breaks or loses."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.value import beta_geometric_moments as moments
from analysis.value.beta_geometric_moments import ActiveCustomers

ALPHA = 4.4


def active(r: float, a: float, b: float, x: float, age: float) -> ActiveCustomers:
    return ActiveCustomers(np.array([r + x]), a, np.array([b + x]), np.array([ALPHA + age]))


def exact_shapes(customers: ActiveCustomers, horizon: float) -> tuple[mp.mpf, ...]:
    """ρ, a, B and g; a is moved by 1e-30 because the closed forms have no value at whole a."""
    rho, a, b = (float(v) for v in (customers.rho[0], customers.a, customers.b[0]))
    growth = mp.mpf(horizon) / mp.mpf(float(customers.scale[0]))
    return mp.mpf(rho), mp.mpf(a) + mp.mpf("1e-30"), mp.mpf(b), growth


def falling_moment(a, b, growth, power, rho, stays=0):
    """The mean of (1 − p)^stays p^−power (1 + p g)^−ρ over p ~ Beta(a, b), continued in a."""
    ratio = mp.beta(a - power, b + stays) / mp.beta(a, b)
    return ratio * mp.hyp2f1(rho, a - power, a - power + b + stays, -growth)


def exact_purchases(customers: ActiveCustomers, horizon: float) -> float:
    """E[(1 − (1 + p g)^−ρ) / p], term by term."""
    with mp.workdps(80):
        rho, a, b, growth = exact_shapes(customers, horizon)
        return float(falling_moment(a, b, growth, 1, 0) - falling_moment(a, b, growth, 1, rho))


def exact_pairs(customers: ActiveCustomers, horizon: float) -> float:
    """E[2 (1 − p) (1 − (1 + p g)^−ρ − ρ p g (1 + p g)^(−ρ − 1)) / p²], term by term."""
    with mp.workdps(120):
        rho, a, b, growth = exact_shapes(customers, horizon)
        return float(
            2 * falling_moment(a, b, growth, 2, 0, stays=1)
            - 2 * falling_moment(a, b, growth, 2, rho, stays=1)
            - 2 * rho * growth * falling_moment(a, b, growth, 1, rho + 1, stays=1)
        )


def integrate_purchases(customers: ActiveCustomers, horizon: float) -> float:
    """The same as :func:`exact_purchases` by quadrature over logit p."""
    with mp.workdps(25):
        rho, a, b = (mp.mpf(float(v)) for v in (customers.rho[0], customers.a, customers.b[0]))
        growth = mp.mpf(horizon) / mp.mpf(float(customers.scale[0]))

        def integrand(logit):
            p, q = 1 / (1 + mp.exp(-logit)), 1 / (1 + mp.exp(logit))
            return p**a * q**b * -mp.expm1(-rho * mp.log1p(p * growth)) / p

        reach = 70 / min(a, b, 1)
        ends = [-reach, -reach / 4, -12, -6, -3, -1, 1, 3, 6, reach / 4, reach]
        centre = mp.log(a / b)
        return float(mp.quad(integrand, [centre + end for end in ends]) / mp.beta(a, b))


SHAPES = [
    pytest.param(0.25, 0.79, 2.43, id="CDNOW"),
    pytest.param(0.64, 0.15, 0.31, id="a + b < 1"),
    pytest.param(0.64, 0.4, 0.6, id="a + b = 1"),
    pytest.param(0.64, 1.0, 2.4, id="a = 1"),
    pytest.param(0.3, 1 + 1e-9, 2.0, id="a nearly 1"),
    pytest.param(3.0, 0.05, 20.0, id="few leave"),
    pytest.param(5.0, 0.5, 0.5, id="often"),
    pytest.param(0.5, 45.0, 60.0, id="alike"),
]
HISTORIES = [(0, 0.0), (0, 40.0), (2, 40.0), (2000, 700.0)]


@pytest.mark.parametrize(("r", "a", "b"), SHAPES)
@pytest.mark.parametrize(("x", "age"), HISTORIES)
def test_expected_purchases_are_exact(r, a, b, x, age):
    customers = active(r, a, b, x, age)
    for horizon in (0.01, 52.0, 2000.0):
        found = moments.expected_purchases(customers, np.array([horizon]), np.ones((1, 1)))
        assert found[0, 0] == pytest.approx(exact_purchases(customers, horizon), rel=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.79, 2.43), (0.4, 0.6), (1.0, 2.4)])
def test_expected_purchases_are_those_of_quadrature(a, b):
    customers = active(0.25, a, b, 0, 30.0)
    found = moments.expected_purchases(customers, np.array([52.0]), np.ones((1, 1)))
    assert found[0, 0] == pytest.approx(integrate_purchases(customers, 52.0), rel=1e-12)


@pytest.mark.parametrize(("r", "a", "b"), SHAPES)
def test_expected_pairs_are_exact(r, a, b):
    customers = active(r, a, b, 2, 40.0)
    for horizon in (1.0, 52.0, 2000.0):
        found = moments.expected_pairs(customers, horizon)
        assert found[0] == pytest.approx(exact_pairs(customers, horizon), rel=1e-10)


@settings(deadline=None, derandomize=True, database=None, max_examples=60)
@given(
    r=st.floats(0.05, 4),
    a=st.floats(0.02, 25),
    b=st.floats(0.02, 50),
    x=st.integers(0, 2000),
    age=st.floats(0, 1000),
    horizon=st.floats(1e-3, 200),
)
def test_series_and_quadrature_agree(r, a, b, x, age, horizon):
    """Two ways to one number, where both are open."""
    customers, ends = active(r, a, b, x, age), np.array([horizon])
    if not moments._suits_series(customers, horizon)[0]:
        return
    series = moments.expected_purchases(customers, ends, np.ones((1, 1)))
    assert series == pytest.approx(moments._integrate_purchases(customers, ends), rel=1e-11)
    pairs = moments.expected_pairs(customers, horizon)
    assert pairs == pytest.approx(moments._integrate_pairs(customers, horizon), rel=1e-9)


def test_periods_add_up():
    """Weights by period are differences of expectations by end, whichever way they are found."""
    for age in (40.0, 0.0):
        customers = active(0.25, 0.79, 2.43, 3, age)
        ends, weights = np.array([10.0, 52.0, 900.0]), np.array([1.0, 0.9, 0.5])
        found = moments.expected_purchases(customers, ends, weights.reshape(3, 1))[0, 0]
        each = [
            moments.expected_purchases(customers, np.array([end]), np.ones((1, 1)))[0, 0]
            for end in ends
        ]
        assert found == pytest.approx(np.diff(each, prepend=0.0) @ weights, rel=1e-12)
