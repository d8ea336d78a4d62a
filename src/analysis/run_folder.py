"""Where things lie in and beside the folder of a run."""

import json
from pathlib import Path
from typing import Any

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


def recorded_inputs(run_dir: Path) -> dict[str, str]:
    """File names and SHA-256 of each input table that a step of a run has read, by table.

    The run may be finished, or be made at this moment.
    """
    if (run_dir / MANIFEST).exists():
        steps = json.loads((run_dir / MANIFEST).read_text(encoding="utf-8"))["steps"]
    else:
        paths = sorted((run_dir / RECORDS).glob("*.json"))
        steps = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    found: dict[str, Any] = {}
    for step in steps:
        for name, value in step["ingredients"].items():
            kind, _, table = name.partition(" ")
            if kind == "input":
                found[table] = value
    return found
