"""``lists/<list>.checklist.<language>.md``: what to make sure of before a list is used.

What the kit can see for itself is ticked; what only people know is left open. It names the articles
of the PIPL (个人信息保护法) and the GDPR behind each point. It is a reminder, not legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir

from analysis.cleaning.privacy import NAMES
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
    """Write a checklist for each list of the run, in each language."""
    plays = {play.name: play for play in params.playbook.plays} if params.playbook else {}
    for path in sorted((tables.run_dir / "lists").glob("*.csv")):
        facts = read_facts(tables, path)
        for language in params.review.languages:
            words = Words.of(params, language)
            text = set_checklist(path.name, plays.get(path.stem), facts, params, words)
            new = tables.new_file(f"lists/{path.stem}.checklist.{language}.md")
            new.write_text(text, encoding="utf-8")


def read_facts(tables: RunTables, path: Path) -> ListFacts:
    """Count the customers on a list by their consent."""
    rows: ir.Table = tables.connection.read_csv(str(path), all_varchar=True, header=True)
    columns = tuple(rows.columns)
    if "consent" not in columns:
        rows = rows.mutate(consent=ibis.literal("unknown"))
    counted = rows.group_by("consent").agg(n=rows.count()).to_pandas()
    consent = dict(zip(counted["consent"], counted["n"].astype(int), strict=True))
    return ListFacts(columns, consent)


def set_checklist(
    file: str, play: Play | None, facts: ListFacts, params: Params, words: Words
) -> str:
    """The checklist of one list as Markdown; ``play`` is the one that the list belongs to."""
    lines = [
        f"# {words('checklist.title', list=_name(file, play, words))}",
        "",
        words("checklist.intro", file=file, quarter=str(params.quarter)),
        "",
        f"- {words('checklist.size', n=facts.customers)}",
        *_who(play, words),
        "",
        f"## {words('checklist.seen')}",
        "",
        *_seen(play, facts, params, words),
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


def _name(file: str, play: Play | None, words: Words) -> str:
    """What a list is called: by its play, else by the kit, else by its file."""
    if play:
        return play.strategy.in_language(words.language)  # the company's own words, of one line
    stem = file.removesuffix(".csv")
    return words.named("list_name", stem)


def _who(play: Play | None, words: Words) -> list[str]:
    """Who carries a play out, and how."""
    if play is None:
        return []
    owner, channel = (text.in_language(words.language) for text in (play.owner, play.channel))
    told = (words("checklist.owner", owner=owner), words("checklist.channel", channel=channel))
    return [f"- {text}" for text in told]


def _seen(play: Play | None, facts: ListFacts, params: Params, words: Words) -> list[str]:
    """What the kit can see: ticked if it is as it should be, else left open."""
    columns = ", ".join(f"`{name}`" for name in facts.columns)
    named = bool(set(NAMES) & set(facts.columns))
    is_coded = params.privacy.pseudonymise
    return [
        _consent(play, facts, words),
        _point(not named, words(f"checklist.{'named' if named else 'columns'}", columns=columns)),
        _point(is_coded, words(f"checklist.{'coded' if is_coded else 'not_coded'}")),
    ]


def _consent(play: Play | None, facts: ListFacts, words: Words) -> str:
    unknown, without = facts.consent.get("unknown", 0), facts.consent.get("no", 0)
    if "consent" not in facts.columns:
        return _point(False, words("checklist.consent_untold"))
    if play and not play.is_marketing:
        return _point(True, words("checklist.service", n=without + unknown))
    if unknown:
        return _point(False, words("checklist.consent_unknown", n=unknown))
    return _point(without == 0, words("checklist.consent", n=facts.consent.get("yes", 0)))


def _point(is_done: bool, text: str) -> str:
    return f"- [{'x' if is_done else ' '}] {text}"
