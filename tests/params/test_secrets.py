from __future__ import annotations

import pytest

from analysis.params.secrets import SecretError, read_key, secret_fault

KEY = "0123456789abcdef"


def test_key_of_a_variable(monkeypatch):
    monkeypatch.setenv("REVIEW_KEY", KEY)
    assert read_key("env:REVIEW_KEY") == KEY.encode()


def test_key_of_a_file_without_its_line_end(tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    assert read_key(f"file:{tmp_path / 'key'}") == KEY.encode()


def test_a_short_key_is_refused_and_not_shown(monkeypatch):
    monkeypatch.setenv("REVIEW_KEY", "hunter2")
    with pytest.raises(SecretError, match="shorter than 16 signs") as caught:
        read_key("env:REVIEW_KEY")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("reference", ["env:NO_SUCH_KEY", "file:/no/such/key", "file:/"])
def test_no_key(reference):
    assert secret_fault(reference)
