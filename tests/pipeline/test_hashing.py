"""Facts about files are remembered, and never believed of a file that has changed."""

import os
import time

import pytest

from analysis.pipeline import hashing
from analysis.pipeline.hashing import FileFacts, sha256

# FIPS 180-2, appendix B.1.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def settled(monkeypatch):
    """Files count as settled at once."""
    monkeypatch.setattr(hashing, "SETTLED_NS", 0)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    return path


def reopened(facts: FileFacts, store) -> FileFacts:
    facts.save()
    return FileFacts(store)


def never(path):
    raise AssertionError(f"{path} was read again")


def test_sha256_is_the_published_one(file):
    assert sha256(file) == ABC


@pytest.mark.usefixtures("settled")
class TestFacts:
    def test_an_untouched_file_is_not_read_again(self, tmp_path, file):
        store = tmp_path / "facts.json"
        facts = FileFacts(store)
        assert facts.sha256(file) == ABC
        facts = reopened(facts, store)
        assert facts.find(file, "sha256", never) == ABC

    def test_an_edit_that_hides_is_seen(self, tmp_path, file):
        """Same size, same inode, modification time put back: the time of change tells."""
        store = tmp_path / "facts.json"
        facts = FileFacts(store)
        facts.sha256(file)
        before = file.stat()
        time.sleep(0.02)
        with file.open("r+b") as content:
            content.write(b"abd")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert file.stat().st_mtime_ns == before.st_mtime_ns
        assert reopened(facts, store).sha256(file) == sha256(file) != ABC

    def test_a_file_in_its_place_is_seen(self, tmp_path, file):
        facts = FileFacts(tmp_path / "facts.json")
        facts.sha256(file)
        other = tmp_path / "b.txt"
        other.write_bytes(b"abd")
        other.replace(file)
        assert facts.sha256(file) != ABC

    def test_facts_of_one_file_are_kept_apart(self, tmp_path, file):
        facts = FileFacts(tmp_path / "facts.json")
        assert facts.find(file, "size", lambda path: path.stat().st_size) == 3
        assert facts.sha256(file) == ABC

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"a"'])
    def test_a_store_that_cannot_be_read_is_made_anew(self, tmp_path, file, content):
        store = tmp_path / "facts.json"
        store.write_text(content)
        assert FileFacts(store).sha256(file) == ABC


def test_a_file_just_touched_is_read_each_time(tmp_path, file):
    """Within one tick of the clock a second edit would leave all times as they are."""
    store = tmp_path / "facts.json"
    facts = FileFacts(store)
    facts.sha256(file)
    found = []
    reopened(facts, store).find(file, "sha256", found.append)
    assert found == [file]
