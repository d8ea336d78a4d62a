"""What really holds for the company. It lies beside its files, and the analysis never reads it."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.demo.actions import TYPES
from analysis.demo.buying import BUYING, SPENDING
from analysis.demo.columns import Floats, Integers, calendar_days, choose
from analysis.demo.comments import PERSONAL, SENTIMENTS, Comments
from analysis.demo.company import Company, customer_ids
from analysis.demo.contacts import FollowUps, find_overdue
from analysis.demo.credit import measure_credit
from analysis.demo.drivers import share_importance
from analysis.demo.events import Events
from analysis.demo.funnel import measure_funnel
from analysis.demo.planting import Planted
from analysis.demo.surveys import DRIVERS, LAST_CHANGE, WEIGHTS, Responses, response_ids
from analysis.demo.timeline import FUTURE_DAYS
from analysis.demo.writing import write_csv, write_json

SEGMENTS = ("gone", "new", "frequent", "occasional")
FREQUENT_GAP_DAYS = 45
"""Frequent buyers have a shorter average gap between purchases."""
TIERS = ("high", "middle", "low")
TIER_SHARES = (0.2, 0.5)
"""High are the first fifth of customers by what they will spend, low the last half."""


def know_customers(company: Company) -> pa.Table:
    """One row a customer: their parameters, whether they have left, and the year to come."""
    buyers, timeline, left = company.buyers, company.timeline, company.left
    is_alive = left > timeline.as_of
    orders = expect_orders(company)
    future = company.purchases.between(timeline.as_of + 1, timeline.horizon)
    spent = np.bincount(future.customer, weights=future.spend, minlength=len(buyers)) / 100
    customers = np.arange(len(buyers))
    return pa.table(
        {
            "customer_id": customer_ids(customers),
            "is_business": pa.array(company.accounts.is_business),
            "first_order_date": calendar_days(timeline.first_day, buyers.first),
            "purchase_rate": pa.array(buyers.rate),
            "p_leave": pa.array(buyers.p_leave),
            "left_date": calendar_days(
                timeline.first_day, np.where(is_alive, 0, left), known=~is_alive
            ),
            "is_alive": pa.array(is_alive),
            "mean_spend": pa.array(buyers.mean_spend),
            "satisfaction": pa.array(buyers.satisfaction),
            "segment": choose(SEGMENTS, _segments(company)),
            "tier": choose(TIERS, _tiers(orders * buyers.mean_spend)),
            "expected_orders_12m": pa.array(orders),
            "expected_spend_12m": pa.array(orders * buyers.mean_spend),
            "orders_next_12m": pa.array(np.bincount(future.customer, minlength=len(buyers))),
            "spend_next_12m": pa.array(spent),
        }
    )


def expect_orders(company: Company) -> Floats:
    """Expected purchases in the year after the quarter, knowing all of each customer.

    E[X(t) | λ, p, alive] = (1 − exp(−λ p t)) / p: Fader, Hardie & Lee (2005), eq. 2.
    """
    buyers = company.buyers
    is_alive = company.left > company.timeline.as_of
    lost = -np.expm1(-buyers.rate * buyers.p_leave * FUTURE_DAYS)
    # Where nobody leaves, to the machine's accuracy, purchases are rate times time.
    stays = buyers.p_leave < 1e-12
    divisor = np.where(stays, 1.0, buyers.p_leave)
    orders = np.where(stays, buyers.rate * FUTURE_DAYS, lost / divisor)
    return np.where(is_alive, orders, 0.0)


def know_comments(comments: Comments) -> pa.Table:
    """One row a comment: its theme, sentiment and language, and the personal data in it."""
    return pa.table(
        {
            "response_id": response_ids(comments.response),
            "theme": choose(DRIVERS, comments.theme),
            "sentiment": choose(SENTIMENTS, comments.is_positive.astype(np.int64)),
            "language": choose(("en", "zh"), comments.is_chinese.astype(np.int64)),
            "personal_data": pa.array([kind or None for kind in comments.personal], pa.string()),
        }
    )


def know_actions(company: Company) -> pa.Table:
    """One row an action: whether the customer buys in the quarter without it, and with it."""
    actions = company.actions
    return pa.table(
        {
            "customer_id": customer_ids(actions.customer),
            "type": choose(TYPES, actions.type),
            "holdout": pa.array(actions.holdout),
            "returns_untreated": pa.array(actions.returns_untreated),
            "returns_treated": pa.array(actions.returns_treated),
        }
    )


def know_overdue(company: Company, follow_ups: FollowUps) -> pa.Table:
    """One row a customer whose next follow-up is overdue, and since when."""
    customers, due = find_overdue(company, follow_ups)
    return pa.table(
        {
            "customer_id": customer_ids(customers),
            "next_due": calendar_days(company.timeline.first_day, due),
        }
    )


def know_defects(planted: list[Planted]) -> pa.Table:
    """One row a row at fault: table, kind of defect, cleaning rule, and number of the row."""
    rows = [
        {"table": p.defect.table, "kind": p.defect.kind, "rule": p.defect.rule, "source_row": row}
        for p in planted
        for row in p.source_rows
    ]
    return pa.Table.from_pylist(rows)


def write_truth(company: Company, events: Events, planted: list[Planted], folder: Path) -> None:
    """Write ``truth.json`` about the company as a whole, and a CSV file a kind of thing known."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(summarise_truth(company, events, planted), folder / "truth.json")
    known = {
        "customers": know_customers(company),
        "comments": know_comments(events.comments),
        "actions": know_actions(company),
        "overdue": know_overdue(company, events.follow_ups),
        "defects": know_defects(planted),
    }
    for name, table in known.items():
        write_csv(table, folder / f"{name}.csv")


