"""The reference document of the Word report: styles, page, running head and foot."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from analysis.report.office_files import (
    RELATIONSHIPS,
    content_types,
    relationships,
    write_package,
)
from analysis.report.palette import Palette
from analysis.report.running import Running
from analysis.report.word_styles import NAMESPACE, TEXT_WIDTH, styles_xml

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# A4 with margins as in the PDF, in twentieths of a point.
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1247" w:bottom="1247" '
    'w:left="1247" w:header="624" w:footer="567" w:gutter="0"/><w:titlePg/>'
)
PARTS = ("styles", "header1", "footer1", "footer2", "settings")
TYPES = {
    "word/document.xml": f"{WORD_TYPE}.document.main+xml",
    **{f"word/{part}.xml": f"{WORD_TYPE}.{part.rstrip('12')}+xml" for part in PARTS},
}


def write_word_reference(path: Path, running: Running, palette: Palette, language: str) -> None:
    """Write the reference document; the same bytes each time.

    Parameters
    ----------
    path : Path
        The new file.
    running : Running
        What stands on each page; the first has its cover instead of a head.
    palette : mapping
        From `analysis.report.palette.read_palette`.
    language : str
        The tag of the language that Word proofreads in.
    """
    before, between, behind = running.page
    pages = f"{_text(before)}{_field('PAGE')}{_text(between)}{_field('NUMPAGES')}{_text(behind)}"
    foot = _line("footer", "ftr", _text(running.foot), pages)
    parts = {
        "styles": styles_xml(palette, language),
        "header1": _line("header", "hdr", _text(running.head), _text(running.confidentiality)),
        "footer1": foot,
        "footer2": foot,
        "settings": f'<w:settings xmlns:w="{NAMESPACE}"><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        "</w:compat></w:settings>",
    }
    references = (
        '<w:headerReference w:type="default" r:id="rId2"/>'
        '<w:footerReference w:type="default" r:id="rId3"/>'
        '<w:footerReference w:type="first" r:id="rId4"/>'
    )
    document = (
        f'<w:document xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONSHIPS}"><w:body><w:p/>'
        f"<w:sectPr>{references}{PAGE}</w:sectPr></w:body></w:document>"
    )
    write_package(
        path,
        {
            "[Content_Types].xml": content_types(TYPES),
            "_rels/.rels": relationships([("officeDocument", "word/document.xml")]),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": relationships(
                [(part.rstrip("12"), f"{part}.xml") for part in PARTS]
            ),
            **{f"word/{name}.xml": content for name, content in parts.items()},
        },
    )


def _line(style: str, element: str, left: str, right: str) -> str:
    return (
        f'<w:{element} xmlns:w="{NAMESPACE}"><w:p><w:pPr><w:pStyle w:val="{style}"/><w:tabs>'
        f'<w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs></w:pPr>{left}'
        f"<w:r><w:tab/></w:r>{right}</w:p></w:{element}>"
    )


def _text(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
