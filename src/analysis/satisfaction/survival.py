"""How long something takes when some have not come to an end: the Kaplan–Meier estimate."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.inference import Z

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SurvivalCurve:
    """Share that has not come to an end, by time.

    Attributes
    ----------
    time : array
        Times at which something ended, ascending.
    share : array
        Share that lasts longer than each time.
    low, high : array
        Interval of 95 % (log-minus-log transformed).
    """

    time: Floats
    share: Floats
    low: Floats
    high: Floats

    def quantile(self, ended: float) -> float | None:
        """The first time by which at least a share has ended; None if it is not reached."""
        return self._first(self.share, 1 - ended)

    def quantile_interval(self, ended: float) -> tuple[float | None, float | None]:
        """Interval of the quantile: where the curve's interval passes it.

        Brookmeyer & Crowley (1982), "A confidence interval for the median survival time".
        """
        return self._first(self.low, 1 - ended), self._first(self.high, 1 - ended)

    def ended_by(self, time: float) -> float | None:
        """Share that has ended by a time; None where nothing was watched."""
        if not len(self.time):
            return None
        place = int(np.searchsorted(self.time, time, side="right"))
        return 1 - float(self.share[place - 1]) if place else 0.0

    def _first(self, curve: Floats, level: float) -> float | None:
        # The product of exact fractions is not exact: half of ten is .5 but for rounding.
        reached = np.flatnonzero(curve <= level + 1e-12)
        return float(self.time[reached[0]]) if len(reached) else None


def kaplan_meier(durations: pd.DataFrame) -> SurvivalCurve:
    """Estimate how long it takes, with those still waiting taken into account.

    Parameters
    ----------
    durations : DataFrame
        One row a duration: ``time``, ``ended`` and ``censored``: how many came to an end then, and
        how many had waited so long when they were last seen.

    Notes
    -----
    S(t) = Π (1 − d_i / n_i); Kaplan & Meier (1958), "Nonparametric estimation from incomplete
    observations", JASA 53. Variance after Greenwood (1926).

    Examples
    --------
    Of four, two ended after 1 and 3 days; one was last seen waiting on day 2, one on day 4:

    >>> durations = pd.DataFrame({"time": [1, 2, 3, 4], "ended": [1, 0, 1, 0],
    ...                           "censored": [0, 1, 0, 1]})
    >>> curve = kaplan_meier(durations)
    >>> curve.time.tolist(), curve.share.tolist(), curve.quantile(0.5)
    ([1.0, 3.0], [0.75, 0.375], 3.0)
    """
    counted = durations.groupby("time")[["ended", "censored"]].sum().sort_index()
    ended = counted["ended"].to_numpy(float)
    leaving = (counted["ended"] + counted["censored"]).to_numpy(float)
    waiting = leaving[::-1].cumsum()[::-1]
    is_end = ended > 0
    time, ended, waiting = counted.index.to_numpy(float)[is_end], ended[is_end], waiting[is_end]
    share = np.cumprod(1 - ended / waiting)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(ended / (waiting * (waiting - ended)))
        margin = Z * np.sqrt(greenwood) / np.log(share)
        low, high = share ** np.exp(-margin), share ** np.exp(margin)
    return SurvivalCurve(time, share, np.nan_to_num(low), np.nan_to_num(high))
