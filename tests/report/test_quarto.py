"""Which renderer is taken, how Quarto is run, and that both print the same review."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from pypdf import PdfReader

from analysis.report.checks import RenderError, html_text
from analysis.report.quarto import QuartoRenderer, find_quarto
from analysis.report.renderer import Format, find_renderer

from .conftest import (
    LANGUAGES,
    MakeStage,
    all_documents,
    pdf_text,
    slide_texts,
    squeezed,
    word_text,
)
from .sample import Sample

QUARTO = find_quarto()
needs_quarto = pytest.mark.skipif(QUARTO is None, reason="Quarto is not on the PATH")


def fake_quarto(folder: Path, script: str) -> QuartoRenderer:
    path = folder / "quarto"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return QuartoRenderer(path, timeout_seconds=5)


class TestChoice:
    @pytest.fixture
    def no_quarto(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr("sys.executable", str(tmp_path / "bin/python"))
        return tmp_path

    def test_without_quarto_the_embedded_renderer_is_taken(self, no_quarto: Path) -> None:
        assert find_renderer("auto").name == "embedded"

    def test_quarto_on_the_path_is_taken(self, no_quarto: Path) -> None:
        fake_quarto(no_quarto, "echo 1.2.3")
        renderer = find_renderer()
        assert (renderer.name, renderer.version) == ("quarto", "1.2.3")
        assert find_renderer("embedded").name == "embedded"

    def test_quarto_beside_python_is_taken(self, no_quarto: Path) -> None:
        (no_quarto / "bin").mkdir()
        fake_quarto(no_quarto / "bin", "echo 1.2.3")
        assert find_renderer("auto").name == "quarto"

    def test_wanted_and_absent_says_how_to_get_it(self, no_quarto: Path) -> None:
        with pytest.raises(RenderError, match="conda install -c conda-forge quarto"):
            find_renderer("quarto")

    def test_the_embedded_renderer_names_its_parts(self) -> None:
        assert re.fullmatch(r"pandoc 3\S+, typst 0\S+", find_renderer("embedded").version)


class TestRunning:
    @pytest.mark.parametrize(
        ("script", "problem"),
        [
            ("echo the reason >&2; exit 3", r"Quarto failed \(3\):\nthe reason"),
            ("echo nothing", r"Quarto wrote no review\.en\.html:\nnothing"),
            ("echo '<p>?var:x</p>' > review.en.html", "a value that the run did not publish"),
            ("sleep 60", "took more than 1 s and was ended"),
        ],
    )
    def test_trouble_is_an_error(
        self, make_stage: MakeStage, tmp_path: Path, script: str, problem: str
    ) -> None:
        stage, document = make_stage()
        renderer = fake_quarto(tmp_path, script)
        if "sleep" in script:
            renderer = QuartoRenderer(renderer.executable, timeout_seconds=1)
        with pytest.raises(RenderError, match=problem):
            renderer.render(stage, {"html": document})

    def test_an_unknown_key_is_found_before_quarto_runs(
        self, make_stage: MakeStage, tmp_path: Path
    ) -> None:
        stage, document = make_stage(document="text\n\n{{< var no.such >}}\n")
        with pytest.raises(RenderError, match=r"review\.en\.qmd, line 3: unknown var key"):
            fake_quarto(tmp_path, "exit 1").render(stage, {"html": document})


class TestWordAndSlides:
    """They are printed by the pandoc that Quarto brings."""

    @pytest.mark.parametrize("swallowed", ["", "shift; "], ids=["whole", "first-swallowed"])
    @pytest.mark.parametrize("to", ["docx", "pptx"])
    def test_they_are_those_of_the_embedded_renderer(
        self,
        make_stage: MakeStage,
        tmp_path: Path,
        printed: dict[str, Path],
        to: Format,
        swallowed: str,
    ) -> None:
        pandoc = pypandoc.get_pandoc_path()
        renderer = fake_quarto(
            tmp_path, f'[ "$1" = pandoc ] || exit 9; shift; {swallowed}exec "{pandoc}" "$@"'
        )
        stage, document = make_stage()
        files = renderer.render(stage, {to: all_documents(document)[to]})
        assert files[to].read_bytes() == printed[f"en.{to}"].read_bytes()

    def test_trouble_is_an_error(self, make_stage: MakeStage, tmp_path: Path) -> None:
        stage, document = make_stage()
        with pytest.raises(RenderError, match="pandoc failed:\nthe reason"):
            fake_quarto(tmp_path, "echo the reason >&2; exit 3").render(stage, {"docx": document})


def headings(page: str) -> list[str]:
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", page, re.DOTALL)
    return [f"{level} {html_text(content)}" for level, content in found]


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,.]*", text)


def captions(text: str) -> list[str]:
    return re.findall(r"(?:Figure|Table|图|表)\s\d+:[^\n]*", text)


def bookmarks(outline: list[Any]) -> list[Any]:
    return [
        bookmarks(entry) if isinstance(entry, list) else squeezed(entry.title) for entry in outline
    ]


@pytest.fixture(scope="module")
def by_quarto(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the sample review as Quarto prints it."""
    assert QUARTO is not None
    files = {}
    for language in LANGUAGES:
        stage = tmp_path_factory.mktemp(f"quarto-{language}")
        documents = all_documents(Sample(language).write(stage))
        by_format = QuartoRenderer(QUARTO).render(stage, documents)
        files |= {f"{language}.{to}": path for to, path in by_format.items()}
    return files


@needs_quarto
@pytest.mark.parametrize("language", LANGUAGES)
class TestAgreement:
    def test_html(
        self, printed: dict[str, Path], by_quarto: dict[str, Path], language: str
    ) -> None:
        ours, theirs = (
            files[f"{language}.html"].read_text(encoding="utf-8") for files in (printed, by_quarto)
        )
        assert headings(ours) == headings(theirs)
        assert captions(html_text(ours)) == captions(html_text(theirs))
        assert numbers(html_text(ours)) == numbers(html_text(theirs))
        assert html_text(ours).split() == html_text(theirs).split()
        for page in (ours, theirs):
            assert "<script" not in page
            assert not re.search(r"https?://", page)

    def test_pdf(self, printed: dict[str, Path], by_quarto: dict[str, Path], language: str) -> None:
        ours, theirs = (files[f"{language}.pdf"] for files in (printed, by_quarto))
        assert bookmarks(PdfReader(ours).outline) == bookmarks(PdfReader(theirs).outline)
        assert numbers(pdf_text(ours)) == numbers(pdf_text(theirs))
        assert squeezed(pdf_text(ours)) == squeezed(pdf_text(theirs))

    def test_word_and_slides(
        self, printed: dict[str, Path], by_quarto: dict[str, Path], language: str
    ) -> None:
        for to, read in (("docx", word_text), ("pptx", slide_texts)):
            ours, theirs = (files[f"{language}.{to}"] for files in (printed, by_quarto))
            assert read(ours) == read(theirs)
