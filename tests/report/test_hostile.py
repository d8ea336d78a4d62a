"""Whatever stands in the data is shown as text, in a table, a sentence, a key figure, a caption."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report.checks import html_text
from analysis.report.embedded import EmbeddedRenderer
from analysis.report.renderer import Format, Renderer

from .conftest import MakeStage, pdf_text, squeezed
from .sample import escape

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "&lt;b&gt; &amp; &#60;",
    "[link](javascript:alert(1)) ![x](/etc/hostname)",
    "{{< include /etc/passwd >}}",
    "{{< var customers.total >}}",
    "close >}} it",
    '#read("/etc/passwd") #import "x"',
    "`raw`{=typst} ```{=html}",
    "$e=mc^2$ \\alpha \\begin{x}",
    "@fig-segments [@x; @y] ?@fig-x",
    "* _ ** ~~ ^a^ ~b~ == ++ //",
    "= a heading",
    "== b",
    "/ term: c",
    "- item",
    "+ item",
    "1. one",
    "# head",
    "> quote",
    "| cell | cell |",
    "::: {.callout-note}",
    ":::",
    "--- -- ... -1 --x -?",
    "\"double\" 'single' it's",
    "https://example.org//x /* y */ // z",
    "<https://example.org> me@example.org",
    "=HYPERLINK(1)",
    "<tag> <label>",
    "line\\",
    "x" * 200,
    "王小明（“客户”）",
    "שלום",
]
DOCUMENT = """
# Text {#sec-text}

::: {.kpis}
::: {.kpi}
[Hostile]{.kpi-label} [{{< var h.v00 >}}]{.kpi-value} [{{< var h.v04 >}}]{.kpi-note}
:::
:::

::: {#tbl-hostile}
{{< include tables/hostile.md >}}

Caption {{< var h.v00 >}}
:::

![Caption {{< var h.v01 >}}](figures/segments){#fig-segments fig-alt="Alt {{< var h.v01 >}}"}
"""


def print_hostile(renderer: Renderer, make_stage: MakeStage, to: Format) -> Path:
    rows = "".join(f"| {escape(text)} | 1 |\n" for text in HOSTILE)
    sentences = "".join(f"\nStart {{{{< var h.v{i:02} >}}}} end.\n" for i in range(len(HOSTILE)))
    stage, document = make_stage(
        document=DOCUMENT + sentences,
        tables={"hostile": f"| text | n |\n|:--|--:|\n{rows}"},
        variables={"h": {f"v{i:02}": escape(text) for i, text in enumerate(HOSTILE)}},
    )
    return renderer.render(stage, {to: document})[to]


def assert_shown(text: str) -> None:
    shown = squeezed(text)
    missing = [text for text in HOSTILE if f"Start{squeezed(text)}end." not in shown]
    missing += [text for text in HOSTILE if f"{squeezed(text)}1" not in shown]
    assert not missing


@pytest.fixture(scope="session")
def embedded() -> Renderer:
    return EmbeddedRenderer()


def test_html_shows_hostile_text(embedded: Renderer, make_stage: MakeStage) -> None:
    page = print_hostile(embedded, make_stage, "html").read_text(encoding="utf-8")
    assert_shown(html_text(page))
    assert "<script" not in page
    assert '<a href="javascript' not in page
    assert page.count("<img ") == 1


def test_pdf_shows_hostile_text(embedded: Renderer, make_stage: MakeStage) -> None:
    assert_shown(pdf_text(print_hostile(embedded, make_stage, "pdf")))
