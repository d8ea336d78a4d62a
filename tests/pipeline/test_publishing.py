"""All or nothing."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from analysis.pipeline import publishing
from analysis.pipeline.exchange import exchange
from analysis.pipeline.publishing import failed_dir, forget_failure, staged_run, sweep


def make_run(out, text):
    with staged_run(out, "demo") as run_dir:
        (run_dir / "report.txt").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def put(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "report.txt").write_text(text)
    return folder


@pytest.fixture(params=["exchange", "rename"])
def way(request, monkeypatch):
    """Both ways in which a run takes the place of another."""
    if request.param == "rename":
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)


@pytest.mark.usefixtures("way")
class TestPublishing:
    def test_a_run_takes_the_place_of_the_last_one(self, tmp_path):
        make_run(tmp_path, "one")
        make_run(tmp_path, "two")
        assert (tmp_path / "demo/report.txt").read_text() == "two"
        assert names(tmp_path) == ["demo"]

    def test_a_run_is_not_seen_before_it_is_whole(self, tmp_path):
        make_run(tmp_path, "one")
        with staged_run(tmp_path, "demo") as run_dir:
            (run_dir / "report.txt").write_text("half")
            assert (tmp_path / "demo/report.txt").read_text() == "one"

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
    def test_a_failed_run_is_kept_apart(self, tmp_path, error):
        make_run(tmp_path, "one")

        def fail_halfway():
            with staged_run(tmp_path, "demo") as run_dir:
                (run_dir / "report.txt").write_text("half")
                raise error

        with pytest.raises(error):
            fail_halfway()
        assert (tmp_path / "demo/report.txt").read_text() == "one"
        assert (failed_dir(tmp_path, "demo") / "report.txt").read_text() == "half"
        forget_failure(tmp_path, "demo")
        assert names(tmp_path) == ["demo"]

    def test_everything_is_on_disk_before_a_name_changes(self, tmp_path, monkeypatch):
        synced = []
        sync = os.fsync
        monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.fstat(fd).st_ino), sync(fd)))
        with staged_run(tmp_path, "demo") as run_dir:
            path = run_dir / "data" / "a.txt"
            path.parent.mkdir()
            path.write_text("a")
            inodes = {path.stat().st_ino, path.parent.stat().st_ino, run_dir.stat().st_ino}
        assert inodes <= set(synced)
        assert synced[-1] == tmp_path.stat().st_ino


def test_the_published_run_never_disappears(tmp_path):
    """A reader who looks all the time finds a whole run each time."""
    if not exchange(put(tmp_path / "a", "a"), put(tmp_path / "b", "b")):
        pytest.skip("this file system cannot exchange two folders")
    make_run(tmp_path, "0")
    is_over, missed = threading.Event(), []

    def look():
        while not is_over.is_set():
            if not (tmp_path / "demo/report.txt").exists():
                missed.append(1)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(50):
        make_run(tmp_path, str(number))
    is_over.set()
    reader.join()
    assert not missed


def test_exchange_says_when_it_cannot(tmp_path):
    one = put(tmp_path / "one", "1")
    assert not exchange(one, tmp_path / "nothing")
    assert names(tmp_path) == ["one"]


def test_the_old_run_comes_back_if_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    make_run(tmp_path, "one")
    rename = type(tmp_path).rename

    def refuse_new(path, target):
        if path.name.startswith(".staging") and target == tmp_path / "demo":
            raise PermissionError(target)
        return rename(path, target)

    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    monkeypatch.setattr(type(tmp_path), "rename", refuse_new)
    with pytest.raises(PermissionError):
        make_run(tmp_path, "two")
    assert (tmp_path / "demo/report.txt").read_text() == "one"


class TestSweeping:
    """What a killed run leaves behind."""

    def test_its_last_unfinished_folder_is_kept_for_the_next_attempt(self, tmp_path):
        put(tmp_path / ".staging-demo-00000001", "older")
        put(tmp_path / ".staging-demo-00000002", "newer")
        os.utime(tmp_path / ".staging-demo-00000001", (1, 1))
        sweep(tmp_path, "demo")
        assert names(tmp_path) == [".failed-demo"]
        assert (failed_dir(tmp_path, "demo") / "report.txt").read_text() == "newer"

    def test_a_run_that_was_renamed_away_comes_back(self, tmp_path):
        put(tmp_path / ".old-demo-00000001", "one")
        sweep(tmp_path, "demo")
        assert (tmp_path / "demo/report.txt").read_text() == "one"

    def test_a_run_that_was_replaced_goes(self, tmp_path):
        put(tmp_path / ".old-demo-00000001", "one")
        put(tmp_path / "demo", "two")
        sweep(tmp_path, "demo")
        assert names(tmp_path) == ["demo"]

    def test_what_belongs_to_another_review_stays(self, tmp_path):
        put(tmp_path / ".staging-demo-2-00000001", "of demo-2")
        put(tmp_path / ".scratch/.staging-demo-2-00000001", "of demo-2")
        shutil.copytree(
            tmp_path / ".scratch/.staging-demo-2-00000001",
            tmp_path / ".scratch/.staging-demo-00000001",
        )
        sweep(tmp_path, "demo")
        assert names(tmp_path) == [".scratch", ".staging-demo-2-00000001"]
        assert names(tmp_path / ".scratch") == [".staging-demo-2-00000001"]
