"""What a reader should know of the model before trusting it: what it learned from, and how."""

from analysis.results import Result, Unit, missing, number
from analysis.value.fitting import ValueModels
from analysis.value.model import Fit, NotEstimableError

UNITS: dict[str, Unit] = {
    "customers": "customers",
    "repeat_buyers": "customers",
    "iterations": "count",
    "gradient": "parameter",
    "log_likelihood": "log_likelihood",
    "prior": "label",
    "converged": "label",
}


def model_card_results(models: ValueModels) -> dict[str, Result]:
    """Published: how the chosen model was fitted, and on how many customers."""
    purchases, spend = models.purchases, models.gamma_gamma
    if isinstance(purchases, NotEstimableError):
        return {f"value.model.{key}": missing(unit, str(purchases)) for key, unit in UNITS.items()}
    fit = purchases.fit
    if fit is None:
        why = "needs a model: the past rate has no parameters"
        return {f"value.model.{key}": missing(unit, why) for key, unit in UNITS.items()}
    buyers = missing("customers", "needs a model of spend")
    if not isinstance(spend, NotEstimableError):
        buyers = number(spend.n_customers, "customers")
    return {"value.model.repeat_buyers": buyers} | {
        f"value.model.{key}": result for key, result in _fit_results(fit).items()
    }


def _fit_results(fit: Fit) -> dict[str, Result]:
    return {
        "customers": number(int(fit.n_customers), "customers"),
        "iterations": number(fit.iterations, "count"),
        "gradient": number(fit.gradient_norm, "parameter"),
        "log_likelihood": number(fit.log_likelihood, "log_likelihood"),
        "prior": Result(f"prior.{fit.prior}", "label"),
        "converged": Result(f"answer.{'yes' if fit.converged else 'no'}", "label"),
    }
