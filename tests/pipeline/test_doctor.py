"""What works here and what does not, each with its remedy."""

import os

import pytest

from analysis.pipeline import doctor
from analysis.pipeline.doctor import check_disk, check_memory, check_out, check_packages, examine


def state_of(finding) -> str:
    """Its state; whatever is not good has a remedy."""
    assert (finding.state == "good") == (finding.remedy == "")
    return finding.state


@pytest.mark.parametrize(
    ("pin", "state", "says"),
    [
        ("filelock>=1", "good", "as in"),
        ("filelock==0.0.1 \\", "fair", "filelock"),
        ("no-such-package==1", "fair", "no-such-package missing"),
        ('no-such-package==1 ; sys_platform == "nowhere"', "good", "as in"),
    ],
)
def test_packages(tmp_path, pin, state, says):
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"{pin}\n    --hash=sha256:0\n")
    finding = check_packages(lock)
    assert state_of(finding) == state
    assert says in finding.told


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object):
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr(doctor, "TemporaryDirectory", refuse)
    finding = check_out(tmp_path / "out")
    assert state_of(finding) == "bad"
    assert str(tmp_path) in finding.told


def test_a_disk_that_cannot_exchange(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "exchange", lambda one, other: False)
    assert state_of(check_out(tmp_path / "not/yet/there")) == "fair"


def test_want_of_disk_and_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_DISK_GB", 1e9)
    monkeypatch.setattr(doctor, "LEAST_MEMORY_GB", 1e9)
    assert state_of(check_disk(tmp_path)) == "bad"
    assert state_of(check_memory()) == "fair"


def test_what_is_not_installed_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "find_quarto", lambda: None)
    monkeypatch.setattr(doctor, "FONTS", ("No-Such-Font.otf",))
    monkeypatch.setenv("PATH", "")
    assert state_of(doctor.check_quarto()) == "fair"
    assert state_of(doctor.check_java()) == "fair"
    assert state_of(doctor.check_fonts()) == "bad"


def test_this_machine_can_make_reviews(tmp_path):
    root = doctor.Path(__file__).parents[2]
    findings = list(examine(root, tmp_path))
    assert len({finding.name for finding in findings}) == 10
    assert not [finding for finding in findings if state_of(finding) == "bad"]
