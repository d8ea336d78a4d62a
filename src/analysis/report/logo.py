"""The company's logo, beside the figures of a stage."""

from __future__ import annotations

import shutil
from pathlib import Path

NAME = "figures/company-logo"
HEIGHT = "40pt"
PIXELS_PER_INCH = 600


def stage_logo(logo: Path, stage: Path) -> str:
    """Copy a checked logo into a stage and return its name there.

    Word and PowerPoint take no SVG; they find a PNG of it under the same name.

    Parameters
    ----------
    logo : Path
        A PNG or SVG file.
    stage : Path
        The stage folder.
    """
    kind = logo.suffix.lower()
    shutil.copy(logo, stage / f"{NAME}{kind}")
    if kind == ".svg":
        _draw(stage)
    return f"{NAME}{kind}"


def _draw(stage: Path) -> None:
    """Draw the SVG as PNG, with the report's fonts, so that it is the same everywhere."""
    import typst

    page = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
        f'#image("/{NAME}.svg", height: {HEIGHT})'
    )
    source = stage / f"{NAME}.typ"
    source.write_text(page, encoding="utf-8")
    drawn = typst.compile(
        source,
        root=stage,
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=[stage / "fonts"],
        ignore_system_fonts=True,
    )
    (stage / f"{NAME}.png").write_bytes(drawn)
    source.unlink()
