"""Text from data stays text."""

import json
import subprocess

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.markup import escape_markdown


def shown(markdown: str) -> list[str]:
    """The kinds of elements that pandoc reads, and their texts."""
    command = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=json"]
    completed = subprocess.run(command, input=markdown, capture_output=True, text=True, check=True)
    blocks = json.loads(completed.stdout)["blocks"]
    assert [block["t"] for block in blocks] == ["Para"]
    return [" " if part["t"] == "Space" else part["c"] for part in blocks[0]["c"]]


# One process reads many texts: each becomes a paragraph between words that are known.
PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"])
)


@settings(max_examples=60, deadline=None)
@given(PLAIN)
def test_any_text_comes_back_as_it_was(text):
    said = "".join(shown(f"before {escape_markdown(text)} after"))
    expected = f"before {text} after" if text else "before after"
    assert said.replace("\u2060", "") == expected


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](/etc/hostname)",
        "[x](javascript:alert(1))",
        "# heading",
        "| a | b |",
        "$x$ @fig-x [@cite] ^up^ ~down~",
        "`code`{=html}",
        "::: {.callout-note}",
        "http://example.org",
        "--- title: x ---",
    ],
)
def test_nothing_becomes_active(text):
    assert "".join(shown(f"x {escape_markdown(text)}")) == f"x {text}"


def test_shortcodes_are_broken_up():
    escaped = escape_markdown("{{< include x >}}")
    assert "{{<" not in escaped.replace("\\", "")
    assert ">}}" not in escaped.replace("\\", "")


@pytest.mark.parametrize("breaks", ["\n\n", "\r", "\t", "\x00", "\u2028"])
def test_no_block_can_begin(breaks):
    assert escape_markdown(f"a{breaks}b") == "a b"


def test_marks_that_turn_text_around_are_left_out():
    assert escape_markdown("a\u202eb\u2066c") == "abc"
