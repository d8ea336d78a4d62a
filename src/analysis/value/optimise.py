"""Newton's method with safeguards, for a handful of parameters and exact derivatives."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.value.patterns import Floats

MAX_ITERATIONS = 200
MAX_STEP = 2.0
"""No step is longer: parameters change by a factor of at most e²."""
MAX_DISTANCE = 25.0
"""Log-parameters that move further from the start have run away."""
SETTLED = 1e-18
"""A step that promises less gain in log-likelihood than this ends the search."""
RELATIVE_NOISE = 1e-13
"""Rounding error of a sum of many log-likelihoods, relative to the sum."""


@dataclass(frozen=True)
class Derivatives:
    """A function of a few parameters with its gradient and Hessian at one point."""

    value: float
    gradient: Floats
    hessian: Floats

    def __add__(self, other: "Derivatives") -> "Derivatives":
        return Derivatives(
            self.value + other.value,
            self.gradient + other.gradient,
            self.hessian + other.hessian,
        )


def in_logarithms(natural: Derivatives, parameters: Floats) -> Derivatives:
    """Derivatives by ln θ from derivatives by θ."""
    scaled = parameters * natural.gradient
    hessian = natural.hessian * np.outer(parameters, parameters) + np.diag(scaled)
    return Derivatives(natural.value, scaled, hessian)


@dataclass(frozen=True)
class Optimum:
    """Where a search ended."""

    point: Floats
    at_point: Derivatives
    iterations: int
    converged: bool


def maximise(function: Callable[[Floats], Derivatives], start: Floats) -> Optimum:
    """Climb to the nearest maximum.

    Each step is Newton's, with the curvature made negative in directions where the function is
    not concave, no longer than ``MAX_STEP``, and halved until the function grows. It does not
    depend on the units of parameters given as logarithms.

    Returns
    -------
    Optimum
        ``converged`` is False if the search ran away, made no headway or took too long.
    """
    point, here = start, function(start)
    for iteration in range(MAX_ITERATIONS):
        step = _newton_step(here)
        gain = float(here.gradient @ step)
        if gain < SETTLED:
            return Optimum(point, here, iteration, converged=True)
        reached = _walk(function, point, here, step, gain)
        if reached is None:
            # No headway although the slope promises some: at rounding error that is the summit.
            converged = gain < RELATIVE_NOISE * abs(here.value)
            return Optimum(point, here, iteration, converged)
        point, here = reached
        if np.abs(point - start).max() > MAX_DISTANCE:
            return Optimum(point, here, iteration + 1, converged=False)
    return Optimum(point, here, MAX_ITERATIONS, converged=False)


def _newton_step(here: Derivatives) -> Floats:
    curvature, directions = np.linalg.eigh(-here.hessian)
    least = 1e-12 * np.abs(curvature).max() + 1e-300
    slope = directions.T @ here.gradient
    step: Floats = directions @ (slope / np.maximum(np.abs(curvature), least))
    length = float(np.linalg.norm(step))
    return step if length <= MAX_STEP else step * (MAX_STEP / length)


def _walk(
    function: Callable[[Floats], Derivatives],
    point: Floats,
    here: Derivatives,
    step: Floats,
    gain: float,
) -> tuple[Floats, Derivatives] | None:
    """Go along ``step``, or as much of it as makes the function grow as its slope promises."""
    noise = RELATIVE_NOISE * abs(here.value)
    share = 1.0
    while share > 1e-8:
        there = function(point + share * step)
        if there.value >= here.value + 1e-4 * share * gain - noise:
            return point + share * step, there
        share /= 2
    return None
