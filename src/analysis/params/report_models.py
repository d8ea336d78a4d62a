"""What is rendered, by what, and how it looks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from analysis.params.colours import AA, contrast
from analysis.params.fields import Location, Section, fault, unique
from analysis.params.locations import path_of
from analysis.params.owner_models import Owners

Format = Literal["html", "pdf", "docx", "pptx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx", "pptx")
DARKEST_BACKGROUND = "#faf1f4"
"""The darkest of the pale backgrounds on which the theme sets text in a company's colours."""
MAX_LOGO_BYTES = 300_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What an SVG could do or fetch; a picture needs none of it.
_ACTIVE = re.compile(
    rb"<\s*(?:\w+:)?(?:script|foreignObject|iframe|image|use|style|animate\w*|set|a)\b|<!|<\?xml-"
    rb"|\son\w+\s*=|href\s*=|url\(\s*['\"]?(?!#)|@import",
    re.IGNORECASE,
)


def _logo(location: str) -> str:
    """Refuse what is no picture; a file that is not there is found by ``missing_inputs``."""
    path = Path(path_of(location))
    if path.suffix.lower() not in (".png", ".svg"):
        raise fault("a logo is a PNG or SVG file, named .png or .svg.")
    if not path.is_file():
        return location
    if path.stat().st_size > MAX_LOGO_BYTES:
        raise fault(f"this file is larger than {MAX_LOGO_BYTES // 1000} kB.")
    content = path.read_bytes()
    if path.suffix.lower() == ".png":
        if not content.startswith(PNG_SIGNATURE):
            raise fault("this file is called .png and is none.")
    elif b"<svg" not in content[:1000]:
        raise fault("this file is called .svg and is none.")
    elif found := _ACTIVE.search(content):
        shown = found[0].decode("ascii", "replace").strip()
        raise fault(
            f'this SVG holds "{shown}", which could run or fetch something. Save it as plain SVG.'
        )
    return location


def _legible(colour: str) -> str:
    colour = colour.lower()
    ratio = contrast(colour, DARKEST_BACKGROUND)
    if ratio < AA:
        raise fault(
            f"text in this colour could hardly be read: its contrast on a pale background is "
            f"{ratio:.1f}, and {AA} is the least (WCAG AA). Take a darker one."
        )
    return colour


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$"), AfterValidator(_legible)]


class Colours(Section):
    """The company's own colours; without one the theme's stays."""

    brand: Colour | None = Field(
        default=None,
        description='the colour of cover, headings and key figures, written as in "#0f3d4c"',
    )
    accent: Colour | None = Field(
        default=None, description='the colour of rules and findings, written as in "#a8501f"'
    )


class Report(Section):
    """What is rendered, by what, and how it looks."""

    formats: Annotated[tuple[Format, ...], AfterValidator(unique)] = Field(
        default=FORMATS,
        min_length=1,
        strict=False,
        description="a list of html, pdf, docx, pptx, or some of them",
    )
    renderer: Literal["auto", "quarto", "embedded"] = Field(
        default="auto", description="auto (Quarto where it is installed), quarto or embedded"
    )
    logo: Annotated[Location, AfterValidator(_logo)] | None = Field(
        default=None,
        description="a PNG or SVG file of at most 300 kB; its path starts from this file's folder",
    )
    colors: Colours = Field(default=Colours(), description="the company's own colours")
    owners: Owners = Field(
        default=Owners(), description="a map: area of the company, then who answers for it"
    )
