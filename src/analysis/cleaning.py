"""Raw → typed transactions, with every row accounted for.

Rules are data: each names a condition, what happens to a row that meets it, and so what is read
in the tally. A row carries *all* its reasons. Nothing is dropped silently:
read = kept + quarantined + excluded, in rows and in money, asserted on every run.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.engine import parse_timestamp
from analysis.params.source_models import CsvSource
from analysis.results import Result, number
from analysis.schemas import TRANSACTIONS
from analysis.sources import RawTable

EARLIEST = datetime(1900, 1, 1)
"""Dates up to here are placeholders, or years of two digits that were read as the year 26."""


class Outcome(StrEnum):
    """What becomes of a row."""

    KEPT = "kept"
    QUARANTINED = "quarantined"
    EXCLUDED = "excluded"


class ConservationError(Exception):
    """Rows or money were lost between reading and cleaning: a defect of the kit, never of data."""


@dataclass(frozen=True)
class Rule:
    """One cleaning rule.

    Attributes
    ----------
    name : str
        Key of its message in the locales.
    outcome : Outcome
        What becomes of a row that meets the condition. KEPT is a warning: the row is counted.
    condition : callable
        From the typed table to a boolean column.
    """

    name: str
    outcome: Outcome
    condition: Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True)
class Cleaned:
    """All rows of one table with what became of them.

    Attributes
    ----------
    table : ibis table
        Typed columns, ``source_row``, ``outcome`` and ``reasons`` (array of rule names).
    rules : tuple of Rule
        The rules that were applied, in order.
    """

    table: ir.Table
    rules: tuple[Rule, ...]

    @property
    def kept(self) -> ir.Table:
        """Rows that the review is made of."""
        rows = self.table.filter(self.table.outcome == Outcome.KEPT)
        return rows.drop("outcome", "reasons", *_text_columns(rows))

    def stored_as(self, table: ir.Table) -> "Cleaned":
        """The same judgement, read from where its rows have been stored."""
        return replace(self, table=table)

    @property
    def rejects(self) -> ir.Table:
        """Rows that were quarantined or excluded."""
        return self.table.filter(self.table.outcome != Outcome.KEPT)


def row_rules(as_of: date, exported_on: date | None) -> tuple[Rule, ...]:
    """Rules that look at one row of transactions at a time.

    Parameters
    ----------
    as_of : date
        Last day of the review; later rows are left for a later review.
    exported_on : date or None
        Day on which the file was written; a later order is a mistake. None: not known.
    """
    rules = [_missing(name) for name in TRANSACTIONS.required]
    rules += [_unreadable(name) for name in ("order_date", "amount")]
    rules.append(Rule("unreadable_is_return", Outcome.QUARANTINED, _is_unclear_return))
    if exported_on is not None:
        rules.append(
            Rule("future_order_date", Outcome.QUARANTINED, lambda t: t.order_date > exported_on)
        )
    return (
        *rules,
        Rule("after_as_of", Outcome.EXCLUDED, lambda t: t.order_date > as_of),
        # Nobody knows which of the two is meant: goods taken back, or money received.
        Rule("positive_return", Outcome.QUARANTINED, lambda t: t.is_return & (t.amount > 0)),
        Rule("zero_amount", Outcome.KEPT, lambda t: t.amount == 0),
        Rule("return", Outcome.KEPT, lambda t: t.is_return),
    )


def history_rules(duplicates: Literal["keep", "exclude"]) -> tuple[Rule, ...]:
    """Rules that compare a row with the other rows that are kept.

    Parameters
    ----------
    duplicates : str
        ``keep`` or ``exclude``: what becomes of the second and later copies of a row.
    """
    copies = Outcome.KEPT if duplicates == "keep" else Outcome.EXCLUDED
    return (
        Rule("duplicate_row", copies, lambda t: _copy_number(t) > 0),
        Rule("return_before_purchase", Outcome.QUARANTINED, _returned_before_buying),
    )


def clean_transactions(
    raw: RawTable,
    as_of: date,
    exported_on: date | None,
    duplicates: Literal["keep", "exclude"],
) -> Cleaned:
    """Cast and judge every row of transactions.

    Parameters
    ----------
    raw : RawTable
        Transactions as they stand in their file.
    as_of, exported_on, duplicates
        See :func:`row_rules` and :func:`history_rules`.

    Returns
    -------
    Cleaned
        One row a row of the file.
    """
    by_row, by_history = row_rules(as_of, exported_on), history_rules(duplicates)
    typed = cast_columns(raw)
    unjudged = typed.mutate(
        is_return=_is_return(typed),
        outcome=ibis.literal(str(Outcome.KEPT)),
        reasons=ibis.literal([], type="array<string>"),
    )
    return Cleaned(_judge(_judge(unjudged, by_row), by_history), by_row + by_history)


def cast_columns(raw: RawTable) -> ir.Table:
    """Typed columns of a raw table, null where a text cannot be read, beside the texts.

    Returns
    -------
    ibis table
        ``source_row``, the contract's columns in their types, and ``<column>_text`` as it stood.
    """
    found = [column for column in raw.schema.columns if column.name in raw.table.columns]
    texts = {f"{column.name}_text": _as_text(raw.table[column.name]) for column in found}
    typed = {column.name: _cast(raw, column.name, column.dtype) for column in found}
    return raw.table.select("source_row", **typed, **texts)


def find_first_and_last_day(raw: RawTable, exported_on: date | None) -> tuple[date, date] | None:
    """First and last order date that can be read, or None if none can.

    Parameters
    ----------
    raw : RawTable
        Transactions as they stand in their file.
    exported_on : date or None
        Later dates are mistakes and do not count.
    """
    day = cast_columns(raw).order_date
    is_sound = None if exported_on is None else day <= exported_on
    ends = day.as_table().agg(first=day.min(where=is_sound), last=day.max(where=is_sound))
    found = ends.to_pyarrow().to_pylist()[0]
    return (found["first"], found["last"]) if found["first"] else None


def tally_outcomes(cleaned: Cleaned) -> pd.DataFrame:
    """Rows and money by what became of them.

    Returns
    -------
    DataFrame
        One row each for ``read``, ``kept``, ``quarantined`` and ``excluded``; columns ``rows``
        and ``amount`` (money as far as it could be read).

    Raises
    ------
    ConservationError
        If read is not the sum of the others, to the cent.
    """
    table = cleaned.table
    measures = {"rows": table.count(), "amount": table.amount.sum().coalesce(0)}
    read = table.agg(**measures).to_pandas().iloc[0]
    found = table.group_by("outcome").agg(**measures).to_pandas().set_index("outcome")
    parts = found.reindex([str(outcome) for outcome in Outcome], fill_value=0)
    if parts["rows"].sum() != read["rows"] or parts["amount"].sum() != read["amount"]:
        raise ConservationError(f"{read['rows']} rows were read, {parts['rows'].sum()} came out")
    return pd.concat([pd.DataFrame([read], index=["read"]), parts]).rename_axis("outcome")


def tally_reasons(cleaned: Cleaned) -> pd.DataFrame:
    """Rows and money by reason; a row with two reasons counts under both.

    Returns
    -------
    DataFrame
        One row a rule that was met, in the order of the rules: ``rule``, ``outcome``, ``rows``,
        ``amount`` (money as far as it could be read).
    """
    reasons = cleaned.table.select("amount", rule=cleaned.table.reasons.unnest())
    counted = reasons.group_by("rule").agg(
        rows=reasons.count(), amount=reasons.amount.sum().coalesce(0)
    )
    met = counted.to_pandas().set_index("rule")
    rules = [rule for rule in cleaned.rules if rule.name in met.index]
    return pd.DataFrame(
        {
            "rule": [rule.name for rule in rules],
            "outcome": [str(rule.outcome) for rule in rules],
            "rows": [int(met.loc[rule.name, "rows"]) for rule in rules],
            "amount": [met.loc[rule.name, "amount"] for rule in rules],
        }
    )


def describe_rejects(rejects: ir.Table, file_name: str) -> ir.Table:
    """What a person needs to find and mend each rejected row in its file.

    Parameters
    ----------
    rejects : ibis table
        Rejected rows with ``source_line``.

    Returns
    -------
    ibis table
        One row a rejected row, in the file's order: ``file``, ``line``, ``outcome``, ``reasons``,
        and the required columns as they stood there.
    """
    texts = {name: _guard(rejects[f"{name}_text"]) for name in TRANSACTIONS.required}
    return rejects.select(
        file=_guard(ibis.literal(file_name)),
        line=rejects.source_line,
        outcome=rejects.outcome,
        reasons=rejects.reasons.join("; "),
        **texts,
    ).order_by("line")


def quality_results(tally: pd.DataFrame, reasons: pd.DataFrame) -> dict[str, Result]:
    """Published numbers of cleaning: the tally, and the rows that met each rule."""
    results = {}
    for outcome, row in tally.iterrows():
        results[f"quality.transactions.rows_{outcome}"] = number(int(row["rows"]), "rows")
        results[f"quality.transactions.amount_{outcome}"] = number(row["amount"], "money")
    for row in reasons.itertuples():
        results[f"quality.transactions.reasons.{row.rule}"] = number(row.rows, "rows")
    return results


def _missing(name: str) -> Rule:
    return Rule(f"missing_{name}", Outcome.QUARANTINED, lambda t: t[f"{name}_text"].isnull())


def _unreadable(name: str) -> Rule:
    return Rule(
        f"unreadable_{name}",
        Outcome.QUARANTINED,
        lambda t: t[f"{name}_text"].notnull() & t[name].isnull(),
    )


def _judge(table: ir.Table, rules: tuple[Rule, ...]) -> ir.Table:
    """Add the reasons of these rules to each row that is still kept, and draw its outcome."""
    is_kept = table.outcome == Outcome.KEPT
    flags = {rule.name: is_kept & rule.condition(table).fill_null(False) for rule in rules}
    flagged = table.mutate(**{f"met_{name}": flag for name, flag in flags.items()})
    met = {rule.name: flagged[f"met_{rule.name}"] for rule in rules}
    names = ibis.array([ibis.cases((flag, name), else_=None) for name, flag in met.items()])
    judged = flagged.mutate(
        reasons=flagged.reasons.concat(names.filter(lambda name: name.notnull())),
        outcome=ibis.cases(
            *((met[rule.name], str(rule.outcome)) for rule in _gravest_first(rules)),
            else_=flagged.outcome,
        ),
    )
    return judged.drop(*(f"met_{name}" for name in flags))


def _gravest_first(rules: tuple[Rule, ...]) -> list[Rule]:
    gravity = [Outcome.QUARANTINED, Outcome.EXCLUDED]
    return [rule for outcome in gravity for rule in rules if rule.outcome == outcome]


def _copy_number(table: ir.Table) -> ir.IntegerValue:
    """0 for the first of the kept rows that are alike in every column that is read, then 1, 2, …"""
    alike = ibis.window(group_by=["outcome", *_text_columns(table)], order_by="source_row")
    return ibis.row_number().over(alike)


def _returned_before_buying(table: ir.Table) -> ir.BooleanValue:
    is_purchase = (table.outcome == Outcome.KEPT) & ~table.is_return
    first_purchase = table.order_date.min(where=is_purchase).over(
        ibis.window(group_by="customer_id")
    )
    return table.is_return & (first_purchase.isnull() | (table.order_date < first_purchase))


def _is_return(table: ir.Table) -> ir.BooleanValue:
    is_negative = (table.amount < 0).fill_null(False)
    return (
        table.is_return.fill_null(False) | is_negative
        if "is_return" in table.columns
        else is_negative
    )


def _is_unclear_return(table: ir.Table) -> ir.BooleanValue:
    if "is_return_text" not in table.columns:
        return ibis.literal(False)
    return table.is_return_text.notnull() & table.is_return_text.try_cast("boolean").isnull()


def _cast(raw: RawTable, name: str, dtype: str) -> ir.Value:
    """A column in its type; null where it cannot be read in the declared dialect."""
    column = raw.table[name]
    if dtype in ("date", "timestamp"):
        moment = _moment(raw, column)
        return (moment > EARLIEST).ifelse(moment, None).cast(dtype)
    if not column.type().is_string():
        return column.try_cast(dtype)
    text = _as_text(column)
    if dtype.startswith("decimal") and isinstance(raw.source, CsvSource):
        text = _plain_number(text, raw.source.decimal, raw.source.thousands)
    return text if dtype == "string" else text.try_cast(dtype)


def _moment(raw: RawTable, column: ir.Value) -> ir.TimestampValue:
    if column.type().is_temporal():
        return column.cast("timestamp")
    if isinstance(raw.source, CsvSource):
        text = _as_text(column)
        return ibis.coalesce(*(parse_timestamp(text, form) for form in raw.source.date_format))
    return _as_text(column).try_cast("timestamp")


def _plain_number(text: ir.StringValue, decimal: str, thousands: str | None) -> ir.StringValue:
    """A number with a decimal point alone; null where the declared signs stand out of place.

    With commas between thousands, 12,50 is no number: read as 1250 it would be a hundredfold.
    """
    if thousands:
        sign, point = re.escape(thousands), re.escape(decimal)
        grouped = rf"^[+-]?\d{{1,3}}({sign}\d{{2,3}})*{sign}\d{{3}}({point}\d*)?$"
        is_number = ~text.contains(thousands) | text.re_search(grouped)
        text = is_number.ifelse(text.replace(thousands, ""), None)
    return text.contains(".").ifelse(None, text.replace(decimal, ".")) if decimal != "." else text


def _as_text(column: ir.Value) -> ir.StringValue:
    """A value as text without blanks around it; null if nothing is left."""
    return column.cast("string").strip().nullif("")


def _text_columns(table: ir.Table) -> list[str]:
    return [name for name in table.columns if name.endswith("_text")]


def _guard(text: ir.StringValue) -> ir.StringValue:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could start one."""
    could_start_formula = (
        text.re_search(r"^[=+\-@\t\r\n＝＋－＠]") & text.try_cast("float64").isnull()
    )
    return ibis.ifelse(could_start_formula, ibis.literal("'") + text, text)
