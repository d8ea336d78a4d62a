"""Where things lie in and beside the folder of a run."""

from pathlib import Path

MANIFEST = "manifest.json"
"""A run folder with a manifest is finished; nothing in it changes any more."""

RECORDS = ".steps"
"""Folder of a run that is being made: what each step wrote, and what it was made from."""


def scratch_of(run_dir: Path) -> Path:
    """Folder for what a run needs only while it is made, or is tried by hand afterwards."""
    return run_dir.parent / ".scratch" / run_dir.name


def made_by(run_dir: Path, step: str) -> Path:
    """File with the path of each file that a step has written, a line each."""
    return run_dir / RECORDS / f"{step}.files"
