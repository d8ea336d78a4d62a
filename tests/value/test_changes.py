"""Value and value at risk beside last quarter's, by the same models."""

from math import sqrt

import ibis
import pytest

from analysis.value import compare_value


def scores(*rows: tuple[str, float | None, float | None, float | None]):
    columns = {"customer_id": "string", "clv_12m": "float64", "value_at_risk": "float64",
               "p_alive": "float64"}  # fmt: skip
    return ibis.memtable([dict(zip(columns, row, strict=True)) for row in rows], schema=columns)


def test_by_hand():
    """New +100, up +20, lost −30; of the lost nothing is at risk any more."""
    now = scores(("new", 100, 5, 0.9), ("up", 70, 8, 0.8), ("lost", 10, 60, 0.1))
    then = scores(("up", 50, 20, 0.6), ("lost", 40, 25, 0.5))
    clv, risk = compare_value(now, then, lost_below=0.2)
    assert (clv.name, clv.change, clv.n) == ("clv", 90, 3)
    assert clv.error == pytest.approx(sqrt(100**2 + 20**2 + 30**2))
    assert (risk.name, risk.change) == ("value_at_risk", 5 - 12 - 25)
    assert risk.error == pytest.approx(sqrt(5**2 + 12**2 + 25**2))


def test_one_time_buyers_whose_risk_is_unknown_are_in_no_risk():
    now, then = scores(("once", 30, None, None)), scores(("once", 30, None, None))
    clv, risk = compare_value(now, then, lost_below=0.2)
    assert (clv.change, risk.change, risk.error) == (0, 0, 0)


@pytest.mark.parametrize("unknown", ["now", "then"])
def test_without_a_model_there_is_no_change(unknown):
    known, nothing = scores(("a", 5, 1, 0.9)), scores(("a", None, None, None))
    pair = (nothing, known) if unknown == "now" else (known, nothing)
    for change in compare_value(*pair, lost_below=0.2):
        assert change.change is None
        assert change.needs.startswith("needs ")
