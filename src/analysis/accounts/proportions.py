"""Two shares compared: the interval of their difference, and how likely chance alone makes it."""

from math import sqrt

from scipy.special import ndtr

from analysis.satisfaction.intervals import Interval, wilson_interval


def newcombe_interval(x1: int, n1: int, x0: int, n0: int) -> Interval:
    """95 % interval of the difference of two independent shares, x1/n1 − x0/n0.

    Newcombe (1998), *Statistics in Medicine* 17, method 10: the intervals of Wilson of both shares
    are put together. Unlike the usual one it is never empty at 0 and 1, nor leaves −1 to 1.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        How many bought, and of how many, in the one group and in the other.

    Examples
    --------
    The paper's first example, 56 of 70 against 48 of 80:

    >>> low, high = newcombe_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    p1, p0 = x1 / n1, x0 / n0
    (low1, high1), (low0, high0) = wilson_interval(p1, n1), wilson_interval(p0, n0)
    below = sqrt((p1 - low1) ** 2 + (high0 - p0) ** 2)
    above = sqrt((high1 - p1) ** 2 + (p0 - low0) ** 2)
    return p1 - p0 - below, p1 - p0 + above


def two_proportion_p_value(x1: int, n1: int, x0: int, n0: int) -> float:
    """How often two groups of one and the same share differ as much: the pooled z-test, two-sided.

    1 where nobody or everybody bought, since then nothing differs.

    Examples
    --------
    >>> round(two_proportion_p_value(56, 70, 48, 80), 4)
    0.008
    """
    pooled = (x1 + x0) / (n1 + n0)
    error = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    if error == 0:
        return 1.0
    return float(2 * ndtr(-abs(x1 / n1 - x0 / n0) / error))
