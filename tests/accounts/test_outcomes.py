"""What actions brought: by hand, against other implementations, and where nothing can be said."""

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from analysis import accounts
from analysis.accounts.outcomes import name_types
from analysis.schemas import ACTIONS

TYPES = ibis.schema({column.name: column.dtype for column in ACTIONS.columns})


def actions_of(rows: list[dict]) -> ibis.Table:
    filled = [
        {"action_id": str(n), "quarter": "2026Q2", "type": "voucher"} | row
        for n, row in enumerate(rows)
    ]
    return ibis.memtable(pa.Table.from_pylist(filled, schema=TYPES.to_pyarrow()))


def summary_of(spent: dict[str, float]) -> ibis.Table:
    """Who bought in the quarter, and for how much; others bought before it."""
    columns = {
        "customer_id": list(spent),
        "n_orders_quarter": [int(money > 0) for money in spent.values()],
        "revenue_quarter": list(spent.values()),
    }
    kinds = {"customer_id": "string", "n_orders_quarter": "int64", "revenue_quarter": "float64"}
    return ibis.memtable(columns, schema=ibis.schema(kinds))


def before_of(segments: dict[str, str]) -> ibis.Table:
    columns = {"customer_id": list(segments), "segment": list(segments.values())}
    kinds = {"customer_id": "string", "segment": "string"}
    return ibis.memtable(columns, schema=ibis.schema(kinds))


def experiment(treated: int, held_out: int, bought: tuple[int, int], **more) -> accounts.Outcomes:
    """One type: how many were treated and held out, and how many of each bought, for 10 each."""
    ids = [f"t{n}" for n in range(treated)] + [f"h{n}" for n in range(held_out)]
    rows = [{"customer_id": one, "holdout": one[0] == "h", "cost": 2} | more for one in ids]
    spent = {one: 10.0 * (int(one[1:]) < bought[one[0] == "h"]) for one in ids}
    before = before_of(dict.fromkeys(ids, "loyal"))
    return accounts.count_outcomes(actions_of(rows), "2026Q2", summary_of(spent), before)


