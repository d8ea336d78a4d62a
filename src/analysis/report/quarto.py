"""Print the report with Quarto."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis.params.report_models import Format
from analysis.report.checks import RenderError, check_rendered, html_text, typst_text
from analysis.report.office import OFFICE, print_office
from analysis.report.side_by_side import print_side_by_side
from analysis.report.stage_files import StagedDocument

TIMEOUT_SECONDS = 180
LAST_LINES = 15
QUARTO_FORMATS: dict[Format, str] = {"html": "html", "pdf": "typst"}


def find_quarto() -> Path | None:
    """Return the Quarto on the PATH, else the one beside the Python that runs, else None."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("quarto") or shutil.which("quarto", path=beside)
    return Path(found) if found else None


@dataclass(frozen=True)
class QuartoRenderer:
    """Runs ``quarto render`` in the stage folder.

    Attributes
    ----------
    executable
        The path of ``quarto``.
    timeout_seconds
        After this time Quarto and all that it started are ended.
    """

    executable: Path
    timeout_seconds: float = TIMEOUT_SECONDS
    name: str = "quarto"

    @cached_property
    def version(self) -> str:
        """Quarto's version."""
        return self._run(["--version"], Path.cwd()).strip()

    def render(self, stage: Path, documents: Mapping[Format, str]) -> dict[Format, Path]:
        """Print the documents, see `analysis.report.renderer.Renderer`.

        Raises
        ------
        RenderError
            If a document asks for what is not there (Quarto itself would print ``?var:…``),
            if Quarto fails or takes too long, or if the result shows a leftover.
        """
        return print_side_by_side(
            documents,
            lambda document, to: self._print(StagedDocument(_folder_for(stage, to), document), to),
        )

    def _print(self, staged: StagedDocument, to: Format) -> Path:
        if to in OFFICE:
            # Some versions of Quarto swallow the first argument: one that comes again below.
            return print_office(staged, to, [str(self.executable), "pandoc", "--sandbox"])
        staged.expanded()  # only for its errors, which name the line
        stage = staged.stage
        result = stage / f"{staged.stem}.{to}"
        result.unlink(missing_ok=True)
        output = self._run(["render", staged.name, "--to", QUARTO_FORMATS[to]], stage)
        if not result.is_file():
            raise RenderError(f"Quarto wrote no {result.name}:\n{_tail(output)}")
        if to == "html":
            text = html_text(result.read_text(encoding="utf-8"))
        else:
            text = typst_text((stage / f"{staged.stem}.typ").read_text(encoding="utf-8"))
        check_rendered(text, staged.quoted())
        return result

    def _run(self, arguments: list[str], folder: Path) -> str:
        with subprocess.Popen(
            [str(self.executable), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=os.environ | {"NO_COLOR": "1"},
            start_new_session=True,  # so that a timeout ends pandoc and Typst too
        ) as process:
            try:
                output, _ = process.communicate(timeout=self.timeout_seconds)
            except subprocess.TimeoutExpired:
                _end_group(process)
                raise RenderError(
                    f"Quarto took more than {self.timeout_seconds:g} s and was ended"
                ) from None
            except BaseException:
                _end_group(process)
                raise
        if process.returncode != 0:
            raise RenderError(f"Quarto failed ({process.returncode}):\n{_tail(output)}")
        return output


def _folder_for(stage: Path, to: Format) -> Path:
    """Return where to print a format: Quarto keeps notes beside a document while it renders."""
    if to in OFFICE:
        return stage
    folder = stage.with_name(f"{stage.name}.{to}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(stage, folder)
    return folder


def _end_group(process: subprocess.Popen[str]) -> None:
    """End Quarto and the processes that it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _tail(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-LAST_LINES:])
