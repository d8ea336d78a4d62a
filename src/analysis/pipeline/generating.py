"""The files of the demo company: made when a review of it begins, and not made again in vain."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from analysis.params import Params
from analysis.params.models import Demo
from analysis.pipeline.hashing import FileFacts, sha256
from analysis.pipeline.keys import demo_ingredients, differences
from analysis.pipeline.records import StepRecord

STEP = "demo data"
RECORD = ".made.json"


def demo_reasons(params: Params, facts: FileFacts) -> list[str]:
    """Why the demo company's files must be made; nothing if they are there and whole."""
    if params.demo is None:
        return []
    folder = Path(params.demo.folder)
    record = _read_record(folder)
    if record is None:
        return ["it has not run yet"]
    damaged = [
        f"{name} is not as it was made"
        for name, digest in record.outputs.items()
        if not (folder / name).is_file() or facts.sha256(folder / name) != digest
    ]
    return damaged or differences(demo_ingredients(params, facts), record.ingredients)


def make_demo(params: Params, demo: Demo, facts: FileFacts) -> None:
    """Make the demo company's files, each whole before it appears."""
    from analysis.demo import write_company

    folder = Path(demo.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as new:
        write_company(demo.model_copy(update={"folder": new}), params.quarter)
        files = sorted(path for path in Path(new).rglob("*") if path.is_file())
        outputs = {path.relative_to(new).as_posix(): sha256(path) for path in files}
        for name in outputs:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(new, name), target)
    record = StepRecord(STEP, demo_ingredients(params, facts), outputs)
    (folder / RECORD).write_text(json.dumps(asdict(record)), encoding="utf-8")


def _read_record(folder: Path) -> StepRecord | None:
    try:
        return StepRecord(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
