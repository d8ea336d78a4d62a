"""The manifest vouches for every byte of a run, itself included."""

import json

import pytest

from analysis.pipeline.manifest import git_state, is_sealed, read_manifest, write_manifest
from analysis.pipeline.records import StepRecord, read_records, write_record


@pytest.fixture
def run(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.txt").write_bytes(b"abc")
    record = StepRecord("one", {"notebook": "x"}, {"data/a.txt": "y"}, {"data/a.txt": 3}, 1.5)
    write_record(tmp_path, record)
    write_manifest(tmp_path, {"review": "demo"}, [record])
    return tmp_path


def test_it_holds_the_hash_of_every_file(run):
    manifest = read_manifest(run)
    assert manifest["review"] == "demo"
    # FIPS 180-2, appendix B.1.
    published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert manifest["outputs"] == {"data/a.txt": published}


def test_records_come_back_from_a_finished_run_and_from_one_in_the_making(run):
    finished = read_records(run)
    (run / "manifest.json").unlink()
    assert finished == read_records(run)
    assert finished["one"].rows == {"data/a.txt": 3}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"steps": [{"name": "one"}]}'])
def test_records_that_cannot_be_read_are_none(run, content):
    (run / "manifest.json").write_text(content)
    assert read_records(run) == {}


def test_the_seal_breaks_with_any_byte_of_the_manifest(run):
    path = run / "manifest.json"
    whole = path.read_bytes()
    assert is_sealed(run)
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not is_sealed(run), whole[max(place - 20, 0) : place + 20]


def test_a_manifest_without_a_seal_is_not_sealed(run):
    (run / "manifest.json").write_text(json.dumps({"outputs": {}}))
    assert not is_sealed(run)


def test_a_project_without_git_has_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_state(tmp_path) is None
