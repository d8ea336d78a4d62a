"""Which steps an earlier run can be taken over for, and why the others must run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.params import Params
from analysis.pipeline.code import notebook_imports
from analysis.pipeline.hashing import FileFacts
from analysis.pipeline.keys import (
    EXPORT_CODE,
    Ingredients,
    code_ingredients,
    differences,
    export_ingredients,
    notebook_ingredients,
    report_ingredients,
)
from analysis.pipeline.records import StepRecord, read_records
from analysis.pipeline.steps import STEPS, Step, before
from analysis.run_folder import MANIFEST

MOST_REASONS = 3
SHOWN = ("results/", "figures/{language}/", "tables/{language}/")
REPORT = "report."
"""Begins the name of the step that prints the report in one language."""
RESTATEMENT = "restatement"
"""The step that compares a review with an archived run of the same quarter."""
EXPORTS = "exports"
"""The step that writes the workbook and what goes into other systems."""
EXPORTED = ("data/", "lists/", "results/")
"""Files of the notebooks from which it writes them."""


@dataclass(frozen=True)
class Decision:
    """What becomes of one step.

    Attributes
    ----------
    name : str
        The step.
    ingredients : mapping
        What its outputs depend on now.
    record : StepRecord, optional
        The record to take over; None if the step must run.
    folder : Path, optional
        The run that holds its files.
    reasons : tuple of str
        Why it must run.
    """

    name: str
    ingredients: Mapping[str, str]
    record: StepRecord | None = None
    folder: Path | None = None
    reasons: tuple[str, ...] = ()


class EarlierRuns:
    """Runs from which steps can be taken over.

    Parameters
    ----------
    folders : sequence of Path
        Run folders; the first that fits is taken, and reasons are told against the last that
        knows the step.
    facts : FileFacts
        Knows the hashes of files.
    """

    def __init__(self, folders: Sequence[Path], facts: FileFacts) -> None:
        self._runs = [(folder, read_records(folder)) for folder in folders]
        self._facts = facts

    def decide(self, name: str, ingredients: Ingredients) -> Decision:
        """Take a step over where it was made from the same and its files are still whole."""
        reasons = ["it has not run yet"]
        for folder, records in self._runs:
            if name not in records:
                continue
            reasons = differences(ingredients, records[name].ingredients)
            damaged = [] if reasons else self._damaged(folder, records[name])
            if not reasons and not damaged:
                return Decision(name, ingredients, records[name], folder)
            reasons += [f"{path} is not as the step left it" for path in damaged]
        return Decision(name, ingredients, reasons=_first(reasons))

    def seconds(self, name: str) -> float | None:
        """How long a step took when it last ran."""
        known = [records[name].seconds for _, records in self._runs if name in records]
        return known[-1] if known else None

    def _damaged(self, folder: Path, record: StepRecord) -> list[str]:
        return [
            path
            for path, digest in record.outputs.items()
            if not (folder / path).is_file() or self._facts.sha256(folder / path) != digest
        ]


@dataclass(frozen=True)
class Planner:
    """Decides about each step of one review.

    Attributes
    ----------
    params : Params
        The review.
    project : Path
        Folder with ``notebooks`` and ``reports``.
    renderer : str
        Name and version of what prints the report.
    earlier : EarlierRuns
        Where steps can be taken over from.
    facts : FileFacts
        Knows the hashes of files.
    restates : Path, optional
        The archived run that the review is compared with.
    """

    params: Params
    project: Path
    renderer: str
    earlier: EarlierRuns
    facts: FileFacts
    restates: Path | None = None

    def order(self) -> dict[str, tuple[str, ...]]:
        """Every step of the review in order, with all the steps that must come before it."""
        steps = graph(self.params)
        if self.restates is None:
            return steps
        notebooks = {step.name: steps[step.name] for step in STEPS}
        rest = {
            name: (*after, RESTATEMENT) for name, after in steps.items() if name not in notebooks
        }
        return notebooks | {RESTATEMENT: tuple(notebooks)} | rest

    def restatement(self, made: Mapping[str, StepRecord]) -> Decision:
        """Decide about the comparison with the archived run, given the records of all notebooks."""
        archive = {"input archived run": self.facts.sha256((self.restates or Path()) / MANIFEST)}
        tables = {
            f"table {path}": digest
            for step in STEPS
            for path, digest in made[step.name].outputs.items()
            if path.startswith("results/")
        }
        code = code_ingredients(["analysis.pipeline.restatement"], self.facts)
        return self.earlier.decide(RESTATEMENT, {**archive, **tables, **code})

    def notebook(self, step: Step, made: Mapping[str, StepRecord]) -> Decision:
        """Decide about a notebook, given the records of the steps before it."""
        tables = {
            path: digest
            for earlier in before(step)
            for path, digest in made[earlier.name].outputs.items()
            if path.startswith(step.reads)
        }
        return self.earlier.decide(
            step.name,
            notebook_ingredients(step, self.params, self.project / "notebooks", tables, self.facts),
        )

    def report(self, language: str, made: Mapping[str, StepRecord]) -> Decision:
        """Decide about the report in one language, given the records of all notebooks."""
        kinds = tuple(kind.format(language=language) for kind in SHOWN)
        shown = {
            path: digest
            for name in (*(step.name for step in STEPS), RESTATEMENT)
            if name in made
            for path, digest in made[name].outputs.items()
            if path.startswith(kinds)
        }
        return self.earlier.decide(
            REPORT + language,
            report_ingredients(
                language, self.params, self.project / "reports", shown, self.renderer, self.facts
            ),
        )

    def exports(self, made: Mapping[str, StepRecord]) -> Decision:
        """Decide about the exports, given the records of all notebooks."""
        read = {
            path: digest
            for step in STEPS
            for path, digest in made[step.name].outputs.items()
            if path.startswith(EXPORTED)
        }
        return self.earlier.decide(EXPORTS, export_ingredients(self.params, read, self.facts))

    def code(self) -> Ingredients:
        """Every file of code that a notebook or the exports reach, as it is now."""
        folder = self.project / "notebooks"
        paths = [folder / f"{step.name}.ipynb" for step in STEPS]
        imports = {
            name for path in paths for name in self.facts.find(path, "imports", notebook_imports)
        }
        return code_ingredients({*imports, EXPORT_CODE}, self.facts)

    def foresee(self) -> Iterator[Decision]:
        """Decide about every step as far as that can be known before any has run.

        What follows a step that must run is told to wait for it: if that step's tables come out
        as they were, what follows need not run.
        """
        made: dict[str, StepRecord] = {}
        for name, after in self.order().items():
            open_steps = [earlier for earlier in after if earlier not in made]
            if open_steps:
                reason = f"only if what {', '.join(open_steps)} makes is not as before"
                yield Decision(name, {}, reasons=(reason,))
                continue
            decision = self.decide(name, made)
            if decision.record:
                made[name] = decision.record
            yield decision

    def decide(self, name: str, made: Mapping[str, StepRecord]) -> Decision:
        """Decide about a step of :func:`graph`."""
        if name.startswith(REPORT):
            return self.report(name.removeprefix(REPORT), made)
        if name == EXPORTS:
            return self.exports(made)
        if name == RESTATEMENT:
            return self.restatement(made)
        return self.notebook(step_called(name), made)


def graph(params: Params) -> dict[str, tuple[str, ...]]:
    """Every step of a review in order, with all the steps that must come before it."""
    steps = {step.name: tuple(earlier.name for earlier in before(step)) for step in STEPS}
    reports = {REPORT + language: tuple(steps) for language in params.review.languages}
    # The exports first: they take less time than a report, so that none waits for them alone.
    return steps | {EXPORTS: tuple(steps)} | reports


def step_called(name: str) -> Step:
    """The notebook's declaration."""
    return next(step for step in STEPS if step.name == name)


def _first(reasons: Sequence[str]) -> tuple[str, ...]:
    """The first few reasons, and how many more there are."""
    rest = len(reasons) - MOST_REASONS
    more = (f"and {rest} more",) if rest > 0 else ()
    return (*reasons[:MOST_REASONS], *more)
