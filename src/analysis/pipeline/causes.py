"""Why two runs of one review differ: data, params, code or environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.pipeline.keys import differences
from analysis.pipeline.planning import EXPORTS, REPORT
from analysis.pipeline.records import StepRecord
from analysis.pipeline.steps import STEPS, before

KINDS = {
    "params": "params",
    "key": "data",
    "input": "data",
    "notebook": "code",
    "document": "code",
    "code": "code",
    "version": "environment",
}
"""What each kind of ingredient is; a table of an earlier step has that step's causes."""

UNEXPLAINED = (
    "unexplained: data, code and known versions are as they were. Look for a random number "
    "without a seed, or at what differs between the machines"
)


@dataclass(frozen=True)
class Causes:
    """Finds the likely cause of a difference in what a step made.

    Attributes
    ----------
    then, now : mapping
        Records of the steps of the archived run and of the new one.
    """

    then: Mapping[str, StepRecord]
    now: Mapping[str, StepRecord]

    def of(self, step: str) -> str:
        """Why what a step makes may differ, in words."""
        found = self._found(step)
        if not found:
            return UNEXPLAINED
        return "; ".join(
            f"{kind}: {', '.join(dict.fromkeys(found[kind]))}" for kind in sorted(found)
        )

    def kinds(self, step: str) -> tuple[str, ...]:
        """What kinds of cause there are for a difference in what a step makes."""
        return tuple(sorted(self._found(step)))

    def _found(self, step: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in (*_earlier(step), step):
            for kind, said in self._differences(name):
                found.setdefault(kind, []).append(said)
        return found

    def _differences(self, step: str) -> list[tuple[str, str]]:
        if step not in self.then or step not in self.now:
            return [("code", f"the step {step} exists in one of the runs only")]
        then, now = self.then[step].ingredients, self.now[step].ingredients
        return [
            (KINDS[kind], said)
            for name in sorted(then.keys() | now.keys())
            if (kind := _kind(name)) in KINDS
            for said in differences(_only(name, now), _only(name, then))
        ]


def _only(name: str, ingredients: Mapping[str, str]) -> dict[str, str]:
    return {name: ingredients[name]} if name in ingredients else {}


def _kind(ingredient: str) -> str:
    return ingredient.split(" ")[0].split(".")[0]


def _earlier(step: str) -> list[str]:
    if step == EXPORTS or step.startswith(REPORT):
        return [each.name for each in STEPS]
    return [each.name for known in STEPS if known.name == step for each in before(known)]
