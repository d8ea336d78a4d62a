"""What drives satisfaction: how much each item matters, and how well it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.inference import FALSE_DISCOVERIES, adjust_p_values
from analysis.results import Result, missing, number
from analysis.satisfaction.importance import importance, inflation, r_squared
from analysis.satisfaction.measures import Scale, score_column
from analysis.satisfaction.moments import Moments, correlations, covariances, sum_products
from analysis.satisfaction.ordered_logit import NotEstimableError, fit_ordered_logit

Floats = NDArray[np.float64]

REPLICATES = 400
SEED = 20260930
ANSWERS_PER_ITEM = 10
FEWEST_ANSWERS = 60
MOST_FOR_LOGIT = 5_000
"""The check with ordered scores looks at so many questionnaires at most."""
COLLINEAR_FROM = 5.0
"""Variance inflation from which an item's share is told with a warning."""
QUADRANTS = {
    (True, True): "keep_up",
    (True, False): "concentrate_here",
    (False, True): "possible_overkill",
    (False, False): "low_priority",
}
"""Martilla & James (1977), "Importance-performance analysis", Journal of Marketing 41(1):
(is important, is done well) → the quadrant's name."""
DRIVER_COLUMNS = (
    "item", "share", "importance", "low", "high", "coefficient", "coefficient_low",
    "coefficient_high", "odds_ratio", "p_value", "is_significant", "inflation", "is_collinear",
    "performance", "mean", "quadrant",
)  # fmt: skip


@dataclass(frozen=True)
class Drivers:
    """What the items explain of the outcome.

    Attributes
    ----------
    items : DataFrame
        One row an item, the most important first; columns as :func:`explain_outcome` says.
    r_squared, low, high : float or None
        Share of the outcome's variance that all items explain, with its interval.
    alpha : float or None
        Cronbach's α of the items.
    n : int
        Complete questionnaires.
    outcome : str or None
        The item that is explained.
    needs : str
        What it would need, where nothing could be explained.
    """

    items: pd.DataFrame
    r_squared: float | None = None
    low: float | None = None
    high: float | None = None
    alpha: float | None = None
    n: int = 0
    outcome: str | None = None
    needs: str = ""


def explain_outcome(
    answers: ir.Table,
    items: Sequence[str],
    outcome: str | None,
    scales: Mapping[str, Scale],
    quarters: Sequence[str],
) -> Drivers:
    """Divide what is explained of an outcome among the items.

    Parameters
    ----------
    answers : ibis table
        One row a questionnaire: ``response_id``, ``customer_id``, ``quarter``, ``score_<item>``.
    items : sequence of str
        The items that may drive the outcome.
    outcome : str or None
        The item to explain.
    scales : mapping
        Item → lowest and highest score.
    quarters : sequence of str
        The quarters whose answers are looked at.

    Returns
    -------
    Drivers
        ``items`` has one row an item:

        - ``share`` (of R², sums to R²), ``low``, ``high``: bootstrap interval of 95 %;
          ``importance``: the share of what is explained, sums to 1;
        - ``coefficient`` with interval: points of the outcome for one point of the item, the other
          items being equal;
        - ``odds_ratio``, ``p_value``, ``is_significant``: the check that takes scores as ordered
          only, with 5 % of false discoveries; null where it could not be fitted;
        - ``inflation`` (variance inflation factor), ``is_collinear``;
        - ``mean`` (points of the item), ``performance`` (0 to 100) and ``quadrant``.
    """
    asked = [item for item in items if item in scales and item != outcome]
    if outcome not in scales or not asked:
        return _nothing("needs items under satisfaction.drivers, with scales under surveys.scales")
    assert outcome is not None
    answers = answers.filter(answers.quarter.isin(quarters))
    moments = sum_products(answers, [*asked, outcome])
    fewest = max(FEWEST_ANSWERS, ANSWERS_PER_ITEM * len(asked))
    if moments.n < fewest:
        return _nothing(
            f"needs {fewest} questionnaires with every driver answered; there are {moments.n}"
        )
    found = _decompose(moments)
    if found is None:
        return _nothing(f"needs answers to {outcome} that differ from each other")
    frame, (explained, low, high) = found
    frame = frame.join(_check_ordered(answers, asked, outcome))
    frame = _place(frame, moments.means[:-1], scales)
    frame = frame.sort_values("share", ascending=False, ignore_index=True)
    alpha = cronbach_alpha(covariances(moments.total)[:-1, :-1])
    return Drivers(frame[list(DRIVER_COLUMNS)], explained, low, high, alpha, moments.n, outcome)


