"""What the embedded renderer prints, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from analysis.report.checks import RenderError, html_text
from analysis.report.embedded import EmbeddedRenderer

from .conftest import LANGUAGES, MakeStage, PrintHtml, pdf_text, squeezed, word_text

NUMBERED = {
    "en": {
        "html": ("Figure 1: Two in five", "Table 1: Segments", "1.1 How we score", "4 Glossary"),
        "pdf": ("Figure 1: Two in five", "Table 1: Segments", "1.1 How we score", "4 Glossary"),
        "docx": ("Figure 1: Two in five", "Table 1: Segments", "1.1 How we score", "4 Glossary"),
    },
    # In Chinese Typst sets a gap, where Quarto's HTML sets a colon.
    "zh": {
        "html": ("图 1: 五分之二", "表 1: 季度末", "1.1 如何评分", "4 名词解释"),
        "pdf": ("图 1 五分之二", "表 1 季度末", "1.1 如何评分", "4 名词解释"),
        "docx": ("图 1: 五分之二", "表 1: 季度末", "1.1 如何评分", "4 名词解释"),
    },
}
REFERENCES = {
    "en": ("Table 1 lists the segments, Section 2 what", "in Section 4."),
    "zh": ("各层客户见 表 1，其价值见 小节 2。", "释义见 小节 4。"),
}


def text_of(printed: dict[str, Path], language: str, to: str) -> str:
    path = printed[f"{language}.{to}"]
    if to == "html":
        return html_text(path.read_text(encoding="utf-8"))
    return pdf_text(path) if to == "pdf" else word_text(path)


@pytest.mark.parametrize("to", ["html", "pdf", "docx"])
@pytest.mark.parametrize("language", LANGUAGES)
class TestSample:
    def test_captions_and_headings_are_numbered(
        self, printed: dict[str, Path], language: str, to: str
    ) -> None:
        text = squeezed(text_of(printed, language, to))
        for expected in NUMBERED[language][to]:
            assert squeezed(expected) in text

    def test_references_are_resolved(
        self, printed: dict[str, Path], language: str, to: str
    ) -> None:
        text = squeezed(text_of(printed, language, to))
        for expected in REFERENCES[language]:
            assert squeezed(expected) in text

    def test_values_and_cells_stand_in_the_text(
        self, printed: dict[str, Path], language: str, to: str
    ) -> None:
        text = squeezed(text_of(printed, language, to))
        for expected in ("2,357", "¥20.48m", "+3.1%", "59.2–63.6%", "¥8,214,300", "-0.1%"):
            assert expected in text

    def test_conditions_hide_what_does_not_apply(
        self, printed: dict[str, Path], language: str, to: str
    ) -> None:
        text = text_of(printed, language, to)
        assert "HIDDEN" not in text
        assert "不应出现" not in text
        assert "customer_id" in text

    def test_printing_twice_gives_the_same_bytes(
        self, printed: dict[str, Path], make_stage: MakeStage, language: str, to: str
    ) -> None:
        stage, document = make_stage(language=language)
        again = EmbeddedRenderer().render(stage, {to: document})[to]  # type: ignore[arg-type]
        assert again.read_bytes() == printed[f"{language}.{to}"].read_bytes()


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_html_needs_nothing_from_outside(printed: dict[str, Path], language: str, tag: str) -> None:
    page = printed[f"{language}.html"].read_text(encoding="utf-8")
    assert f'<html lang="{tag}">' in page
    assert "Content-Security-Policy\" content=\"default-src 'none'" in page
    assert not re.search(r"https?://|<script|\son\w+=|@import|url\(", page)
    assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)"', page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_figures_have_alternative_texts(printed: dict[str, Path], language: str) -> None:
    page = printed[f"{language}.html"].read_text(encoding="utf-8")
    images = re.findall(r"<img [^>]*>", page)
    assert images
    assert all(re.search(r'alt="[^"]{10,}"', image) for image in images)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_has_bookmarks_fonts_and_no_date(printed: dict[str, Path], language: str) -> None:
    reader = PdfReader(printed[f"{language}.pdf"])
    assert len(reader.outline) >= 5
    assert reader.metadata is not None
    assert "/CreationDate" not in reader.metadata
    assert str(reader.metadata["/Keywords"]) == "demo-20250930"
    names = re.findall(rb"/BaseFont\s*/[A-Z]{6}\+(\w+)", printed[f"{language}.pdf"].read_bytes())
    assert set(names) == {b"NotoSansSC", b"NotoSerifSC"}


def test_pdf_figures_have_alternative_texts(printed: dict[str, Path]) -> None:
    source = printed["en.pdf"].with_suffix(".typ").read_text(encoding="utf-8")
    assert 'alt: "Bar chart of customers by segment: 212 champions' in source


def test_pdf_has_running_heads_and_page_numbers(printed: dict[str, Path]) -> None:
    pages = PdfReader(printed["en.pdf"]).pages
    second = squeezed(pages[1].extract_text())
    assert squeezed("Harbour & Vale Trading") in second
    assert "Internal" in second
    assert f"Page2of{len(pages)}" in second


def test_conditions_follow_the_metadata(print_html: PrintHtml) -> None:
    body = """
