"""How much more, or less, is overdue than a quarter ago."""

from datetime import date

import ibis.expr.types as ir

from analysis.accounts.credit import open_invoices, sum_receivables
from analysis.comparison import Change, compare_totals
from analysis.results import Unit


def compare_overdue(receivables: ir.Table, as_of: date, earlier: date) -> list[Change]:
    """How overdue money changed between two days, with its error; customers are paired.

    Returns
    -------
    list of Change
        ``overdue`` (money).
    """
    sides = {
        name: sum_receivables(open_invoices(receivables, day)).select(
            "customer_id", **{name: "overdue_receivables"}
        )
        for name, day in (("now", as_of), ("then", earlier))
    }
    pairs = sides["now"].outer_join(sides["then"], "customer_id")
    if not receivables.filter(receivables.issued_at <= earlier).count().execute():
        return [Change("overdue", "money", None, needs="needs invoices of the quarter before")]
    totals: dict[str, tuple[Unit, str, str]] = {"overdue": ("money", "now", "then")}
    return compare_totals(pairs, totals)
