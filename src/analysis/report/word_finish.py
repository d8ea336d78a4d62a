"""What pandoc leaves open in a Word document: widths of columns, rows that stay whole."""

from __future__ import annotations

from lxml import etree

from analysis.report.columns import column_shares, least_letters
from analysis.report.word_styles import NAMESPACE, TEXT_WIDTH

DOCUMENT = "word/document.xml"
W = f"{{{NAMESPACE}}}"
# Styles of a table's text, and how many of its letters fit beside each other.
TABLE_TEXT = {"TableText": 80, "TableTextSmall": 96, "TableTextSmallest": 112}
FULL_WIDTH = "5000"  # fiftieths of a percent


def finish_word(parts: dict[str, bytes | str]) -> dict[str, bytes | str]:
    """Return the parts with each table as wide as the page, its rows whole, its cells styled."""
    root = etree.fromstring(parts[DOCUMENT])
    for table in root.iter(f"{W}tbl"):
        _fit(table)
    return parts | {DOCUMENT: etree.tostring(root, xml_declaration=True, encoding="UTF-8")}


def _fit(table: etree._Element) -> None:
    properties = table.find(f"{W}tblPr")
    assert properties is not None  # pandoc writes them
    width = properties.find(f"{W}tblW")
    if width is not None:
        width.set(f"{W}type", "pct")
        width.set(f"{W}w", FULL_WIDTH)
    rows = list(table.iter(f"{W}tr"))
    for row in rows:
        _keep_whole(row)
    cells = [list(row.iter(f"{W}tc")) for row in rows]
    texts = [["".join(node.text or "" for node in c.iter(f"{W}t")) for c in row] for row in cells]
    text_style = table_text(texts)
    named = properties.find(f"{W}tblStyle")
    is_pair = named is not None and named.get(f"{W}val") == "Pair"
    for style in table.iter(f"{W}pStyle"):
        if style.get(f"{W}val") in ("Compact", "FirstParagraph", "BodyText"):
            style.set(f"{W}val", "SideText" if is_pair else text_style)
        elif is_pair and style.get(f"{W}val") == "Heading2":
            # It stays with its text as it is; held to the next row, all rows would move together.
            style.addnext(etree.Element(f"{W}keepNext", {f"{W}val": "0"}))
    # A table without a head is a strip of cards, all alike.
    if table.find(f".//{W}tblHeader") is not None:
        shares = column_shares(texts, TABLE_TEXT[text_style])
        _set_columns(table, cells, [str(round(TEXT_WIDTH * share)) for share in shares])


def table_text(texts: list[list[str]]) -> str:
    """The largest style in which no word of a table is broken, or else the smallest."""
    needed = least_letters(texts)
    fitting = (style for style, letters in TABLE_TEXT.items() if letters >= needed)
    return next(fitting, list(TABLE_TEXT)[-1])


def _keep_whole(row: etree._Element) -> None:
    properties = row.find(f"{W}trPr")
    if properties is None:
        properties = etree.Element(f"{W}trPr")
        row.insert(0, properties)
    properties.insert(0, etree.Element(f"{W}cantSplit"))


def _set_columns(
    table: etree._Element, rows: list[list[etree._Element]], widths: list[str]
) -> None:
    for column, width in zip(table.iter(f"{W}gridCol"), widths, strict=True):
        column.set(f"{W}w", width)
    for row in rows:
        for cell, width in zip(row, widths, strict=True):
            properties = cell.find(f"{W}tcPr")
            assert properties is not None  # pandoc writes them
            told = etree.Element(f"{W}tcW")
            told.set(f"{W}w", width)
            told.set(f"{W}type", "dxa")
            properties.insert(0, told)
