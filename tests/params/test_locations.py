from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analysis.params.locations import (
    absolute,
    file_fault,
    location_fault,
    path_of,
    paths_at,
    relative,
)
from analysis.params.source_models import CsvSource


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


def test_several_files_in_the_order_of_their_names(tmp_path: Path):
    for name in (
        "o-2.csv",
        "o-10.csv",
        "o-1.csv",
        "p-1.csv",
        "o-1.csv.bak",
        ".o-3.csv",
        "~$o-4.csv",
    ):
        (tmp_path / name).touch()
    (tmp_path / "o-5.csv").mkdir()
    names = [path.name for path in paths_at(str(tmp_path / "o-*.csv"))]
    assert names == ["o-1.csv", "o-10.csv", "o-2.csv"]
    assert len(paths_at(str(tmp_path / "*"))) == 5  # what programs leave beside files is no data


def test_other_signs_of_a_pattern_stand_for_themselves(tmp_path: Path):
    (tmp_path / "o[1].csv").touch()
    (tmp_path / "o1.csv").touch()
    assert [path.name for path in paths_at(str(tmp_path / "o[1]*"))] == ["o[1].csv"]


def test_no_fitting_file(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="no file's name fits"):
        paths_at(str(tmp_path / "*.csv"))


def test_a_file_that_two_patterns_name_is_read_once(tmp_path: Path):
    (tmp_path / "a.csv").touch()
    (tmp_path / "b.csv").touch()
    locations = [str(tmp_path / name) for name in ("b.csv", "*.csv")]
    source = CsvSource.model_validate({"format": "csv", "location": locations})
    assert [path.name for path in source.paths] == ["b.csv", "a.csv"]
