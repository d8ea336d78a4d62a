"""Credit: what customers owe, how late it is, and whom to warn of.

Open is what was invoiced and not paid by a day. A payment counts from its day on; of several
payments the source tells the last day alone. What is below zero (credit notes, payments in
advance) is shown apart: it is no invoice that somebody pays late.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.params.relations_models import LossRates
from analysis.results import Result, Unit, missing, number
from analysis.schemas import MONEY

BUCKETS = ("current", "days_1_30", "days_31_60", "days_61_90", "over_90")
"""Classes of open invoices by days overdue."""
_LAST_DAYS = (0, 30, 60, 90)
CREDITS = "credits"
"""What is open below zero."""
NO_RECEIVABLES = "needs the table receivables"
NO_PAYMENTS = "needs paid_amount or paid_at in the table receivables"
NO_LIMITS = "needs credit_limit in the table customers"
NO_RATES = "needs accounts.credit.loss_rates"
REASONS = ("over_90", "over_limit", "near_limit")
WARNED_COLUMNS = (
    "customer_id", "open_receivables", "overdue_receivables", "overdue_90", "days_overdue",
    "credit_limit", "limit_use", *REASONS,
)  # fmt: skip


def open_invoices(receivables: ir.Table, as_of: date) -> ir.Table:
    """Invoices that are not settled at the end of a day.

    Parameters
    ----------
    receivables : ibis table
        One row an invoice: ``customer_id``, ``issued_at``, ``due_at``, ``amount``, ``paid_amount``
        (money), ``paid_at``. A payment without a day counts as made; a day without an amount as
        payment in full.
    as_of : date
        Later invoices and payments are not known yet.

    Returns
    -------
    ibis table
        One row an open invoice: ``invoice_id``, ``customer_id``, ``open_amount`` (money, below
        zero for credit), ``days_overdue`` (negative before it is due), ``bucket`` (one of
        :data:`BUCKETS`, or :data:`CREDITS`).
    """
    issued = receivables.filter(receivables.issued_at <= as_of)
    rows = issued.select(
        "invoice_id",
        "customer_id",
        open_amount=_open_at(issued, as_of),
        days_overdue=ibis.literal(as_of).delta(issued.due_at, unit="day"),
    )
    ends = zip(_LAST_DAYS, BUCKETS[:-1], strict=True)
    late = [(rows.days_overdue <= last, name) for last, name in ends]
    rows = rows.mutate(bucket=ibis.cases((rows.open_amount < 0, CREDITS), *late, else_=BUCKETS[-1]))
    return rows.filter(rows.open_amount != 0)


def sum_receivables(invoices: ir.Table) -> ir.Table:
    """What each customer owes.

    Parameters
    ----------
    invoices : ibis table
        From :func:`open_invoices`.

    Returns
    -------
    ibis table
        One row a customer with open invoices: ``customer_id``, ``open_receivables`` (money, net
        of credit), ``overdue_receivables``, ``overdue_90`` (money of invoices overdue, and those
        by more than 90 days), ``days_overdue`` (of the oldest invoice overdue, else null).
    """
    is_late = invoices.bucket.notin(("current", CREDITS))
    amount = invoices.open_amount
    return invoices.group_by("customer_id").agg(
        open_receivables=amount.sum().cast(MONEY),
        overdue_receivables=amount.sum(where=is_late).coalesce(0).cast(MONEY),
        overdue_90=amount.sum(where=invoices.bucket == "over_90").coalesce(0).cast(MONEY),
        days_overdue=invoices.days_overdue.max(where=is_late),
    )


def age_receivables(invoices: ir.Table) -> pd.DataFrame:
    """How late the open money is.

    Returns
    -------
    DataFrame
        One row for each of :data:`BUCKETS`, and one for :data:`CREDITS` where there are any:
        ``bucket``, ``invoices``, ``amount`` (money), ``share`` (of the money above zero).
    """
    sums = invoices.group_by("bucket").agg(
        invoices=invoices.count(), amount=invoices.open_amount.sum().cast("float64")
    )
    ageing = sums.to_pandas().set_index("bucket").reindex([*BUCKETS, CREDITS])
    ageing = ageing.fillna(0.0).astype({"invoices": int, "amount": float})
    owed = ageing["amount"].drop(CREDITS).sum()
    ageing["share"] = ageing["amount"] / owed if owed else float("nan")
    ageing.loc[CREDITS, "share"] = float("nan")
    has_credits = bool(ageing.loc[CREDITS, "invoices"])
    return (ageing if has_credits else ageing.drop(CREDITS)).rename_axis("bucket").reset_index()


def measure_credit(receivables: ir.Table, quarters: Sequence[Quarter]) -> pd.DataFrame:
    """Open money, overdue money and days sales outstanding at the end of each quarter.

    Returns
    -------
    DataFrame
        One row a quarter in which invoices were written from its first day on, in the order
        given: ``quarter`` (text), ``open``, ``owed`` (without credit), ``overdue``,
        ``overdue_share`` (of what is owed), ``credit_sales`` (money invoiced in the quarter, net
        of credit notes), ``dso_days``. No row where no payment is known.

    Notes
    -----
    DSO = receivables / credit sales · days, over the days of the quarter.
    """
    measures: dict[str, ir.Scalar] = {}
    for quarter in quarters:
        end, is_issued = quarter.last_day, receivables.issued_at <= quarter.last_day
        amount = _open_at(receivables, end)
        is_owed = is_issued & (amount > 0)
        in_quarter = receivables.issued_at.between(quarter.first_day, end)
        measures |= {
            f"open_{quarter}": amount.sum(where=is_issued),
            f"owed_{quarter}": amount.sum(where=is_owed),
            f"overdue_{quarter}": amount.sum(where=is_owed & (receivables.due_at < end)),
            f"credit_sales_{quarter}": receivables.amount.sum(where=in_quarter),
        }
    totals = receivables.agg(
        first=receivables.issued_at.min(),
        has_payments=(receivables.paid_amount.notnull() | receivables.paid_at.notnull()).any(),
        **measures,
    )
    sums = totals.to_pyarrow().to_pylist()[0]
    is_known = bool(sums["has_payments"])
    known = [q for q in quarters if is_known and sums["first"] <= q.first_day]
    known = known or [q for q in quarters[-1:] if is_known and sums["first"] <= q.last_day]
    fields = ("open", "owed", "overdue", "credit_sales")
    rows = [
        {"quarter": str(q)} | {field: float(sums[f"{field}_{q}"] or 0) for field in fields}
        for q in known
    ]
    trend = pd.DataFrame(rows, columns=["quarter", *fields])
    days = [(q.last_day - q.first_day).days + 1 for q in known]
    trend["overdue_share"] = trend["overdue"] / trend["owed"].where(trend["owed"] > 0)
    sales = trend["credit_sales"]
    trend["dso_days"] = trend["open"] / sales.where(sales > 0) * days
    return trend


def use_limits(sums: ir.Table, customers: ir.Table) -> ir.Table:
    """What each customer owes, beside the credit limit.

    Parameters
    ----------
    sums : ibis table
        From :func:`sum_receivables`.
    customers : ibis table
        ``customer_id``, ``credit_limit`` (money, null where there is none).

    Returns
    -------
    ibis table
        One row a customer who owes or has a limit: the columns of ``sums`` (zero, and no days,
        without open invoices), ``credit_limit``, ``limit_use`` (share; null without a limit, or
        where it is zero).
    """
    limits = customers.filter(customers.credit_limit.notnull())
    limits = limits.select(limited_id=limits.customer_id, credit_limit=limits.credit_limit)
    joined = sums.outer_join(limits, sums.customer_id == limits.limited_id)
    money = ("open_receivables", "overdue_receivables", "overdue_90")
    joined = joined.mutate(
        customer_id=joined.customer_id.coalesce(joined.limited_id),
        **{name: joined[name].coalesce(0).cast(MONEY) for name in money},
    ).drop("limited_id")
    share = joined.open_receivables.cast("float64") / joined.credit_limit.cast("float64").nullif(0)
    return joined.mutate(limit_use=share)


def warn_of_credit(debtors: ir.Table, warn_from: float) -> ir.Table:
    """Customers to be warned of, each with its reasons.

    Parameters
    ----------
    debtors : ibis table
        From :func:`use_limits`.
    warn_from : float
        Share of the limit in use from which a customer is near it.

    Returns
    -------
    ibis table
        :data:`WARNED_COLUMNS`, one row a customer with at least one of the reasons ``over_90``
        (owes money more than 90 days late), ``over_limit`` and ``near_limit``.
    """
    owed, limit = debtors.open_receivables, debtors.credit_limit
    is_over = (owed > limit).fill_null(False)
    is_near = (debtors.limit_use >= warn_from).fill_null(False) & ~is_over
    warned = debtors.mutate(over_90=debtors.overdue_90 > 0, over_limit=is_over, near_limit=is_near)
    return warned.filter(ibis.or_(*(warned[reason] for reason in REASONS))).select(WARNED_COLUMNS)


def list_warned(warned: ir.Table, n: int) -> pd.DataFrame:
    """The ``n`` customers with the most overdue money, then the most open; ties go by id."""
    order = [ibis.desc("overdue_receivables"), ibis.desc("open_receivables"), "customer_id"]
    money = ("open_receivables", "overdue_receivables", "overdue_90", "credit_limit")
    plain = warned.mutate(**{name: warned[name].cast("float64") for name in money})
    return plain.order_by(order).limit(n).to_pandas()


def find_strangers(rows: ir.Table, *known: ir.Table) -> ir.Table:
    """Rows of customers whom none of the tables in ``known`` has."""
    customers = ibis.union(*(table.select("customer_id") for table in known)).distinct()
    return rows.anti_join(customers, "customer_id")


def credit_results(
    trend: pd.DataFrame,
    ageing: pd.DataFrame,
    debtors: ir.Table,
    warned: ir.Table,
    strangers: ir.Table,
    rates: LossRates | None,
) -> dict[str, Result]:
    """Published numbers of the receivables.

    ``credit.open``, ``.overdue``, ``.overdue_share``, ``.sales``, ``.dso_days``, ``.dso_change``
    (against the quarter before), ``.ageing.<bucket>``, ``.credits``, ``.limit_use``,
    ``.over_limit``, ``.warned`` (customers), ``.strangers`` (money of customers whom nobody
    knows; it is in all sums) and ``.expected_loss``.
    """
    if trend.empty:
        has_invoices = bool(ageing["invoices"].sum())
        needs = NO_PAYMENTS if has_invoices else NO_RECEIVABLES
        names = ("open", "overdue", "sales", "expected_loss", "credits", "strangers")
        return (
            {f"credit.{name}": missing("money", needs) for name in names}
            | {f"credit.ageing.{bucket}": missing("money", needs) for bucket in BUCKETS}
            | {f"credit.{name}": missing("ratio", needs) for name in ("overdue_share", "limit_use")}
            | {f"credit.{name}": missing("days", needs) for name in ("dso_days", "dso_change")}
            | {f"credit.{name}": missing("customers", needs) for name in ("over_limit", "warned")}
        )
    now = trend.iloc[-1]
    invoices = int(ageing["invoices"].sum())
    amounts = ageing.set_index("bucket")["amount"]
    unknown = float(strangers.open_amount.sum().execute() or 0)
    results = {
        "credit.open": number(now["open"], "money", n=invoices),
        "credit.overdue": number(now["overdue"], "money", n=invoices),
        "credit.sales": number(now["credit_sales"], "money"),
        "credit.credits": number(amounts.get(CREDITS, 0.0), "money"),
        "credit.strangers": number(unknown, "money", note="customers that no other table knows"),
        "credit.warned": number(warned.count().execute(), "customers"),
        "credit.overdue_share": _known(now["overdue_share"], "ratio", "needs open invoices"),
        "credit.expected_loss": _expect_loss(amounts, rates),
    }
    results |= {f"credit.ageing.{name}": number(amounts[name], "money") for name in BUCKETS}
    return results | _dso_results(trend) | _limit_results(debtors)


def _dso_results(trend: pd.DataFrame) -> dict[str, Result]:
    now, before = trend["dso_days"].iloc[-1], trend["dso_days"].shift().iloc[-1]
    return {
        "credit.dso_days": _known(now, "days", "needs invoices written in the quarter"),
        "credit.dso_change": _known(now - before, "days", "needs invoices of the quarter before"),
    }


def _limit_results(debtors: ir.Table) -> dict[str, Result]:
    limited = debtors.filter(debtors.credit_limit.notnull())
    totals = limited.agg(
        n=limited.count(),
        open=limited.open_receivables.sum().cast("float64"),
        limit=limited.credit_limit.sum().cast("float64"),
        over=(limited.open_receivables > limited.credit_limit).sum(),
    )
    row = totals.to_pyarrow().to_pylist()[0]
    if not row["limit"]:
        return {
            "credit.limit_use": missing("ratio", NO_LIMITS),
            "credit.over_limit": missing("customers", NO_LIMITS),
        }
    return {
        "credit.limit_use": number(row["open"] / row["limit"], "ratio", n=row["n"]),
        "credit.over_limit": number(row["over"], "customers", n=row["n"]),
    }


def _expect_loss(amounts: "pd.Series[float]", rates: LossRates | None) -> Result:
    """Σ open money · rate, over the buckets; credit is never lost."""
    if rates is None:
        return missing("money", NO_RATES)
    shares = rates.model_dump()
    return number(sum(float(amounts[name]) * shares[name] for name in BUCKETS), "money")


def _known(value: float, unit: Unit, needs: str) -> Result:
    return missing(unit, needs) if value != value else number(value, unit)


def _open_at(invoices: ir.Table, as_of: date) -> ir.DecimalValue:
    """Money of each invoice that is not paid at the end of a day."""
    in_full = invoices.paid_at.notnull().ifelse(invoices.amount, ibis.literal(0).cast(MONEY))
    paid = invoices.paid_amount.coalesce(in_full)
    is_past = (invoices.paid_at <= as_of).fill_null(True)
    return invoices.amount - is_past.ifelse(paid, ibis.literal(0).cast(MONEY))