def cronbach_alpha(covariance: Floats) -> float | None:
    """Cronbach's α: k/(k − 1) · (1 − Σ variances / variance of the sum).

    Cronbach (1951), "Coefficient alpha and the internal structure of tests", Psychometrika 16.
    None with one item alone, or without variance.

    Examples
    --------
    >>> round(cronbach_alpha(np.array([[1.0, 0.5], [0.5, 1.0]])), 4)  # 2 · (1 − 2 / 3)
    0.6667
    """
    k, total = len(covariance), float(covariance.sum())
    if k < 2 or total <= 0:
        return None
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def driver_results(drivers: Drivers, items: Sequence[str]) -> dict[str, Result]:
    """Published numbers of the drivers.

    ``satisfaction.drivers.<item>``: the share of R² of each, ``satisfaction.drivers.r2``,
    ``satisfaction.drivers.alpha`` and the names of the first driver and of the one to work on.
    """
    n = drivers.n or None
    shares = drivers.items.set_index("item")
    results = {
        f"satisfaction.drivers.{item}": (
            number(
                shares.loc[item, "share"],
                "ratio",
                n=n,
                low=float(shares.loc[item, "low"]),
                high=float(shares.loc[item, "high"]),
            )
            if item in shares.index
            else missing("ratio", drivers.needs)
        )
        for item in items
    }
    first = f"item.{drivers.items['item'].iloc[0]}" if len(shares) else None
    if drivers.r_squared is None:
        explained = missing("ratio", drivers.needs)
    else:
        explained = number(drivers.r_squared, "ratio", n=n, low=drivers.low, high=drivers.high)
    results["satisfaction.drivers.r2"] = explained
    results["satisfaction.drivers.alpha"] = (
        number(drivers.alpha, "score", n=n)
        if drivers.alpha is not None
        else missing("score", drivers.needs or "needs two items or more")
    )
    results["satisfaction.first_driver"] = Result(first, "label")
    return results


def _nothing(needs: str) -> Drivers:
    return Drivers(pd.DataFrame(columns=list(DRIVER_COLUMNS)), needs=needs)


def _decompose(moments: Moments) -> tuple[pd.DataFrame, tuple[float, float, float]] | None:
    """Shares and coefficients with bootstrap intervals, and R² with its own."""
    if covariances(moments.total)[-1, -1] <= 0:
        return None
    replicates = moments.bootstrap(REPLICATES, np.random.default_rng(SEED))
    matrix, drawn = correlations(moments.total), correlations(replicates)
    shares, slopes = importance(matrix), _slopes(moments.total)
    low, high = np.quantile(importance(drawn), [0.025, 0.975], axis=0)
    slope_low, slope_high = np.quantile(_slopes(replicates), [0.025, 0.975], axis=0)
    explained = float(r_squared(matrix))
    explained_low, explained_high = np.quantile(r_squared(drawn), [0.025, 0.975])
    factors = inflation(matrix)
    frame = pd.DataFrame(
        {
            "item": moments.items[:-1],
            "share": shares,
            "importance": shares / shares.sum() if shares.sum() > 0 else 0.0,
            "low": low,
            "high": high,
            "coefficient": slopes,
            "coefficient_low": slope_low,
            "coefficient_high": slope_high,
            "inflation": factors,
            "is_collinear": factors >= COLLINEAR_FROM,
        }
    )
    return frame, (explained, float(explained_low), float(explained_high))


def _slopes(products: Floats) -> Floats:
    """Coefficients of the linear regression; of items that repeat each other the shortest."""
    found = covariances(products)
    return np.asarray(np.linalg.pinv(found[..., :-1, :-1], hermitian=True) @ found[..., :-1, -1:])[
        ..., 0
    ]


def _check_ordered(answers: ir.Table, items: Sequence[str], outcome: str) -> pd.DataFrame:
    """Odds ratios of the ordered-logit model, on a sample that is the same each time."""
    columns = [score_column(item) for item in (*items, outcome)]
    complete = answers.drop_null(columns)
    sample = complete.order_by(complete.response_id.hexdigest("md5")).limit(MOST_FOR_LOGIT)
    scores = sample.select(columns).to_pandas().to_numpy(dtype="float64")
    try:
        model = fit_ordered_logit(scores[:, :-1], scores[:, -1])
    except NotEstimableError:
        unknown = np.full(len(items), np.nan)
        return pd.DataFrame({"odds_ratio": unknown, "p_value": unknown, "is_significant": None})
    z = model.coefficients / model.errors
    p = adjust_p_values(np.array([erfc(abs(value) / sqrt(2)) for value in z]))
    return pd.DataFrame(
        {
            "odds_ratio": np.exp(model.coefficients),
            "p_value": p,
            "is_significant": p <= FALSE_DISCOVERIES,
        }
    )


def _place(frame: pd.DataFrame, means: Floats, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """Performance of each item, and its quadrant: above or below the mean of all items."""
    ends = np.array([scales[item] for item in frame["item"]], dtype="float64")
    performance = 100 * (means - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
    is_important = frame["importance"] >= frame["importance"].mean()
    is_done_well = performance >= performance.mean()
    names = [QUADRANTS[bool(i), bool(p)] for i, p in zip(is_important, is_done_well, strict=True)]
    return frame.assign(mean=means, performance=performance, quadrant=names)
