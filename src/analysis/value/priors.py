"""Weak priors that keep a fit in bounds where the data say little.

Without one, a hundred customers, or customers who hardly ever leave, send the search for the best
parameters to infinity. A penalty on the size of the parameters, as lifetimes has it, keeps them
near zero and biases the forecast. These priors are normal on logarithms with standard deviations
of 1.5 or 2, so that values ten times smaller or larger stay plausible; a few hundred repeat buyers
outweigh them. None depends on the unit of time.

================  ==========================================  ===================  ====
model             quantity                                    median               s.d.
================  ==========================================  ===================  ====
BG/NBD, MBG/NBD   ln r                                        r = 0.5              1.5
                  logit of the churn mean a / (a + b)         0.2                  1.5
                  ln(a + b)                                   a + b = 3            1.5
Pareto/NBD        ln r                                        r = 0.5              1.5
                  ln s                                        s = 0.5              1.5
                  ln(β / mean T)                              1                    2
================  ==========================================  ===================  ====

Gamma-Gamma has none: where it fails (all spend alike, or no finite mean), a refusal says more.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from analysis.value.optimise import Derivatives
from analysis.value.patterns import Floats

Prior = Literal["weak", "none"]
LogPrior = Callable[[Floats], Derivatives]


def weak_beta_geometric(log_parameters: Floats) -> Derivatives:
    """Log-density for ln(r, α, a, b)."""
    log_r, _, log_a, log_b = log_parameters
    log_sum = np.logaddexp(log_a, log_b)
    share = np.exp(log_a - log_sum)
    first, last = np.array([0.0, 0, share, 1 - share]), np.array([0.0, 0, 1, -1])
    return (
        _normal(log_r - np.log(0.5), 1.5, np.array([1.0, 0, 0, 0]))
        + _normal(log_a - log_b - np.log(0.2 / 0.8), 1.5, last)
        + _normal(log_sum - np.log(3), 1.5, first, share * (1 - share) * np.outer(last, last))
    )


def weak_pareto(mean_age: float) -> LogPrior:
    """Log-density for ln(r, α, s, β); ``mean_age`` is the customers' mean T."""

    def log_prior(log_parameters: Floats) -> Derivatives:
        log_r, _, log_s, log_beta = log_parameters
        axes = np.eye(4)
        return (
            _normal(log_r - np.log(0.5), 1.5, axes[0])
            + _normal(log_s - np.log(0.5), 1.5, axes[2])
            + _normal(log_beta - np.log(mean_age), 2.0, axes[3])
        )

    return log_prior


def _normal(
    deviation: float, spread: float, gradient: Floats, hessian: Floats | None = None
) -> Derivatives:
    """A normal log-density of a quantity with the given derivatives, up to a constant."""
    precision = spread**-2
    curvature = np.outer(gradient, gradient)
    if hessian is not None:
        curvature = curvature + deviation * hessian
    return Derivatives(
        -precision * deviation**2 / 2, -precision * deviation * gradient, -precision * curvature
    )
