"""Print the report without Quarto: pandoc and Typst, both from packages that pip can install.

The document stays a Quarto document. `shortcodes` expands its values, ``embedded.lua`` does what
Quarto does about references, captions and conditions, and the theme is the one that Quarto uses.
Whatever else Quarto could do is refused with a message that names it.
"""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import pypandoc
import typst

from analysis.report.checks import RenderError, check_rendered, html_text, typst_text
from analysis.report.stage_files import StagedDocument

FILTER = Path(__file__).with_name("embedded.lua")
THEME_FILTER = "theme/review.lua"
STYLE = "theme/review.css"
TIMEOUT_SECONDS = 60
PROJECT_OPTIONS = {
    *("project", "metadata-files", "execute", "format"),
    *("number-sections", "toc", "toc-depth", "filters"),
}
# Quarto knows zh, pandoc has its words under the script.
PANDOC_LANGUAGES = {"zh": "zh-Hans"}
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
STYLE_LINK = re.compile(r'<link rel="stylesheet" href="(?P<path>[^"]*)"\s*/?>')
IMAGE_SOURCE = re.compile(r'(?<=<img )src="(?P<path>[^"]*)"')
LEFT_OUTSIDE = re.compile(r'<[^>]* (?:src|srcset|data|poster)="(?!data:)(?P<path>[^"]*)"')
FILTER_ERROR = re.compile(
    r"Error running filter [^\n]*:\n(?P<text>.*?)(?:\nstack traceback|\Z)", re.DOTALL
)


@dataclass(frozen=True)
class EmbeddedRenderer:
    """Runs pandoc once a format, in its sandbox, and Typst in this process."""

    name: str = "embedded"

    @cached_property
    def version(self) -> str:
        """The versions of pandoc and Typst."""
        return f"pandoc {pypandoc.get_pandoc_version()}, typst {version('typst')}"

    def render(self, stage: Path, document: str, to: Literal["html", "pdf"]) -> Path:
        """Print the document, see `analysis.report.renderer.Renderer`.

        Raises
        ------
        RenderError
            With every feature that is not supported, every reference to nothing and every value
            that is not there, each with its line where there is one.
        """
        staged = StagedDocument(stage, document)
        result = stage / f"{staged.stem}.{to}"
        result.unlink(missing_ok=True)
        if to == "html":
            page = _inline(_pandoc(staged, "html5", "theme/review.html"), stage)
            check_rendered(html_text(page), staged.quoted())
            result.write_text(page, encoding="utf-8", newline="\n")
        else:
            source = _pandoc(staged, "typst", "theme/review.typst")
            check_rendered(typst_text(source), staged.quoted())
            result.write_bytes(_compile(source, stage / f"{staged.stem}.typ"))
        return result


def _pandoc(staged: StagedDocument, to: str, template: str) -> str:
    """Return the document in another format, as the theme's template frames it."""
    body = staged.expanded()
    language = staged.metadata.get("lang", "en")
    metadata = staged.metadata | {"lang": PANDOC_LANGUAGES.get(language, language)}
    front_matter = json.dumps(metadata, ensure_ascii=False, default=str)
    command = [
        pypandoc.get_pandoc_path(),
        "--sandbox",
        "--standalone",
        "--fail-if-warnings",
        "--wrap=none",
        "--from=markdown",
        f"--to={to}",
        f"--template={template}",
        f"--lua-filter={FILTER}",
        f"--lua-filter={THEME_FILTER}",
        f"--css={STYLE}",
        "--default-image-extension=svg",
        "--syntax-highlighting=none",
        *_project_options(staged.project),
    ]
    try:
        completed = subprocess.run(
            command,
            cwd=staged.stage,
            input=f"---\n{front_matter}\n---\n\n{body}",
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(f"{staged.name}: pandoc took over {TIMEOUT_SECONDS} s") from error
    if completed.returncode != 0:
        raise RenderError(_explain(completed.stderr, staged))
    return completed.stdout


def _project_options(project: Mapping[str, Any]) -> list[str]:
    """Return pandoc's form of the options that ``_quarto.yml`` sets for every format."""
    if unknown := sorted(set(project) - PROJECT_OPTIONS):
        raise RenderError(
            f"_quarto.yml: the embedded renderer does not know {', '.join(unknown)}; "
            "put what only Quarto needs under its format"
        )
    options = [f"--toc-depth={project.get('toc-depth', 3)}"]
    options += ["--toc"] if project.get("toc") else []
    options += ["--number-sections"] if project.get("number-sections") else []
    return options


def _explain(errors: str, staged: StagedDocument) -> str:
    """Return the filter's complaints, each with the line of the document that it is about."""
    found = FILTER_ERROR.search(errors)
    if not found:
        return f"{staged.name}: pandoc failed:\n{errors.strip()}"
    messages = []
    for complaint in found["text"].splitlines():
        token, _, message = complaint.rpartition("\t")
        messages.append(f"{staged.place_of(token)}: {message}")
    return "\n".join(messages)


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
