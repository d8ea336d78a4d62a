"""What last quarter's actions did, in words."""

import re

from analysis.results import Result
from analysis.story.statements import Figure, Results, Statement

EFFECT = re.compile(r"actions\.(\w+)\.effect")
JUDGED = ("worked", "harmed", "no_evidence")
UNJUDGED = ("not_attributable", "too_few")


def grade_actions(results: Results) -> list[Statement]:
    """A statement for each kind of action of last quarter.

    ``action_worked``, ``action_harmed`` and ``action_no_evidence`` as it was judged against the
    customers who were left out of it; ``action_too_few`` or ``action_not_attributable`` where it
    could not be. A verdict that its interval does not bear out is not repeated.
    """
    kinds = sorted(match[1] for name in results if (match := EFFECT.fullmatch(name)))
    return sorted(
        (_grade(kind, results) for kind in kinds), key=lambda stated: not stated.is_proven
    )


def _grade(kind: str, results: Results) -> Statement:
    name = f"actions.{kind}.effect"
    effect = results[name]
    verdict = _verdict(effect, results.get(f"actions.{kind}.verdict"))
    figures: dict[str, Figure] = {}
    if verdict in JUDGED and isinstance(effect.value, int | float) and effect.low is not None:
        figures = {
            "effect": Figure(name, effect.value, effect.unit, "signed"),
            "interval": Figure(name, effect.low, effect.unit, "interval", effect.high),
        }
    return Statement(
        f"action_{verdict}",
        figures,
        "marketing",
        "sec-loop",
        f"action_{kind}",
        is_proven=verdict in ("worked", "harmed"),
        words={"action": ("action_type", kind)},
    )


def _verdict(effect: Result, published: Result | None) -> str:
    given = str(published.value).removeprefix("effect.") if published else ""
    low, high = effect.low, effect.high
    if not isinstance(effect.value, int | float) or low is None or high is None:
        return given if given in UNJUDGED else "not_attributable"
    if not low <= effect.value <= high:
        return "not_attributable"
    is_borne_out = {"worked": low > 0, "harmed": high < 0}.get(given, False)
    return given if is_borne_out else "no_evidence"
