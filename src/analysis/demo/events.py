"""What happened beside the purchases, drawn once: tables and truth are both made of it."""

from dataclasses import dataclass

from analysis.demo.comments import Comments, write_comments
from analysis.demo.company import Company
from analysis.demo.contacts import FollowUps, draw_follow_ups
from analysis.demo.credit import Invoices, issue_invoices
from analysis.demo.funnel import Deals, draw_deals
from analysis.demo.surveys import Invitations, Responses, answer, invite


@dataclass(frozen=True)
class Events:
    """Surveys, invoices, deals and follow-ups of one company."""

    invitations: Invitations
    responses: Responses
    comments: Comments
    invoices: Invoices
    deals: Deals
    follow_ups: FollowUps


def draw_events(company: Company) -> Events:
    """Let everything happen."""
    invitations = invite(company)
    responses = answer(company, invitations)
    return Events(
        invitations=invitations,
        responses=responses,
        comments=write_comments(company, responses),
        invoices=issue_invoices(company),
        deals=draw_deals(company),
        follow_ups=draw_follow_ups(company),
    )
