"""Page one: the strip of indicators, the verdict, and what follows from them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from analysis.locales import UNKNOWN, Words
from analysis.markup import escape_markdown
from analysis.params.owner_models import Owners
from analysis.params.playbook_models import Playbook
from analysis.story import Figure, Headline, Kpi, Origin, Statement
from analysis.tables.setting import Table

MARK = "\ue000{}\ue001"
"""Stands for a number until its sentence is escaped: signs that no text has."""
TREND_CLASS = {True: "kpi-better", False: "kpi-worse", None: "kpi"}


@dataclass(frozen=True)
class Passage:
    """A text that is ready to print.

    Attributes
    ----------
    markdown : str
        For the report.
    lines : tuple of str
        For whoever reads the notebook.
    """

    markdown: str
    lines: tuple[str, ...]

    def to_markdown(self) -> str:
        """As the report includes it."""
        return self.markdown

    def _repr_html_(self) -> str:
        """As Jupyter shows it."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.lines)

    def __repr__(self) -> str:
        return "\n".join(self.lines)


def show_headline(headline: Headline, before: str, *, words: Words) -> Passage:
    """The one-line verdict (:func:`analysis.story.write_headline`).

    Parameters
    ----------
    headline : Headline
        What it says.
    before : str
        The quarter that is compared with.
    """
    counts = {"compared": words.decimal(headline.compared, 0), "before": before}
    changes = {
        "better": _join(headline.better, words),
        "worse": _join(headline.worse, words),
        "customers": _figure(headline.customers.value, words),
        "revenue": _figure(headline.revenue.value, words),
    }
    line = words(f"headline.{headline.kind}", **counts, **changes)
    return Passage(f"{escape_markdown(line)}\n", (line,))


def show_strip(kpis: Sequence[Kpi], before: str, *, words: Words) -> Passage:
    """The strip of indicators, a card each, with trend, interval and verdict."""
    cards, lines = [], []
    for kpi in kpis:
        label = words(f"kpi.{kpi.indicator.name}")
        value = _figure(kpi.value, words)
        note = describe_trend(kpi, before, words)
        cards.append(
            f"::: {{.{TREND_CLASS[kpi.is_good]}}}\n"
            f"[{escape_markdown(label)}]{{.kpi-label}}\n"
            f"[{_linked(value) if kpi.value else UNKNOWN}]{{.kpi-value}}\n"
            f"[{escape_markdown(note)}]{{.kpi-note}}\n:::\n"
        )
        lines.append(f"{label}: {value}. {note}")
    return Passage("::: {.kpis}\n" + "\n".join(cards) + ":::\n", tuple(lines))


def describe_trend(kpi: Kpi, before: str, words: Words) -> str:
    """How an indicator changed, in a few words; what it needs where it is not known."""
    if kpi.value is None:
        return words(f"kpi_needs.{kpi.indicator.name}")
    if kpi.change is None or kpi.verdict is None:
        return words("trend.unknown")
    unit = kpi.change.unit
    change = float(kpi.change.value)
    told = words.signed(change, unit) if kpi.is_good is None else words.size(change, unit)
    interval = words.interval(kpi.low, kpi.high, unit)
    return words(f"trend.{kpi.verdict}", by=told, before=before, interval=interval)


def table_kpis(kpis: Sequence[Kpi], *, words: Words) -> Table:
    """The indicators of this quarter and the last, the change, its interval and the verdict."""
    headings = ("kpi", "now", "before", "by", "interval_95", "verdict")
    rows = []
    for kpi in kpis:
        row = [words(f"kpi.{kpi.indicator.name}")]
        row.append(_figure(kpi.value, words))
        if kpi.value is None or kpi.change is None:
            needs = "trend.unknown" if kpi.value else f"kpi_needs.{kpi.indicator.name}"
            row += [UNKNOWN, UNKNOWN, UNKNOWN, words(needs)]
        else:
            unit = kpi.change.unit
            row.append(words.format(kpi.before, kpi.value.unit))
            row.append(words.signed(kpi.change.value, unit))
            row.append(words.interval(kpi.low, kpi.high, unit))
            row.append(words(f"change.{kpi.verdict}"))
        rows.append(tuple(row))
    return Table(
        tuple(words(f"column.{heading}") for heading in headings),
        (False, True, True, True, True, False),
        tuple(rows),
    )


