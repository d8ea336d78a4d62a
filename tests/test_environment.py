"""The conda environment, pyproject.toml and the lock speak of the same packages."""

import re
import tomllib
from pathlib import Path

from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {
    "python-duckdb": "duckdb",
    "matplotlib-base": "matplotlib",
    "playwright-python": "playwright",
}
ONLY_CONDA = {"python", "pip", "quarto"}


def _split(requirement: str) -> tuple[str, str]:
    name, version = re.fullmatch(r"([A-Za-z0-9._-]+?)((?:[<>=!~].*)?)", requirement).groups()
    return canonicalize_name(name), version


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _declared() -> dict[str, str]:
    project = _project()
    groups = project["dependency-groups"].values()
    return dict(
        _split(requirement)
        for group in (project["project"]["dependencies"], *groups)
        for requirement in group
    )


def test_conda_and_pyproject_agree():
    entries = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    conda = dict(_split(entry) for entry in [*entries, *pip] if isinstance(entry, str))
    assert conda["python"] == _project()["project"]["requires-python"]
    renamed = {CONDA_NAMES.get(name, name): version for name, version in conda.items()}
    assert {k: v for k, v in renamed.items() if k not in ONLY_CONDA} == _declared()


def test_conda_brings_quarto_from_conda_forge():
    environment = YAML(typ="safe").load(ROOT / "environment.yml")
    assert environment["channels"][0] == "conda-forge"
    assert "quarto" in environment["dependencies"]


def test_lock_pins_every_declared_package_with_hashes():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {}
    for block in re.split(r"\n(?=\S)", lock):
        name, version = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", block).groups()
        assert "--hash=sha256:" in block, f"{name} has no hash"
        pinned[name] = version
    assert _declared().keys() <= pinned.keys()
    assert "://" not in lock, "the lock names a registry"
