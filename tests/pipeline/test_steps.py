"""The graph of a review can be run from its first step to its last."""

import inspect
import re
from pathlib import Path

import pytest

from analysis.cleaning import CleaningSettings
from analysis.locales import Words
from analysis.pipeline.code import notebook_code
from analysis.pipeline.steps import COMMON_PARAMS, STEPS, before
from analysis.schemas import TABLES

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_each_step_follows_what_it_needs():
    for place, step in enumerate(STEPS):
        assert set(step.after) <= {earlier.name for earlier in STEPS[:place]}


def test_each_notebook_is_a_step():
    assert {step.name for step in STEPS} == {path.stem for path in NOTEBOOKS.glob("*.ipynb")}


NAMED = re.compile(r"ws\.params\.(\w+)(?:\.(\w+))?")
"""What of the params a notebook names."""
BEHIND = {
    "quarter": set(),
    "last_quarters": set(),
    "window_start": {"rfm"},
}
"""Sections behind the properties of the params, besides those that every step reads."""
WHOLE = {"cleaning.CleaningSettings.of(ws.params)": {"cleaning", "surveys", "privacy"}}
"""Sections that a function reads which is given the whole params."""


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
class TestDeclarations:
    """A section or table that a step reads and does not declare would be a stale result."""

    def test_params(self, step):
        code = notebook_code(NOTEBOOKS / f"{step.name}.ipynb")
        sections = set()
        for call, behind in WHOLE.items():
            sections |= behind if call in code else set()
            code = code.replace(call, "")
        for name, _ in NAMED.findall(code):
            sections |= BEHIND.get(name, {name})
        assert sections - {*COMMON_PARAMS, "sources"} == set(step.params)
        assert not re.search(r"ws\.params(?!\.)", code), "the whole params tell nothing"

    def test_inputs(self, step):
        code = notebook_code(NOTEBOOKS / f"{step.name}.ipynb")
        tables = {table for name, table in NAMED.findall(code) if name == "sources"}
        assert (set(TABLES) if tables == {"given"} else tables) == set(step.inputs)

    def test_tables(self, step):
        code = notebook_code(NOTEBOOKS / f"{step.name}.ipynb")
        read = {f"data/{name}.parquet" for name in re.findall(r'ws\.table\("(\w+)"\)', code)}
        assert read <= {path for earlier in before(step) for path in earlier.outputs}


def test_before_is_transitive():
    accounts = next(step for step in STEPS if step.name == "05_accounts")
    assert [step.name for step in before(accounts)][:3] == [
        "01_cleaning",
        "02_segmentation",
        "03_value",
    ]


def test_the_story_is_told_last():
    assert before(STEPS[-1]) == STEPS[:-1]


def test_what_every_step_reads_is_common():
    """Words hold what the company calls things; each workspace has them."""
    read = re.findall(r"params\.([\w.]+)", inspect.getsource(Words.of))
    assert all(name.startswith(COMMON_PARAMS) for name in read), read


def test_what_cleaning_reads_of_the_params_is_what_is_declared():
    """Whoever adds a section to its settings adds it to the step."""
    source = inspect.getsource(CleaningSettings.of)
    read = set(re.findall(r"params\.(\w+)", source)) - {"quarter", *COMMON_PARAMS}
    assert read == set().union(*WHOLE.values())
