"""``exports/bi``: typed tables for a BI tool, and a dictionary of what each column means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis import engine
from analysis.cleaning.privacy import NAMES
from analysis.cleaning.texts import guard_formulas
from analysis.exports.customers import gather_customers
from analysis.exports.run_tables import RunTables, write_csv
from analysis.locales import Words
from analysis.params import Params
from analysis.results import Result

FOLDER = "exports/bi"
NUMBERS = ("name", "value", "text", "unit", "n", "low", "high", "note")
UNITS = {
    **dict.fromkeys(
        ("revenue", "revenue_window", "revenue_quarter", "monetary_value", "expected_spend",
         "clv_12m", "headroom", "pipeline", "potential", "value_at_risk", "credit_limit",
         "open_receivables", "overdue_receivables", "overdue_90", "open_pipeline"), "money"),
    **dict.fromkeys(("p_alive", "advocacy", "interval_cv", "overdue_ratio"), "ratio"),
    "health": "points",
    **dict.fromkeys(
        ("recency", "T", "days_since_last_order", "cycle_days", "usual_interval_days",
         "days_overdue"), "days"),
    **dict.fromkeys(
        ("n_orders", "n_orders_window", "n_orders_quarter", "expected_orders_12m"), "orders"),
    **dict.fromkeys(("n_order_days", "n_order_days_window", "frequency"), "order_days"),
    **dict.fromkeys(("r_score", "f_score", "m_score"), "fifths"),
    **dict.fromkeys(
        ("complaints", "open_complaints", "n_intervals", "n", "rank", "contacts", "open_deals"),
        "count"),
    **dict.fromkeys(("nps", "csat", "nps_score", "last_nps"), "score"),
    **dict.fromkeys(("value", "low", "high"), "own_unit"),
}  # fmt: skip
"""What the numbers of a column count or measure, as ``bi.unit`` in the locales calls it."""


@dataclass(frozen=True)
class BiTable:
    """One table for the BI tool: its name, its rows, and in which order they stand."""

    name: str
    table: ir.Table
    sorted_by: str


def write_bi_tables(tables: RunTables, params: Params, results: Mapping[str, Result]) -> None:
    """Write the tables and a dictionary of their columns in each language."""
    found = list(_find(tables, params, results))
    for each in found:
        path = tables.new_file(f"{FOLDER}/{each.name}.parquet")
        engine.write_parquet(tables.connection, each.table.order_by(each.sorted_by), path)
    for language in params.review.languages:
        dictionary = describe_columns(found, Words.of(params, language))
        table = ibis.memtable(dictionary)
        column = table.columns[1]  # a column of the company's own may be called anything
        guarded = table.mutate(**{column: guard_formulas(table[column])})
        write_csv(tables, guarded, f"{FOLDER}/data_dictionary.{language}.csv")


def _find(tables: RunTables, params: Params, results: Mapping[str, Result]) -> Sequence[BiTable]:
    found = []
    if (customers := gather_customers(tables)) is not None:
        if not params.exports.names:
            customers = customers.drop(*(name for name in NAMES if name in customers.columns))
        found.append(BiTable("customer_360", customers, "customer_id"))
    if (accounts := tables.find("key_accounts")) is not None and "rank" in accounts.columns:
        found.append(BiTable("key_accounts", accounts, "rank"))
    return [*found, BiTable("numbers", ibis.memtable(_list_numbers(results)), "name")]


def _list_numbers(results: Mapping[str, Result]) -> pd.DataFrame:
    """Every published number, a row a number; what is no number stands under ``text``."""
    rows = []
    for name, result in sorted(results.items()):
        is_number = isinstance(result.value, int | float)
        rows.append(
            {
                "name": name,
                "value": float(result.value) if is_number else None,  # type: ignore[arg-type]
                "text": None if is_number or result.value is None else str(result.value),
                "unit": result.unit,
                "n": result.n,
                "low": result.low,
                "high": result.high,
                "note": result.note,
            }
        )
    types = {"value": "float64", "n": "float64", "low": "float64", "high": "float64"}
    texts = {name: "string" for name in NUMBERS if name not in types}
    return pd.DataFrame(rows, columns=list(NUMBERS)).astype(types | texts)


def describe_columns(found: Sequence[BiTable], words: Words) -> pd.DataFrame:
    """Say what each column of the tables means.

    Returns
    -------
    DataFrame
        One row a column, in the tables' order; its columns are headed in the language: table,
        column, type, unit, meaning.
    """
    rows = []
    for each in found:
        for column, dtype in each.table.schema().items():
            meaning = words.named("bi_meaning", column)
            told = words("bi.own") if meaning == column else meaning
            rows.append((each.name, column, _type(dtype), _unit(column, words), told))
    heads = [words(f"bi.{name}") for name in ("table", "column", "type", "unit_head", "meaning")]
    return pd.DataFrame(rows, columns=heads)


def _unit(column: str, words: Words) -> str:
    """What the numbers of a column count or measure; empty where it holds none."""
    unit = UNITS.get(column)
    return words(f"bi.unit.{unit}", currency=words.currency) if unit else ""


def _type(dtype: ibis.expr.datatypes.DataType) -> str:
    """A type in words that every BI tool has."""
    if dtype.is_decimal():
        return "decimal"
    if dtype.is_integer():
        return "integer"
    if dtype.is_floating():
        return "number"
    return str(dtype).lower()
