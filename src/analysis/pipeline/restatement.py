"""What moved when an old quarter is reviewed again on later data: each number, and why.

The archived run and the new one are compared number by number. Why a number moved is read off what
its step and the steps before it were made from, then and now: the data, the params, the code, or
the libraries.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.locales import Words
from analysis.markup import escape_markdown
from analysis.params import Params
from analysis.pipeline.causes import Causes
from analysis.pipeline.manifest import is_sealed, read_manifest
from analysis.pipeline.planning import RESTATEMENT
from analysis.pipeline.records import StepRecord, read_records
from analysis.results import Result, number, read_results, read_step_results, text
from analysis.story import STRIP
from analysis.tables import Passage, Table

FILE = "restatement.csv"
SHOWN = 40
"""Numbers that the report lists; the file lists all."""


class ArchiveError(Exception):
    """An archived run cannot be compared with; the text says why."""


@dataclass(frozen=True)
class Moved:
    """A published number that came out differently.

    Attributes
    ----------
    name : str
        Of the number.
    then, now : Result or None
        In the archived run and in the new one; None where it was not published.
    kinds : tuple of str
        Why: ``data``, ``params``, ``code``, ``environment``; empty if nothing explains it.
    cause : str
        The same in detail.
    """

    name: str
    then: Result | None
    now: Result | None
    kinds: tuple[str, ...]
    cause: str


@dataclass(frozen=True)
class Restatement:
    """What a new review of an old quarter changed.

    Attributes
    ----------
    moved : sequence of Moved
        Numbers that came out differently: those of page one first, then by name.
    compared : int
        Numbers of both runs together.
    archive : str
        Beginning of the SHA-256 seal of the archived run.
    """

    moved: Sequence[Moved]
    compared: int
    archive: str


def check_archive(archive: Path, quarter: str) -> None:
    """Refuse a folder that is no finished run of the quarter, or was changed since.

    Raises
    ------
    ArchiveError
        Saying what is wrong.
    """
    try:
        manifest = read_manifest(archive)
    except (OSError, ValueError):
        raise ArchiveError(f"{archive} is no finished run: it has no manifest.json.") from None
    if not is_sealed(archive):
        raise ArchiveError(f"{archive}: manifest.json has been changed since the run was made.")
    if manifest["quarter"] != quarter:
        raise ArchiveError(f"{archive} is a review of {manifest['quarter']}, not of {quarter}.")


def compare_with_archive(
    archive: Path, results: Mapping[str, Result], made: Mapping[str, StepRecord]
) -> Restatement:
    """Compare the numbers of a run that is being made with those of an archived run.

    Parameters
    ----------
    archive : Path
        Folder of the archived run.
    results : mapping
        The new numbers by name.
    made : mapping
        Records of the new run's steps.
    """
    archived = read_results(archive / "results.json")
    old = {name: result for name, result in archived.items() if not _is_own(name)}
    new = {name: result for name, result in results.items() if not _is_own(name)}
    causes = Causes(read_records(archive), made)
    names = sorted(old.keys() | new.keys(), key=_place)
    moved = [
        _explain(name, old.get(name), new.get(name), causes)
        for name in names
        if not _agree(old.get(name), new.get(name))
    ]
    return Restatement(moved, len(names), str(read_manifest(archive)["seal"])[:12])


def restate(
    params: Params, archive: Path, run_dir: Path, made: Mapping[str, StepRecord]
) -> list[str]:
    """Compare a run that is being made with an archived one, and write what moved into it.

    Returns
    -------
    list of str
        The files written: the list of all numbers, the counts, and in each language what the
        report shows.
    """
    restatement = compare_with_archive(archive, read_step_results(run_dir), made)
    counts = restatement_results(restatement)
    entries = {
        name: result.as_json() | {"source": f"{RESTATEMENT}#0"} for name, result in counts.items()
    }
    files = {FILE: run_dir / FILE, (own := f"results/{RESTATEMENT}.json"): run_dir / own}
    write_restatement(restatement, files[FILE])
    files[own].write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    for language in params.review.languages:
        words = Words.of(params, language)
        shown: dict[str, Passage | Table] = {
            "restatement_summary": show_restatement(counts, words=words),
            "restatement": table_restatement(restatement, words=words),
        }
        for name, table in shown.items():
            path = f"tables/{language}/{name}.md"
            files[path] = run_dir / path
            files[path].parent.mkdir(parents=True, exist_ok=True)
            files[path].write_text(table.to_markdown(), encoding="utf-8")
    return list(files)


def show_restatement(counts: Mapping[str, Result], *, words: Words) -> Passage:
    """How many numbers moved, and why, in a sentence."""
    told = {
        name.split(".")[-1]: words.format(result.value, result.unit)
        for name, result in counts.items()
    }
    line = words("restatement.summary", **told)
    return Passage(f"{escape_markdown(line)}\n", (line,))


def restatement_results(restatement: Restatement) -> dict[str, Result]:
    """Published counts: how many numbers were compared, how many moved, and why."""
    counts = {
        kind: sum(kind in moved.kinds for moved in restatement.moved)
        for kind in ("data", "params", "code", "environment")
    }
    return {
        f"{RESTATEMENT}.compared": number(restatement.compared, "count"),
        f"{RESTATEMENT}.moved": number(len(restatement.moved), "count"),
        f"{RESTATEMENT}.archive": text(restatement.archive),
        **{
            f"{RESTATEMENT}.because_of.{kind}": number(count, "count")
            for kind, count in counts.items()
        },
    }


def write_restatement(restatement: Restatement, path: Path) -> None:
    """Write every number that moved into a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["number", "unit", "then", "now", "change", "why", "detail"])
        for moved in restatement.moved:
            unit = (moved.now or moved.then or number(0, "count")).unit
            then, now = _value(moved.then), _value(moved.now)
            change = _difference(moved)
            why = " ".join(moved.kinds) or "unexplained"
            writer.writerow([moved.name, unit, then, now, change, why, moved.cause])


