"""Word and PowerPoint files: ZIP archives of XML parts, the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

# The first moment that a ZIP archive can tell, and one that office programs accept as a date.
NO_TIME = (1980, 1, 1, 0, 0, 0)
NO_DATE = "1980-01-01T00:00:00Z"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FIRST = "[Content_Types].xml"
PICTURES = (".png", ".jpeg", ".gif")
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CORE = "docProps/core.xml"
CUSTOM = "docProps/custom.xml"
CORE_NAMESPACES = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def read_package(content: bytes) -> dict[str, bytes]:
    """Each part of an office file by name."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def pack(parts: Mapping[str, bytes | str]) -> bytes:
    """An office file of its parts, without the time at which it was made.

    Raises
    ------
    KeyError
        If the list of content types is missing.
    """
    names = [FIRST, *sorted(parts.keys() - {FIRST})]
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            content = parts[name]
            data = (HEADER + content).encode() if isinstance(content, str) else content
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            # Pictures are compressed already.
            stored = name.endswith(PICTURES)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            package.writestr(entry, data)
    return buffer.getvalue()


def write_package(path: Path, parts: Mapping[str, bytes | str]) -> None:
    """Write an office file."""
    path.write_bytes(pack(parts))


def relationships(targets: Sequence[tuple[str, str]]) -> str:
    """A ``.rels`` part: kind and target of each relationship, numbered ``rId1`` and so on."""
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def content_types(parts: Mapping[str, str]) -> str:
    """The part ``[Content_Types].xml``: the type of each part by name."""
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in parts.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def core_properties(title: str, subject: str, creator: str, run_id: str, language: str) -> str:
    """The part ``docProps/core.xml``: what programs show as a file's properties."""
    return (
        f"<cp:coreProperties {CORE_NAMESPACES}>"
        f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(subject)}</dc:subject>"
        f"<dc:creator>{escape(creator)}</dc:creator><cp:keywords>{escape(run_id)}</cp:keywords>"
        f"<dc:language>{escape(language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{NO_DATE}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{NO_DATE}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def custom_properties(run_id: str) -> str:
    """The part ``docProps/custom.xml`` with the run's id."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006"
    return (
        f'<Properties xmlns="{kind}/custom-properties" xmlns:vt="{kind}/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="run_id">'
        f"<vt:lpwstr>{escape(run_id)}</vt:lpwstr></property></Properties>"
    )
