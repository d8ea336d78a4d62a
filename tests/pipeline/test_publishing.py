"""All or nothing."""

import json

import pytest

from analysis.pipeline.publishing import failed_dir, staged_run, write_manifest


def make_run(out, text):
    with staged_run(out, "demo") as run_dir:
        (run_dir / "report.txt").write_text(text)


def test_a_run_takes_the_place_of_the_last_one(tmp_path):
    make_run(tmp_path, "one")
    make_run(tmp_path, "two")
    assert (tmp_path / "demo/report.txt").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_run_is_not_seen_before_it_is_whole(tmp_path):
    make_run(tmp_path, "one")
    with staged_run(tmp_path, "demo") as run_dir:
        (run_dir / "report.txt").write_text("half")
        assert (tmp_path / "demo/report.txt").read_text() == "one"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_run_is_kept_apart_until_one_succeeds(tmp_path, error):
    make_run(tmp_path, "one")

    def fail_halfway():
        with staged_run(tmp_path, "demo") as run_dir:
            (run_dir / "report.txt").write_text("half")
            raise error

    with pytest.raises(error):
        fail_halfway()
    assert (tmp_path / "demo/report.txt").read_text() == "one"
    assert (failed_dir(tmp_path, "demo") / "report.txt").read_text() == "half"
    make_run(tmp_path, "two")
    assert not failed_dir(tmp_path, "demo").exists()


def test_the_old_run_comes_back_if_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    make_run(tmp_path, "one")
    rename = type(tmp_path).rename

    def refuse_new(path, target):
        if path.name.startswith(".staging") and target == tmp_path / "demo":
            raise PermissionError(target)
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", refuse_new)
    with pytest.raises(PermissionError):
        make_run(tmp_path, "two")
    assert (tmp_path / "demo/report.txt").read_text() == "one"


def test_manifest_holds_the_hash_of_every_file(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.txt").write_bytes(b"abc")
    write_manifest(tmp_path, {"review": "demo"})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["review"] == "demo"
    # FIPS 180-2, appendix B.1.
    published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert manifest["outputs"] == {"data/a.txt": published}
