"""All or nothing: a run is made beside the published one and takes its place by a rename."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.workspace import MANIFEST, scratch_of


@contextmanager
def staged_run(out: Path, name: str) -> Iterator[Path]:
    """A folder to make a run in; published when the block ends well.

    If the block fails, the run that was published before stays as it was, and what was made so
    far is kept in ``.failed/<name>`` for whoever looks for the cause.

    Parameters
    ----------
    out : Path
        Folder of all runs.
    name : str
        The run's name.
    """
    staging = out / f".staging-{name}-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
        _replace(out / name, staging)
        # What was tried by hand on the last run, or failed, says nothing about this one.
        shutil.rmtree(scratch_of(out / name), ignore_errors=True)
        shutil.rmtree(failed_dir(out, name), ignore_errors=True)
    except BaseException:
        if staging.exists():
            _replace(failed_dir(out, name), staging)
        raise
    finally:
        shutil.rmtree(scratch_of(staging), ignore_errors=True)


def failed_dir(out: Path, name: str) -> Path:
    """Folder in which a run that failed is kept for whoever looks for the cause."""
    return out / ".failed" / name


def write_manifest(run_dir: Path, facts: dict[str, Any]) -> None:
    """Write ``manifest.json``: the given facts and the SHA-256 of every file of the run."""
    files = sorted(path for path in run_dir.rglob("*") if path.is_file())
    hashes = {path.relative_to(run_dir).as_posix(): sha256(path) for path in files}
    text = json.dumps(facts | {"outputs": hashes}, ensure_ascii=False, indent=1, default=str)
    (run_dir / MANIFEST).write_text(text, encoding="utf-8")


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(target: Path, replacement: Path) -> None:
    """Put a folder in the place of another; the old one leaves only once the new one is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f".old-{target.name}-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        replacement.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
