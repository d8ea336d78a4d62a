"""``lists/<play>.checklist.<language>.md``: what to make sure of before a list is used.

What the kit can see for itself is ticked; what only people know is left open. It names the articles
of the PIPL (个人信息保护法) and the GDPR behind each point. It is a reminder, not legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from analysis.exports.run_tables import RunTables
from analysis.locales import Words
from analysis.params import Params
from analysis.params.playbook_models import Play

OPEN_POINTS = (
    "basis",
    "purpose",
    "notice",
    "refusal",
    "automated",
    "processor",
    "abroad",
    "delete",
)
"""What only people know, in the order in which it is asked."""


@dataclass(frozen=True)
class ListFacts:
    """What the kit sees of one list.

    Attributes
    ----------
    columns : tuple of str
        What the list says of each customer.
    consent : mapping
        Customers on it by what is known of their consent: ``yes``, ``no``, ``unknown``.
    """

    columns: tuple[str, ...]
    consent: Mapping[str, int]

    @property
    def customers(self) -> int:
        """Customers on the list."""
        return sum(self.consent.values())


def write_checklists(tables: RunTables, params: Params) -> None:
    """Write a checklist for each list of the playbook, in each language."""
    for play in params.playbook.plays if params.playbook else ():
        name = f"lists/{play.name}"
        if not (tables.run_dir / f"{name}.csv").exists():
            continue
        facts = read_facts(tables, f"{name}.csv")
        for language in params.review.languages:
            words = Words.of(params, language)
            path = tables.new_file(f"{name}.checklist.{language}.md")
            path.write_text(set_checklist(play, facts, params, words), encoding="utf-8")


def read_facts(tables: RunTables, name: str) -> ListFacts:
    """Count the customers on a list by their consent."""
    path = str(tables.run_dir / name)
    rows: ir.Table = tables.connection.read_csv(path, all_varchar=True, header=True)
    counted = rows.group_by("consent").agg(n=rows.count()).to_pandas()
    consent = dict(zip(counted["consent"], counted["n"].astype(int), strict=True))
    return ListFacts(tuple(rows.columns), consent)


def set_checklist(play: Play, facts: ListFacts, params: Params, words: Words) -> str:
    """The checklist of one list as Markdown."""
    strategy, owner, channel = (
        text.in_language(words.language)  # the company's own words, of one line
        for text in (play.strategy, play.owner, play.channel)
    )
    seen = list(_seen(play, facts, params, words))
    lines = [
        f"# {words('checklist.title', strategy=strategy)}",
        "",
        words("checklist.intro", file=f"{play.name}.csv", quarter=str(params.quarter)),
        "",
        f"- {words('checklist.size', n=facts.customers)}",
        f"- {words('checklist.owner', owner=owner)}",
        f"- {words('checklist.channel', channel=channel)}",
        "",
        f"## {words('checklist.seen')}",
        "",
        *seen,
        "",
        f"## {words('checklist.open')}",
        "",
        *(f"- [ ] {words(f'checklist.point.{point}')}" for point in OPEN_POINTS),
        "",
        words("checklist.signature"),
        "",
        words("checklist.no_advice"),
        "",
    ]
    return "\n".join(lines)


def _seen(play: Play, facts: ListFacts, params: Params, words: Words) -> list[str]:
    """What the kit can see: ticked if it is as it should be, else left open."""
    unknown, without = facts.consent.get("unknown", 0), facts.consent.get("no", 0)
    if not play.is_marketing:
        consent = _point(True, words("checklist.service", n=without + unknown))
    elif unknown:
        consent = _point(False, words("checklist.consent_unknown", n=unknown))
    else:
        consent = _point(without == 0, words("checklist.consent", n=facts.consent.get("yes", 0)))
    columns = ", ".join(f"`{name}`" for name in facts.columns)
    is_coded = params.privacy.pseudonymise
    return [
        consent,
        _point(True, words("checklist.columns", columns=columns)),
        _point(is_coded, words(f"checklist.{'coded' if is_coded else 'not_coded'}")),
    ]


def _point(is_done: bool, text: str) -> str:
    return f"- [{'x' if is_done else ' '}] {text}"
