"""The Word report has real styles, tables and fields, and says what it is."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument

from analysis.report.columns import column_shares
from analysis.report.word_finish import table_text

from .conftest import LANGUAGES, WORD, squeezed

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def document(printed: dict[str, Path], language: str) -> WordDocument:
    return Document(str(printed[f"{language}.docx"]))


def section_width(document: WordDocument) -> int:
    section = document.sections[0]
    return section.page_width - section.left_margin - section.right_margin


def test_text_stands_in_styles_by_name(document: WordDocument) -> None:
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    expected = {
        *("Heading 1", "Heading 2", "Verdict", "Finding", "Needs", "Fine Print", "Definition"),
        *("Image Caption", "Table Caption", "Captioned Figure", "TOC Heading", "toc 1", "toc 2"),
        *("Callout Note", "Callout Note Title", "Callout Warning", "Callout Warning Title"),
    }
    assert expected <= used
    # Each style that is used is defined: Word would show what is not in its own.
    assert all(paragraph.style for paragraph in document.paragraphs)


def test_tables_are_tables_with_a_head_that_repeats(document: WordDocument) -> None:
    cover, key_figures, *tables = document.tables
    assert cover.style is not None
    assert cover.style.name == "Cover"
    assert key_figures.style is not None
    assert key_figures.style.name == "KeyFigures"
    assert len(tables) == 1
    for table in tables:
        assert table.style is not None
        assert table.style.name == "Table"
        assert table.rows[0]._tr.trPr.find(f"{WORD}tblHeader") is not None
        assert all(row._tr.trPr.find(f"{WORD}cantSplit") is not None for row in table.rows)
        widths = [cell.width for cell in table.rows[0].cells]
        assert sum(widths) == pytest.approx(section_width(document), rel=1e-3)
        assert len(set(widths)) > 2


def test_the_run_stands_in_body_foot_and_properties(document: WordDocument) -> None:
    section = document.sections[0]
    texts = [
        "".join(document.tables[0]._tbl.itertext()),
        "".join(section.footer._element.itertext()),
        "".join(section.first_page_footer._element.itertext()),
        document.core_properties.keywords,
    ]
    assert all("demo-20250930" in text for text in texts)


def test_company_quarter_and_confidentiality_run_on_each_page(
    document: WordDocument, language: str
) -> None:
    head = "".join(document.sections[0].header._element.itertext())
    for text in {
        "en": ("Harbour & Vale Trading", "Q3 2025", "Internal"),
        "zh": ("海谷贸易有限公司", "2025 年第三季度", "内部资料"),
    }[language]:
        assert text in head
    fields = [
        f.get(f"{WORD}instr") for f in document.sections[0].footer._element.iter(f"{WORD}fldSimple")
    ]
    assert fields == [" PAGE ", " NUMPAGES "]


def test_pictures_have_alternative_texts(document: WordDocument) -> None:
    pictures = document.element.xpath("//pic:pic")
    texts = document.element.xpath("//wp:docPr/@descr")
    assert len(pictures) == len(texts) == 1
    assert all(len(text) > 10 for text in texts)


def test_links_lead_to_bookmarks(document: WordDocument) -> None:
    anchors = set(document.element.xpath("//w:hyperlink/@w:anchor"))
    assert {"tbl-segments", "sec-value", "fig-segments", "sec-glossary"} <= anchors
    assert anchors <= set(document.element.xpath("//w:bookmarkStart/@w:name"))


def test_the_contents_are_a_field_with_all_chapters(document: WordDocument) -> None:
    assert 'TOC \\o "1-2"' in "".join(document.element.xpath("//w:instrText/text()"))
    entries = [
        squeezed(p.text) for p in document.paragraphs if p.style and p.style.name.startswith("toc")
    ]
    headings = [
        squeezed(p.text)
        for p in document.paragraphs
        if p.style and p.style.name.startswith("Heading")
    ]
    assert entries == headings


def test_nothing_tells_when_it_was_made(printed: dict[str, Path], language: str) -> None:
    for to in ("docx", "pptx"):
        with ZipFile(printed[f"{language}.{to}"]) as package:
            assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert package.namelist()[0] == "[Content_Types].xml"
            core = package.read("docProps/core.xml").decode()
        assert core.count("1980-01-01T00:00:00Z") == 2


@pytest.mark.parametrize("to", ["docx", "pptx"])
def test_every_part_is_declared_and_every_declared_part_is_there(
    printed: dict[str, Path], language: str, to: str
) -> None:
    with ZipFile(printed[f"{language}.{to}"]) as package:
        names = set(package.namelist())
        types = package.read("[Content_Types].xml").decode()
        declared = {name.lstrip("/") for name in re.findall(r'PartName="([^"]*)"', types)}
        assert declared <= names
        for name in names:
            if name.endswith(".rels"):
                folder = Path(name).parent.parent
                for target in re.findall(r'Target="([^"]*)"', package.read(name).decode()):
                    path = Path(target.lstrip("/")) if target.startswith("/") else folder / target
                    parts: list[str] = []
                    for part in path.parts:
                        parts = parts[:-1] if part == ".." else [*parts, part]
                    assert "/".join(parts) in names, (name, target)


def test_chinese_is_never_slanted(document: WordDocument, language: str) -> None:
    slanted = document.element.xpath("//w:body//w:i")
    assert bool(slanted) == (language == "en")


def test_chinese_letters_count_twice(language: str) -> None:
    latin, chinese = column_shares([["n", "n"], ["abcd", "客户"]], letters=50)
    assert chinese == latin
    assert sum(column_shares([["a", "客户分层", ""]], letters=50)) == pytest.approx(1)


def test_wide_tables_are_set_smaller_rather_than_break_words(language: str) -> None:
    assert table_text([["Segment", "n"], ["Champions", "12"]]) == "TableText"
    assert table_text([["Probability"] * 6, ["1"] * 6]) == "TableTextSmall"
    assert table_text([["Probability"] * 8, ["1"] * 8]) == "TableTextSmallest"
    assert table_text([["重点客户管理"] * 7, ["1"] * 7]) == "TableText"
    assert table_text([["重点客户管理"] * 8, ["1"] * 8]) == "TableTextSmall"
