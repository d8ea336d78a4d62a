"""Who prints the report: Quarto where it is installed, else the embedded renderer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from analysis.params.report_models import Format
from analysis.report.checks import RenderError, check_rendered
from analysis.report.embedded import EmbeddedRenderer
from analysis.report.quarto import QuartoRenderer, find_quarto

__all__ = ["Format", "RenderError", "Renderer", "check_rendered", "find_renderer"]


class Renderer(Protocol):
    """Prints one staged document; the two implementations agree on what it says."""

    @property
    def name(self) -> str:
        """``quarto`` or ``embedded``."""

    @property
    def version(self) -> str:
        """The version for the manifest."""

    def render(self, stage: Path, documents: Mapping[Format, str]) -> dict[Format, Path]:
        """Print the documents of a stage folder and return the paths of the new files.

        Parameters
        ----------
        stage
            A folder that this run alone writes to, with ``_quarto.yml``, ``_review.yml``,
            ``_variables.yml``, ``theme/``, ``fonts/``, ``figures/`` and ``tables/``.
        documents
            For each format the file name of the document in it, such as ``review.en.qmd``:
            ``html`` gives one self-contained file, ``pdf`` goes by way of Typst, ``docx`` and
            ``pptx`` take their look from reference documents.

        Raises
        ------
        RenderError
            If a document uses what is not there, or the result shows a leftover.
        """


def find_renderer(wanted: Literal["auto", "quarto", "embedded"] = "auto") -> Renderer:
    """Return the renderer to use.

    Parameters
    ----------
    wanted
        ``auto`` takes Quarto if it is on the PATH or beside the Python that runs, else the
        embedded renderer.

    Raises
    ------
    RenderError
        If Quarto is wanted and not installed; the message says how to get it.
    """
    quarto = None if wanted == "embedded" else find_quarto()
    if quarto is not None:
        return QuartoRenderer(quarto)
    if wanted == "quarto":
        raise RenderError(
            "Quarto is not installed: conda install -c conda-forge quarto, or https://quarto.org. "
            "Without it the embedded renderer prints the same report."
        )
    return EmbeddedRenderer()
