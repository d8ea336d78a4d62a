"""The whole story, and the numbers that it adds to the published ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.results import Result, number
from analysis.story.actions import grade_actions
from analysis.story.decisions import MOST, request_decisions
from analysis.story.findings import find_problems, find_wins
from analysis.story.headline import Headline, write_headline
from analysis.story.indicators import Kpi, read_strip
from analysis.story.leads import find_leads
from analysis.story.statements import Results, Statement


@dataclass(frozen=True)
class Story:
    """What page one says, and what stands at the head of each section.

    Attributes
    ----------
    kpis : sequence of Kpi
        The strip.
    headline : Headline
        The one-line verdict.
    wins, problems, actions : sequence of Statement
        What follows it.
    open_decisions : sequence of Statement
        Everything that is to be decided, the most pressing first.
    leads : mapping
        The finding of each section; None where no number supports one.
    """

    kpis: Sequence[Kpi]
    headline: Headline
    wins: Sequence[Statement]
    problems: Sequence[Statement]
    actions: Sequence[Statement]
    open_decisions: Sequence[Statement]
    leads: Mapping[str, Statement | None]

    @property
    def decisions(self) -> Sequence[Statement]:
        """Those decisions that page one has room for."""
        return self.open_decisions[:MOST]


def tell_story(results: Results) -> Story:
    """Tell page one from the published numbers by name."""
    kpis, actions = read_strip(results), grade_actions(results)
    return Story(
        kpis=kpis,
        headline=write_headline(kpis),
        wins=find_wins(results, kpis, actions),
        problems=find_problems(results, kpis, actions),
        actions=actions,
        open_decisions=request_decisions(results, actions),
        leads=find_leads(results, kpis, actions),
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
        "open_decisions": len(story.open_decisions),
        "actions": len(story.actions),
    }
    return {
        "story.headline": Result(f"headline_kind.{story.headline.kind}", "label"),
        **verdicts,
        **{f"story.{name}": number(count, "count") for name, count in counts.items()},
    }
