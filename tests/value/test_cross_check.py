"""The cross-check: agreement where lifetimes is right, and that it would notice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.value import (
    BGNBD,
    MBGNBD,
    NotEstimableError,
    ParetoNBD,
    ValueModels,
    count_spend,
    cross_check_results,
)
from analysis.value.cross_check import compare_purchases

NAME = "value.cross_check.lifetimes_max_relative_difference"


def test_all_models_agree_on_cdnow(cdnow_models, cdnow_patterns, cdnow_summary):
    result = cross_check_results(cdnow_models, cdnow_patterns, count_spend(cdnow_summary))[NAME]
    assert 0 < result.value < 1e-12
    assert result.n == len(cdnow_patterns)


@pytest.mark.parametrize(
    "model",
    [
        BGNBD(r=0.55, alpha=6.4, a=0.7, b=2.6, time_unit_days=7),
        BGNBD(r=0.55, alpha=6.4, a=1.0, b=2.6, time_unit_days=7),
        BGNBD(r=0.55, alpha=6.4, a=1.0001, b=2.6, time_unit_days=7),
        MBGNBD(r=0.55, alpha=6.4, a=0.7, b=2.6, time_unit_days=7),
        ParetoNBD(r=0.55, alpha=6.4, s=0.6, beta=12.0, time_unit_days=7),
        ParetoNBD(r=0.55, alpha=6.4, s=1.0, beta=12.0, time_unit_days=7),
    ],
    ids=lambda m: f"{m.name} {m.parameters}",
)
def test_agreement_wherever_lifetimes_is_right(model):
    rows = [
        (x, 0.0 if x == 0 else age * share, age, 1)
        for x in (0, 1, 5, 30, 100, 150)
        for age in (30.0, 300.0, 900.0)
        for share in (0.2, 0.5, 0.9, 1.0)
    ]
    patterns = pd.DataFrame(rows, columns=["frequency", "recency", "T", "customers"])
    assert compare_purchases(model, patterns) < 1e-9


@pytest.mark.parametrize("method", ["p_alive", "expected_purchases"])
def test_a_wrong_prediction_would_be_noticed(monkeypatch, method, cdnow_models, cdnow_patterns):
    right = getattr(BGNBD, method)
    monkeypatch.setattr(BGNBD, method, lambda *given: right(*given) * (1 + 1e-6))
    assert compare_purchases(cdnow_models.bgnbd, cdnow_patterns) == pytest.approx(1e-6, rel=1e-3)


def test_without_models_there_is_nothing_to_check(cdnow_patterns):
    refusal = NotEstimableError("12 customers bought again; a fit needs at least 50")
    models = ValueModels(refusal, refusal, refusal, refusal)
    result = cross_check_results(models, cdnow_patterns, cdnow_patterns)[NAME]
    assert (result.value, result.note) == (None, str(refusal))


def test_refused_models_are_left_out(cdnow_models, cdnow_patterns, cdnow_summary):
    models = replace(cdnow_models, gamma_gamma=NotEstimableError("no mean exists"))
    result = cross_check_results(models, cdnow_patterns, count_spend(cdnow_summary))[NAME]
    assert np.isfinite(result.value)
