"""The company's logo on the cover of the slides."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from lxml import etree

from analysis.report.office_files import PACKAGE, RELATIONSHIPS
from analysis.report.slide_shapes import NAMESPACES, PRESENTATION, Box, frame, rectangle

PART = "ppt/media/company-logo.png"
COVER_LINKS = "ppt/slides/_rels/slide1.xml.rels"
LINK = "rIdLogo"
LEFT, TOP, HEIGHT, MOST_WIDE = 2.4, 1.8, 1.8, 9.0  # centimetres
MARGIN = 0.3
# Behind the shapes that carry text, in a number that no other shape has yet.
FIRST_FREE = 900


def add_logo(
    cover: etree._Element, logo: bytes, parts: Mapping[str, bytes | str]
) -> dict[str, bytes | str]:
    """Put a logo on a white ground onto the cover; return the parts that are new or changed."""
    width, height = _size(logo)
    scale = min(HEIGHT / height, MOST_WIDE / width)
    box: Box = (LEFT + MARGIN, TOP + MARGIN, width * scale, height * scale)
    ground: Box = (LEFT, TOP, box[2] + 2 * MARGIN, box[3] + 2 * MARGIN)
    tree = next(cover.iter(f"{{{PRESENTATION}}}spTree"))
    for shape in (rectangle(FIRST_FREE, "Ground", ground, "bg1"), _picture(box)):
        tree.append(etree.fromstring(shape))
    links = etree.fromstring(parts[COVER_LINKS])
    etree.SubElement(
        links,
        f"{{{PACKAGE}/relationships}}Relationship",
        Id=LINK,
        Type=f"{RELATIONSHIPS}/image",
        Target="../media/company-logo.png",
    )
    told = etree.tostring(links, xml_declaration=True, encoding="UTF-8")
    return {PART: logo, COVER_LINKS: told}


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, which stand in the first chunk of a PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _picture(box: Box) -> str:
    return (
        f'<p:pic {NAMESPACES}><p:nvPicPr><p:cNvPr id="{FIRST_FREE + 1}" name="Logo" descr="Logo"/>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
        f'<p:blipFill><a:blip r:embed="{LINK}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        f"<p:spPr>{frame(box)}</p:spPr></p:pic>"
    )
