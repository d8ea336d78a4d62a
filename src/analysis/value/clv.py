"""Customer lifetime value over the next twelve months, and what it adds up to."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.engine import exact_sum, quantile
from analysis.results import Result, Unit, missing, number
from analysis.value.bgnbd import BGNBD
from analysis.value.fitting import ValueModels
from analysis.value.gamma_gamma import GammaGamma
from analysis.value.intervals import Draws, interval
from analysis.value.mbgnbd import MBGNBD
from analysis.value.model import Model, NotEstimableError, PurchaseModel
from analysis.value.paretonbd import ParetoNBD
from analysis.value.patterns import Floats, join_scored, list_ages

HORIZON_MONTHS = 12
DAYS_A_MONTH = 365.25 / 12
N_DECILES = 10


def score_value(
    summary: ir.Table,
    models: ValueModels,
    margin: float | None,
    discount_rate: float | None,
) -> ir.Table:
    """Predict each customer's orders and value.

    Parameters
    ----------
    summary : ibis table
        One row a customer, from :func:`analysis.customers.summarize_customers`.
    models : ValueModels
        Fitted models; columns that need a missing one are null.
    margin : float or None
        Share of revenue that is profit; None: value is revenue.
    discount_rate : float or None
        Annual rate; None: later money counts in full.

    Returns
    -------
    ibis table
        One row a customer: ``customer_id``, ``p_alive`` (null for one-time buyers),
        ``expected_orders_12m`` (purchase days), ``expected_spend`` (money a purchase day),
        ``clv_12m`` and ``value_at_risk`` (money; the latter null for one-time buyers).

    Notes
    -----
    CLV = Σ margin · E[spend] · ΔE[X(t)] / (1 + d)^t over twelve months of 365.25/12 days. The
    orders of those who stay depend on frequency and T alone: they are computed once a pair and
    joined back.

    CLV holds the probability p still active already. Value at risk is what the customer would be
    worth beyond it if certainly active: CLV · (1 − p)/p, computed from E[X | active] so that p may
    be tiny.
    """
    customers = _foresee_orders(summary, models.purchases, discount_rate)
    customers = customers.mutate(expected_spend=_expected_spend(customers, models.gamma_gamma))
    p_alive, orders = customers.p_alive, customers.discounted_if_alive
    worth = orders * customers.expected_spend * (margin or 1.0)
    can_tell = _can_tell(customers, models.purchases)
    return customers.select(
        "customer_id",
        p_alive=can_tell.ifelse(p_alive, ibis.null()),
        expected_orders_12m=p_alive * customers.orders_if_alive,
        expected_spend=customers.expected_spend,
        clv_12m=p_alive * worth,
        value_at_risk=can_tell.ifelse((1 - p_alive) * worth, ibis.null()),
    )


def purchase_counts(
    patterns: pd.DataFrame, model: PurchaseModel | NotEstimableError, most: int = 7
) -> pd.DataFrame:
    """Customers by number of repeat purchase days, counted and as the model expects them.

    Returns
    -------
    DataFrame
        One row for 0, 1, …, and for ``most`` or more: ``repeat_purchases``, ``observed``,
        ``expected`` (customers; NaN without a model).
    """
    counts = patterns["frequency"].clip(upper=most)
    observed = patterns["customers"].groupby(counts).sum().reindex(range(most + 1), fill_value=0)
    return pd.DataFrame(
        {
            "repeat_purchases": range(most + 1),
            "observed": observed.to_numpy(),
            "expected": _expected_counts(patterns, model, most),
        }
    )


def value_deciles(scores: ir.Table) -> pd.DataFrame:
    """Customers in ten groups of like size by predicted value, best first; ties stay together.

    Returns
    -------
    DataFrame
        One row a group: ``decile`` (1 is best), ``customers``, ``clv_12m`` (money), ``share``;
        no row where no value could be predicted.
    """
    valued = scores.filter(scores.clv_12m.notnull())
    shares = [k / N_DECILES for k in range(1, N_DECILES)]
    cuts = valued.agg(**{f"cut_{i}": quantile(valued.clv_12m, s) for i, s in enumerate(shares)})
    found = cuts.to_pyarrow().to_pylist()[0].values()
    above = [(valued.clv_12m > cut).cast("int8") for cut in found if cut is not None]
    ranked = valued.mutate(decile=ibis.literal(N_DECILES) - sum(above))
    deciles = (
        ranked.group_by("decile")
        .agg(customers=ranked.count(), clv_12m=exact_sum(ranked.clv_12m))
        .order_by("decile")
        .to_pandas()
    )
    return deciles.assign(share=deciles["clv_12m"] / deciles["clv_12m"].sum())


def value_results(
    models: ValueModels,
    scores: ir.Table,
    margin: float | None,
    discount_rate: float | None,
    draws: Draws | None = None,
) -> dict[str, Result]:
    """Published numbers of all models, of the whole portfolio, and of what it is reckoned with.

    With ``draws`` (:func:`analysis.value.draw_totals`, already times the margin), value and orders
    carry their 90 % intervals.
    """
    return {
        **_parameter_results(BGNBD, models.bgnbd),
        **_parameter_results(MBGNBD, models.mbgnbd),
        **_parameter_results(ParetoNBD, models.paretonbd),
        **_parameter_results(GammaGamma, models.gamma_gamma),
        "value.gamma_gamma.mean_spend": _mean_spend(models.gamma_gamma),
        **_portfolio_results(models, scores, draws),
        "value.margin": _given(margin, "needs the margin: value is shown as revenue"),
        "value.discount_rate": _given(discount_rate, "needs a rate: later money counts in full"),
    }


def discount_schedule(discount_rate: float | None) -> tuple[Floats, Floats]:
    """Ends of the twelve months from now, in days, and what money in each is worth now."""
    months = np.arange(1.0, HORIZON_MONTHS + 1)
    return months * DAYS_A_MONTH, (1 + (discount_rate or 0.0)) ** -(months / 12)


def _foresee_orders(
    summary: ir.Table, model: PurchaseModel | NotEstimableError, discount_rate: float | None
) -> ir.Table:
    """Customers with ``p_alive`` and, if they stay, their orders of twelve months, plain and
    discounted: ``orders_if_alive``, ``discounted_if_alive``."""
    if isinstance(model, NotEstimableError):
        names = "p_alive", "orders_if_alive", "discounted_if_alive"
        return summary.mutate(**{name: ibis.null("float64") for name in names})
    ends, discount = discount_schedule(discount_rate)
    ages = list_ages(summary)
    schemes = np.column_stack([np.ones_like(discount), discount])
    plain, discounted = model.purchases_if_alive(ages, ends, schemes).T
    ages = ages.assign(orders_if_alive=plain, discounted_if_alive=discounted)
    return join_scored(model.score_alive(summary), ages, ["frequency", "T"])


def _can_tell(customers: ir.Table, model: PurchaseModel | NotEstimableError) -> ir.BooleanValue:
    """Whether the model can tell that a customer has left."""
    if isinstance(model, PurchaseModel) and not model.can_lose_one_time_buyers:
        return customers.frequency > 0
    return ibis.literal(True)


def _expected_counts(
    patterns: pd.DataFrame, model: PurchaseModel | NotEstimableError, most: int
) -> Floats:
    """Customers expected with 0, 1, … and ``most`` or more repeat purchases by now."""
    if isinstance(model, NotEstimableError):
        return np.full(most + 1, np.nan)
    ages = patterns.groupby("T")["customers"].sum()
    shares = model.purchase_count_shares(ages.index.to_numpy(), most - 1)
    below = shares.T @ ages.to_numpy(dtype=float)
    return np.append(below, ages.sum() - below.sum())


def _expected_spend(customers: ir.Table, gamma_gamma: GammaGamma | NotEstimableError) -> ir.Value:
    if isinstance(gamma_gamma, NotEstimableError):
        return ibis.null("float64")
    return gamma_gamma.expected_spend(customers.frequency, customers.monetary_value)


def _given(share: float | None, otherwise: str) -> Result:
    return missing("ratio", otherwise) if share is None else number(share, "ratio")


def _parameter_results(kind: type[Model], model: Model | NotEstimableError) -> dict[str, Result]:
    """Parameters and log-likelihood of one model, or for each why it is missing."""
    prefix = f"value.{kind.name}"
    if isinstance(model, NotEstimableError):
        return {
            **{
                f"{prefix}.{name}": missing("parameter", str(model))
                for name in kind.parameter_names
            },
            f"{prefix}.log_likelihood": missing("log_likelihood", str(model)),
        }
    n = model.fit.n_customers if model.fit else None
    return {
        **{
            f"{prefix}.{name}": number(value, "parameter", n=n)
            for name, value in model.parameters.items()
        },
        f"{prefix}.log_likelihood": number(model.log_likelihood, "log_likelihood", n=n),
    }


def _mean_spend(model: GammaGamma | NotEstimableError) -> Result:
    if isinstance(model, NotEstimableError):
        return missing("money", str(model))
    return number(model.mean_spend, "money", n=model.n_customers)


def _portfolio_results(
    models: ValueModels, scores: ir.Table, draws: Draws | None
) -> dict[str, Result]:
    refusals = [str(m) for m in (models.purchases, models.gamma_gamma) if isinstance(m, Exception)]
    names: dict[str, Unit] = {
        "clv_12m": "money",
        "orders_12m": "orders",
        "top_tenth_share": "ratio",
    }
    if refusals:
        why = "; ".join(dict.fromkeys(refusals))
        return {f"value.portfolio.{name}": missing(unit, why) for name, unit in names.items()}
    totals = scores.agg(
        clv_12m=exact_sum(scores.clv_12m),
        orders_12m=exact_sum(scores.expected_orders_12m),
        n=scores.count(),
    )
    found = totals.to_pyarrow().to_pylist()[0]
    found["top_tenth_share"] = float(value_deciles(scores)["share"].iloc[0])
    bounds = _portfolio_bounds(draws)
    return {
        f"value.portfolio.{name}": number(found[name], unit, n=found["n"], **bounds.get(name, {}))
        for name, unit in names.items()
    }


def _portfolio_bounds(draws: Draws | None) -> dict[str, dict[str, float]]:
    """Ends of the intervals by published number; the groups of one draw share its parameters."""
    if draws is None or draws.value is None:
        return {}
    totals = {"clv_12m": draws.value, "orders_12m": draws.purchases}
    ends = {name: interval(drawn.sum(axis=1)) for name, drawn in totals.items()}
    return {name: {"low": float(low), "high": float(high)} for name, (low, high) in ends.items()}
