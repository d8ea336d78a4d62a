"""Data, code or environment: the likely cause of a difference."""

from analysis.pipeline.causes import UNEXPLAINED, Causes
from analysis.pipeline.planning import REPORT
from analysis.pipeline.records import StepRecord
from analysis.pipeline.steps import STEPS

NAMES = [step.name for step in STEPS] + [REPORT + "en"]


def records(**changed: dict[str, str]) -> dict[str, StepRecord]:
    same = {"notebook": "x", "version numpy": "1"}
    return {name: StepRecord(name, same | changed.get(name, {}), {}) for name in NAMES}


def cause(step: str, **changed: dict[str, str]) -> str:
    return Causes(records(), records(**changed)).of(step)


def test_each_kind_has_its_name():
    changes = {
        "input transactions": "y",
        "notebook": "y",
        "version numpy": "2",
        "table data/a.parquet": "y",
    }
    assert cause("01_cleaning", **{"01_cleaning": changes}) == (
        "code: notebook changed; data: input transactions is new; environment: numpy 1 → 2"
    )


def test_a_step_has_the_causes_of_the_steps_before_it():
    changed = {"03_value": {"notebook": "y"}}
    assert cause("05_accounts", **changed) == "code: notebook changed"
    assert cause(REPORT + "en", **changed) == "code: notebook changed"
    assert cause("02_segmentation", **changed) == UNEXPLAINED


def test_a_step_that_one_run_does_not_have():
    now = records()
    del now["03_value"]
    assert "03_value exists in one of the runs only" in Causes(records(), now).of("03_value")
