"""The shapes of the reference deck as XML, and their places on a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from analysis.report.office_files import RELATIONSHIPS

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
NAMESPACES = f'xmlns:a="{DRAWING}" xmlns:r="{RELATIONSHIPS}" xmlns:p="{PRESENTATION}"'
CM = 360_000
"""English metric units in a centimetre."""

Box = tuple[float, float, float, float]
"""Left, top, width and height in centimetres."""
TITLE: Box = (1.6, 0.9, 30.6, 2.5)
BODY: Box = (1.6, 3.9, 30.6, 13.3)
SENTENCE: Box = (1.6, 3.6, 30.6, 1.9)
BELOW: Box = (1.6, 5.7, 30.6, 11.6)
LEFT: Box = (1.6, 3.7, 20.6, 12.6)
RIGHT: Box = (23.0, 3.7, 9.2, 13.4)
FIRST_HALF: Box = (1.6, 3.7, 14.6, 13.4)
SECOND_HALF: Box = (17.6, 3.7, 14.6, 13.4)
FOOT: Box = (1.6, 17.85, 26.0, 0.8)
NUMBER: Box = (29.2, 17.85, 3.0, 0.8)


@dataclass(frozen=True)
class Placeholder:
    """A place on a layout that pandoc fills.

    Attributes
    ----------
    kind, index : str
        As PowerPoint calls it, and its number.
    size : int
        Of its text in hundredths of a point; 0 leaves the master's.
    """

    kind: str
    index: str
    box: Box
    size: int = 0
    colour: str = ""
    bulleted: bool = True
    anchor: str = "t"


def tree(shapes: Sequence[str]) -> str:
    """The tree of shapes of a slide."""
    group = (
        '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    )
    return f"<p:spTree>{group}{''.join(shapes)}</p:spTree>"


def plain_background(colour: str) -> str:
    """A plain background in a colour of the theme."""
    return (
        f'<p:bg><p:bgPr><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
        "<a:effectLst/></p:bgPr></p:bg>"
    )


def placeholder(number: int, place: Placeholder, language: str, *, is_master: bool = False) -> str:
    """A place to fill; on the master its text has the styles of all slides."""
    kind = f' type="{place.kind}"' if place.kind else ""
    index = f' idx="{place.index}"' if place.index else ""
    bullet = "" if place.bulleted else "<a:buNone/>"
    indent = "" if place.bulleted else ' marL="0" indent="0"'
    colour = f'<a:solidFill><a:schemeClr val="{place.colour}"/></a:solidFill>' * bool(place.colour)
    size = f' sz="{place.size}"' if place.size else ""
    levels = (
        f"<a:lvl1pPr{indent}>{bullet}<a:defRPr{size}>{colour}</a:defRPr></a:lvl1pPr>"
        if (bullet or colour or size) and not is_master
        else ""
    )
    fit = "<a:normAutofit/>" if place.kind != "dt" else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{place.kind or "Content"} {number}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph{kind}{index}/></p:nvPr>'
        f"</p:nvSpPr><p:spPr>{frame(place.box)}</p:spPr><p:txBody>"
        f'<a:bodyPr lIns="0" rIns="0" anchor="{place.anchor}">{fit}</a:bodyPr>'
        f'<a:lstStyle>{levels}</a:lstStyle><a:p><a:r><a:rPr lang="{language}"/><a:t>…</a:t></a:r>'
        "</a:p></p:txBody></p:sp>"
    )


def foot_shape(number: int, text: str, language: str) -> str:
    """The foot of a slide or layout as XML."""
    run = f'<a:r><a:rPr lang="{language}"/><a:t>{escape(text)}</a:t></a:r>'
    return _small(number, "ftr", 11, FOOT, "l", run)


def number_shape(number: int, language: str) -> str:
    """The number of a slide or layout as XML."""
    run = (
        '<a:fld id="{C5EF2332-01BF-834F-8236-50238282D533}" type="slidenum">'
        f'<a:rPr lang="{language}"/><a:t>‹#›</a:t></a:fld>'
    )
    return _small(number, "sldNum", 12, NUMBER, "r", run)


def _small(number: int, kind: str, index: int, box: Box, align: str, run: str) -> str:
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{kind}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="quarter" '
        f'idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr>{frame(box)}</p:spPr><p:txBody>'
        '<a:bodyPr lIns="0" rIns="0" anchor="ctr"/><a:lstStyle>'
        f'<a:lvl1pPr algn="{align}"><a:defRPr sz="1000"><a:solidFill><a:schemeClr val="accent4"/>'
        f"</a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle><a:p>{run}</a:p></p:txBody></p:sp>"
    )


def rectangle(number: int, name: str, box: Box, colour: str) -> str:
    """A rectangle in a colour of the theme."""
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{frame(box)}<a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def frame(box: Box) -> str:
    """Where a shape stands."""
    left, top, width, height = (round(length * CM) for length in box)
    return (
        f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def text_level(level: int, size: int, colour: str, font: str, bullet: str) -> str:
    """How the text of a level looks; ``size`` in hundredths of a point."""
    indent = 342_900 if bullet else 0
    mark = f'<a:buFont typeface="Arial"/><a:buChar char="{bullet}"/>' if bullet else "<a:buNone/>"
    return (
        f'<a:lvl{level}pPr marL="{indent * level}" indent="{-indent}" algn="l">'
        f'<a:spcBef><a:spcPts val="{600 if bullet else 0}"/></a:spcBef>{mark}'
        f'<a:defRPr sz="{size}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
        f'<a:latin typeface="{font}-lt"/><a:ea typeface="{font}-ea"/><a:cs typeface="{font}-cs"/>'
        f"</a:defRPr></a:lvl{level}pPr>"
    )
