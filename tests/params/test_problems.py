from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.params import ParamsError, Problem
from analysis.params.problems import closest, escape, shorten


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.yml", 3, "b.c", "is bad."), "a.yml, line 3, b.c: is bad."),
        (Problem("a.yml", None, "", "is bad."), "a.yml: is bad."),
        (
            Problem("--set", None, "b", "is bad.", "Allowed: x.", "x"),
            '--set, b: is bad. Did you mean "x"? Allowed: x.',
        ),
    ],
)
def test_text(problem, text):
    assert str(problem) == text
    assert str(ParamsError([problem, problem])) == f"{text}\n{text}"


def test_escape():
    assert escape("a\n\x1b\u202e\u200b\ud800灯") == "a\\n\\x1b\\u202e\\u200b\\ud800灯"


@given(st.text(max_size=300))
def test_shortened_text_is_short_and_printable(text):
    shown = shorten(text)
    assert len(shown) <= 60
    assert shown.isprintable()
    if len(text) <= 60 and text.isprintable():
        assert shown == text


def test_closest():
    assert closest("Window_Month", ["window_months", "map"]) == "window_months"
    assert closest("zzz", ["window_months", "map"]) is None
    assert closest("x" * 100_000, ["x"]) is None
