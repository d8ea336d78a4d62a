"""Print the report without Quarto: pandoc and Typst, both from packages that pip can install.

The document stays a Quarto document. `shortcodes` expands its values, ``embedded.lua`` does what
Quarto does about references, captions and conditions, and the theme is the one that Quarto uses.
Whatever else Quarto could do is refused with a message that names it.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import pypandoc
import typst

from analysis.params.report_models import Format
from analysis.report.checks import RenderError, check_rendered, html_text, typst_text
from analysis.report.office import OFFICE, print_office
from analysis.report.palette import STYLE
from analysis.report.pandoc import project_options, run_pandoc
from analysis.report.side_by_side import print_side_by_side
from analysis.report.stage_files import StagedDocument

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
STYLE_LINK = re.compile(r'<link rel="stylesheet" href="(?P<path>[^"]*)"\s*/?>')
IMAGE_SOURCE = re.compile(r'(?<=<img )src="(?P<path>[^"]*)"')
LEFT_OUTSIDE = re.compile(r'<[^>]* (?:src|srcset|data|poster)="(?!data:)(?P<path>[^"]*)"')


@dataclass(frozen=True)
class EmbeddedRenderer:
    """Runs pandoc once a format, in its sandbox, and Typst in this process."""

    name: str = "embedded"

    @cached_property
    def version(self) -> str:
        """The versions of pandoc and Typst."""
        return f"pandoc {pypandoc.get_pandoc_version()}, typst {version('typst')}"

    def render(self, stage: Path, documents: Mapping[Format, str]) -> dict[Format, Path]:
        """Print the documents, see `analysis.report.renderer.Renderer`.

        Raises
        ------
        RenderError
            With every feature that is not supported, every reference to nothing and every value
            that is not there, each with its line where there is one.
        """
        return print_side_by_side(
            documents, lambda document, to: _print(StagedDocument(stage, document), to)
        )


def _print(staged: StagedDocument, to: Format) -> Path:
    result = staged.stage / f"{staged.stem}.{to}"
    result.unlink(missing_ok=True)
    pandoc = [pypandoc.get_pandoc_path()]
    if to in OFFICE:
        return print_office(staged, to, pandoc)
    framed = [f"--css={STYLE}", "--default-image-extension=svg", *project_options(staged)]
    if to == "html":
        page = run_pandoc(staged, "html5", ["--template=theme/review.html", *framed], pandoc)
        page = _inline(page, staged.stage)
        check_rendered(html_text(page), staged.quoted())
        result.write_text(page, encoding="utf-8", newline="\n")
    else:
        source = run_pandoc(staged, "typst", ["--template=theme/review.typst", *framed], pandoc)
        check_rendered(typst_text(source), staged.quoted())
        result.write_bytes(_compile(source, staged.stage / f"{staged.stem}.typ"))
    return result


def _inline(page: str, stage: Path) -> str:
    """Return the page with its style sheet and figures inside; it then needs no other file."""

    def style(_: re.Match[str]) -> str:
        return f"<style>\n{(stage / STYLE).read_text(encoding='utf-8')}</style>"

    def image(match: re.Match[str]) -> str:
        path = _figure(html.unescape(match["path"]), stage)
        content = base64.b64encode(path.read_bytes()).decode("ascii")
        return f'src="data:{MEDIA_TYPES[path.suffix]};base64,{content}"'

    page = IMAGE_SOURCE.sub(image, STYLE_LINK.sub(style, page))
    if left := LEFT_OUTSIDE.search(page):
        raise RenderError(f"the page would load {left['path']} from outside")
    return page


def _figure(name: str, stage: Path) -> Path:
    """Return the path of a figure; nothing outside the stage's figures/ is ever shown."""
    folder = (stage / "figures").resolve()
    path = (stage / name).resolve()
    if path.suffix not in MEDIA_TYPES or not path.is_relative_to(folder):
        raise RenderError(f"{name}: a picture must be an SVG or PNG file in figures/")
    if not path.is_file():
        raise RenderError(f"{name}: there is no such figure; does its notebook draw it?")
    return path


def _compile(source: str, path: Path) -> bytes:
    """Return the PDF of a Typst source, which stays beside it for whoever looks for a fault."""
    path.write_text(source, encoding="utf-8", newline="\n")
    stage = path.parent
    try:
        return typst.compile(
            path,
            root=stage,
            font_paths=[stage / "fonts"],
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        raise RenderError(f"{path.name}: {error.diagnostic}") from error
