"""What is to be made, where, and what came of it."""

from dataclasses import dataclass
from pathlib import Path

from analysis.params import Params
from analysis.pipeline.hashing import FileFacts
from analysis.pipeline.planning import EarlierRuns, Planner
from analysis.pipeline.publishing import failed_dir
from analysis.report import Renderer

DATA_CHECK = "analysis.pipeline.data_check"
"""The module that checks, in a process of its own, whether the data can carry the review."""

REFUSED = 3
"""Exit status of the check of the data if they cannot carry the review, and it says why.

A check that breaks off has another one; what it prints may quote data.
"""

NOTE = "note: "
"""Begins each line for the reader that a process of its own prints; libraries print others."""


class ReviewError(Exception):
    """The review could not be made; the text tells its reader what to do."""


@dataclass(frozen=True)
class Review:
    """What is to be made, and where.

    Attributes
    ----------
    params : Params
        The review's parameters.
    project : Path
        Folder with ``notebooks`` and ``reports``.
    out : Path
        Folder of all runs; this one is published as ``out/<review name>``.
    workers : int
        How many steps run side by side.
    restates : Path, optional
        An archived run of the same quarter, to compare with.
    """

    params: Params
    project: Path
    out: Path
    workers: int
    restates: Path | None = None

    @property
    def name(self) -> str:
        """The review's name."""
        return self.params.review.name

    @property
    def run_dir(self) -> Path:
        """Folder of the published run."""
        return self.out / self.name

    def facts(self) -> FileFacts:
        """What is known about the files that it reads."""
        return FileFacts(self.out / ".cache" / f"{self.name}.json")

    def planner(self, renderer: Renderer, facts: FileFacts) -> Planner:
        """Decides what can be taken over from the run that is published, or from a failed one."""
        folders = [failed_dir(self.out, self.name), self.run_dir]
        told = f"{renderer.name} {_version(renderer, facts)}"
        return Planner(
            self.params, self.project, told, EarlierRuns(folders, facts), facts, self.restates
        )


@dataclass(frozen=True)
class ReviewRun:
    """A published run.

    Attributes
    ----------
    run_dir : Path
        Its folder.
    documents : tuple of Path
        The report's files.
    renderer : str
        What printed them.
    is_new : bool
        False if nothing had changed since it was made.
    """

    run_dir: Path
    documents: tuple[Path, ...]
    renderer: str
    is_new: bool


def _version(renderer: Renderer, facts: FileFacts) -> str:
    """The renderer's version; Quarto takes too long to tell it each time."""
    executable = getattr(renderer, "executable", None)
    if executable is None:
        return renderer.version
    return str(facts.find(executable.resolve(), "version", lambda _: renderer.version))