def show_statements(
    statements: Sequence[Statement],
    kind: str,
    owners: Owners,
    playbook: Playbook | None = None,
    *,
    words: Words,
) -> Passage:
    """Statements as a numbered list, each with who answers for it and where the evidence is.

    Parameters
    ----------
    statements : sequence of Statement
        Of page one, see :func:`analysis.story.tell_story`.
    kind : str
        ``wins``, ``problems``, ``decisions`` or ``actions``: what an empty list says.
    owners : Owners
        Who answers for what; where it says nothing, the usual role.
    playbook : Playbook, optional
        What the plays are called.
    """
    plays = playbook.names_in(words.language) if playbook else {}
    words = replace(words, own={**words.own, **{f"play.{name}": plays[name] for name in plays}})
    if not statements:
        none = words(f"none_stated.{kind}")
        return Passage(f"{escape_markdown(none)}\n", (none,))
    items, lines = [], []
    for place, statement in enumerate(statements, start=1):
        text = fill(statement, words)
        owner = owners.of(statement.area, words.language) or words(f"owner.{statement.area}")
        told = {
            "text": fill(statement, words, is_linked=True),
            "owner": f"*{escape_markdown(owner)}*",
        }
        section = f"@{statement.section}"
        items.append(f"{place}. {words('statement_line.owned', section=section, **told)}\n")
        lines.append(f"{place}. {text} – {owner}")
    return Passage("\n".join(items), tuple(lines))


def show_lead(lead: Statement | None, *, words: Words) -> Passage:
    """The finding at the head of a section (:func:`analysis.story.find_leads`); empty without."""
    if lead is None:
        return Passage("\n", ())
    text = fill(lead, words, is_linked=True)
    return Passage(f"::: {{.lead}}\n{text}\n:::\n", (fill(lead, words),))


def fill(statement: Statement, words: Words, is_linked: bool = False) -> str:
    """A statement in words.

    Parameters
    ----------
    statement : Statement
        What is said.
    words : Words
        The language.
    is_linked : bool
        Whether it is Markdown in which each number leads to the table of origins.
    """
    texts = {place: _figure(figure, words) for place, figure in statement.figures.items()}
    marks = {place: MARK.format(place) for place in texts} if is_linked else texts
    named = {place: words.named(*name) for place, name in statement.words.items()}
    line = words(f"statement.{statement.key}", **marks, **named)
    if not is_linked:
        return line
    line = escape_markdown(line)
    for place, text in texts.items():
        is_number = not isinstance(statement.figures[place].value, str)
        line = line.replace(
            escape_markdown(MARK.format(place)),
            _linked(text) if is_number else escape_markdown(text),
        )
    return line


def table_origins(origins: Sequence[Origin], *, words: Words) -> Table:
    """Where each number of page one comes from (:func:`analysis.story.trace_origins`)."""
    headings = ("number", "value", "source_tables", "rows_used", "published_by", "input_hash")
    rows = tuple(
        (
            origin.figure.name,
            _figure(origin.figure, words),
            ", ".join(words(f"input.{table}") for table in origin.tables),
            ", ".join(words.format(rows, "rows") for rows in origin.rows),
            origin.source,
            ", ".join(digest or words("origin.database") for digest in origin.digests),
        )
        for origin in origins
    )
    is_number = (False, True, False, True, False, False)
    return Table(tuple(words(f"column.{heading}") for heading in headings), is_number, rows)


def _linked(text: str) -> str:
    """A number that leads to where it comes from."""
    return f"[{escape_markdown(text)}](#tbl-origins)"


def _join(statements: Sequence[Statement], words: Words) -> str:
    """One change or two, as parts of a sentence."""
    clauses = [_clause(statement, words) for statement in statements]
    if len(clauses) < 2:
        return "".join(clauses)
    return words("headline.both", one=clauses[0], other=clauses[1])


def _clause(statement: Statement, words: Words) -> str:
    """A change as a part of the headline."""
    kpi = words(f"kpi_in_text.{statement.subject}")
    return words(f"clause.{statement.key}", kpi=kpi, now=_figure(statement.figures["now"], words))


def _figure(figure: Figure | None, words: Words) -> str:
    if figure is None:
        return UNKNOWN
    if figure.form == "signed":
        return words.signed(figure.value, figure.unit)
    if figure.form == "size":
        return words.size(figure.value, figure.unit)
    if figure.form == "interval":
        return words.interval(figure.value, figure.high, figure.unit)
    return words.format(figure.value, figure.unit)
