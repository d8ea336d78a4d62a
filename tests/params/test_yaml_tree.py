from __future__ import annotations

import math
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.params.entries import Place
from analysis.params.yaml_tree import read_yaml

PLACE = Place("a.yml", 1, "/")


def read(text):
    return read_yaml(text, PLACE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30:00", "12:30:00"),
        ("2026Q3", "2026Q3"),
        ("2026-10-05", date(2026, 10, 5)),
        ("'2026-10-05'", "2026-10-05"),
        ("2026-13-45", "2026-13-45"),
        ("2026-10-05T10:00:00", "2026-10-05T10:00:00"),
        ("12", 12),
        ("-12", -12),
        ("0", 0),
        ("'0123'", "0123"),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        ("true", True),
        ("~", None),
        ("", None),
        ("<<", "<<"),
        ("[1, [a]]", [1, ["a"]]),
        ("{b: {c: 1}}", {"b": {"c": 1}}),
        ("|\n  one\n  two", "one\ntwo"),
    ],
)
def test_values_are_not_coerced(text, value):
    entry, problems = read(f"a: {text}")
    assert problems == []
    assert entry.plain() == {"a": value}
    assert type(entry.plain()["a"]) is type(value)


@pytest.mark.parametrize(
    "text", ["0123", "08", "1_000", "0x1F", "0o17", "0b1", "9" * 5000, "1_0.5"]
)
def test_numbers_with_two_readings(text):
    _, problems = read(f"x: 1\na: {text}")
    assert [(p.line, p.key) for p in problems] == [(2, "a")]
    assert "more than one number" in problems[0].message
    assert len(problems[0].message) < 250


def test_lines():
    entry, _ = read("# note\na:\n  b:\n    - 1\n    - c: 2\n")
    a = entry.value["a"]
    b = a.value["b"]
    assert (a.place.line, b.place.line) == (2, 3)
    assert [item.place.line for item in b.value] == [4, 5]
    assert b.value[1].value["c"].place.line == 5


@pytest.mark.parametrize(
    ("text", "line", "key", "word"),
    [
        ("a: 1\nb: 2\na: 3", 3, "a", "twice (first on line 1)"),
        ("a:\n  b: 1\n  b: 1", 3, "a.b", "twice"),
        ("a: &x 1", 1, "a", "anchor"),
        ("&x a: 1", 1, "a", "anchor"),
        ("a: &x {b: 1}", 1, "a", "anchor"),
        ("b: 1\na: *x", 2, "a", "alias"),
        ("a: !!str 1", 1, "a", "tag"),
        ("a: !x [1]", 1, "a", "tag"),
        ("a: !!python/object/apply:os.system ['true']", 1, "a", "tag"),
        ("a:\n  ? [x]\n  : 1", 2, "a", "key must be a word"),
        ("a:\n  {q.__class__}: 1", 2, "a", "key must be a word"),
        ("a:\n  *x : 1", 2, "a", "key must be a word"),
    ],
)
def test_refused_but_read_on(text, line, key, word):
    entry, problems = read(text)
    assert entry is not None
    assert any((p.line, p.key) == (line, key) and word in p.message for p in problems)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\n\tb: 2", 2, "tab"),
        ("a: b: c", 1, "column 5 on: a second colon"),
        ("a: 1\nb\nc: 2", 2, "no key"),
        ("a: [1, 2\nb: 3", 1, "["),
        ("a: {b: 1\nc: 2", 1, "{"),
        ('a: 1\nb: "never\nc: 2\n', 2, "never closes"),
        ("a:\n  b: 1\n c: 2", 3, "indentation"),
        ("a: @x", 1, "quotation marks"),
        ('a: "\\q"', 1, "single quotation marks"),
        ("a: 1\nb: \x07", 2, "invisible control character"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("%YAML 1.1\n---\na: NO", 1, "%"),
        ("%TAG ! tag:x,2000:\n---\na: 1", 1, "%"),
        ("a: !x!y 1", 1, "not YAML"),
        ("a: " + "[" * 20, 1, "nested"),
        ("a: [" + "1, " * 20_000 + "]", 1, "too many values"),
        ("\n" * 30_000, 1, "too many lines"),
    ],
)
def test_unusable(text, line, words):
    entry, problems = read(text)
    assert entry is None
    assert [p.line for p in problems] == [line]
    assert words in problems[0].message


def test_laughs_stay_small():
    laughs = 'a: &a ["ha"]\n' + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    started = time.perf_counter()
    _, problems = read(laughs)
    assert time.perf_counter() - started < 1
    assert {p.line for p in problems} == set(range(1, 10))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    entry, problems = read(text)
    assert entry is not None or problems


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@#?, \n\t01~<", max_size=60))
def test_any_syntax_is_read_or_refused(text):
    entry, problems = read(text)
    assert entry is not None or problems
