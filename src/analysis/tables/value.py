"""Tables of what the customers are worth."""

from collections.abc import Mapping, Sequence
from functools import reduce

import pandas as pd

from analysis.locales import Words
from analysis.results import Result
from analysis.tables.setting import Column, Table, set_table
from analysis.value.checks import UNITS, Check
from analysis.value.health import PARTS

PARAMETER_SYMBOLS = {
    "bgnbd": {"r": "r", "alpha": "α", "a": "a", "b": "b", "log_likelihood": "ln L"},
    "mbgnbd": {"r": "r", "alpha": "α", "a": "a", "b": "b", "log_likelihood": "ln L"},
    "paretonbd": {"r": "r", "alpha": "α", "s": "s", "beta": "β", "log_likelihood": "ln L"},
    "gamma_gamma": {"p": "p", "q": "q", "v": "v", "log_likelihood": "ln L"},
}
"""Symbols of each model's parameters, as the literature writes them."""
CARD_ITEMS: Mapping[str, Sequence[str]] = {
    "purpose": (),
    "model": ("value.chosen.model", "value.chosen.beats_baseline"),
    "data": ("value.model.customers", "value.model.repeat_buyers"),
    "fit": ("value.model.prior", "value.model.converged", "value.model.iterations"),
    "test": ("value.holdout.quarters", "value.holdout.customers", "value.chosen.bias"),
    "ranking": (
        "value.holdout.gini", "value.holdout.top_tenth", "value.holdout.top_tenth_best",
    ),
    "agreement": ("value.cross_check.lifetimes_max_relative_difference",),
    "assumptions": ("value.checks.made", "value.checks.warned", "value.checks.failed"),
    "uncertainty": ("value.portfolio.clv_12m",),
    "limits": (),
}  # fmt: skip
"""What a model card says, with the published numbers that each line fills in."""


def table_parameters(
    results: Mapping[str, Result], chosen: str, time_unit_days: int, *, words: Words
) -> Table:
    """The fitted parameters of the chosen model and of Gamma-Gamma, with what each means.

    ``results`` are those of :func:`analysis.value.value_results`; a chosen model without parameters
    has no rows.
    """
    rows = tuple(
        (
            words(f"model.{model}"),
            symbol,
            words(f"parameter.{name}", unit=time_unit_days, currency=words.currency),
            words.format(result.value, result.unit),
        )
        for model in (chosen, "gamma_gamma")
        for name, symbol in PARAMETER_SYMBOLS.get(model, {}).items()
        for result in (results[f"value.{model}.{name}"],)
    )
    headings = tuple(words(f"column.{key}") for key in ("model", "parameter", "meaning", "value"))
    return Table(headings, (False, False, False, True), rows)


def table_model_card(results: Mapping[str, Result], time_unit_days: int, *, words: Words) -> Table:
    """What a reader should know of the model, from published numbers."""
    rows = tuple(
        (
            words(f"card.{item}.title"),
            words(f"card.{item}.text", unit=time_unit_days, **_fill(results, names, words)),
        )
        for item, names in CARD_ITEMS.items()
    )
    return Table((words("column.card"), words("column.meaning")), (False, False), rows)


def _fill(results: Mapping[str, Result], names: Sequence[str], words: Words) -> dict[str, str]:
    """Values, and ends of intervals, by the last part of their names."""
    filled = {}
    for name in names:
        result, key = results[name], name.rsplit(".", 1)[-1]
        filled[key] = words.format(result.value, result.unit)
        filled[f"{key}_low"] = words.format(result.low, result.unit)
        filled[f"{key}_high"] = words.format(result.high, result.unit)
    return filled


def table_models(ranking: pd.DataFrame, *, words: Words) -> Table:
    """How each model did in the holdout (:attr:`analysis.value.Proof.ranking`)."""
    columns = [
        Column("model", "label", label_group="model"),
        Column("total", "orders", heading="predicted"),
        Column("actual", "orders"),
        Column("bias", "ratio"),
        *(Column(key, "parameter") for key in ("mae", "rmse", "correlation", "msle")),
    ]
    return set_table(ranking, columns, words)


