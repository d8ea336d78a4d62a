"""Does the predicted order of customers find those who spend? Gini and the best tenth."""

import ibis
import ibis.expr.types as ir

from analysis.engine import exact_sum
from analysis.results import Result, Unit, missing, number
from analysis.value.fitting import ValueModels
from analysis.value.model import NotEstimableError
from analysis.value.patterns import count_patterns

TENTH = 10


def predict_sales(
    before: ir.Table, after: ir.Table, models: ValueModels, days: int
) -> ir.Table | None:
    """Each customer's predicted and actual sales in the holdout; None without models.

    Returns
    -------
    ibis table
        One row a customer known before: ``customer_id``, ``expected_orders`` and ``orders``
        (purchase days in the holdout), ``predicted`` and ``actual`` sales (money).
    """
    purchases, spend = models.purchases, models.gamma_gamma
    if isinstance(purchases, NotEstimableError) or isinstance(spend, NotEstimableError):
        return None
    keys = ["frequency", "recency", "T"]
    patterns = count_patterns(before)[keys]
    orders = patterns.assign(expected=purchases.expected_purchases(patterns, days))
    later = after.select(
        "customer_id", revenue_after=after.revenue, frequency_after=after.frequency
    )
    rows = before.join(later, "customer_id").join(ibis.memtable(orders), keys)
    return rows.select(
        "customer_id",
        expected_orders=rows.expected,
        orders=rows.frequency_after - rows.frequency,
        predicted=rows.expected * spend.expected_spend(rows.frequency, rows.monetary_value),
        actual=(rows.revenue_after - rows.revenue).cast("float64"),
    )


def ranking_results(sales: ir.Table | None) -> dict[str, Result]:
    """Published numbers of how well predictions rank customers by sales in the holdout.

    The Gini coefficient of actual sales in predicted order, as a share of that in actual order;
    and the share of sales made with the tenth predicted best, beside the best possible.

    Notes
    -----
    G = 2 Σ rank · sales / (n Σ sales) − (n + 1)/n with mean ranks for ties, ascending.
    """
    units: dict[str, Unit] = {"gini": "index", "top_tenth": "ratio", "top_tenth_best": "ratio"}
    if sales is None:
        why = "needs models of the time before the holdout"
        return {f"value.holdout.{name}": missing(unit, why) for name, unit in units.items()}
    found = _rank_sales(sales)
    if not found["n"] or not found["actual"] or found["actual"] <= 0:
        why = "needs sales in the holdout"
        return {f"value.holdout.{name}": missing(unit, why) for name, unit in units.items()}
    n, total = found["n"], found["actual"]
    gini, best = (2 * found[key] / (n * total) - (n + 1) / n for key in ("by_guess", "by_fact"))
    return {
        "value.holdout.gini": number(gini / best, "index", n=n),
        "value.holdout.top_tenth": number(found["top_guess"] / total, "ratio", n=n),
        "value.holdout.top_tenth_best": number(found["top_fact"] / total, "ratio", n=n),
    }


def _rank_sales(sales: ir.Table) -> dict[str, float]:
    """Sums of sales weighted by both ranks, and sales of both best tenths, in one pass."""
    n = sales.count().over(ibis.window())
    guess, fact = _mean_rank(sales.predicted), _mean_rank(sales.actual)
    ranked = sales.mutate(guess=guess, fact=fact, floor=n - n // TENTH)
    sums = ranked.agg(
        n=ranked.count(),
        actual=exact_sum(ranked.actual),
        by_guess=exact_sum(ranked.guess * ranked.actual),
        by_fact=exact_sum(ranked.fact * ranked.actual),
        top_guess=exact_sum(ranked.actual, where=ranked.guess > ranked.floor),
        top_fact=exact_sum(ranked.actual, where=ranked.fact > ranked.floor),
    )
    found: dict[str, float] = sums.to_pyarrow().to_pylist()[0]
    return {name: value or 0 for name, value in found.items()}


def _mean_rank(values: ir.Column) -> ir.Value:
    """Rank from 1, equal values at the mean of their places."""
    first = values.rank() + 1  # the engine counts from 0
    ties = values.count().over(group_by=values)
    return first + (ties - 1) / 2
