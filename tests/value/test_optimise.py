"""Newton's method: known maxima, and searches that have none."""

import numpy as np
import pytest

from analysis.value.optimise import Derivatives, in_logarithms, maximise


def banana(point):
    """Rosenbrock's curved ridge upside down: its maximum is at (1, 1), where it is 0."""
    x, y = point
    bend = y - x**2
    return Derivatives(
        -((1 - x) ** 2) - 100 * bend**2,
        np.array([2 * (1 - x) + 400 * x * bend, -200 * bend]),
        np.array([[-2 + 400 * bend - 800 * x**2, 400 * x], [400 * x, -200.0]]),
    )


@pytest.mark.parametrize("start", [(-1.2, 1.0), (0.0, 5.0), (3.0, -4.0)])
def test_it_climbs_a_curved_ridge(start):
    optimum = maximise(banana, np.array(start))
    assert optimum.converged
    assert optimum.point == pytest.approx([1, 1], abs=1e-9)
    assert optimum.iterations < 60


def test_it_leaves_a_saddle_behind():
    """cos has its maximum at 0; around 2.5 it curves the other way."""

    def cosine(point):
        return Derivatives(float(np.cos(point[0])), -np.sin(point), -np.cos(point).reshape(1, 1))

    optimum = maximise(cosine, np.array([2.5]))
    assert optimum.converged
    assert optimum.point == pytest.approx([0], abs=1e-9)


def test_a_slope_without_summit_does_not_converge():
    def slope(point):
        return Derivatives(float(point[0]), np.ones(1), -1e-3 * np.eye(1))

    assert not maximise(slope, np.zeros(1)).converged


def test_wrong_derivatives_do_not_converge():
    def liar(point):
        return Derivatives(-float(point[0] ** 2), np.ones(1), -np.eye(1))

    assert not maximise(liar, np.array([0.5])).converged


def test_derivatives_by_logarithms():
    """f = θ² has f′ = 2 θ² and f″ = 4 θ² by ln θ."""
    found = in_logarithms(Derivatives(9.0, np.array([6.0]), np.array([[2.0]])), np.array([3.0]))
    assert (found.value, found.gradient[0], found.hessian[0, 0]) == (9, 18, 36)
