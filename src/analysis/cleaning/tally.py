"""Counting: rows and money by what became of them and why, and that nothing is lost."""

import pandas as pd

from analysis.cleaning.cleaned import Cleaned
from analysis.cleaning.judging import names_of
from analysis.cleaning.rules import Outcome


class ConservationError(Exception):
    """Rows or money were lost between reading and cleaning: a defect of the kit, never of data."""


def tally_outcomes(cleaned: Cleaned) -> pd.DataFrame:
    """Rows and money by what became of them.

    Returns
    -------
    DataFrame
        One row each for ``read``, ``kept``, ``fixed``, ``quarantined`` and ``excluded``; columns
        ``rows`` and, for tables with money, ``amount`` (as far as it could be read).

    Raises
    ------
    ConservationError
        If what was read is not the sum of the others, to the cent.
    """
    table = cleaned.table
    measures = {"rows": table.count()}
    read: dict[str, object] = {"rows": cleaned.rows_read}
    if cleaned.amount_read is not None:
        measures["amount"] = table.amount.sum().coalesce(0)
        read["amount"] = cleaned.amount_read
    found = table.group_by("outcome").agg(**measures).to_pandas().set_index("outcome")
    parts = found.reindex([str(outcome) for outcome in Outcome], fill_value=0)
    if any(parts[name].sum() != total for name, total in read.items()):
        raise ConservationError(
            f"{cleaned.schema.name}: {read} was read, {parts.sum().to_dict()} came out"
        )
    return pd.concat([pd.DataFrame([read], index=["read"]), parts]).rename_axis("outcome")


def tally_reasons(cleaned: Cleaned) -> pd.DataFrame:
    """Rows, money and customers by reason; a row with two reasons counts under both.

    Returns
    -------
    DataFrame
        One row a rule that was met, in the order of the rules: ``rule``, ``outcome`` (of the
        rule: quarantined, excluded, fixed, warned or counted), ``rows``, ``amount`` (money as far
        as it could be read) and ``customers``, both null for tables without.
    """
    table = cleaned.table
    columns = {"rule": table.reasons.unnest()}
    columns |= {name: table[name] for name in ("amount", "customer_id") if name in table.columns}
    reasons = table.filter(table.reasons.length() > 0).select(**columns)
    measures = {"rows": reasons.count()}
    if cleaned.amount_read is not None:
        measures["amount"] = reasons.amount.sum().coalesce(0)
    if "customer_id" in columns:
        measures["customers"] = reasons.customer_id.nunique()
    met = reasons.group_by("rule").agg(**measures).to_pandas().set_index("rule")
    met = met.reindex(columns=["rows", "amount", "customers"])
    effects = {rule.name: str(rule.effect) for rule in cleaned.rules}
    names = [name for name in names_of(cleaned.rules) if name in met.index]
    found = met.loc[names].reset_index()
    found.insert(1, "outcome", [effects[name] for name in names])
    return found
