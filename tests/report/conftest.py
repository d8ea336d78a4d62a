"""Stages to print, and the sample review as the embedded renderer prints it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from analysis.report.embedded import EmbeddedRenderer

from .sample import Sample

LANGUAGES = ("en", "zh")
MakeStage = Callable[..., tuple[Path, str]]
PrintHtml = Callable[..., str]


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
        return EmbeddedRenderer().render(stage, document, "html").read_text(encoding="utf-8")

    return render


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the sample review in both languages and formats: ``en.html`` → its path."""
    files = {}
    for language in LANGUAGES:
        stage = tmp_path_factory.mktemp(language)
        document = Sample(language).write(stage)
        for to in ("html", "pdf"):
            files[f"{language}.{to}"] = EmbeddedRenderer().render(stage, document, to)
    return files


def pdf_text(path: Path) -> str:
    """Return the text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def squeezed(text: str) -> str:
    """Return the text without blanks and joiners, which line breaks make differ."""
    return "".join(text.replace("\u2060", "").split())