def table_restatement(restatement: Restatement, *, words: Words) -> Table:
    """The numbers that moved, those of page one first; the file has them all."""
    headings = ("number", "restated_then", "restated_now", "restated_why")
    rows = tuple(
        (
            moved.name,
            _format(moved.then, words),
            _format(moved.now, words),
            ", ".join(words(f"restated_by.{kind}") for kind in moved.kinds or ("unexplained",)),
        )
        for moved in restatement.moved[:SHOWN]
    )
    is_number = (False, True, True, False)
    return Table(tuple(words(f"column.{heading}") for heading in headings), is_number, rows)


def _explain(name: str, then: Result | None, now: Result | None, causes: Causes) -> Moved:
    step = str((now or then or number(0, "count")).source).partition("#")[0]
    return Moved(name, then, now, causes.kinds(step), causes.of(step))


def _agree(then: Result | None, now: Result | None) -> bool:
    """Whether value and interval are the same."""
    if then is None or now is None:
        return False
    return (then.value, then.low, then.high) == (now.value, now.low, now.high)


def _is_own(name: str) -> bool:
    return name.startswith(f"{RESTATEMENT}.")


def _place(name: str) -> tuple[int, str]:
    """Numbers of page one first, in its order."""
    shown = [each for indicator in STRIP for each in (indicator.value, indicator.change)]
    return (shown.index(name) if name in shown else len(shown), name)


def _value(result: Result | None) -> Any:
    return "" if result is None or result.value is None else result.value


def _difference(moved: Moved) -> Any:
    values = [each.value if each else None for each in (moved.now, moved.then)]
    now, then = (v if isinstance(v, int | float) else None for v in values)
    return "" if now is None or then is None else now - then


def _format(result: Result | None, words: Words) -> str:
    if result is None:
        return words("restated_by.absent")
    if result.unit == "label" and isinstance(result.value, str):
        return words.named(*result.value.split(".", 1)) if "." in result.value else result.value
    return words.format(result.value, result.unit)
