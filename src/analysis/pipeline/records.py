"""What a finished step leaves on record: what it was made from, and which files it made."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analysis.run_folder import MANIFEST, RECORDS, made_by


@dataclass(frozen=True)
class StepRecord:
    """One finished step.

    Attributes
    ----------
    name : str
        The step's name.
    ingredients : mapping
        All that its outputs depend on, by name; see :mod:`analysis.pipeline.keys`.
    outputs : mapping
        SHA-256 of each file that it made, by path in the run folder.
    rows : mapping
        Rows of each table that it made.
    seconds : float
        How long it took.
    """

    name: str
    ingredients: Mapping[str, str]
    outputs: Mapping[str, str]
    rows: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def write_record(run_dir: Path, record: StepRecord) -> None:
    """Put a step on record; from then on a later run can take it over."""
    path = run_dir / RECORDS / f"{record.name}.json"
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(record), ensure_ascii=False), encoding="utf-8")
    new.replace(path)


def read_records(run_dir: Path) -> dict[str, StepRecord]:
    """The steps on record in a run, finished or not; none where they cannot be read."""
    try:
        if (run_dir / MANIFEST).exists():
            entries = json.loads((run_dir / MANIFEST).read_text(encoding="utf-8"))["steps"]
        else:
            paths = sorted((run_dir / RECORDS).glob("*.json"))
            entries = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        return {entry["name"]: StepRecord(**entry) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # of another version of the kit, or damaged: nothing is taken over


def files_of(run_dir: Path, step: str) -> list[str]:
    """Paths in the run folder of the files that a step wrote, by its own account."""
    account = made_by(run_dir, step)
    return sorted(set(account.read_text(encoding="utf-8").splitlines())) if account.exists() else []


def as_entries(records: Iterable[StepRecord]) -> list[dict[str, Any]]:
    """Records as the manifest holds them."""
    return [asdict(record) for record in records]
