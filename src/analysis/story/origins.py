"""Where each number of the story comes from: table, rows, notebook and cell, hash of the input."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from analysis.story.publishing import Story
from analysis.story.statements import Figure, Results

TABLES = {
    "accounts": ("transactions",),
    "accounts.key.open_complaints": ("complaints",),
    "accounts.key.overdue": ("receivables",),
    "accounts.key.without_owner": ("customers",),
    "actions": ("actions", "transactions"),
    "compared": ("transactions",),
    "compared.overdue": ("receivables",),
    "complaints": ("complaints",),
    "concentration": ("transactions",),
    "credit": ("receivables",),
    "customers": ("transactions",),
    "follow_ups": ("follow_ups",),
    "funnel": ("opportunities",),
    "movement": ("transactions",),
    "next_actions": ("transactions",),
    "playbook": ("transactions",),
    "quality": ("transactions",),
    "retention": ("transactions",),
    "revenue": ("transactions",),
    "satisfaction": ("surveys",),
    "segments": ("transactions",),
    "value": ("transactions",),
}
"""The input tables behind the numbers whose names begin so; the longest beginning counts."""
SHOWN_DIGITS = 12
"""Hexadecimal digits of a hash that are shown; the manifest holds them all."""
DATABASE = "a database"


@dataclass(frozen=True)
class Origin:
    """Where a number comes from.

    Attributes
    ----------
    figure : Figure
        The number.
    tables : tuple of str
        Input tables that it rests on.
    rows : tuple of int
        Rows of each that the review uses.
    digests : tuple of str
        Of each table the first digits of the SHA-256 of its file, or how many files there are;
        empty for a database.
    source : str
        Notebook and cell that published it, as ``03_value#8``.
    """

    figure: Figure
    tables: tuple[str, ...]
    rows: tuple[int | None, ...]
    digests: tuple[str, ...]
    source: str


def trace_origins(
    story: Story, results: Results, given: Iterable[str], inputs: Mapping[str, str]
) -> list[Origin]:
    """Trace every number that the story tells: those of page one first, in its order.

    Parameters
    ----------
    story : Story
        From :func:`analysis.story.tell_story`.
    results : mapping
        Published numbers by name.
    given : iterable of str
        Input tables that the review has.
    inputs : mapping
        Of each, its files and their SHA-256, from :meth:`analysis.workspace.Workspace.inputs`.
    """
    known, figures = set(given), dict[str, Figure]()
    for figure in _figures(story):
        figures.setdefault(figure.name, figure)
    return [_trace(figure, results, known, inputs) for figure in figures.values()]


def tables_of(name: str) -> tuple[str, ...]:
    """Input tables behind a published number, by its name; none where that is not known.

    Examples
    --------
    >>> tables_of("compared.overdue"), tables_of("compared.revenue")
    (('receivables',), ('transactions',))
    """
    parts = name.split(".")
    beginnings = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((TABLES[begin] for begin in beginnings if begin in TABLES), ())


def _figures(story: Story) -> Iterator[Figure]:
    for kpi in story.kpis:
        yield from (each for each in (kpi.value, kpi.change) if each is not None)
    leads = [lead for lead in story.leads.values() if lead is not None]
    for statements in (story.wins, story.problems, story.open_decisions, story.actions, leads):
        for statement in statements:
            yield from statement.figures.values()


def _trace(figure: Figure, results: Results, given: set[str], inputs: Mapping[str, str]) -> Origin:
    tables = tuple(name for name in tables_of(figure.name) if name in given)
    used = [results.get(f"quality.{name}.rows_used") for name in tables]
    return Origin(
        figure=figure,
        tables=tables,
        rows=tuple(
            result.value if result and isinstance(result.value, int) else None for result in used
        ),
        digests=tuple(_shorten(inputs.get(name, DATABASE)) for name in tables),
        source=results[figure.name].source or "",
    )


def _shorten(files: str) -> str:
    """The hash of the only file, or the number of files."""
    if files == DATABASE:
        return ""
    digests = [file.rpartition(":")[2] for file in files.split(" ")]
    return digests[0][:SHOWN_DIGITS] if len(digests) == 1 else f"{len(digests)} ×"
