"""What may be said about the look: a logo that is only a picture, colours that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.params import dump_params, load_params
from analysis.params.colours import AA, channels, contrast, luminance, mixed
from analysis.params.report_models import DARKEST_BACKGROUND, MAX_LOGO_BYTES

from .review import problems_of, write_review

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path d="M0 0h4v2z"/></svg>'


def with_report(folder: Path, told: str) -> Path:
    path = write_review(folder)
    path.write_text(path.read_text(encoding="utf-8") + f"\nreport:\n  {told}\n", encoding="utf-8")
    return path


class TestLogo:
    @pytest.mark.parametrize(("name", "content"), [("logo.png", PNG), ("logo.svg", SVG)])
    def test_a_picture_is_taken_and_kept_relative(
        self, tmp_path: Path, name: str, content: bytes
    ) -> None:
        (tmp_path / name).write_bytes(content)
        params = load_params(with_report(tmp_path, f"logo: {name}"))
        assert params.report.logo == str(tmp_path / name)
        assert f"logo: {name}" in dump_params(params, tmp_path)

    def test_a_missing_one_is_named(self, tmp_path: Path) -> None:
        (problem,) = problems_of(with_report(tmp_path, "logo: nowhere.png"))
        assert problem.key == "report.logo"
        assert "there is no such file" in problem.message

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("logo.gif", b"GIF89a", "PNG or SVG"),
            ("logo.png", SVG, "called .png and is none"),
            ("logo.svg", PNG, "called .svg and is none"),
            ("logo.png", PNG + b"\0" * MAX_LOGO_BYTES, "larger than 300 kB"),
            ("logo.svg", b"<svg><script>x</script></svg>", '"<script"'),
            ("logo.svg", b'<svg onload="x()"/>', '"onload="'),
            ("logo.svg", b'<svg><image href="http://x/y.png"/></svg>', '"<image"'),
            ("logo.svg", b'<svg><g xlink:href="//x"/></svg>', '"href="'),
            ("logo.svg", b'<svg><path fill="url(http://x)"/></svg>', '"url("'),
            ("logo.svg", b'<!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>', '"<!"'),
            ("logo.svg", b"<svg><foreignObject/></svg>", '"<foreignObject"'),
            ("logo.svg", b"<svg><style>@import 'x'</style></svg>", '"<style"'),
        ],
    )
    def test_what_is_no_plain_picture_is_refused(
        self, tmp_path: Path, name: str, content: bytes, words: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        (problem,) = problems_of(with_report(tmp_path, f"logo: {name}"))
        assert problem.key == "report.logo"
        assert words in problem.message

    def test_a_gradient_of_its_own_is_no_fetch(self, tmp_path: Path) -> None:
        (tmp_path / "logo.svg").write_bytes(b'<svg><path fill="url(#g)"/></svg>')
        assert load_params(with_report(tmp_path, "logo: logo.svg")).report.logo


class TestColours:
    def test_dark_ones_are_taken(self, tmp_path: Path) -> None:
        told = 'colors: {brand: "#5A1846", accent: "#a0401c"}'
        colours = load_params(with_report(tmp_path, told)).report.colors
        assert (colours.brand, colours.accent) == ("#5a1846", "#a0401c")

    @pytest.mark.parametrize("key", ["brand", "accent"])
    def test_pale_ones_are_refused_with_their_contrast(self, tmp_path: Path, key: str) -> None:
        (problem,) = problems_of(with_report(tmp_path, f'colors: {{{key}: "#e8a33d"}}'))
        assert problem.key == f"report.colors.{key}"
        assert "WCAG AA" in problem.message

    @pytest.mark.parametrize("written", ["teal", "#123", "0f3d4c", "#0f3d4g"])
    def test_other_ways_of_writing_are_refused(self, tmp_path: Path, written: str) -> None:
        (problem,) = problems_of(with_report(tmp_path, f'colors: {{brand: "{written}"}}'))
        assert problem.key == "report.colors.brand"

    def test_just_legible_is_legible(self) -> None:
        greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
        legible = [grey for grey in greys if contrast(grey, DARKEST_BACKGROUND) >= AA]
        assert channels(legible[-1])[0] == 111


def test_contrast_is_that_of_the_recommendation() -> None:
    """Values that WCAG's own understanding documents and checkers give."""
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(3.998, abs=0.005)
    assert luminance("#ffffff") == pytest.approx(1)
    assert mixed("#102030", "#ffffff", 0) == "#102030"
