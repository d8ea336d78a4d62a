"""Which code a notebook reaches."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.pipeline import code
from analysis.pipeline.code import imports_of, notebook_code, parse, reach_of
from analysis.pipeline.hashing import FileFacts

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package in which ``top`` reaches ``deep`` in three ways."""
    files = {
        "analysis/__init__.py": "",
        "analysis/top.py": "import json\nfrom analysis import words\n",
        "analysis/words/__init__.py": "def f():\n    from analysis.deep import g\n",
        "analysis/words/en/common.yml": "yes: ja\n",
        "analysis/deep.py": "import numpy.linalg as la\n",
        "analysis/apart.py": "import pandas\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(code, "PACKAGE", tmp_path / "analysis")
    return tmp_path


def names(reach, package) -> set[str]:
    return {path.relative_to(package / "analysis").as_posix() for path in reach.files}


def test_imports_are_followed_into_functions_and_to_files_beside_them(package):
    reach = reach_of(["analysis.top.something"], FileFacts(package / "facts.json"))
    reached = {"__init__.py", "top.py", "words/__init__.py", "words/en/common.yml", "deep.py"}
    assert names(reach, package) == reached
    assert {"numpy", "json"} <= reach.libraries
    assert "pandas" not in reach.libraries


def test_a_module_reaches_its_packages(package):
    reach = reach_of(["analysis.words.en"], FileFacts(package / "facts.json"))
    assert {"analysis", "analysis.words"} <= reach.modules


def test_versions_leave_out_the_standard_library(package):
    versions = reach_of(["analysis.top"], FileFacts(package / "facts.json")).versions()
    assert "numpy" in versions
    assert "json" not in versions


def test_imports_of_every_form():
    source = "import a.b, c as d\nfrom e.f import g as h\nasync def f():\n    import i\n"
    assert imports_of(source) == ["a.b", "c", "e.f.g", "i"]


def test_many_threads_may_parse_at_once():
    """ast.parse alone raises SystemError here, now and then."""
    source = "\n".join(f"def f{n}(a, b=({n}, [a for a in b])): return a + b" for n in range(300))
    with ThreadPoolExecutor(8) as pool:
        assert all(len(tree.body) == 300 for tree in pool.map(parse, [source] * 40))


def test_ipython_commands_are_no_python(tmp_path):
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", "import a"]}]
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert notebook_code(path) == "import a"


def test_the_segmentation_notebook_does_not_depend_on_the_models(tmp_path):
    facts = FileFacts(tmp_path / "facts.json")
    reach = reach_of(code.notebook_imports(NOTEBOOKS / "02_segmentation.ipynb"), facts)
    assert {"analysis.segmentation.rfm", "analysis.engine", "analysis.locales"} <= reach.modules
    assert "analysis.value.models" not in reach.modules
    assert any(path.name == "segmentation.yml" for path in reach.files)
