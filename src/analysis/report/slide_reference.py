"""The reference deck of the slides: theme, master and the seven layouts that pandoc fills.

A slide is 16:9. Its title is a finding over the full width; below it stand a picture and what
follows from it, side by side or, where the picture is wide, one below the other; or a sentence
above a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from analysis.report.office_files import (
    content_types,
    relationships,
    write_package,
)
from analysis.report.palette import Palette
from analysis.report.running import Running
from analysis.report.slide_shapes import (
    BELOW,
    BODY,
    DRAWING,
    LEFT,
    NAMESPACES,
    RIGHT,
    SENTENCE,
    TITLE,
    Placeholder,
    foot_shape,
    number_shape,
    placeholder,
    plain_background,
    rectangle,
    text_level,
    tree,
)
from analysis.report.word_styles import SANS, SERIF

KIND = "application/vnd.openxmlformats-officedocument.presentationml"
TABLE_STYLE = "{6D1F5A1B-3C57-4F0E-9B5E-2B6C6E1D7A01}"
SLIDE = (12_192_000, 6_858_000)
LAYOUTS: tuple[tuple[str, str, tuple[Placeholder, ...]], ...] = (
    ("Title Slide", "title", (
        Placeholder("ctrTitle", "", (2.4, 5.4, 29.0, 3.2), 4400, "bg1", anchor="b"),
        Placeholder("subTitle", "1", (2.4, 8.9, 29.0, 4.0), 2000, "accent3", bulleted=False),
        Placeholder("dt", "10", (2.4, 15.9, 29.0, 1.2), 1400, "bg1"),
    )),
    ("Title and Content", "obj", (
        Placeholder("title", "", TITLE, anchor="b"), Placeholder("", "1", BODY),
    )),
    ("Section Header", "secHead", (
        Placeholder("title", "", (1.6, 6.5, 30.6, 3.4), 3600),
        Placeholder("body", "1", (1.6, 10.2, 30.6, 3.0), bulleted=False),
    )),
    ("Two Content", "twoObj", (
        Placeholder("title", "", TITLE, anchor="b"), Placeholder("", "1", LEFT),
        Placeholder("", "2", RIGHT),
    )),
    ("Comparison", "twoTxTwoObj", (
        Placeholder("title", "", TITLE, anchor="b"),
        Placeholder("body", "1", (1.6, 3.7, 14.8, 1.6), bulleted=False),
        Placeholder("", "2", (1.6, 5.4, 14.8, 11.8)),
        Placeholder("body", "3", (17.4, 3.7, 14.8, 1.6), bulleted=False),
        Placeholder("", "4", (17.4, 5.4, 14.8, 11.8)),
    )),
    ("Content with Caption", "objTx", (
        Placeholder("title", "", TITLE, anchor="b"), Placeholder("", "1", BELOW),
        Placeholder("body", "2", SENTENCE, bulleted=False),
    )),
    ("Blank", "blank", ()),
)  # fmt: skip


def write_slide_reference(path: Path, running: Running, palette: Palette, language: str) -> None:
    """Write the reference deck; the same bytes each time.

    Parameters
    ----------
    path : Path
        The new file.
    running : Running
        What stands on each slide.
    palette : mapping
        From `analysis.report.palette.read_palette`.
    language : str
        The tag of the language that PowerPoint proofreads in.
    """
    numbers = range(1, len(LAYOUTS) + 1)
    layouts = {
        f"ppt/slideLayouts/slideLayout{number}.xml": _layout(*layout, running.slide_foot, language)
        for number, layout in zip(numbers, LAYOUTS, strict=True)
    }
    to_master = relationships([("slideMaster", "../slideMasters/slideMaster1.xml")])
    parts = {
        "[Content_Types].xml": content_types(_types(numbers)),
        "_rels/.rels": relationships([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": _presentation(language),
        "ppt/_rels/presentation.xml.rels": relationships(
            [
                ("slideMaster", "slideMasters/slideMaster1.xml"),
                ("theme", "theme/theme1.xml"),
                ("tableStyles", "tableStyles.xml"),
                ("presProps", "presProps.xml"),
                ("viewProps", "viewProps.xml"),
            ]
        ),
        "ppt/presProps.xml": f"<p:presentationPr {NAMESPACES}/>",
        "ppt/viewProps.xml": f"<p:viewPr {NAMESPACES}/>",
        "ppt/tableStyles.xml": _table_styles(),
        "ppt/theme/theme1.xml": _theme(palette),
        "ppt/slideMasters/slideMaster1.xml": _master(numbers, running.slide_foot, language),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relationships(
            [
                *(
                    ("slideLayout", f"../slideLayouts/slideLayout{number}.xml")
                    for number in numbers
                ),
                ("theme", "../theme/theme1.xml"),
            ]
        ),
        **layouts,
        **{f"ppt/slideLayouts/_rels/slideLayout{n}.xml.rels": to_master for n in numbers},
    }
    write_package(path, parts)


def _types(numbers: Sequence[int]) -> dict[str, str]:
    return {
        "ppt/presentation.xml": f"{KIND}.presentation.main+xml",
        "ppt/presProps.xml": f"{KIND}.presProps+xml",
        "ppt/viewProps.xml": f"{KIND}.viewProps+xml",
        "ppt/tableStyles.xml": f"{KIND}.tableStyles+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{KIND}.slideMaster+xml",
        "ppt/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        **{f"ppt/slideLayouts/slideLayout{n}.xml": f"{KIND}.slideLayout+xml" for n in numbers},
    }


def _presentation(language: str) -> str:
    width, height = SLIDE
    return (
        f'<p:presentation {NAMESPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" '
        'r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldSz cx="{width}" cy="{height}"/><p:notesSz cx="6858000" cy="9144000"/>'
        f'<p:defaultTextStyle><a:defPPr><a:defRPr lang="{language}"/></a:defPPr>'
        "</p:defaultTextStyle></p:presentation>"
    )


def _theme(palette: Palette) -> str:
    roles = {
        "dk1": "ink", "lt1": "paper", "dk2": "brand", "lt2": "wash", "accent1": "brand",
        "accent2": "accent", "accent3": "brand-pale", "accent4": "muted", "accent5": "tip",
        "accent6": "hairline", "hlink": "brand-light", "folHlink": "brand-light",
    }  # fmt: skip
    colours = "".join(
        f'<a:{role}><a:srgbClr val="{palette[name][1:].upper()}"/></a:{role}>'
        for role, name in roles.items()
    )
    fonts = "".join(
        f"<a:{kind}Font><a:latin typeface={quoteattr(latin)}/><a:ea typeface={quoteattr(chinese)}/>"
        f'<a:cs typeface=""/></a:{kind}Font>'
        for kind, (latin, chinese) in (("major", SERIF), ("minor", SANS))
    )
    solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{solid}</a:ln>'
    return (
        f'<a:theme xmlns:a="{DRAWING}" name="Customer review"><a:themeElements>'
        f'<a:clrScheme name="Customer review">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Customer review">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="Plain"><a:fillStyleLst>{solid * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}"
        f"</a:effectStyleLst><a:bgFillStyleLst>{solid * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


def _table_styles() -> str:
    def line(colour: str, width: int) -> str:
        return f'<a:ln w="{width}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:ln>'

    borders = "".join(
        f"<a:{edge}>{line(colour, width)}</a:{edge}>"
        for edge, colour, width in (("bottom", "accent1", 12700), ("insideH", "accent6", 6350))
    )
    return (
        f'<a:tblStyleLst xmlns:a="{DRAWING}" def="{TABLE_STYLE}">'
        f'<a:tblStyle styleId="{TABLE_STYLE}" styleName="Customer review"><a:wholeTbl>'
        '<a:tcTxStyle><a:fontRef idx="minor"/><a:schemeClr val="dk1"/></a:tcTxStyle>'
        f"<a:tcStyle><a:tcBdr>{borders}</a:tcBdr></a:tcStyle></a:wholeTbl>"
        '<a:firstRow><a:tcTxStyle b="on"><a:fontRef idx="minor"/><a:schemeClr val="accent1"/>'
        f"</a:tcTxStyle><a:tcStyle><a:tcBdr><a:bottom>{line('accent1', 19050)}</a:bottom></a:tcBdr>"
        "</a:tcStyle></a:firstRow></a:tblStyle></a:tblStyleLst>"
    )


def _master(numbers: Sequence[int], foot: str, language: str) -> str:
    shapes = [
        rectangle(2, "Edge", (0, 0, 0.45, 19.05), "accent1"),
        placeholder(3, Placeholder("title", "", TITLE, anchor="b"), language, is_master=True),
        placeholder(4, Placeholder("body", "1", BODY), language, is_master=True),
        foot_shape(5, foot, language),
        number_shape(6, language),
    ]
    ids = "".join(
        f'<p:sldLayoutId id="{2147483648 + number}" r:id="rId{number}"/>' for number in numbers
    )
    colours = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2", "hlink": "hlink"}
    colours |= {"folHlink": "folHlink"} | {f"accent{n}": f"accent{n}" for n in range(1, 7)}
    mapping = " ".join(f'{role}="{colour}"' for role, colour in colours.items())
    title = text_level(1, 2400, "accent1", "+mj", bullet="")
    body = "".join(
        text_level(level, size, "tx1", "+mn", bullet)
        for level, size, bullet in ((1, 1800, "•"), (2, 1600, "–"), (3, 1400, "•"))
    )
    return (
        f"<p:sldMaster {NAMESPACES}><p:cSld>{plain_background('bg1')}{tree(shapes)}</p:cSld>"
        f"<p:clrMap {mapping}/><p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst><p:txStyles>"
        f"<p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle>"
        f"<p:otherStyle>{text_level(1, 1200, 'tx1', '+mn', '')}</p:otherStyle></p:txStyles>"
        "</p:sldMaster>"
    )


def _layout(name: str, kind: str, places: Sequence[Placeholder], foot: str, language: str) -> str:
    is_cover = kind == "title"
    shapes = [placeholder(number, place, language) for number, place in enumerate(places, 2)]
    if is_cover:
        shapes.insert(0, rectangle(20, "Rule", (2.4, 14.9, 6.0, 0.12), "accent2"))
    else:
        shapes += [foot_shape(30, foot, language), number_shape(31, language)]
    background = plain_background("accent1") if is_cover else ""
    hidden = ' showMasterSp="0"' if is_cover else ""
    return (
        f'<p:sldLayout {NAMESPACES} type="{kind}" preserve="1"{hidden}>'
        f'<p:cSld name="{name}">{background}{tree(shapes)}</p:cSld>'
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )
