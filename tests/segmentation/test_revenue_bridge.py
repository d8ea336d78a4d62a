"""The revenue bridge: by hand, to the cent for any orders, and silent without a last quarter."""

from datetime import date
from decimal import Decimal

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.customers import sum_days
from analysis.params import Quarter
from analysis.segmentation.revenue_bridge import STEPS, bridge_results, bridge_revenue

QUARTER = Quarter.parse("2026Q3")
DAY = {"Q4": date(2026, 11, 1), "Q3": date(2026, 8, 1), "Q2": date(2026, 5, 1)}
DAY["Q1"] = date(2026, 2, 1)


def bridge_of(orders: list[tuple[str, str, float | Decimal]]) -> pd.DataFrame:
    """The bridge of orders as (customer, quarter, amount); amounts below 0 are returns."""
    frame = pd.DataFrame(
        {
            "customer_id": [customer for customer, _, _ in orders],
            "order_date": [DAY[quarter] for _, quarter, _ in orders],
            "order_id": [str(place) for place in range(len(orders))],
            "is_return": [amount < 0 for _, _, amount in orders],
            "amount": [str(amount) for _, _, amount in orders],
        }
    )
    table = ibis.memtable(frame)
    days = sum_days(table.mutate(amount=table.amount.cast("decimal(18, 4)")))
    return bridge_revenue(days, QUARTER).set_index("step")


def test_each_customer_stands_in_the_step_that_tells_what_happened():
    bridge = bridge_of([
        ("grows", "Q2", 10), ("grows", "Q3", 16),
        ("shrinks", "Q2", 9), ("shrinks", "Q3", 5),
        ("as ever", "Q2", 3), ("as ever", "Q3", 3),
        ("stays away", "Q2", 8), ("stays away", "Q3", -2),
        ("back", "Q1", 5), ("back", "Q3", 4),
        ("new", "Q3", 7), ("gone long ago", "Q1", 20), ("of tomorrow", "Q4", 50),
        ("gives back", "Q1", 6), ("gives back", "Q3", -6),
    ])  # fmt: skip
    assert bridge["amount"].to_dict() == {
        "start": 30, "new": 7, "returned": 4, "more": 6, "less": -10, "absent": -10, "end": 27,
    }  # fmt: skip
    assert bridge["customers"].to_dict() == {
        "start": 4, "new": 1, "returned": 1, "more": 2, "less": 2, "absent": 1, "end": 5,
    }  # fmt: skip
    assert bridge["bottom"].tolist() == [0, 30, 37, 41, 47, 37, 0]


def test_who_only_gave_back_before_is_new():
    """As in movement, new is who had not bought before."""
    bridge = bridge_of([("a", "Q1", -5), ("a", "Q3", 8), ("b", "Q2", 3)])
    assert bridge["amount"].to_dict() == {
        "start": 3, "new": 8, "returned": 0, "more": 0, "less": 0, "absent": -3, "end": 8,
    }  # fmt: skip


cents = st.decimals(min_value=-500, max_value=2000, places=2)
some_orders = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(list(DAY)), cents),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(deadline=None, derandomize=True, database=None, max_examples=40)
@given(orders=some_orders)
def test_the_steps_lead_to_the_end_to_the_cent(orders):
    bridge = bridge_of(orders)
    of_quarter = {name: sum(a for _, q, a in orders if q == name) for name in ("Q2", "Q3")}
    if bridge["amount"].isna().all():
        assert not [a for _, quarter, a in orders if quarter == "Q2" and a >= 0]
        return
    amounts = [Decimal(str(round(amount, 2))) for amount in bridge["amount"]]
    assert amounts[0] == of_quarter["Q2"]
    assert amounts[-1] == of_quarter["Q3"]
    assert sum(amounts[:-1]) == amounts[-1]


@pytest.mark.parametrize("orders", [[("a", "Q3", 5)], [("a", "Q1", 5), ("b", "Q2", -3)]])
def test_without_buyers_last_quarter_there_is_no_bridge(orders):
    bridge = bridge_of(orders)
    assert bridge["amount"].isna().all()
    results = bridge_results(bridge.reset_index())
    assert set(results) == {f"revenue.bridge.{step}" for step in STEPS}
    assert all(result.value is None and result.note for result in results.values())