def table_value_parts(segments: pd.DataFrame, *, words: Words) -> Table:
    """Past, present and future value by segment (:func:`analysis.value.value_by_segment`)."""
    columns = [
        Column("segment", None),
        Column("customers", "customers"),
        *(Column(key, "money") for key in ("history", "quarter", "clv_12m", "low", "high")),
    ]
    return set_table(_spell_segments(segments, words), columns, words)


def table_bridge(bridge: pd.DataFrame, *, words: Words) -> Table:
    """From last quarter's value to this quarter's (:func:`analysis.value.sum_bridge`)."""
    columns = [
        Column("step", "label", label_group="step"),
        Column("customers", "customers"),
        Column("amount", "money", heading="bridge_amount"),
    ]
    return set_table(bridge, columns, words)


def table_watched(watched: pd.DataFrame, *, words: Words) -> Table:
    """Customers to look after, most money at risk first (:func:`analysis.value.list_watched`)."""
    spelled = watched.assign(reasons=[_spell_reasons(keys, words) for keys in watched["reasons"]])
    columns = [
        Column("customer_id", None),
        Column("segment", "label", label_group="segment"),
        Column("value_at_risk", "money"),
        Column("clv_12m", "money"),
        Column("p_alive", "ratio"),
        Column("days_since_last_order", "days"),
        Column("reasons", None),
    ]
    return set_table(spelled, columns, words)


def table_reasons(reasons: pd.DataFrame, *, words: Words) -> Table:
    """Watched customers by reason (:func:`analysis.value.count_reasons`)."""
    columns = [
        Column("reason", "label", label_group="reason"),
        Column("customers", "customers"),
        Column("value_at_risk", "money"),
    ]
    return set_table(reasons, columns, words)


def table_forecast(forecast: pd.DataFrame, *, words: Words) -> Table:
    """Last quarter's forecast beside what came (:attr:`analysis.value.Forecast.table`)."""
    headings = tuple(
        words(f"column.{key}")
        for key in ("measure", "predicted", "low", "high", "actual", "inside")
    )
    units = {"orders": "orders", "revenue": "money"}
    rows = tuple(
        (
            words(f"measure.{row['measure']}"),
            *(
                words.format(row[key], units[row["measure"]])  # type: ignore[arg-type]
                for key in ("predicted", "low", "high", "actual")
            ),
            words(f"answer.{'yes' if row['is_inside'] else 'no'}"),
        )
        for row in forecast.to_dict("records")
    )
    return Table(headings, (False, True, True, True, True, False), rows)


def table_checks(checks: Sequence[Check], *, words: Words) -> Table:
    """Each assumption with its verdict and what follows from it."""
    headings = tuple(
        words(f"column.{key}")
        for key in ("assumption", "measured", "basis", "verdict", "consequence")
    )
    rows = tuple(
        (
            words(f"check.{check.name}.assumption"),
            words.format(check.value, UNITS[check.name]),
            words.decimal(check.n, 0),
            words(f"verdict.{check.verdict}"),
            words(f"check.{check.name}.{check.verdict}")
            if check.verdict in ("warn", "fail")
            else words(f"consequence.{check.verdict}"),
        )
        for check in checks
    )
    return Table(headings, (False, True, True, False, False), rows)


def table_spend_bins(bins: pd.DataFrame, *, words: Words) -> Table:
    """Mean spend a purchase day by frequency (:func:`analysis.value.bin_spend`)."""
    columns = [
        Column("frequency_from", "count"),
        Column("customers", "customers"),
        *(Column(key, "money") for key in ("spend", "low", "high")),
    ]
    return set_table(bins, columns, words)


def table_health(health: pd.DataFrame, *, words: Words) -> Table:
    """Mean health score of each segment and its parts (:func:`analysis.value.summarize_health`)."""
    columns = [
        Column("segment", None),
        Column("customers", "customers"),
        Column("health", "count"),
        *(Column(part, "count", heading=f"part_{part}") for part in PARTS),
    ]
    return set_table(_spell_segments(health, words), columns, words)


def _spell_reasons(keys: str, words: Words) -> str:
    spelled = [words(f"reason_short.{key}") for key in keys.split(";") if key]
    return reduce(lambda first, rest: words("joined", first=first, rest=rest), spelled)


def _spell_segments(rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    others = {"all": words("whole"), "weight": words("column.points")}
    names = [others.get(s) or words(f"segment.{s}") for s in rows["segment"]]
    return rows.assign(segment=names)
