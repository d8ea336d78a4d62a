"""One direction: a module imports from what stands above it, never from below or beside."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "analysis"

# Each line may import from the lines above it; modules of one line do not know each other.
ORDER = (
    ("results", "markup", "inference", "run_folder", "segment_maps"),
    ("schemas",),
    ("params",),
    ("engine",),
    ("sources", "locales", "demo"),
    ("cleaning", "data_contract"),
    ("quality",),
    ("customers", "comparison"),
    ("segmentation", "value", "satisfaction"),
    ("accounts",),
    ("story",),
    ("charts", "tables"),
    ("workspace",),
    ("report", "exports"),
    ("pipeline",),
    ("cli",),
)
PLACE = {module: place for place, line in enumerate(ORDER) for module in line}
FILES = sorted(SRC.rglob("*.py"))


def top_module(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "analysis":
            names |= {f"analysis.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            names.add(node.module)
    return names


def test_every_module_has_its_place():
    assert {top_module(path) for path in FILES} - {"__init__"} <= PLACE.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_imports_run_one_way(path):
    module = top_module(path)
    for name in imported(path):
        if name.startswith("analysis.") and (other := name.split(".")[1]) != module:
            assert PLACE[other] < PLACE[module], f"{module} imports {name}"


def test_no_module_waits_for_itself():
    """Also inside a package: what a file imports never leads back to it."""
    names = {
        ".".join(("analysis", *path.relative_to(SRC).with_suffix("").parts)).removesuffix(
            ".__init__"
        ): path
        for path in FILES
    }
    graph = {name: imported(path) & names.keys() for name, path in names.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_nothing_is_imported_by_a_computed_name(path):
    """What a notebook reaches is read off the import statements, to know when it must run again."""
    if top_module(path) != "pipeline":
        source = path.read_text(encoding="utf-8")
        assert "import_module" not in source
        assert "__import__" not in source


def test_only_value_imports_lifetimes():
    users = {top_module(path) for path in FILES if any("lifetimes" in n for n in imported(path))}
    assert users == {"value"}


@pytest.mark.parametrize("module", ["charts", "tables"])
def test_charts_and_tables_draw_what_they_are_given(module):
    files = (SRC / module).rglob("*.py")
    libraries = {name.split(".")[0] for path in files for name in imported(path)}
    assert not libraries & {"ibis", "duckdb", "numpy", "scipy"}