def test_an_effect_by_hand():
    effect = accounts.judge_actions(experiment(70, 80, (56, 48)), margin=0.5).iloc[0]
    assert (effect["treated"], effect["held_out"]) == (70, 80)
    assert effect["treated_rate"] == 0.8
    assert effect["natural_rate"] == 0.6
    # Newcombe's own example.
    assert (effect["low"], effect["high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert effect["verdict"] == "worked"
    assert effect["cost"] == 2
    assert effect["money"] == pytest.approx(2.0)
    assert effect["profit"] == pytest.approx(2.0 * 0.5 - 2)
    assert effect["cost_per_customer"] == pytest.approx(2 / 0.2)
    ends = effect["cost_per_customer_low"], effect["cost_per_customer_high"]
    assert ends == pytest.approx((2 / 0.3339, 2 / 0.0524), rel=2e-3)


@pytest.mark.parametrize(
    ("sizes", "bought", "verdict"),
    [
        ((100, 100), (60, 58), "no_evidence"),
        ((100, 100), (30, 60), "harmed"),
        ((29, 100), (29, 0), "too_few"),
        ((100, 29), (100, 0), "too_few"),
        ((100, 0), (100, 0), "not_attributable"),
    ],
)
def test_verdicts(sizes, bought, verdict):
    effects = accounts.judge_actions(experiment(*sizes, bought), margin=None)
    assert effects["verdict"].tolist() == [verdict]
    results = accounts.action_results(effects)
    is_told = verdict in ("no_evidence", "harmed")
    assert (results["actions.voucher.effect"].value is not None) == is_told
    assert results["actions.judged"].value == int(is_told)
    assert results["actions.worked"].value == 0
    # Nobody was won where the interval leaves it open.
    assert results["actions.voucher.cost_per_customer"].value is None
    assert results["actions.voucher.profit"].value is None


def test_without_a_holdout_the_natural_rate_is_that_of_like_customers():
    """Treated: 20 loyal, 10 new. Untreated: 40 loyal of whom half buy, 10 new who all do."""
    treated = {f"t{n}": "loyal" if n < 20 else "new" for n in range(30)}
    rest = {f"u{n}": "loyal" if n < 40 else "new" for n in range(50)} | {"lost": "at_risk"}
    spent = {f"u{n}": 1.0 for n in (*range(20), *range(40, 50))}
    rows = [{"customer_id": one, "holdout": False} for one in treated]
    outcomes = accounts.count_outcomes(
        actions_of(rows), "2026Q2", summary_of(spent), before_of(treated | rest)
    )
    effects = accounts.judge_actions(outcomes, margin=0.4)
    assert effects["natural_rate"].iloc[0] == pytest.approx((20 * 0.5 + 10 * 1) / 30)
    assert effects["natural_n"].iloc[0] == 50
    results = accounts.action_results(effects)
    assert results["actions.voucher.effect"].note.startswith("not attributable")
    assert results["actions.voucher.natural_return"].value == pytest.approx(2 / 3)
    assert results["actions.voucher.cost"].note == "needs the column cost of the table actions"


def test_money_is_compared_as_welch_does():
    rng = np.random.default_rng(3)
    treated, held_out = rng.gamma(2, 50, 90), rng.gamma(2, 40, 45) * (rng.random(45) < 0.7)
    spent = {f"t{n}": float(x) for n, x in enumerate(treated)}
    spent |= {f"h{n}": float(x) for n, x in enumerate(held_out)}
    rows = [{"customer_id": one, "holdout": one[0] == "h"} for one in spent]
    before = before_of(dict.fromkeys(spent, "new"))
    outcomes = accounts.count_outcomes(actions_of(rows), "2026Q2", summary_of(spent), before)
    effect = accounts.judge_actions(outcomes, margin=None).iloc[0]
    theirs = stats.ttest_ind(treated, held_out, equal_var=False).confidence_interval()
    assert effect["money"] == pytest.approx(treated.mean() - held_out.mean())
    assert (effect["money_low"], effect["money_high"]) == pytest.approx(theirs, rel=1e-9)


def test_whoever_was_to_be_left_out_counts_as_left_out():
    rows = [
        {"customer_id": "a", "holdout": True, "cost": 0},
        {"customer_id": "a", "holdout": False, "cost": 5},
        {"customer_id": "a", "holdout": False, "type": "card"},
        {"customer_id": "a", "holdout": False, "quarter": "2026Q1", "type": "card"},
        {"customer_id": "b", "holdout": False, "cost": 5},
        {"customer_id": "b", "holdout": False, "cost": 5},
        {"customer_id": "c", "holdout": False, "type": None},
    ]
    arms = accounts.assign_arms(actions_of(rows), "2026Q2").order_by("customer_id", "type")
    found = arms.to_pandas().to_dict("records")
    assert [(r["customer_id"], r["type"], r["is_held_out"]) for r in found] == [
        ("a", "card", False), ("a", "voucher", True), ("b", "voucher", False),
        ("c", "unnamed", False),
    ]  # fmt: skip
    assert found[2]["cost"] == 10


@pytest.mark.parametrize(
    "rows",
    [[], [{"customer_id": "a", "holdout": False, "quarter": "2026Q1"}]],
    ids=["no table", "none of that quarter"],
)
def test_without_actions_it_says_what_is_needed(rows):
    nobody = before_of({"a": "new"})
    outcomes = accounts.count_outcomes(actions_of(rows), "2026Q2", summary_of({"a": 1.0}), nobody)
    effects = accounts.judge_actions(outcomes, margin=0.4)
    by_segment = accounts.judge_segments(outcomes)
    results = accounts.action_results(effects)
    assert (
        results["actions.types"].note
        == "needs the table actions, with actions of the quarter before"
    )
    assert by_segment.empty
    chances = accounts.compare_segments(by_segment)
    assert accounts.heterogeneity_results(effects, chances)["actions.by_segment"].value is None


def test_one_customer_is_too_few_and_breaks_nothing():
    outcomes = experiment(1, 0, (1, 0))
    effects = accounts.judge_actions(outcomes, margin=0.4)
    results = accounts.action_results(effects)
    assert results["actions.voucher.treated_return"].value is None
    assert results["actions.voucher.natural_return"].value is None


def test_an_action_that_does_nothing_is_rarely_called_an_effect():
    rng = np.random.default_rng(5)
    counts = [(int(a), int(b)) for a, b in zip(
        rng.binomial(200, 0.4, 400), rng.binomial(100, 0.4, 400), strict=True
    )]  # fmt: skip
    arms = pd.DataFrame(
        [
            {"type": str(n), "segment": "new", "is_held_out": out, "customers": (200, 100)[out],
             "bought": pair[out], "revenue": 0.0, "revenue_squares": 0.0, "cost": 0.0, "costed": 0}
            for n, pair in enumerate(counts) for out in (False, True)
        ]
    )  # fmt: skip
    nobody = pd.DataFrame({"segment": ["new"], "customers": [0], "bought": [0]})
    effects = accounts.judge_actions(accounts.Outcomes(arms, nobody), margin=None)
    # Of 400 types none works: false discovery control calls hardly any.
    assert (effects["verdict"] != "no_evidence").mean() < 0.01


def segments_experiment(rates: dict[str, tuple[float, float]], n: int) -> accounts.Outcomes:
    arms = pd.DataFrame(
        [
            {"type": "voucher", "segment": segment, "is_held_out": out, "customers": n,
             "bought": round(n * pair[out]), "revenue": 0.0, "revenue_squares": 0.0,
             "cost": 0.0, "costed": 0}
            for segment, pair in rates.items() for out in (False, True)
        ]
    )  # fmt: skip
    return accounts.Outcomes(arms, pd.DataFrame(columns=["segment", "customers", "bought"]))


def test_segments_in_which_it_works_are_found():
    outcomes = segments_experiment({"loyal": (0.7, 0.4), "new": (0.4, 0.4)}, n=100)
    by_segment = accounts.judge_segments(outcomes)
    assert by_segment["segment"].tolist() == ["loyal", "new"]
    assert by_segment["verdict"].tolist() == ["worked", "no_evidence"]
    chances = accounts.compare_segments(by_segment)
    assert chances["voucher"] < 0.05
    effects = accounts.judge_actions(outcomes, margin=None)
    results = accounts.heterogeneity_results(effects, chances)
    assert results["actions.voucher.between_segments"].value == "between.differ"


def test_small_segments_are_not_told_nor_found_by_subtraction():
    outcomes = segments_experiment({"loyal": (0.7, 0.4), "new": (0.4, 0.4)}, n=100)
    few = outcomes.arms.iloc[:2].assign(segment="at_risk", customers=5, bought=2)
    mixed = accounts.Outcomes(pd.concat([outcomes.arms, few]), outcomes.untreated)
    # Five customers would follow from the total, so one more segment is left out.
    assert len(accounts.judge_segments(mixed)) == 1
    more = few.assign(customers=29)
    mixed = accounts.Outcomes(pd.concat([outcomes.arms, more]), outcomes.untreated)
    assert accounts.judge_segments(mixed)["segment"].tolist() == ["loyal", "new"]


def test_types_become_names_that_differ():
    assert name_types(["A b", "a-b", "!!", "1.5 % off"]) == ["a_b", "a_b_2", "unnamed", "1_5_off"]


def test_the_order_of_rows_changes_nothing():
    one, other = experiment(40, 35, (20, 10)), experiment(40, 35, (20, 10))
    pd.testing.assert_frame_equal(one.arms, other.arms)
    shuffled = accounts.Outcomes(one.arms.iloc[::-1].reset_index(drop=True), one.untreated)
    pd.testing.assert_frame_equal(
        accounts.judge_actions(one, 0.3), accounts.judge_actions(shuffled, 0.3)
    )