def summarise_truth(company: Company, events: Events, planted: list[Planted]) -> dict[str, object]:
    """The truth about the company as a whole."""
    timeline, customers = company.timeline, know_customers(company)
    totals = (
        "expected_orders_12m", "expected_spend_12m", "orders_next_12m", "spend_next_12m",
    )  # fmt: skip
    return {
        "company": {
            "seed": company.seed,
            "language": company.words.language,
            "customers": len(company.buyers),
            "alive": int((company.left > timeline.as_of).sum()),
            "first_day": timeline.first_day.isoformat(),
            "as_of": timeline.quarter.last_day.isoformat(),
        },
        "buying": BUYING,
        "spending": SPENDING,
        "portfolio": {name: float(np.asarray(customers[name]).sum()) for name in totals},
        "drivers": _summarise_drivers(events.responses),
        "opinion_changes": LAST_CHANGE,
        "comments": _summarise_comments(events.comments),
        "actions": _summarise_actions(company),
        "credit": measure_credit(company, events.invoices),
        "funnel": measure_funnel(company, events.deals),
        "follow_ups": {"overdue": len(find_overdue(company, events.follow_ups)[0])},
        "defects": _summarise_defects(planted),
    }


def _segments(company: Company) -> Integers:
    buyers, timeline = company.buyers, company.timeline
    conditions = [
        company.left <= timeline.as_of,
        buyers.first >= timeline.quarter_start,
        buyers.rate > 1 / FREQUENT_GAP_DAYS,
    ]
    return np.select(conditions, [0, 1, 2], default=3)


def _tiers(worth: Floats) -> Integers:
    rank = np.empty(len(worth))
    rank[np.argsort(-worth, kind="stable")] = np.arange(len(worth)) / len(worth)
    return np.searchsorted(TIER_SHARES, rank, side="right")


def _summarise_drivers(responses: Responses) -> dict[str, dict[str, float]]:
    scores = np.column_stack([responses.scores[item] for item in DRIVERS])
    weights = np.array(list(WEIGHTS.values()))
    importance = share_importance(np.cov(scores, rowvar=False), weights)
    return {
        item: {"weight": weight, "importance": float(share)}
        for (item, weight), share in zip(WEIGHTS.items(), importance, strict=True)
    }


def _summarise_comments(comments: Comments) -> dict[str, object]:
    themes = np.bincount(comments.theme, minlength=len(DRIVERS))
    return {
        "rows": len(comments.response),
        "themes": dict(zip(DRIVERS, themes.tolist(), strict=True)),
        "personal_data": {kind: comments.personal.count(kind) for kind in PERSONAL},
    }


def _summarise_actions(company: Company) -> dict[str, dict[str, object]]:
    """Per type the true average effect on the probability to buy in the quarter."""
    actions = company.actions
    effects = actions.returns_treated.astype(int) - actions.returns_untreated
    summary: dict[str, dict[str, object]] = {}
    for code in np.unique(actions.type):
        mine = actions.type == code
        summary[TYPES[code]] = {
            "treated": int((mine & ~actions.holdout).sum()),
            "held_out": int((mine & actions.holdout).sum()),
            "natural_return_rate": float(actions.returns_untreated[mine].mean()),
            "effect": float(effects[mine].mean()),
        }
    return summary


def _summarise_defects(planted: list[Planted]) -> dict[str, dict[str, dict[str, object]]]:
    summary: dict[str, dict[str, dict[str, object]]] = {}
    for one in planted:
        kinds = summary.setdefault(one.defect.table, {})
        kinds[one.defect.kind] = {"rule": one.defect.rule, "rows": len(one.source_rows)}
    return summary
