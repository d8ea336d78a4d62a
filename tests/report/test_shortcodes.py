"""Values and includes are put into the text, or refused with document and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report.checks import RenderError
from analysis.report.shortcodes import Expansion

VARIABLES = {"customers": {"total": "2,357", "known": True, "none": None}, "n": 3, "two": "a\nb"}
METADATA = {"company": "Harbour & Vale"}


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    folder = tmp_path / "stage"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables/t.md").write_text("| a |\n|---|\n| {{< var n >}} |\n", encoding="utf-8")
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    return folder


def expand(stage: Path, text: str) -> str:
    return Expansion(stage, VARIABLES, METADATA).expand(text.splitlines(), "review.en.qmd")


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("{{< var customers.total >}} of {{<var n>}}", "2,357 of 3\n"),
        ("{{< meta company >}}", "Harbour & Vale\n"),
        ("{{< include tables/t.md >}}", "| a |\n|---|\n| 3 |\n"),
        ("{{< pagebreak >}}", "\n::: {.pagebreak}\n:::\n\n"),
        (r"\{\{\< var n \>\}\}", "\\{\\{\\< var n \\>\\}\\}\n"),
    ],
)
def test_supported_shortcodes(stage: Path, text: str, expanded: str) -> None:
    assert expand(stage, text) == expanded


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{< var customers.totl >}}", "unknown var key 'customers.totl'; see _variables.yml"),
        ("{{< var customers >}}", "unknown var key 'customers'"),
        ("{{< var customers.known >}}", "unknown var key"),
        ("{{< var customers.none >}}", "unknown var key"),
        ("{{< var two >}}", "more than one line"),
        ("{{< var a b >}}", "takes one key"),
        ("{{< meta firm >}}", "unknown meta key 'firm'; see _review.yml"),
        ("{{< video x.mp4 >}}", "unknown shortcode 'video'"),
        ("text {{< include tables/t.md >}}", "must stand alone on its line"),
        ("{{< pagebreak >}} text", "must stand alone on its line"),
        ("{{< include tables/none.md >}}", "there is no such file"),
        ("{{< include ../secret.md >}}", "leaves the stage folder"),
        ("{{{< var n >}}}", "in three braces is not supported"),
        ('::: {.callout-note title="{{< var n >}}"}', "a value cannot stand in a title"),
        ("{{< var", "not closed on its line"),
        ("```{python}", "a review executes nothing; python cells belong into notebooks/"),
        ("~~~ {r}", "r cells belong"),
    ],
)
def test_everything_else_is_refused_with_its_line(stage: Path, text: str, problem: str) -> None:
    with pytest.raises(RenderError) as error:
        expand(stage, f"text\n\n{text}")
    assert str(error.value).startswith("review.en.qmd, line 3: ")
    assert problem in str(error.value)


def test_a_problem_in_an_included_file_names_that_file(stage: Path) -> None:
    (stage / "tables/t.md").write_text("| {{< var x >}} |", encoding="utf-8")
    with pytest.raises(RenderError, match=r"^tables/t\.md, line 1: unknown var key 'x'"):
        expand(stage, "{{< include tables/t.md >}}")


def test_a_section_is_put_in_place_with_what_it_includes(stage: Path) -> None:
    (stage / "_a.qmd").write_text("before\n{{< include tables/t.md >}}\nafter\n", encoding="utf-8")
    assert expand(stage, "{{< include _a.qmd >}}") == "before\n| a |\n|---|\n| 3 |\nafter\n"


def test_a_table_includes_nothing(stage: Path) -> None:
    (stage / "tables/t.md").write_text("{{< include _a.qmd >}}", encoding="utf-8")
    with pytest.raises(RenderError, match=r"^tables/t\.md, line 1: .* must stand alone"):
        expand(stage, "{{< include tables/t.md >}}")


def test_a_section_never_includes_itself(stage: Path) -> None:
    (stage / "_a.qmd").write_text("{{< include _b.qmd >}}", encoding="utf-8")
    (stage / "_b.qmd").write_text("text\n{{< include _a.qmd >}}", encoding="utf-8")
    with pytest.raises(RenderError, match=r"^_b\.qmd, line 2: .*includes itself"):
        expand(stage, "{{< include _a.qmd >}}")


def test_all_problems_come_at_once(stage: Path) -> None:
    with pytest.raises(RenderError) as error:
        expand(stage, "{{< var x >}}\n{{< video >}}")
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "review.en.qmd, line 1",
        "review.en.qmd, line 2",
    ]
