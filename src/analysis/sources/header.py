"""A file's column names against those that the table needs: found by name, never by position."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from analysis.params.problems import closest, shorten
from analysis.params.source_models import Source
from analysis.schemas import TableSchema
from analysis.sources.raw import ReadNote, SourceError

LISTED_NAMES = 30
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class Header:
    """Which columns of a file the table is made of.

    Attributes
    ----------
    columns : dict
        Column of the table → the file's columns, as the file names them; several are joined to an
        id. ``only_0``, ``only_1``, … stand for the columns that ``only`` names.
    extra : tuple of str
        The file's other columns.
    notes : tuple of ReadNote
        Names that were found although they are written differently, and columns that nobody knows.
    """

    columns: dict[str, tuple[str, ...]]
    extra: tuple[str, ...]
    notes: tuple[ReadNote, ...]

    @property
    def used(self) -> tuple[str, ...]:
        """The file's columns that are read, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(self.columns.values())))

    def places(self, columns: Iterable[str], names: Sequence[str]) -> list[int]:
        """Positions, among the file's names, of what these columns of the table are made of."""
        return [names.index(part) for column in columns for part in self.columns[column]]


def match_header(
    schema: TableSchema, source: Source, names: Sequence[str], file: str, line: int | None = None
) -> Header:
    """Find the table's columns among a file's.

    Parameters
    ----------
    names : sequence of str
        The file's column names, in its order.
    file : str
        Name of the file, for messages.
    line : int, optional
        Line of the header.

    Raises
    ------
    SourceError
        If a column has no name, two have the same, or one that is needed is not there.
    """
    where = file if line is None else f"{file}, line {line}"
    _refuse_unclear_names(names, where)
    columns = {}
    for column, keys in _wanted(schema, source).items():
        found = next(filter(None, (_find_all(parts, names) for parts in keys)), None)
        if found:
            columns[column] = found
        elif column in schema.required or column not in schema.names or column in source.columns:
            raise SourceError(_absent(column, keys[0], names, where, schema, source))
    used = set(chain.from_iterable(columns.values()))
    extra = tuple(name.strip() for name in names if name not in used)
    written = {name.strip(): _as_written(name, schema, source) for name in names if name in used}
    renamed = {name: wanted for name, wanted in written.items() if name != wanted}
    notes = []
    if renamed:
        detail = _listed(f"{name} → {wanted}" for name, wanted in renamed.items())
        notes.append(ReadNote("renamed_columns", "fixed", file, detail))
    if extra:
        notes.append(ReadNote("extra_columns", "warning", file, _listed(extra)))
    return Header(columns, extra, tuple(notes))


def count_matches(schema: TableSchema, source: Source, names: Sequence[str]) -> int:
    """How many of the table's columns stand among ``names``: whether they could be a header."""
    return sum(
        any(_find_all(parts, names) for parts in keys) for keys in _wanted(schema, source).values()
    )


def normalize(name: str) -> str:
    """A column's name without what people do not see in it.

    Examples
    --------
    >>> normalize(" Order\\u200b  ID")
    'order_id'
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    return re.sub(r"[\s_-]+", "_", text.strip()).casefold()


def _wanted(schema: TableSchema, source: Source) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Each column to be read → the names under which it may stand, in order of preference."""
    wanted = {name: source.candidates(name) for name in schema.names}
    return wanted | {f"only_{i}": source.candidates(name) for i, name in enumerate(source.only)}


def _find_all(wanted: tuple[str, ...], names: Sequence[str]) -> tuple[str, ...] | None:
    found = tuple(_find(part, names) for part in wanted)
    return None if None in found else found  # type: ignore[return-value]


def _find(wanted: str, names: Sequence[str]) -> str | None:
    """The file's name for a column: as it is written, or else as people read it."""
    if wanted in names:
        return wanted
    key = normalize(wanted)
    return next((name for name in names if normalize(name) == key), None)


def _as_written(name: str, schema: TableSchema, source: Source) -> str:
    """The name under which params or the contract know a column of the file."""
    wanted = chain.from_iterable(chain.from_iterable(_wanted(schema, source).values()))
    known = {part for part in wanted if normalize(part) == normalize(name)}
    return name.strip() if name.strip() in known else min(known)


def _refuse_unclear_names(names: Sequence[str], where: str) -> None:
    for position, name in enumerate(names, 1):
        if not normalize(name):
            raise SourceError(
                f"{where}: column {position} of {len(names)} has no name. Name it, or leave out "
                "the delimiter that stands beside it, in every line."
            )
    counted = Counter(map(normalize, names))
    if twice := [name.strip() for name in names if counted[normalize(name)] > 1]:
        raise SourceError(
            f"{where}: more than one column has the same name: {_listed(twice)}. "
            "Name each column differently, and export the file again."
        )


def _absent(
    column: str,
    wanted: tuple[str, ...],
    names: Sequence[str],
    where: str,
    schema: TableSchema,
    source: Source,
) -> str:
    if not count_matches(schema, source, names):
        # It may be a row of data: then its values must not be shown.
        return (
            f"{where}: there is no column {wanted[0]!r}, nor any other column of {schema.name}. "
            "If the file has no line of column names, list them under 'header' in the params "
            "file; if the columns have other names, give them under 'columns'."
        )
    missing = next(part for part in wanted if _find(part, names) is None)
    hint = closest(missing, names)
    return (
        f"{where}: there is no column {missing!r}, which {column!r} is to be read from."
        + (f" Did you mean {shorten(hint)!r}?" if hint else "")
        + f" There are: {_listed(names)}."
        + f" Name the right one under 'columns: {{{column}: …}}' in the params file."
    )


def _listed(names: Iterable[str]) -> str:
    shown = [shorten(name.strip()) for name in names]
    more = f" and {len(shown) - LISTED_NAMES} more" if len(shown) > LISTED_NAMES else ""
    return ", ".join(shown[:LISTED_NAMES]) + more
