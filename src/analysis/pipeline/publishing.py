"""All or nothing: a run is made beside the published one and takes its place in one step.

The published folder is exchanged for the new one by the file system (:mod:`exchange`), so that
it is there at every moment. Where the file system cannot exchange, it is renamed away first; what
a crash leaves in between is put back by the next run (:func:`sweep`).
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.pipeline.exchange import exchange
from analysis.run_folder import scratch_of


@contextmanager
def staged_run(out: Path, name: str) -> Iterator[Path]:
    """A folder to make a run in; published when the block ends well.

    If the block fails, the run that was published before stays as it was, and what was made so
    far is kept in :func:`failed_dir` for whoever looks for the cause, and for the next attempt.

    Parameters
    ----------
    out : Path
        Folder of all runs.
    name : str
        The run's name; the caller is its only writer.
    """
    # A name of its own: a kernel that outlives its run by a moment cannot write into the next.
    staging = out / f".staging-{name}-{secrets.token_hex(4)}"
    staging.mkdir(parents=True)
    try:
        yield staging
        publish(staging, out / name)
        # What was tried by hand on the last run says nothing about this one.
        shutil.rmtree(scratch_of(out / name), ignore_errors=True)
    except BaseException:
        if staging.exists():
            _keep_failure(staging, failed_dir(out, name))
        raise
    finally:
        shutil.rmtree(scratch_of(staging), ignore_errors=True)


def failed_dir(out: Path, name: str) -> Path:
    """Folder in which a run that failed is kept until one succeeds."""
    return out / f".failed-{name}"


def forget_failure(out: Path, name: str) -> None:
    """Remove what a failed run left; the published one has overtaken it."""
    shutil.rmtree(failed_dir(out, name), ignore_errors=True)


def publish(staging: Path, target: Path) -> None:
    """Put a folder in the place of another, or in an empty place, and remove the other.

    Everything is on the disk before a name changes: a power cut leaves one or the other, whole.
    """
    _flush(staging)
    if not target.exists():
        staging.rename(target)
    elif not exchange(staging, target):
        _replace(staging, target)
    _flush_folder(target.parent)
    shutil.rmtree(staging, ignore_errors=True)


def sweep(out: Path, name: str) -> None:
    """Clear away what an earlier run left when it was killed.

    Its last unfinished folder becomes :func:`failed_dir`, from which the next run takes over the
    steps that are whole. A published run that was renamed away and not replaced comes back.

    Parameters
    ----------
    out : Path
        Folder of all runs.
    name : str
        The run's name; the caller is its only writer.
    """
    for old in _left_over(out, "old", name):
        if (out / name).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(out / name)
    for unfinished in _left_over(out, "staging", name):
        _keep_failure(unfinished, failed_dir(out, name))
    for scratch in _left_over(out / ".scratch", "staging", name):
        shutil.rmtree(scratch, ignore_errors=True)


def _keep_failure(staging: Path, failed: Path) -> None:
    shutil.rmtree(failed, ignore_errors=True)
    staging.rename(failed)


def _left_over(out: Path, kind: str, name: str) -> list[Path]:
    """Folders of one kind that belong to a run, oldest first."""
    pattern = re.compile(rf"\.{kind}-{re.escape(name)}-[0-9a-f]{{8}}")
    found = [path for path in out.glob(f".{kind}-*") if pattern.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def _replace(staging: Path, target: Path) -> None:
    """Put a folder in the place of another where they cannot be exchanged."""
    old = target.with_name(f".old-{target.name}-{secrets.token_hex(4)}")
    target.rename(old)
    try:
        staging.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _flush(folder: Path) -> None:
    """Have the disk hold every file of a folder, and every folder in it."""
    for parent, _, files in os.walk(folder):
        for name in files:
            _flush_path(os.path.join(parent, name))
        _flush_folder(Path(parent))


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        _flush_path(str(folder))


def _flush_path(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
