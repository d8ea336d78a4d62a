"""Intervals of means and shares, with effective sample sizes and finite populations."""

from math import sqrt

from analysis.inference import Z

Interval = tuple[float, float]


def finite_population_factor(n: float, population: float | None) -> float:
    """By how much a sample from a finite population narrows the variance: (N − n)/(N − 1).

    1 where the population is not known (Cochran 1977, *Sampling Techniques*, eq. 2.16).

    Examples
    --------
    >>> finite_population_factor(50, 99)
    0.5
    """
    if population is None or population <= 1:
        return 1.0
    return max(0.0, (population - n) / (population - 1))


def standard_error(variance: float, n_eff: float) -> float:
    """Standard error of a mean: √(variance / effective n)."""
    return sqrt(variance / n_eff)


def normal_interval(mean: float, error: float) -> Interval:
    """95 % interval of a mean from its standard error.

    Examples
    --------
    A net promoter score from one half promoters and one sixth detractors, n = 100: the variance
    is 100² · [(p + d) − (p − d)²], and the margin 14.6.

    >>> variance = 100**2 * ((1 / 2 + 1 / 6) - (1 / 2 - 1 / 6) ** 2)
    >>> low, high = normal_interval(100 * (1 / 2 - 1 / 6), standard_error(variance, 100))
    >>> round(low, 1), round(high, 1)
    (18.7, 47.9)
    """
    return mean - Z * error, mean + Z * error


def wilson_interval(share: float, n: float) -> Interval:
    """95 % interval of a share (Wilson 1927); ``n`` may be an effective sample size.

    Examples
    --------
    >>> low, high = wilson_interval(0.8, 50)
    >>> round(low, 4), round(high, 4)
    (0.6696, 0.8876)
    """
    if n == float("inf"):
        return share, share
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    margin = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, centre - margin), min(1.0, centre + margin)
