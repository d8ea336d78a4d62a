"""The whole of page one, and the numbers that it adds to the published ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.results import Result, number
from analysis.story.actions import grade_actions
from analysis.story.decisions import request_decisions
from analysis.story.findings import find_problems, find_wins
from analysis.story.headline import Headline, write_headline
from analysis.story.indicators import Kpi, read_strip
from analysis.story.statements import Results, Statement


@dataclass(frozen=True)
class Story:
    """What page one says.

    Attributes
    ----------
    kpis : sequence of Kpi
        The strip.
    headline : Headline
        The one-line verdict.
    wins, problems, decisions, actions : sequence of Statement
        What follows it.
    """

    kpis: Sequence[Kpi]
    headline: Headline
    wins: Sequence[Statement]
    problems: Sequence[Statement]
    decisions: Sequence[Statement]
    actions: Sequence[Statement]


def tell_story(results: Results) -> Story:
    """Tell page one from the published numbers by name."""
    kpis, actions = read_strip(results), grade_actions(results)
    return Story(
        kpis=kpis,
        headline=write_headline(kpis),
        wins=find_wins(results, kpis, actions),
        problems=find_problems(results, kpis, actions),
        decisions=request_decisions(results),
        actions=actions,
    )


def story_results(story: Story) -> dict[str, Result]:
    """Published verdicts: ``story.headline``, ``story.verdicts.<kpi>``, and how many of each.

    ``story.compared`` counts the indicators with a comparison, ``story.better`` and
    ``story.worse`` those that changed beyond chance.
    """
    verdicts = {
        f"story.verdicts.{kpi.indicator.name}": Result(
            f"change.{kpi.verdict or 'unknown'}", "label"
        )
        for kpi in story.kpis
    }
    counts = {
        "compared": story.headline.compared,
        "better": sum(kpi.is_good is True for kpi in story.kpis),
        "worse": sum(kpi.is_good is False for kpi in story.kpis),
        "wins": len(story.wins),
        "problems": len(story.problems),
        "decisions": len(story.decisions),
        "actions": len(story.actions),
    }
    return {
        "story.headline": Result(f"headline_kind.{story.headline.kind}", "label"),
        **verdicts,
        **{f"story.{name}": number(count, "count") for name, count in counts.items()},
    }
