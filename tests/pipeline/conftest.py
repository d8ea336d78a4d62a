"""A tiny review, made once; each test that changes it has a copy."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def load(name: str) -> ModuleType:
    """A module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


TINY = load("tiny")


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A tiny review that is published; not to be changed."""
    tiny = TINY.make_tiny(tmp_path_factory.mktemp("made") / "project")
    done = tiny.run()
    assert done.returncode == 0, done.stderr
    return tiny


@pytest.fixture
def tiny(made, tmp_path):
    """A copy of it, elsewhere."""
    shutil.copytree(made.folder, tmp_path / "project", symlinks=True)
    return TINY.Tiny(tmp_path / "project", {})


@pytest.fixture(scope="session")
def chaos():
    """The module that disturbs reviews."""
    return load("chaos")
