"""Stages to print, and the sample review as the embedded renderer prints it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader

from analysis.params.report_models import FORMATS, Format
from analysis.report.embedded import EmbeddedRenderer

from .sample import Sample

LANGUAGES = ("en", "zh")
MakeStage = Callable[..., tuple[Path, str]]
PrintHtml = Callable[..., str]
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture
def make_stage(tmp_path: Path) -> MakeStage:
    """Return a function that writes a stage from the fields of `Sample`."""

    def make(**fields: object) -> tuple[Path, str]:
        stage = tmp_path / f"stage-{len(list(tmp_path.iterdir()))}"
        return stage, Sample(**fields).write(stage)  # type: ignore[arg-type]

    return make


@pytest.fixture
def print_html(make_stage: MakeStage) -> PrintHtml:
    """Return a function that prints a body with the sample's tables and figures as HTML."""

    def render(body: str, **fields: object) -> str:
        stage, document = make_stage(document=body, **fields)
        printed = EmbeddedRenderer().render(stage, {"html": document})
        return printed["html"].read_text(encoding="utf-8")

    return render


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the sample review in both languages and all formats: ``en.html`` → its path."""
    files = {}
    for language in LANGUAGES:
        stage = tmp_path_factory.mktemp(language)
        documents = all_documents(Sample(language).write(stage))
        printed = EmbeddedRenderer().render(stage, documents)
        files |= {f"{language}.{to}": path for to, path in printed.items()}
    return files


def all_documents(document: str) -> dict[Format, str]:
    """Return the document of each format: slides are one of their own."""
    return {
        to: document.replace("review.", "slides.") if to == "pptx" else document for to in FORMATS
    }


def word_text(path: Path) -> str:
    """Return the text of a Word document, tables where they stand."""
    body = Document(str(path)).element.body
    return "\n".join("".join(p.itertext(f"{WORD}t")) for p in body.iter(f"{WORD}p"))


def slide_texts(path: Path) -> list[str]:
    """Return the text of each slide, notes left out."""
    return [
        "\n".join("".join(p.itertext(f"{DRAWING}t")) for p in slide.element.iter(f"{DRAWING}p"))
        for slide in Presentation(str(path)).slides
    ]


def pdf_text(path: Path) -> str:
    """Return the text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def squeezed(text: str) -> str:
    """Return the text without blanks and joiners, which line breaks make differ."""
    return "".join(text.replace("\u2060", "").split())
