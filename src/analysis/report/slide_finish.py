"""What pandoc leaves open in slides: tables that fit, running feet, captions, alternative texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from analysis.report.columns import column_shares
from analysis.report.slide_logo import add_logo
from analysis.report.slide_reference import LAYOUTS
from analysis.report.slide_shapes import (
    BODY,
    CM,
    DRAWING,
    FIRST_HALF,
    LEFT,
    PRESENTATION,
    SECOND_HALF,
    foot_shape,
    number_shape,
)

A, P = f"{{{DRAWING}}}", f"{{{PRESENTATION}}}"
SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
SPARE_LAYOUT = re.compile(r"ppt/slideLayouts/(?:_rels/)?slideLayout(\d+)\.xml(?:\.rels)?")
# pandoc puts the file's name behind the alternative text.
FILE_NAME = re.compile(r"\s*figures/[\w-]+\.png\Z")
GAP = round(0.2 * CM)
LINE = round(1.05 * CM)  # of the text, with the space before it
LETTERS_A_LINE = 84  # over the full width
LAST_NARROW = 0x2E7F  # from here on, letters are as wide as they are high
CAPTION = round(0.9 * CM)
FLOOR = round(17.4 * CM)  # above the foot
WORTH_MOVING = 1.1
LETTERS = 130  # of a table's text beside each other
CARD_HEIGHT = round(4.2 * CM)
LEAST, MOST = 900, 1400  # hundredths of a point
POINT = 12_700
LINES = 2.1  # height of a row in heights of its letters
SPECIMEN = ("1200", "2800", "1200")
CARD_COLOURS = ("accent4", "accent1", "accent4")
TypeOfParts = dict[str, bytes | str]


def finish_slides(
    parts: Mapping[str, bytes | str], foot: str, language: str, logo: bytes | None = None
) -> TypeOfParts:
    """Return the parts of the deck with each slide finished, and without layouts nobody lists.

    Parameters
    ----------
    parts : mapping
        As pandoc made them from the reference deck.
    foot : str
        What stands at the foot of each slide but the cover.
    language : str
        Tag of the language.
    logo : bytes, optional
        A PNG for the cover.
    """
    finished = {name: part for name, part in parts.items() if not _is_spare(name)}
    for name, part in list(finished.items()):
        if found := SLIDE.fullmatch(name):
            root = etree.fromstring(part)
            is_cover = found[1] == "1"
            _finish(root, "" if is_cover else foot, language)
            if is_cover and logo:
                finished |= add_logo(root, logo, finished)
            finished[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    types = etree.fromstring(finished["[Content_Types].xml"])
    for override in list(types):
        if _is_spare((override.get("PartName") or "").lstrip("/")):
            types.remove(override)
    finished["[Content_Types].xml"] = etree.tostring(types, xml_declaration=True, encoding="UTF-8")
    return finished


def _is_spare(name: str) -> bool:
    """Whether a part is a layout that pandoc added from its own deck; the master lists none."""
    found = SPARE_LAYOUT.fullmatch(name)
    return found is not None and int(found[1]) > len(LAYOUTS)


def _finish(slide: etree._Element, foot: str, language: str) -> None:
    tree = next(slide.iter(f"{P}spTree"))
    for picture in tree.iter(f"{P}pic"):
        properties = next(picture.iter(f"{P}cNvPr"))
        properties.set("descr", FILE_NAME.sub("", properties.get("descr") or ""))
        _set_picture(picture, _columns(tree).get("2"))
        _caption_below(picture)
    for table in tree.iter(f"{P}graphicFrame"):
        _finish_table(table)
    if tree.find(f"{P}pic") is None and tree.find(f"{P}graphicFrame") is None:
        _share_width(tree)
    if foot:
        for shape in (foot_shape(0, foot, language), number_shape(0, language)):
            tree.append(etree.fromstring(shape))
    # PowerPoint wants each shape's number once.
    for number, properties in enumerate(tree.iter(f"{P}cNvPr"), 1):
        properties.set("id", str(number))


def _caption_below(picture: etree._Element) -> None:
    """Put a picture's caption, the next shape, right below it."""
    caption = picture.getnext()
    if caption is None or not next(caption.iter(f"{P}cNvSpPr")).get("txBox"):
        return
    left, top, width, height = _box(picture)
    _place(caption, (left, top + height + GAP, width, CAPTION))
    _set_text(caption, "1200", "accent4")


