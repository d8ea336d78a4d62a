"""The committed notebooks are thin and clean."""

import importlib.util
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("tidy_notebooks", ROOT / "tests/tidy_notebooks.py")
tidy_notebooks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tidy_notebooks)

GOOD = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_code_cell(
            'params_file = "a"\nrun_dir = "b"', metadata={"tags": ["parameters"]}
        )
    ]
)


def with_cell(source: str, **details: object) -> nbformat.NotebookNode:
    notebook = nbformat.from_dict(GOOD)
    notebook.cells = [*GOOD.cells, nbformat.v4.new_code_cell(source, **details)]
    return notebook


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_committed_notebooks_are_thin_and_clean(path):
    assert tidy_notebooks.problems(nbformat.read(path, as_version=4)) == []


def test_a_good_notebook_has_no_problem():
    assert tidy_notebooks.problems(with_cell("show(1)")) == []


@pytest.mark.parametrize(
    "notebook",
    [
        with_cell("def f():\n    pass"),
        with_cell("for x in y:\n    print(x)"),
        with_cell("a.merge(b)"),
        with_cell("a.groupby('b')"),
        with_cell("\n".join(["a()"] * 15)),
        with_cell("a", execution_count=3),
        with_cell("a", outputs=[nbformat.v4.new_output("stream", text="x")]),
        with_cell("a", metadata={"tags": ["nbval-check-output"]}),
        nbformat.v4.new_notebook(),
    ],
)
def test_a_problem_is_named(notebook):
    assert len(tidy_notebooks.problems(notebook)) == 1


def test_tidying_takes_away_what_no_test_compares():
    notebook = with_cell(
        "a", execution_count=3, outputs=[nbformat.v4.new_output("stream", text="x")]
    )
    notebook.metadata["kernelspec"] = {"name": "somebody's"}
    tidy = tidy_notebooks.tidy(notebook)
    assert tidy_notebooks.problems(tidy) == []
    assert tidy.metadata.kernelspec.name == "python3"
