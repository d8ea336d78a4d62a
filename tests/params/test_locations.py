from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analysis.params.locations import absolute, file_fault, location_fault, path_of, relative


def test_package_file_is_found_without_importing():
    path = path_of("package:lifetimes/datasets/CDNOW_sample.txt")
    assert path.stat().st_size > 100_000
    assert "lifetimes" not in sys.modules


@pytest.mark.parametrize(
    "location",
    [
        "package:lifetimes/../pandas/__init__.py",
        "package:lifetimes/a/../../x",
        "package:lifetimes//etc/passwd",
        "package:lifetimes/./x",
        "package:lifetimes/",
        "package:/etc/passwd",
        "package:../x/y",
        "package:os.path/x",
        "package:lifetimes/a\\..\\b",
        "package:",
        " ",
        "a\nb",
    ],
)
def test_badly_written(location):
    assert location_fault(location)
    with pytest.raises(ValueError, match=r"path|written"):
        path_of(location)


@pytest.mark.parametrize("package", ["no_such_package", "sys", "__main__"])
def test_no_such_package(package):
    message, suggestion = file_fault(f"package:{package}/x.csv", "")
    assert "not installed" in message
    assert suggestion is None


def test_absolute_and_relative():
    assert absolute("../x.csv", "/a/b") == "/a/x.csv"
    assert absolute("/x.csv", "/a/b") == "/x.csv"
    assert absolute("package:p/x.csv", "/a") == "package:p/x.csv"
    assert relative("/a/x.csv", "/a/b") == "../x.csv"
    assert relative("package:p/x.csv", "/a") == "package:p/x.csv"
    assert relative("/a/package:p/x", "/a") == "./package:p/x"


def test_similar_name_is_suggested_as_written(tmp_path: Path):
    (tmp_path / "orders_2026.csv").touch()
    message, suggestion = file_fault(str(tmp_path / "order_2026.csv"), "../data/order_2026.csv")
    assert suggestion == "../data/orders_2026.csv"
    assert str(tmp_path) in message