def _set_picture(picture: etree._Element, text: etree._Element | None) -> None:
    """Put a picture at the top beside its text, or below it if it is so wide that it grows."""
    _, _, width, height = _box(picture)
    left, top = (round(length * CM) for length in LEFT[:2])
    if text is not None:
        lines = sum(_count_lines(paragraph) for paragraph in text.iter(f"{A}p"))
        full, below = round(BODY[2] * CM), top + lines * LINE + GAP
        wider = min(full, (FLOOR - below - GAP - CAPTION) * width // height)
        if wider > width * WORTH_MOVING:
            _place(text, (left, top, full, lines * LINE))
            left, top = left + (full - wider) // 2, below
            width, height = wider, wider * height // width
    _place(picture, (left, top, width, height))


def _share_width(tree: etree._Element) -> None:
    """Give two columns of text the same width; beside a picture the text has less."""
    sides = _columns(tree)
    if set(sides) == {"1", "2"}:
        for index, box in (("1", FIRST_HALF), ("2", SECOND_HALF)):
            _place(sides[index], (round(length * CM) for length in box))


def _columns(tree: etree._Element) -> dict[str, etree._Element]:
    """The columns of text by the number of their place."""
    sides = {}
    for shape in tree.iter(f"{P}sp"):
        place = shape.find(f".//{P}ph")
        if place is not None and place.get("type") is None:
            sides[place.get("idx") or ""] = shape
    return sides


def _count_lines(paragraph: etree._Element) -> int:
    """Lines of a paragraph over the full width; a Chinese character is as wide as two letters."""
    text = "".join(node.text or "" for node in paragraph.iter(f"{A}t"))
    width = sum(2 if ord(letter) > LAST_NARROW else 1 for letter in text)
    return max(1, -(-width // LETTERS_A_LINE))


def _box(shape: etree._Element) -> tuple[int, int, int, int]:
    """Left, top, width and height in English metric units."""
    offset, extent = next(shape.iter(f"{A}off")), next(shape.iter(f"{A}ext"))
    left, top, width, height = (
        int(element.get(name) or 0)
        for element, names in ((offset, "xy"), (extent, ("cx", "cy")))
        for name in names
    )
    return left, top, width, height


def _place(shape: etree._Element, box: Iterable[int]) -> None:
    """Put a shape elsewhere; ``box`` as of :func:`_box`."""
    properties = shape.find(f"{P}spPr")
    assert properties is not None  # each shape has them
    for old in properties.findall(f"{A}xfrm"):
        properties.remove(old)
    left, top, width, height = box
    moved = etree.Element(f"{A}xfrm")
    etree.SubElement(moved, f"{A}off", x=str(left), y=str(top))
    etree.SubElement(moved, f"{A}ext", cx=str(width), cy=str(height))
    properties.insert(0, moved)


def _finish_table(shape: etree._Element) -> None:
    table = next(shape.iter(f"{A}tbl"))
    properties = table.find(f"{A}tblPr")
    assert properties is not None  # pandoc writes them
    rows = table.findall(f"{A}tr")
    for cell in table.iter(f"{A}tc"):
        if cell.find(f"{A}tcPr") is None:
            etree.SubElement(cell, f"{A}tcPr")
    # A table without a head is a strip of cards.
    if properties.get("firstRow") != "1":
        _make_cards(rows)
        return
    height = int(next(shape.iter(f"{A}ext")).get("cy") or 0)
    size = max(LEAST, min(MOST, round(height / len(rows) / LINES / POINT * 100)))
    _set_columns(table, rows)
    for row in rows:
        row.set("h", str(round(size / 100 * POINT * LINES)))
        for cell in row.iter(f"{A}tc"):
            _set_text(cell, str(size))
            margins = cell.find(f"{A}tcPr")
            assert margins is not None
            margins.set("marT", "20000")
            margins.set("marB", "20000")


def _set_columns(table: etree._Element, rows: list[etree._Element]) -> None:
    texts = [
        ["".join(node.text or "" for node in cell.iter(f"{A}t")) for cell in row.iter(f"{A}tc")]
        for row in rows
    ]
    columns = list(table.iter(f"{A}gridCol"))
    width = sum(int(column.get("w") or 0) for column in columns)
    for column, share in zip(columns, column_shares(texts, LETTERS), strict=True):
        column.set("w", str(round(width * share)))


def _make_cards(rows: list[etree._Element]) -> None:
    for row in rows:
        row.set("h", str(CARD_HEIGHT))
        for cell in row.iter(f"{A}tc"):
            paragraphs = list(cell.iter(f"{A}p"))
            for paragraph, size, colour in zip(paragraphs, SPECIMEN, CARD_COLOURS, strict=False):
                _set_text(paragraph, size, colour)
            if len(paragraphs) > 1:
                _fill(cell)


def _fill(cell: etree._Element) -> None:
    """A pale card with white gaps around it."""
    properties = cell.find(f"{A}tcPr")
    assert properties is not None
    properties.set("anchor", "ctr")
    for name in ("marL", "marR"):
        properties.set(name, "180000")
    for edge in ("lnL", "lnR", "lnT", "lnB"):
        line = etree.SubElement(properties, f"{A}{edge}", w="76200")
        _solid(line, "bg1")
    _solid(properties, "bg2")


def _set_text(element: etree._Element, size: str, colour: str = "") -> None:
    for run in element.iter(f"{A}rPr"):
        run.set("sz", size)
        if colour:
            for old in run.findall(f"{A}solidFill"):
                run.remove(old)
            run.insert(0, _solid(etree.Element(f"{A}x"), colour))


def _solid(parent: etree._Element, colour: str) -> etree._Element:
    fill = etree.SubElement(parent, f"{A}solidFill")
    etree.SubElement(fill, f"{A}schemeClr", val=colour)
    return fill
