"""The theme is one: HTML and PDF share their colours, and every text can be read."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.report.palette import write_palette

from .sample import REPORTS

CSS = (REPORTS / "theme/review.css").read_text(encoding="utf-8")
TYPST = (REPORTS / "theme/look.typ").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
AA = 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("ink", "paper"),
        ("muted", "paper"),
        ("muted", "wash"),
        ("brand", "wash"),
        ("brand-light", "paper"),
        ("accent", "paper"),
        ("accent", "note-wash"),
        ("paper", "brand"),
        ("brand-pale", "brand"),
        ("note", "note-wash"),
        ("tip", "tip-wash"),
        ("important", "important-wash"),
        ("warning", "warning-wash"),
    ],
)
def test_text_can_be_read_on_its_background(text: str, background: str) -> None:
    assert contrast(COLOURS[text], COLOURS[background]) >= AA


def test_pdf_and_html_have_the_same_colours(tmp_path: Path) -> None:
    assert "rgb(" not in TYPST
    assert '#import "colours.typ": *' in TYPST
    (tmp_path / "theme").mkdir()
    shutil.copy(REPORTS / "theme/review.css", tmp_path / "theme")
    write_palette(tmp_path)
    told = (tmp_path / "theme/colours.typ").read_text(encoding="utf-8")
    assert dict(re.findall(r'#let ([\w-]+) = rgb\("(#\w+)"\)', told)) == COLOURS


def test_the_theme_loads_nothing() -> None:
    for path in (REPORTS / "theme").iterdir():
        assert not re.search(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path
