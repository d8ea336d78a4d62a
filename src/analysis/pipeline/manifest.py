"""``manifest.json``: what one needs to know to make a run again, and to trust it.

The last thing that is written into a run. It holds the SHA-256 of every other file, and, as its
own seal, the SHA-256 of itself with an empty seal: one flipped byte anywhere is found.
"""

import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from analysis.params import Params
from analysis.params.source_models import SqlSource
from analysis.pipeline.hashing import sha256, sha256_of_text
from analysis.pipeline.inputs import input_files, settings
from analysis.pipeline.records import StepRecord, as_entries
from analysis.results import Result
from analysis.run_folder import MANIFEST, RECORDS

SEAL = '"seal": "{}"'
GIT_SECONDS = 20


def write_manifest(run_dir: Path, facts: Mapping[str, Any], steps: Iterable[StepRecord]) -> None:
    """Write ``manifest.json``: the given facts, the steps and the SHA-256 of every file."""
    hashes = hash_files(run_dir)
    entries = {**facts, "steps": as_entries(steps), "outputs": hashes, "seal": ""}
    text = json.dumps(entries, ensure_ascii=False, indent=1, default=str)
    sealed = text.replace(SEAL.format(""), SEAL.format(sha256_of_text(text)))
    (run_dir / MANIFEST).write_text(sealed, encoding="utf-8")


def read_manifest(run_dir: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises
    ------
    OSError, ValueError
        If there is none, or it is no JSON.
    """
    manifest = json.loads((run_dir / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(manifest, dict):
        raise ValueError("it holds no map")
    return manifest


def is_sealed(run_dir: Path) -> bool:
    """Whether every byte of the manifest is as it was written."""
    try:
        text = (run_dir / MANIFEST).read_text(encoding="utf-8")
        seal = json.loads(text)["seal"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(sha256_of_text(text.replace(SEAL.format(seal), SEAL.format(""))) == seal)


def hash_files(run_dir: Path) -> dict[str, str]:
    """SHA-256 of every file of a run but the manifest, by path in the run folder."""
    files = {path.relative_to(run_dir).as_posix(): path for path in run_dir.rglob("*")}
    return {
        name: sha256(path)
        for name, path in sorted(files.items())
        if path.is_file() and name != MANIFEST and not name.startswith(f"{RECORDS}/")
    }


def facts_of(
    params: Params,
    project: Path,
    renderer: str,
    results: Mapping[str, Result],
    steps: Iterable[StepRecord],
) -> dict[str, Any]:
    """What the manifest says about a run besides its steps, its files and how long it took."""
    kept = {path: digest for step in steps for path, digest in step.outputs.items()}
    told = settings(params, type(params).model_fields)
    return {
        "review": params.review.name,
        "quarter": str(params.quarter),
        "as_of": params.quarter.last_day,
        "params": told,
        "seeds": {key: value for key, value in told.items() if key.split(".")[-1] == "seed"},
        "inputs": {name: _input(params, name, results, kept) for name in params.sources.given},
        "renderer": renderer,
        "git": git_state(project),
        "python": platform.python_version(),
        "platform": sys.platform,
        "versions": installed_versions(),
    }


def git_state(project: Path) -> dict[str, Any] | None:
    """The commit of the project, and whether anything in it is not committed; None without git."""
    try:
        commit = _git(project, "rev-parse", "HEAD")
        return {"commit": commit, "dirty": bool(_git(project, "status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def installed_versions() -> dict[str, str]:
    """Every installed package with its version."""
    return dict(sorted((each.name, each.version) for each in distributions() if each.name))


def _git(project: Path, *arguments: str) -> str:
    completed = subprocess.run(
        ["git", "-C", str(project), *arguments],
        capture_output=True,
        text=True,
        timeout=GIT_SECONDS,
        check=True,
    )
    return completed.stdout.strip()


def _input(
    params: Params, table: str, results: Mapping[str, Result], kept: Mapping[str, str]
) -> dict[str, Any]:
    """Where an input table came from: its files, or what a database was asked; and its rows.

    A database's answer has no file: the hash of the rows that were kept of it stands for it.
    """
    source = params.sources.given[table]
    read = results.get(f"quality.{table}.rows_read")
    rows = {"rows": read.value if read else None}
    if isinstance(source, SqlSource):
        asked = source.query or source.table
        return {"query": asked, "kept_sha256": kept.get(f"data/{table}.parquet")} | rows
    files = [
        {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in input_files(params)[table]
    ]
    return {"files": files} | rows
