"""Word and PowerPoint: pandoc with reference documents that are made here, then a finish.

Quarto would set each figure of a Word document into a table and has no word for a strip of key
figures; so it prints these two by its own pandoc (``quarto pandoc``) with the same filters as the
embedded renderer, and both give the same files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from analysis.params.report_models import Format
from analysis.report.checks import RenderError, check_rendered
from analysis.report.logo import NAME as LOGO
from analysis.report.office_files import (
    CORE,
    CUSTOM,
    core_properties,
    custom_properties,
    pack,
    read_package,
)
from analysis.report.palette import read_palette
from analysis.report.pandoc import run_pandoc
from analysis.report.running import Running
from analysis.report.slide_finish import finish_slides
from analysis.report.slide_reference import write_slide_reference
from analysis.report.stage_files import StagedDocument
from analysis.report.word_finish import finish_word
from analysis.report.word_reference import write_word_reference

OFFICE: tuple[Format, ...] = ("docx", "pptx")
THEME_FILTER = "theme/office.lua"
TAGS = {"en": "en-GB", "zh": "zh-CN"}
SHOWN = re.compile(r"word/document\.xml|ppt/slides/slide\d+\.xml")


def print_office(staged: StagedDocument, to: Format, pandoc: Sequence[str]) -> Path:
    """Print a document as ``docx`` or ``pptx`` and return the path of the new file.

    Parameters
    ----------
    staged
        The document.
    to
        The format.
    pandoc
        What starts pandoc: its path, or ``quarto`` and ``pandoc``.

    Raises
    ------
    RenderError
        See `analysis.report.renderer.Renderer`.
    """
    result = staged.stage / f"{staged.stem}.{to}"
    result.unlink(missing_ok=True)
    raw = staged.stage / f".{result.name}"
    running, language = Running.of(staged.metadata), str(staged.metadata.get("lang", "en"))[:2]
    palette = read_palette(staged.stage)
    reference = staged.stage / "theme" / f"reference.{to}"
    write = write_word_reference if to == "docx" else write_slide_reference
    write(reference, running, palette, TAGS[language])
    _refuse_links(staged.stage / "figures")
    options = [
        f"--lua-filter={THEME_FILTER}",
        "--default-image-extension=png",
        f"--reference-doc={reference.relative_to(staged.stage)}",
        f"--output={raw.name}",
    ]
    options += ["--slide-level=1"] if to == "pptx" else ["--number-sections"]
    run_pandoc(staged, to, options, pandoc)
    parts: dict[str, bytes | str] = dict(read_package(raw.read_bytes()))
    if to == "docx":
        parts = finish_word(parts)
    else:
        logo = staged.stage / f"{LOGO}.png" if "logo" in staged.metadata else None
        picture = logo.read_bytes() if logo else None
        parts = finish_slides(parts, running.slide_foot, TAGS[language], picture)
    parts[CUSTOM] = custom_properties(running.run_id)
    parts[CORE] = core_properties(
        running.title, running.head, running.company, running.run_id, TAGS[language]
    )
    check_rendered(office_text(parts), staged.quoted())
    result.write_bytes(pack(parts))
    return result


def office_text(parts: dict[str, bytes | str]) -> str:
    """The text of a Word document or of all slides, one paragraph a line."""
    from lxml import etree

    roots = [etree.fromstring(parts[name]) for name in sorted(parts) if SHOWN.fullmatch(name)]
    paragraphs = (paragraph for root in roots for paragraph in root.iter("{*}p"))
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter("{*}t")) for paragraph in paragraphs
    )


def _refuse_links(figures: Path) -> None:
    """Nothing outside the stage's figures/ is ever shown."""
    for path in figures.iterdir():
        if path.is_symlink() and not path.resolve().is_relative_to(figures.resolve()):
            raise RenderError(f"figures/{path.name}: a picture must be a PNG file in figures/")
