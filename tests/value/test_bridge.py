"""The bridge from last quarter's value to this quarter's, and the value that was lost."""

import ibis
import numpy as np
import pytest

from analysis.value import bridge_results, follow_customers, sum_bridge

KINDS = dict.fromkeys(("clv_12m", "p_alive", "value_at_risk"), "float64")
SCHEMA = ibis.schema({"customer_id": "string"} | KINDS)


def values(**customers):
    """Scores of customers: id = (value, probability still active or None)."""
    return ibis.memtable(
        {
            "customer_id": list(customers),
            "clv_12m": [clv for clv, _ in customers.values()],
            "p_alive": [p for _, p in customers.values()],
            "value_at_risk": [p and clv * (1 - p) / p for clv, p in customers.values()],
        },
        schema=SCHEMA,
    )


THEN = values(
    up=(100.0, 0.9), down=(100.0, 0.9), lost=(80.0, 0.5), gone=(5.0, 0.05), once=(30, None)
)
AGAIN = values(
    up=(110.0, 0.9), down=(95.0, 0.8), lost=(90.0, 0.6), gone=(6.0, 0.06), once=(30, None)
)
NOW = values(
    up=(150.0, 0.95), down=(60.0, 0.5), lost=(7.0, 0.08), gone=(2.0, 0.02), once=(20, None),
    new=(40.0, None),
)  # fmt: skip


@pytest.fixture
def followed():
    return follow_customers(NOW, THEN, AGAIN, lost_below=0.1)


def test_each_customer_takes_one_step(followed):
    steps = followed.to_pandas().set_index("customer_id")
    assert steps["step"].to_dict() == {
        "up": "up", "down": "down", "lost": "lost", "gone": "down", "once": "down", "new": "new",
    }  # fmt: skip
    # What other parameters alone did is no move; of the newly lost, all is loss.
    assert steps["reestimated"].to_dict() == {
        "up": 10.0, "down": -5.0, "lost": 0.0, "gone": 1.0, "once": 0.0, "new": 0.0,
    }  # fmt: skip
    assert steps["moved"].to_dict() == {
        "up": 40.0, "down": -35.0, "lost": -73.0, "gone": -4.0, "once": -10.0, "new": 40.0,
    }  # fmt: skip


def test_the_steps_add_up(followed):
    bridge = sum_bridge(followed).set_index("step")
    assert bridge["amount"].to_dict() == {
        "start": 315.0, "new": 40.0, "up": 40.0, "down": -49.0, "lost": -73.0, "reestimated": 6.0,
        "end": 279.0,
    }  # fmt: skip
    assert bridge["amount"].iloc[:-1].sum() == bridge.loc["end", "amount"]
    assert bridge["customers"].to_dict() == {
        "start": 5, "new": 1, "up": 1, "down": 3, "lost": 1, "reestimated": 4, "end": 6,
    }  # fmt: skip
    # Each bar begins where the one before ended; both ends stand on the ground.
    tops = bridge["bottom"] + bridge["height"]
    assert bridge.loc["new", "bottom"] == tops["start"]
    assert tops["reestimated"] == bridge.loc["end", "height"]
    assert bridge.loc[["start", "end"], "bottom"].tolist() == [0, 0]


def test_nobody_is_both_lost_and_at_risk(followed):
    results = bridge_results(sum_bridge(followed), followed)
    assert results["value.lost.customers"].value == 1
    assert results["value.lost.realised"].value == 80.0
    assert results["value.lost.still_expected"].value == 7.0
    # The bridge's loss is what was lost less what is still expected of them.
    assert results["value.bridge.lost"].value == 7.0 - 80.0
    # Of the two with a known probability who are not lost.
    at_risk = 150 * 0.05 / 0.95 + 60 * 0.5 / 0.5
    assert results["value.lost.at_risk"].value == pytest.approx(at_risk)
    assert results["value.lost.at_risk"].n == 2


def test_the_bridge_adds_up_to_the_cent_whatever_the_order():
    rng = np.random.default_rng(3)
    ids = [f"c{n}" for n in range(500)]
    then, again, now = (
        values(
            **{
                name: (float(clv), float(p))
                for name, clv, p in zip(
                    some, rng.gamma(0.3, 900, 500), rng.random(500), strict=False
                )
            }
        )
        for some in (ids[:400], ids[:400], ids)
    )
    bridge = sum_bridge(follow_customers(now, then, again, 0.1)).set_index("step")["amount"]
    assert round(bridge.iloc[:-1].sum(), 2) == round(bridge["end"], 2)
    assert bridge["end"] == pytest.approx(now.clv_12m.sum().execute())
    shuffled = now.order_by(ibis.desc("clv_12m"))
    again_bridge = sum_bridge(follow_customers(shuffled, then, again, 0.1)).set_index("step")
    assert again_bridge["amount"].to_dict() == bridge.to_dict()


def test_a_company_without_a_last_quarter_has_no_bridge():
    nobody = NOW.filter(NOW.clv_12m < 0)
    followed = follow_customers(NOW, nobody, nobody, 0.1)
    results = bridge_results(sum_bridge(followed), followed)
    assert {result.value for result in results.values()} == {None}
    assert results["value.bridge.end"].note == "needs a value a quarter ago"


def test_without_models_there_is_no_bridge():
    unknown = NOW.mutate(
        clv_12m=ibis.null("float64"), p_alive=ibis.null("float64"),
        value_at_risk=ibis.null("float64"),
    )  # fmt: skip
    followed = follow_customers(unknown, unknown, unknown, 0.1)
    results = bridge_results(sum_bridge(followed), followed)
    assert results["value.lost.realised"].value is None
