"""The graph of a review can be run from its first step to its last."""

from pathlib import Path

from analysis.pipeline.steps import STEPS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_each_step_follows_what_it_needs():
    for place, step in enumerate(STEPS):
        assert set(step.after) <= {earlier.name for earlier in STEPS[:place]}


def test_each_notebook_is_a_step():
    assert {step.name for step in STEPS} == {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
