"""``exports/crm_<system>.csv``: what the review found, back into the CRM, a row a customer.

The columns are typed: a CRM reads a number, a day or a name from a list, never something to
evaluate. A text that a spreadsheet on the way could take for a formula or a link is refused with
its place. It is not altered, since a sign in front would make ``+86 138 …`` another key.
"""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from analysis.cleaning.texts import guard_formulas
from analysis.exports.customers import describe_customers
from analysis.exports.run_tables import RunTables, write_csv

REFUSED_FILE = "exports/refused.csv"

_NUMBER = r"^[+-]?[0-9][0-9 ()./-]*$"
"""Numbers and telephone numbers, which no spreadsheet evaluates to anything else of use."""
_ACTIVE = (
    r"^\s*[=+\-@＝＋－＠]|^\{\s*=|[\x00-\x1f\x7f]|_x[0-9A-Fa-f]{4}_|\\\\"
    r"|^(?i:external|internal|mailto|https?|ftp|file|tel|javascript|data):"
)


def could_be_active(text: ir.StringValue) -> ir.BooleanValue:
    """Whether a program could take a text for a formula, a link or a command."""
    return text.re_search(_ACTIVE) & ~text.re_search(_NUMBER)


def write_crm_files(
    tables: RunTables,
    forms: Mapping[str, Mapping[str, str]],
    as_of: date,
    run: str,
) -> int:
    """Write a file for each CRM, and one with the rows that were refused, if there are any.

    Parameters
    ----------
    forms : mapping
        The header of each CRM's file by what stands below it (:meth:`crm_forms.Form.columns`).
    as_of : date
        The review's last day.
    run : str
        The review's name and quarter.

    Returns
    -------
    int
        How many rows were refused, in all files.
    """
    customers = describe_customers(tables)
    if customers is None:
        return 0
    rows = customers.mutate(
        clv=customers.clv_12m.cast("decimal(18, 2)"),
        as_of=ibis.literal(as_of),
        run=ibis.literal(run),
        row=ibis.row_number().over(order_by="customer_id") + 2,  # the header is row 1
        is_refused=could_be_active(customers.customer_id),
    )
    rows = tables.connection.create_table("crm_rows", rows, temp=True)
    for system, columns in forms.items():
        _write(tables, rows.filter(~rows.is_refused), columns, f"exports/crm_{system}.csv")
    return _write_refused(tables, rows.filter(rows.is_refused), list(forms))


def _write(tables: RunTables, rows: ir.Table, columns: Mapping[str, str], name: str) -> None:
    named = {header: rows[field] for field, header in columns.items()}
    write_csv(tables, rows.order_by("customer_id").select(**named), name)


def _write_refused(tables: RunTables, refused: ir.Table, systems: list[str]) -> int:
    """List what no file holds: which file, which row of it, which column, what stood there."""
    n_rows = int(refused.count().execute())
    if not n_rows or not systems:
        return 0
    files = ibis.memtable({"file": [f"crm_{system}.csv" for system in systems]})
    listed = files.cross_join(refused).order_by("file", "row")
    shown = listed.select(
        "file",
        "row",
        column=ibis.literal("customer_id"),
        stood=guard_formulas(listed.customer_id),
        why=ibis.literal("could start a formula, a link or a command"),
    )
    write_csv(tables, shown, REFUSED_FILE)
    return n_rows * len(systems)
