"""The styles of the Word report, by the names that people find in Word's list of styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from analysis.report.palette import Palette

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_WIDTH = 11906 - 2 * 1247
"""Width of the text on A4 between its margins, in twentieths of a point."""
# What Word has on every system; Chinese text takes the second.
SANS = ("Calibri", "Microsoft YaHei")
SERIF = ("Georgia", "Microsoft YaHei")
CALLOUTS = ("note", "tip", "important", "warning")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph style; sizes in points, colours by their name in the palette.

    Attributes
    ----------
    edge, fill
        Colours of a bar to the left and of the background.
    level
        Level in the outline, from 1; 0 is none.
    """

    name: str
    based_on: str = "Normal"
    size: float = 0
    colour: str = ""
    fonts: tuple[str, str] | None = None
    bold: bool = False
    before: float = 0
    after: float = 6
    line: float = 1.15
    indent: float = 0
    keep_with_next: bool = False
    keep_together: bool = False
    edge: str = ""
    fill: str = ""
    level: int = 0


PARAGRAPHS = (
    Paragraph("Body Text"),
    Paragraph("First Paragraph", "Body Text"),
    Paragraph("Compact", "Body Text", after=2),
    Paragraph("Heading 1", size=18, colour="brand", fonts=SERIF, before=22, after=8,
              keep_with_next=True, level=1),
    Paragraph("Heading 2", size=13.5, colour="brand", fonts=SERIF, before=16, after=6,
              keep_with_next=True, level=2),
    Paragraph("Heading 3", size=11.5, colour="brand", fonts=SERIF, before=12, after=4,
              keep_with_next=True, level=3),
    Paragraph("Title", size=30, colour="paper", fonts=SERIF, after=6, line=1),
    Paragraph("Subtitle", size=12, colour="brand-pale", after=18),
    Paragraph("Cover Logo", after=10, line=1),
    Paragraph("Cover Company", size=10.5, colour="brand-pale", before=10, after=8),
    Paragraph("Cover Facts", size=10.5, colour="paper", after=12),
    Paragraph("TOC Heading", size=11.5, colour="brand", bold=True, before=14, after=4,
              keep_with_next=True),
    Paragraph("toc 1", after=2),
    Paragraph("toc 2", after=2, indent=14),
    Paragraph("Verdict", size=15, colour="brand", fonts=SERIF, before=12, after=12),
    Paragraph("Lead", size=12.5, colour="brand", fonts=SERIF, before=2, after=10),
    Paragraph("Finding", size=11.5, colour="brand", before=8, after=10, indent=9, edge="accent",
              keep_together=True),
    Paragraph("Needs", colour="muted", before=6, after=8, indent=9, fill="wash",
              keep_together=True),
    Paragraph("Fine Print", size=8.5, colour="muted"),
    Paragraph("KPI Label", size=8.5, colour="muted", before=4, after=1),
    Paragraph("KPI Value", size=17, colour="brand", fonts=SERIF, after=1, line=1),
    Paragraph("KPI Note", size=8.5, colour="muted", after=5),
    Paragraph("Side Text", size=9.5, after=3, line=1.05),
    Paragraph("Table Text", size=9, before=1, after=1, line=1),
    Paragraph("Table Text Small", size=7.5, before=1, after=1, line=1),
    Paragraph("Table Text Smallest", size=6.5, before=1, after=1, line=1),
    Paragraph("Captioned Figure", before=8, after=4, line=1, keep_with_next=True),
    Paragraph("Image Caption", size=9, colour="muted", after=12),
    Paragraph("Table Caption", size=9, colour="muted", before=10, after=4, keep_with_next=True),
    Paragraph("Definition Term", colour="brand", bold=True, before=8, after=1,
              keep_with_next=True),
    Paragraph("Definition", indent=12),
    Paragraph("Block Text", indent=12),
    Paragraph("header", size=8.5, colour="muted", after=0),
    Paragraph("footer", size=8.5, colour="muted", after=0),
    *(Paragraph(f"Callout {kind.title()}", colour="ink", after=0, indent=9, edge=kind,
                fill=f"{kind}-wash", keep_together=True) for kind in CALLOUTS),
    *(Paragraph(f"Callout {kind.title()} Title", f"Callout {kind.title()}", colour=kind, bold=True,
                before=8, after=0, indent=9, edge=kind, fill=f"{kind}-wash", keep_with_next=True)
      for kind in CALLOUTS),
)  # fmt: skip


