"""Facts → verdicts: what page one of the report says, by rules over published numbers."""

from analysis.story.actions import grade_actions
from analysis.story.decisions import request_decisions
from analysis.story.findings import find_problems, find_wins
from analysis.story.headline import Headline, write_headline
from analysis.story.indicators import STRIP, Indicator, Kpi, read_strip
from analysis.story.leads import find_leads
from analysis.story.origins import Origin, trace_origins
from analysis.story.publishing import Story, story_results, tell_story
from analysis.story.statements import Figure, Statement

__all__ = [
    "STRIP",
    "Figure",
    "Headline",
    "Indicator",
    "Kpi",
    "Origin",
    "Statement",
    "Story",
    "find_leads",
    "find_problems",
    "find_wins",
    "grade_actions",
    "read_strip",
    "request_decisions",
    "story_results",
    "tell_story",
    "trace_origins",
    "write_headline",
]
