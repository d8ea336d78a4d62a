"""What a number is in ``results.json``, it is in each format and in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analysis.locales import Words
from analysis.params import load_params
from analysis.report.checks import html_text
from analysis.report.shortcodes import SHORTCODE
from analysis.results import Result

from .conftest import LANGUAGES, pdf_text, slide_texts, squeezed, word_text
from .sample import REPORTS

pytestmark = [
    pytest.mark.parametrize("language", LANGUAGES),
    pytest.mark.parametrize("review", ["demo", "cdnow"]),
]
LEFTOVERS = ("?var", "?meta", "?@", "{{<", ">}}", "NaN", "nan%", "None", ":::", "not_computed")


@pytest.fixture
def run(request: pytest.FixtureRequest, review: str, language: str) -> Path:
    folder: Path = request.getfixturevalue(review)
    if not (folder / f"review.{language}.html").exists():
        pytest.skip(f"{review} is not printed in {language}")
    return folder


@pytest.fixture
def texts(run: Path, language: str) -> dict[str, str]:
    """The text of each format, without blanks."""
    stem = f"review.{language}"
    return {
        "html": squeezed(html_text((run / f"{stem}.html").read_text(encoding="utf-8"))),
        "pdf": squeezed(pdf_text(run / f"{stem}.pdf")),
        "docx": squeezed(word_text(run / f"{stem}.docx")),
        "pptx": squeezed("\n".join(slide_texts(run / f"{stem}.pptx"))),
    }


def shown_names(document: str, language: str) -> set[str]:
    """Names of the numbers that stand outside every condition of a document and its sections."""
    text = (REPORTS / f"{document}.{language}.qmd").read_text(encoding="utf-8")
    for section in re.findall(r"include _(\w+)\.qmd", text):
        text += (REPORTS / f"sections/{section}.{language}.qmd").read_text(encoding="utf-8")
    depth, names = 0, set()
    for line in text.splitlines():
        if opened := re.match(r":::+ *\{(.*)\}", line):
            depth += 1 if depth or "when-meta" in opened[1] else 0
        elif re.fullmatch(r":::+ *", line):
            depth = max(0, depth - 1)
        if not depth and 'fig-alt="' not in line:
            calls = (match["call"].split() for match in SHORTCODE.finditer(line))
            names |= {call[1] for call in calls if call[0] == "var"}
    return names


def test_a_number_is_the_same_in_every_format(
    run: Path, texts: dict[str, str], language: str
) -> None:
    words = Words.of(load_params(str(run / "params.yml")), language)
    results = {
        name: Result(**entry)
        for name, entry in json.loads((run / "results.json").read_text(encoding="utf-8")).items()
    }
    for document, formats in (("review", ("html", "pdf", "docx")), ("slides", ("pptx",))):
        names = shown_names(document, language)
        assert len(names) >= 10
        for name in names:
            shown = squeezed(words.format(results[name].value, results[name].unit))
            for to in formats:
                assert shown in texts[to], (name, to, shown)


def test_nothing_unfinished_is_shown(texts: dict[str, str]) -> None:
    for to, text in texts.items():
        found = [leftover for leftover in LEFTOVERS if leftover in text]
        assert found == [], to


def test_word_and_pdf_say_what_the_page_says(texts: dict[str, str]) -> None:
    """Each number of the page stands in Word and PDF as often, whatever order they print in."""
    numbers = {to: sorted(re.findall(r"\d+\.\d+%", texts[to])) for to in ("html", "docx")}
    assert len(numbers["html"]) > 30
    assert numbers["html"] == numbers["docx"]


def test_the_run_stands_in_every_format(run: Path, texts: dict[str, str]) -> None:
    params = load_params(str(run / "params.yml"))
    run_id = f"{params.review.name}-{params.quarter}"
    assert all(run_id in text for text in texts.values())


def test_slides_are_ten_to_fourteen(run: Path, language: str) -> None:
    slides = slide_texts(run / f"review.{language}.pptx")
    assert 10 <= len(slides) <= 14
