"""What the company does with the review: key accounts, and what its actions brought."""

from analysis.accounts.arms import Outcomes, assign_arms, count_outcomes
from analysis.accounts.cards import card_results, find_talks, make_cards
from analysis.accounts.heterogeneity import compare_segments, heterogeneity_results, judge_segments
from analysis.accounts.holdout import draw_holdout, guard_plan, plan_actions, shares_of
from analysis.accounts.outcomes import action_results, judge_actions
from analysis.accounts.power import plan_results, state_power
from analysis.accounts.selection import (
    account_results,
    add_strategic,
    compare_accounts,
    list_largest,
    look_back,
    select_accounts,
    tabulate_accounts,
)

__all__ = [
    "Outcomes",
    "account_results",
    "action_results",
    "add_strategic",
    "assign_arms",
    "card_results",
    "compare_accounts",
    "compare_segments",
    "count_outcomes",
    "draw_holdout",
    "find_talks",
    "guard_plan",
    "heterogeneity_results",
    "judge_actions",
    "judge_segments",
    "list_largest",
    "look_back",
    "make_cards",
    "plan_actions",
    "plan_results",
    "select_accounts",
    "shares_of",
    "state_power",
    "tabulate_accounts",
]
