"""Whatever stands in the data is shown as text: in a table, a sentence, a key figure, a caption."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.markup import escape_markdown
from analysis.report.checks import html_text
from analysis.report.embedded import EmbeddedRenderer
from analysis.report.quarto import QuartoRenderer, find_quarto
from analysis.report.renderer import Format, Renderer
from analysis.report.running import Running

from .conftest import MakeStage, pdf_text, slide_texts, squeezed, word_text
from .hostile import HOSTILE

QUARTO = find_quarto()
RENDERERS = [
    pytest.param(EmbeddedRenderer(), id="embedded"),
    pytest.param(
        QuartoRenderer(QUARTO or Path("quarto")),
        id="quarto",
        marks=pytest.mark.skipif(QUARTO is None, reason="Quarto is not on the PATH"),
    ),
]
DOCUMENT = """
# Text {#sec-text}

::: {.kpis}
::: {.kpi}
[Hostile]{.kpi-label} [{{< var h.v000 >}}]{.kpi-value} [{{< var h.v044 >}}]{.kpi-note}
:::
:::

::: {.callout-note}
Noted: {{< var h.v003 >}}
:::

::: {#tbl-hostile}
{{< include tables/hostile.md >}}

Caption {{< var h.v000 >}}
:::

![Caption {{< var h.v001 >}}](figures/segments){#fig-segments fig-alt="Alt {{< var h.v001 >}}"}
"""
SLIDES = """
# Title {{< var h.v000 >}}

:::: {.columns}
::: {.column}
![Caption {{< var h.v001 >}}](figures/segments){fig-alt="Alt {{< var h.v001 >}}"}
:::

::: {.column}
- {{< var h.v003 >}}
:::
::::

# Table

{{< include tables/hostile.md >}}
"""


def print_hostile(renderer: Renderer, make_stage: MakeStage, to: Format) -> Path:
    """Print all of them as names in a table and as sentences, some in other places too."""
    rows = "".join(f"| {escape_markdown(text)} | 1 |\n" for text in HOSTILE)
    sentence = [f"Start {{{{< var h.v{i:03} >}}}} end.\n" for i in range(len(HOSTILE))]
    is_deck = to == "pptx"
    between = ["\n# More\n\n" if is_deck and i % 10 == 0 else "\n" for i in range(len(HOSTILE))]
    sentences = "".join(gap + text for gap, text in zip(between, sentence, strict=True))
    stage, document = make_stage(
        document=(SLIDES if is_deck else DOCUMENT) + sentences,
        tables={"hostile": f"| text | n |\n|:--|--:|\n{rows}"},
        variables={"h": {f"v{i:03}": escape_markdown(text) for i, text in enumerate(HOSTILE)}},
        review={"company": escape_markdown(HOSTILE[0]), "subtitle": escape_markdown(HOSTILE[2])},
    )
    return renderer.render(stage, {to: document})[to]


def assert_shown(text: str) -> None:
    """Each of them stands in a sentence and in a cell, sign by sign."""
    shown = squeezed(text)
    missing = [text for text in HOSTILE if f"Start{squeezed(text)}end." not in shown]
    missing += [text for text in HOSTILE if f"{squeezed(text)}1" not in shown]
    assert not missing


def attributes_of(page: str) -> list[tuple[str, str]]:
    """Names and values of all attributes as a browser reads them."""
    found: list[tuple[str, str]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda _, attributes: found.extend(  # type: ignore[method-assign]
        (name, value or "") for name, value in attributes
    )
    parser.feed(page)
    return found


def test_there_are_three_hundred() -> None:
    assert len(set(HOSTILE)) == 300


@pytest.mark.parametrize("renderer", RENDERERS)
class TestHostile:
    def test_html(self, renderer: Renderer, make_stage: MakeStage) -> None:
        page = print_hostile(renderer, make_stage, "html").read_text(encoding="utf-8")
        assert_shown(html_text(page))
        assert not re.search(r"<(script|iframe|svg|object|embed|base)\b", page)
        attributes = attributes_of(page)
        assert not [name for name, _ in attributes if name.startswith("on")]
        links = [value for name, value in attributes if name in ("href", "src", "action")]
        assert [link for link in links if not link.startswith(("#", "data:"))] == []
        assert page.count("<img ") == 1
        assert page.count("<style") == 1
        assert not re.search(r"<sup>|<sub>|<code>|<h2|<strong>|<em>|<blockquote|<math", page)

    def test_pdf(self, renderer: Renderer, make_stage: MakeStage) -> None:
        path = print_hostile(renderer, make_stage, "pdf")
        assert_shown(pdf_text(path))
        assert not re.search(rb"/S\s*/(URI|JavaScript|Launch)", path.read_bytes())

    def test_docx(self, renderer: Renderer, make_stage: MakeStage) -> None:
        path = print_hostile(renderer, make_stage, "docx")
        assert_shown(word_text(path))
        with ZipFile(path) as package:
            document = package.read("word/document.xml").decode()
            links = package.read("word/_rels/document.xml.rels").decode()
        assert re.findall(r"<w:instrText[^>]*>([^<]*)", document) == [' TOC \\o "1-2" \\n \\h \\z ']
        assert "<w:fldSimple" not in document
        assert "m:oMath" not in document
        assert "vertAlign" not in document
        assert 'TargetMode="External"' not in links

    def test_pptx(self, renderer: Renderer, make_stage: MakeStage) -> None:
        path = print_hostile(renderer, make_stage, "pptx")
        texts = slide_texts(path)
        assert_shown("\n".join(texts))
        assert len(texts) == 3 + 30  # no text has begun a slide
        with ZipFile(path) as package:
            for name in package.namelist():
                part = package.read(name).decode("utf-8", "ignore")
                assert "hlinkClick" not in part
                assert 'TargetMode="External"' not in part
                assert "m:oMath" not in part


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=80))
def test_running_heads_undo_the_escapes_alone(text: str) -> None:
    """What goes into Word's head and the foot of slides is the text, without Markdown."""
    shown = Running.of({"company": escape_markdown(text)}).company
    plain = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text)
    plain = re.sub("[\u202a-\u202e\u2066-\u2069]", "", plain)
    assert shown.replace("\u2060", "") == plain.replace("\u2060", "")
