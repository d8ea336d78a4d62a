"""What last quarter's actions did, in words."""

import re

from analysis.results import Result
from analysis.story.statements import Figure, Results, Statement

EFFECT = re.compile(r"actions\.(\w+)\.effect")


def grade_actions(results: Results) -> list[Statement]:
    """A statement for each kind of action whose effect was published.

    ``action_worked`` where the whole interval of the effect is above 0, ``action_harmed`` where it
    is below, ``action_unclear`` where 0 lies inside, ``action_unknown`` without a comparison.
    """
    found = {match[1]: result for name, result in results.items()
             if (match := EFFECT.fullmatch(name))}  # fmt: skip
    return [_grade(kind, result) for kind, result in sorted(found.items())]


def _grade(kind: str, effect: Result) -> Statement:
    low, value, high = effect.low, effect.value, effect.high
    figures: dict[str, Figure] = {}
    verdict = "unknown"
    if isinstance(value, int | float) and low is not None and high is not None:
        name = f"actions.{kind}.effect"
        figures = {
            "effect": Figure(name, value, effect.unit, "signed"),
            "interval": Figure(name, low, effect.unit, "interval", high),
        }
        verdict = "worked" if low > 0 else "harmed" if high < 0 else "unclear"
    return Statement(
        f"action_{verdict}",
        figures,
        "marketing",
        "sec-accounts",
        f"action_{kind}",
        is_proven=verdict in ("worked", "harmed"),
        words={"action": ("action_kind", kind)},
    )
