"""Is an archived run what it says? Every byte is hashed, and the review is made again.

What differs between the archived run and the new one is listed number by number, with its likely
cause.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.params import Params, load_params
from analysis.pipeline.causes import Causes
from analysis.pipeline.events import Tell
from analysis.pipeline.manifest import hash_files, is_sealed, read_manifest
from analysis.pipeline.records import StepRecord, read_records
from analysis.pipeline.request import Review
from analysis.pipeline.review import run_review

NOT_COMPARED = ("run.log", "params.yml", "notebooks/", "results")
"""Files that tell when and where, and those whose content is compared number by number."""
COMPARED = ("value", "low", "high", "n", "unit", "note")


@dataclass(frozen=True)
class Difference:
    """One number or file that came out differently.

    Attributes
    ----------
    name : str
        The number's name or the file's path.
    then, now : str
        What it was and what it is; empty for a file.
    cause : str
        Why, as far as that can be told.
    """

    name: str
    then: str
    now: str
    cause: str

    def __str__(self) -> str:
        change = f": {self.then} → {self.now}" if self.then or self.now else " differs"
        return f"{self.name}{change}\n      {self.cause}"


def find_damage(run: Path) -> list[str]:
    """Which files of a finished run are not as they were made; every byte is read.

    Raises
    ------
    OSError, ValueError
        If there is no manifest, or it cannot be read.
    """
    if not is_sealed(run):
        read_manifest(run)
        return ["manifest.json has been changed since the run was made"]
    made, found = read_manifest(run)["outputs"], hash_files(run)
    return [
        *(f"{name} is missing" for name in sorted(made.keys() - found.keys())),
        *(f"{name} was added" for name in sorted(found.keys() - made.keys())),
        *(
            f"{name} has been changed"
            for name in sorted(made.keys() & found.keys())
            if made[name] != found[name]
        ),
    ]


def archived_params(run: Path, overrides: tuple[str, ...]) -> Params:
    """The params of a finished run.

    Raises
    ------
    ParamsError
        If they cannot be used any more, for instance because an input has moved.
    """
    return load_params(run / "params.yml", overrides)


def remake(
    run: Path,
    params: Params,
    project: Path,
    workers: int,
    listen: Callable[[], AbstractContextManager[Tell]],
) -> list[Difference]:
    """Make a finished run again, elsewhere, and list what comes out differently.

    Raises
    ------
    ReviewError
        If it cannot be made.
    """
    with TemporaryDirectory(prefix="review-") as folder:
        made = run_review(Review(params, project, Path(folder), workers), listen)
        causes = Causes(read_records(run), read_records(made.run_dir))
        return [*_numbers(run, made.run_dir, causes), *_files(run, made.run_dir, causes)]


def _numbers(then: Path, now: Path, causes: Causes) -> Iterator[Difference]:
    old, new = _results(then), _results(now)
    for name in sorted(old.keys() | new.keys()):
        one, other = old.get(name, {}), new.get(name, {})
        for part in COMPARED:
            if one.get(part) != other.get(part):
                step = str((other or one)["source"]).partition("#")[0]
                told = name if part == "value" else f"{name} ({part})"
                was, now_is = (str(entry.get(part, "absent")) for entry in (one, other))
                yield Difference(told, was, now_is, causes.of(step))


def _files(then: Path, now: Path, causes: Causes) -> Iterator[Difference]:
    makers = _makers(causes.then) | _makers(causes.now)
    old, new = hash_files(then), hash_files(now)
    for name in sorted(old.keys() | new.keys()):
        if name.startswith(NOT_COMPARED) or old.get(name) == new.get(name):
            continue
        if not (name in old and name in new and _same_table(then / name, now / name)):
            yield Difference(name, "", "", causes.of(makers[name]))


def _same_table(one: Path, other: Path) -> bool:
    """Whether two Parquet files hold the same rows in the same order, however they are packed."""
    if one.suffix != ".parquet":
        return False
    from pyarrow.parquet import read_table

    return bool(read_table(one).equals(read_table(other)))


def _results(run: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads((run / "results.json").read_text(encoding="utf-8")))


def _makers(records: Mapping[str, StepRecord]) -> dict[str, str]:
    """Which step made each file."""
    return {path: record.name for record in records.values() for path in record.outputs}