::: {.content-visible when-meta="has.surveys"}
asked
:::

::: {.content-hidden when-meta="has.surveys"}
unasked
:::

::: {.content-hidden when-meta="has.nothing_of_the_kind"}
no such key
:::
"""
    shown = html_text(print_html(body, review={"has": {"surveys": True}}))
    assert "asked" in shown.split()
    assert "unasked" not in shown
    assert "no such key" in shown


def test_metadata_are_shown_as_text(print_html: PrintHtml) -> None:
    page = print_html("# A\n", review={"company": r"\<b\>Bold\</b\> & Sons", "quarter": "Q\\*"})
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Sons" in page
    assert "<li>Q*</li>" in page


def test_a_default_title_stands_on_a_callout(print_html: PrintHtml) -> None:
    page = print_html("---\nlang: zh\n---\n\n::: {.callout-note}\n文字\n:::\n")
    assert "注记" in html_text(page)


def test_lines_of_chinese_are_joined_without_a_gap(print_html: PrintHtml) -> None:
    page = print_html("---\nlang: zh\n---\n\n增长来自订单，\n而非频率。共 8\n位 and\nso on\n")
    assert "增长来自订单，而非频率。共 8 位 and so on" in html_text(page)


TABLE = "| a |\n|---|\n| 1 |\n"
FIGURE = '![Cap](figures/segments){#fig-a fig-alt="Alt"}\n'


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        ("See @fig-none.\n", 3, "@fig-none refers to nothing"),
        ("# A {#sec-a .unnumbered}\n\nSee @sec-a.\n", 5, "section without a number"),
        (f"{FIGURE}\n{FIGURE}", 3, "the identifier fig-a stands twice"),
        ("# A {#sec-a}\n\n# B {#sec-a}\n", 3, "the identifier sec-a stands twice"),
        ("See @knuth84.\n", 3, "citations are not supported: @knuth84"),
        (f"{FIGURE}\nSee [@fig-a].\n", 5, "without brackets"),
        ("::: {.callout-caution}\nx\n:::\n", 3, "the block .callout-caution is not supported"),
        ("::: {.callout-note collapse=true}\nx\n:::\n", 3, "attribute collapse of a callout"),
        ("::: {.callout-note}\n## x\n:::\n", 3, "a heading in a callout is not supported"),
        ("::: {.panel-tabset}\n## A\n:::\n", 3, "the block .panel-tabset is not supported"),
        ("::: {#fig-a layout-ncol=2}\nx\n:::\n", 3, "the block #fig-a is not supported"),
        ("::: {#tbl-a layout-ncol=2}\nx\n:::\n", 3, "attribute layout-ncol of a table"),
        ("::: {.column-margin}\nx\n:::\n", 3, "the block .column-margin is not supported"),
        ("::: {.verdikt}\nx\n:::\n", 3, "the block .verdikt is not supported"),
        ("::: {.content-visible when-format=html}\nx\n:::\n", 3, "with when-meta="),
        ('::: {.content-visible when-meta="run_id"}\nx\n:::\n', 3, "must name true or false"),
        ("::: {#tbl-a}\nno table\n:::\n", 3, "must hold a table, an empty line and a caption"),
        (f"{TABLE}\n: Cap {{#tbl-a}}\n", 7, "wrap the table in ::: {#tbl-name}"),
        ("![Cap](figures/segments)\n", 3, "a figure needs an identifier"),
        ("![Cap](figures/segments){#fig-a}\n", 3, 'fig-a has no fig-alt="…"'),
        ('![Cap](figures/segments){#fig-a fig-alt="x" width=50%}\n', 3, "attribute width"),
        ('![Cap](/etc/x.png){#fig-a fig-alt="x"}\n', 3, "the picture /etc/x.png is not supported"),
        ('![Cap](https://x/y.png){#fig-a fig-alt="x"}\n', 3, "is not supported"),
        ("a ![Cap](figures/segments) b\n", 3, "must stand alone in its paragraph"),
        ("<b>bold</b>\n", 3, "raw html is not supported: <b>"),
        ("`#read(1)`{=typst}\n", 3, "raw typst is not supported"),
        ("$e = mc^2$\n", 3, "mathematics is not supported"),
        ("```python\n1\n```\n", 3, "code that is run or coloured (python) is not supported"),
        ("`{python} 1`\n", 3, "code that is run or coloured ({python}) is not supported"),
        ("[x]{.aside}\n", 3, "the span .aside is not supported"),
        ("# A {.scrollable}\n", 3, "the class .scrollable of a heading is not supported"),
        ("::: {.verdict}\nnever closed\n", None, "unclosed"),
        ("text\n\n:::\n", None, "opened or closed once too often"),
        ("::: {.kpis}\n::: {.kpi}\n[a]{.kpi-label}\n:::\n:::\n", None, "class .kpi-value"),
    ],
)
@pytest.mark.parametrize("to", ["html", "pdf", "docx"])
def test_what_is_not_supported_is_named_with_its_line(
    make_stage: MakeStage, body: str, line: int | None, problem: str, to: str
) -> None:
    stage, document = make_stage(document=f"A line.\n\n{body}")
    with pytest.raises(RenderError) as error:
        EmbeddedRenderer().render(stage, {to: document})  # type: ignore[arg-type]
    assert problem in str(error.value)
    if line is not None:
        assert f"review.en.qmd, line {line}: " in str(error.value)
    assert not list(stage.glob("review.en.[hpd]*"))


def test_a_figure_that_was_not_drawn_is_named(print_html: PrintHtml) -> None:
    with pytest.raises(RenderError, match=r"figures/none\.svg: there is no such figure"):
        print_html('![Cap](figures/none){#fig-a fig-alt="Alt"}\n')


def test_a_figure_that_leads_out_of_the_stage_is_refused(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage, document = make_stage(document='![Cap](figures/out){#fig-a fig-alt="Alt"}\n')
    (tmp_path / "secret.svg").write_text("<svg/>", encoding="utf-8")
    (stage / "figures/out.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(RenderError, match="must be an SVG or PNG file in figures/"):
        EmbeddedRenderer().render(stage, {"html": document})


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("bibliography: x.bib", "bibliography cannot stand in the front matter"),
        ("format: pdf", "format cannot stand in the front matter"),
        ("lang: [", "not valid YAML"),
    ],
)
def test_the_front_matter_is_checked(print_html: PrintHtml, front: str, problem: str) -> None:
    with pytest.raises(RenderError, match=problem):
        print_html(f"---\n{front}\n---\n\n# A\n")


def test_an_unknown_project_option_is_refused(make_stage: MakeStage) -> None:
    stage, document = make_stage()
    with (stage / "_quarto.yml").open("a", encoding="utf-8") as project:
        project.write("\nbook: {chapters: [a]}\n")
    with pytest.raises(RenderError, match=r"_quarto\.yml: .* does not know book"):
        EmbeddedRenderer().render(stage, {"html": document})
