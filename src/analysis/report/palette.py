"""The colours of a review: the theme's, or the company's own, alike in each format.

The style sheet holds them; Typst, Word and PowerPoint are told what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analysis.params.colours import AA, contrast, mixed

STYLE = "theme/review.css"
TYPST = "theme/colours.typ"
VARIABLE = re.compile(r"--(?P<name>[\w-]+): (?P<colour>#[0-9a-f]{6});")
WHITE = "#ffffff"
STEPS = 20

Palette = Mapping[str, str]


def read_palette(stage: Path) -> dict[str, str]:
    """The colours by name, as ``brand`` → ``#0f3d4c``, as the style sheet in a stage has them."""
    sheet = (stage / STYLE).read_text(encoding="utf-8")
    return {found["name"]: found["colour"] for found in VARIABLE.finditer(sheet)}


def write_palette(stage: Path, brand: str | None = None, accent: str | None = None) -> None:
    """Put the company's colours into the stage's style sheet, and the palette beside it for Typst.

    Parameters
    ----------
    stage : Path
        The stage folder, with the theme in it.
    brand, accent : str, optional
        As ``#rrggbb``; without one the theme's own stays.
    """
    own = own_colours(brand, accent)
    sheet = (stage / STYLE).read_text(encoding="utf-8")

    def replace(found: re.Match[str]) -> str:
        return f"--{found['name']}: {own.get(found['name'], found['colour'])};"

    (stage / STYLE).write_text(VARIABLE.sub(replace, sheet), encoding="utf-8", newline="\n")
    lines = [f'#let {name} = rgb("{colour}")' for name, colour in read_palette(stage).items()]
    (stage / TYPST).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def own_colours(brand: str | None, accent: str | None) -> dict[str, str]:
    """The colours of the palette that follow from a company's own, each fit to be read.

    Examples
    --------
    >>> own_colours(None, "#8a1c1c")
    {'accent': '#8a1c1c'}
    >>> sorted(own_colours("#223388", None))
    ['brand', 'brand-light', 'brand-pale']
    """
    colours = {}
    if brand:
        colours["brand"] = brand
        colours["brand-light"] = _lightest(brand, WHITE, (1, 2, 3))
        colours["brand-pale"] = _lightest(brand, brand, range(STEPS // 2, STEPS))
    if accent:
        colours["accent"] = accent
    return colours


def _lightest(colour: str, background: str, steps: range | tuple[int, ...]) -> str:
    """The colour mixed with white, as little or as much as its background allows.

    On white it is as light as can still be read, on itself as dark.
    """
    tints = [mixed(colour, WHITE, step / STEPS) for step in steps]
    legible = [tint for tint in tints if contrast(tint, background) >= AA]
    if background == WHITE:
        return legible[-1] if legible else colour
    return legible[0] if legible else WHITE
