"""Which code a notebook can reach: found out from its imports, without running anything.

Followed are all import statements, also those inside functions. Importing a module by a computed
name would escape this; ``tests/test_architecture.py`` keeps the package free of it.
"""

import ast
import json
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import analysis
from analysis.pipeline.hashing import FileFacts

PACKAGE = Path(analysis.__file__).parent
ROOT = PACKAGE.name
DISTRIBUTIONS = {
    "ibis": "ibis-framework",
    "pylopdf_fonts_zh_cn": "pylopdf-fonts-zh-cn",
    "pypandoc": "pypandoc-binary",
    "ruamel": "ruamel.yaml",
}
"""Packages whose distribution is not called as they are imported."""
BEHIND_OTHERS = frozenset({"duckdb", "matplotlib", "pyarrow", "pylopdf_fonts_zh_cn"})
"""Libraries that bring forth what is published without being imported by name everywhere."""
_PARSING = threading.Lock()


@dataclass(frozen=True)
class Reach:
    """What some code can reach.

    Attributes
    ----------
    modules : frozenset of str
        Modules of this package.
    files : tuple of Path
        Their source, and the files that lie beside it (words, filters, presets).
    libraries : frozenset of str
        Packages from elsewhere that any of the modules imports.
    """

    modules: frozenset[str]
    files: tuple[Path, ...]
    libraries: frozenset[str]

    def versions(self) -> dict[str, str]:
        """The version of each library; what is not an installed package is left out."""
        found = {name: _version(name) for name in sorted(self.libraries)}
        return {name: version for name, version in found.items() if version}


def reach_of(imports: Iterable[str], facts: FileFacts) -> Reach:
    """Follow imports through this package.

    Parameters
    ----------
    imports : iterable of str
        Full names of modules, or of things in them.
    """
    modules: set[str] = set()
    libraries = set(BEHIND_OTHERS)
    sources = _sources(PACKAGE)
    waiting = list(imports)
    while waiting:
        name = waiting.pop()
        top = name.partition(".")[0]
        if top != ROOT:
            libraries.add(top)
            continue
        for module in _modules_along(name):
            if module not in modules:
                modules.add(module)
                waiting += facts.find(sources[module], "imports", _imports_of_file)
    files = {path for module in modules for path in (sources[module], *_beside(sources[module]))}
    return Reach(frozenset(modules), tuple(sorted(files)), frozenset(libraries))


def notebook_imports(notebook: Path) -> list[str]:
    """What the code cells of a notebook import."""
    return imports_of(notebook_code(notebook))


def notebook_code(notebook: Path) -> str:
    """The code of a notebook without IPython's own commands."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith(("%", "!")))


def imports_of(source: str) -> list[str]:
    """Full names of what a source text imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return sorted(names)


def parse(source: str) -> ast.Module:
    """Parse a source text, in one thread at a time.

    Python 3.11 counts the depth of a tree where threads share it, and fails where they meet.
    """
    with _PARSING:
        return ast.parse(source)


@cache
def _version(library: str) -> str | None:
    if library in sys.stdlib_module_names:
        return None
    try:
        return version(DISTRIBUTIONS.get(library, library))
    except PackageNotFoundError:
        return None


def _imports_of_file(path: Path) -> list[str]:
    return imports_of(path.read_text(encoding="utf-8"))


def _modules_along(name: str) -> list[str]:
    """The module that a name stands for or lies in, and the packages around it."""
    parts = name.split(".")
    names = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return [module for module in names if module in _sources(PACKAGE)]


@cache
def _sources(package: Path) -> dict[str, Path]:
    """The source file of each module of the package.

    Found out once: a module that appears later is reached only by way of a file that changes.
    """
    found = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def _beside(source: Path) -> list[Path]:
    """Files of a package that are no modules, such as words and filters."""
    if source.name != "__init__.py" or source.parent == PACKAGE:
        return []
    others = (path for path in source.parent.rglob("*") if path.is_file())
    return [path for path in others if path.suffix not in (".py", ".pyc")]
