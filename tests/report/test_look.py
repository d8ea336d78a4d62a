"""Cover, logo and colours of a company, in each format."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader

from analysis.params.colours import AA, contrast
from analysis.params.report_models import DARKEST_BACKGROUND
from analysis.report.embedded import EmbeddedRenderer
from analysis.report.logo import stage_logo
from analysis.report.palette import own_colours, read_palette, write_palette

from .conftest import MakeStage, all_documents
from .sample import REPORTS, png

BRAND, ACCENT = "#5a1846", "#a0401c"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40">'
    '<rect width="160" height="40" fill="#5a1846"/></svg>'
)


@pytest.fixture(params=["svg", "png"])
def dressed(request: pytest.FixtureRequest, make_stage: MakeStage, tmp_path: Path) -> dict:
    """The sample in all formats with a logo and colours of its own."""
    logo = tmp_path / f"ours.{request.param}"
    logo.write_bytes(SVG.encode() if request.param == "svg" else png(160, 40))
    stage, document = make_stage(review={"logo": f"figures/company-logo.{request.param}"})
    assert stage_logo(logo, stage) == f"figures/company-logo.{request.param}"
    write_palette(stage, BRAND, ACCENT)
    return EmbeddedRenderer().render(stage, all_documents(document))


def test_every_format_has_logo_and_colours(dressed: dict[str, Path]) -> None:
    page = dressed["html"].read_text(encoding="utf-8")
    assert page.count('<p class="cover-logo"><img src="data:image/') == 1
    assert f"--brand: {BRAND};" in page
    assert f"--accent: {ACCENT};" in page

    pictures = len(PdfReader(dressed["pdf"]).pages[0].images)
    drawn = dressed["pdf"].with_suffix(".typ").read_text(encoding="utf-8")
    assert 'logo: "figures/company-logo.' in drawn
    assert pictures <= 1  # an SVG stays a drawing

    word = Document(str(dressed["docx"]))
    assert word.paragraphs[0].style is not None
    assert word.paragraphs[0].style.name == "Cover Logo"
    assert len(word.paragraphs[0]._p.xpath(".//pic:pic")) == 1
    assert str(word.styles["Heading 1"].font.color.rgb) == BRAND[1:].upper()

    cover = Presentation(str(dressed["pptx"])).slides[0]
    (picture,) = [shape for shape in cover.shapes if shape.name == "Logo"]
    assert picture.width / picture.height == pytest.approx(4, rel=0.02)
    assert picture.image.content_type == "image/png"
    with ZipFile(dressed["pptx"]) as package:
        theme = package.read("ppt/theme/theme1.xml").decode()
    assert f'<a:accent1><a:srgbClr val="{BRAND[1:].upper()}"/>' in theme


def test_without_a_logo_there_is_none(printed: dict[str, Path]) -> None:
    assert "<img" not in printed["en.html"].read_text(encoding="utf-8").split("<main")[0]
    shapes = Presentation(str(printed["en.pptx"])).slides[0].shapes
    assert "Logo" not in [shape.name for shape in shapes]


@pytest.mark.parametrize("brand", ["#0f3d4c", "#5a1846", "#000000", "#6a6a00", "#1a1aff"])
def test_whatever_follows_from_a_brand_can_be_read(brand: str) -> None:
    colours = own_colours(brand, None)
    assert contrast(colours["brand-light"], "#ffffff") >= AA
    assert contrast(colours["brand-pale"], brand) >= AA


def test_the_darkest_background_is_the_darkest(make_stage: MakeStage) -> None:
    """Params promise that a colour can be read wherever the theme sets text in it."""
    stage, _ = make_stage()
    palette = read_palette(stage)
    css = (REPORTS / "theme/review.css").read_text(encoding="utf-8")
    used = {palette[name] for name in re.findall(r"background: var\(--([\w-]+)\)", css)}
    pale = [colour for colour in used if contrast(colour, "#000000") > contrast(colour, "#ffffff")]
    least = min(contrast(palette["brand"], colour) for colour in pale)
    assert contrast(palette["brand"], DARKEST_BACKGROUND) <= least + 1e-9
