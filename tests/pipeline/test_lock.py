"""One writer a review."""

import subprocess
import sys
import time

import pytest

from analysis.pipeline.lock import ReviewLockedError, only_writer

HOLD = """
import sys
from pathlib import Path
from analysis.pipeline.lock import only_writer
with only_writer(Path(sys.argv[1]), "demo"):
    print("taken", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that makes the review."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "taken\n"
        yield process


def test_the_second_is_told_at_once_who_runs(tmp_path, holder):
    began = time.perf_counter()
    with pytest.raises(ReviewLockedError) as told, only_writer(tmp_path, "demo"):
        pass
    assert time.perf_counter() - began < 0.5
    assert f"process {holder.pid}, for " in str(told.value)


def test_another_review_is_free(tmp_path, holder):
    with only_writer(tmp_path, "cdnow"):
        assert (tmp_path / ".locks/cdnow.owner.json").exists()


def test_a_killed_owner_holds_nothing(tmp_path, holder):
    holder.kill()
    holder.wait()
    with only_writer(tmp_path, "demo"):
        pass
    assert not (tmp_path / ".locks/demo.owner.json").exists()


def test_an_owner_without_a_name_is_no_obstacle(tmp_path, holder):
    (tmp_path / ".locks/demo.owner.json").write_text("")
    with (
        pytest.raises(ReviewLockedError, match="began or ended this moment"),
        only_writer(tmp_path, "demo"),
    ):
        pass
