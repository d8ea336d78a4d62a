"""Run pandoc on a staged document, in its sandbox, with the filters that stand for Quarto's own."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from analysis.report.checks import RenderError
from analysis.report.stage_files import StagedDocument

FILTER = Path(__file__).with_name("embedded.lua")
THEME_FILTER = "theme/review.lua"
TIMEOUT_SECONDS = 60
PROJECT_OPTIONS = {
    *("project", "metadata-files", "execute", "format"),
    *("number-sections", "toc", "toc-depth", "filters"),
}
# Quarto knows zh, pandoc has its words under the script.
PANDOC_LANGUAGES = {"zh": "zh-Hans"}
FILTER_ERROR = re.compile(
    r"Error running filter [^\n]*:\n(?P<text>.*?)(?:\nstack traceback|\Z)", re.DOTALL
)


def run_pandoc(
    staged: StagedDocument,
    to: str,
    options: Sequence[str],
    command: Sequence[str],
) -> str:
    """Return what pandoc prints of a document; a binary format goes to a file by ``--output``.

    Parameters
    ----------
    staged
        The document; its values and includes are put in place first.
    to
        pandoc's name of the format.
    options
        What this format needs besides.
    command
        What starts pandoc.

    Raises
    ------
    RenderError
        With every complaint of the filters, each with the line that it is about.
    """
    # As a file, since Quarto hands nothing on to its pandoc's standard input.
    source = staged.stage / f".{staged.stem}.{to}.md"
    source.write_text(_with_front_matter(staged), encoding="utf-8", newline="\n")
    arguments = [
        *command,
        source.name,
        "--sandbox",
        "--standalone",
        "--fail-if-warnings",
        "--wrap=none",
        "--from=markdown",
        f"--to={to}",
        f"--lua-filter={FILTER}",
        f"--lua-filter={THEME_FILTER}",
        "--syntax-highlighting=none",
        *options,
    ]
    try:
        completed = subprocess.run(
            arguments,
            cwd=staged.stage,
            stdin=subprocess.DEVNULL,
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


def project_options(staged: StagedDocument) -> list[str]:
    """Return pandoc's form of the options that ``_quarto.yml`` sets for every format.

    Raises
    ------
    RenderError
        If it sets one that only Quarto knows.
    """
    project = staged.project
    if unknown := sorted(set(project) - PROJECT_OPTIONS):
        raise RenderError(
            f"_quarto.yml: the embedded renderer does not know {', '.join(unknown)}; "
            "put what only Quarto needs under its format"
        )
    options = [f"--toc-depth={project.get('toc-depth', 3)}"]
    options += ["--toc"] if project.get("toc") else []
    options += ["--number-sections"] if project.get("number-sections") else []
    return options


def _with_front_matter(staged: StagedDocument) -> str:
    language = staged.metadata.get("lang", "en")
    metadata = staged.metadata | {"lang": PANDOC_LANGUAGES.get(language, language)}
    front_matter = json.dumps(metadata, ensure_ascii=False, default=str)
    return f"---\n{front_matter}\n---\n\n{staged.expanded()}"


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