def style_id(name: str) -> str:
    """The identifier of a style, which pandoc derives in the same way."""
    return "TOC" + name[-1] if name.startswith("toc ") else name.replace(" ", "")


def styles_xml(palette: Palette, language: str) -> str:
    """The part ``word/styles.xml``."""
    paragraphs = "".join(_paragraph(style, palette) for style in PARAGRAPHS)
    return (
        f'<w:styles xmlns:w="{NAMESPACE}">'
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f"{_fonts(SANS)}<w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/>"
        f"<w:lang w:val={quoteattr(language)} w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/>"
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:qFormat/><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr>'
        f'<w:rPr><w:color w:val="{_hex(palette, "ink")}"/></w:rPr></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        f"{paragraphs}{_characters(palette)}{_tables(palette)}</w:styles>"
    )  # fmt: skip


def _paragraph(style: Paragraph, palette: Palette) -> str:
    twips = {key: round(20 * getattr(style, key)) for key in ("before", "after", "indent")}
    border = (
        f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" '
        f'w:color="{_hex(palette, style.edge)}"/></w:pBdr>'
        if style.edge
        else ""
    )
    shading = (
        f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(palette, style.fill)}"/>'
        if style.fill
        else ""
    )
    size = round(2 * style.size)
    run = "".join(
        (
            _fonts(style.fonts) if style.fonts else "",
            "<w:b/><w:bCs/>" if style.bold else "",
            f'<w:color w:val="{_hex(palette, style.colour)}"/>' if style.colour else "",
            f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "",
        )
    )
    outline = f'<w:outlineLvl w:val="{style.level - 1}"/>' if style.level else ""
    following = '<w:next w:val="BodyText"/>' if style.level else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id(style.name)}">'
        f'<w:name w:val="{style.name.replace("Heading ", "heading ")}"/>'
        f'<w:basedOn w:val="{style_id(style.based_on)}"/>{following}<w:qFormat/><w:pPr>'
        f"{'<w:keepNext/>' if style.keep_with_next else ''}"
        f"{'<w:keepLines/>' if style.keep_together or style.level else ''}"
        f"{border}{shading}"
        f'<w:spacing w:before="{twips["before"]}" w:after="{twips["after"]}" '
        f'w:line="{round(240 * style.line)}" w:lineRule="auto"/>'
        f'<w:ind w:left="{twips["indent"]}"/>'
        f"{outline}"
        f"</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _characters(palette: Palette) -> str:
    colours = {"Hyperlink": "brand-light", "VerbatimChar": "accent", "SectionNumber": "brand"}
    names = {"VerbatimChar": "Verbatim Char", "SectionNumber": "Section Number"}
    return "".join(
        f'<w:style w:type="character" w:styleId="{key}"><w:name w:val="{names.get(key, key)}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>'
        f'<w:color w:val="{_hex(palette, colour)}"/></w:rPr></w:style>'
        for key, colour in colours.items()
    )


def _tables(palette: Palette) -> str:
    brand, hairline = _hex(palette, "brand"), _hex(palette, "hairline")

    def line(edge: str, colour: str, eighths: int) -> str:
        return f'<w:{edge} w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour}"/>'

    def style(name: str, borders: str, inner: str = "") -> str:
        return (
            f'<w:style w:type="table" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
            '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
            f"<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>"
            '<w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
            f"</w:tblPr>{inner}</w:style>"
        )

    head = (
        f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/><w:color w:val="{brand}"/></w:rPr>'
        f"<w:tcPr><w:tcBorders>{line('bottom', brand, 8)}</w:tcBorders>"
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    cards = (
        f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{_hex(palette, "wash")}"/></w:tcPr>'
    )
    cover = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{brand}"/></w:tcPr>'
    white = line("insideH", "FFFFFF", 48) + line("insideV", "FFFFFF", 48)
    return "".join(
        (
            '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
            '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr>'
            "</w:style>",
            style("Table", line("bottom", brand, 6) + line("insideH", hairline, 4), head),
            style("KeyFigures", line("top", brand, 12) + white, cards),
            style("Pair", ""),
            style("Cover", line("bottom", _hex(palette, "accent"), 36), cover),
        )
    )


def _fonts(fonts: tuple[str, str]) -> str:
    latin, chinese = map(quoteattr, fonts)
    return f"<w:rFonts w:ascii={latin} w:hAnsi={latin} w:eastAsia={chinese} w:cs={latin}/>"


def _hex(palette: Mapping[str, str], name: str) -> str:
    return palette[name][1:].upper()
