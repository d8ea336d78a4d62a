"""How a text file sets its columns apart, and on which line they are named.

What is declared is taken as it is. What is not is found by its sense: the delimiter and the line
under which most of the table's columns stand.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from analysis.params.source_models import CsvSource
from analysis.schemas import TableSchema
from analysis.sources.header import count_matches
from analysis.sources.raw import ReadNote, SourceError

DELIMITERS = (",", ";", "\t", "|")
MOST_TITLE_LINES = 20
SAMPLE_LINES = 200
SIGN_NAMES = {"\t": "tab", " ": "space"}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a text file is to be taken apart.

    Attributes
    ----------
    delimiter : str
        The one sign between two columns.
    quote : str or None
        The one sign around quoted text.
    comment : str or None
        The one sign with which lines begin that are no rows.
    names : tuple of str
        The columns, from left to right.
    header_line : int or None
        Line that names them, from 1; None if the params file does.
    first_line : int
        Line on which the rows begin, from 1.
    notes : tuple of ReadNote
        What was detected.
    """

    delimiter: str
    quote: str | None
    comment: str | None
    names: tuple[str, ...]
    header_line: int | None
    first_line: int
    notes: tuple[ReadNote, ...]


def find_dialect(head: str, schema: TableSchema, source: CsvSource, file: str) -> Dialect:
    """The declared dialect, completed by what the beginning of the file shows.

    Parameters
    ----------
    head : str
        The first lines of the file; those of a file separated by blanks, by tabs.
    file : str
        Name of the file, for messages.

    Raises
    ------
    SourceError
        If there is no line that could name the columns.
    """
    lines = head.split("\n")[:SAMPLE_LINES]
    quote = None if source.delimiter == "whitespace" else source.quote
    separator = _SEPARATOR_LINE.fullmatch(lines[0])
    candidates, n_skipped = _candidates(source, separator), int(separator is not None)
    if isinstance(source.header, tuple):
        n_columns = len(source.header)
        n_skipped = max(n_skipped, source.skip_rows or 0)
        delimiter = max(candidates, key=lambda d: _widths(lines[n_skipped:], d, quote)[n_columns])
        names, header_line, first_line = source.header, None, n_skipped + 1
    else:
        delimiter, n_before = _find_header(lines, n_skipped, schema, source, candidates, quote)
        names, n_lines = parse_record(lines[n_before:], delimiter, quote)
        if not names:
            raise SourceError(
                f"{file}: the file is empty; a line with the names of its columns was expected."
            )
        header_line, first_line = n_before + 1, n_before + n_lines + 1
    notes = _notes(file, source, delimiter, separator is not None, lines, header_line)
    return Dialect(delimiter, quote, source.comment, names, header_line, first_line, notes)


def parse_record(
    lines: Sequence[str], delimiter: str, quote: str | None
) -> tuple[tuple[str, ...], int]:
    """The fields of the record that begins with the first of these lines, and its lines.

    Both are empty where there is none that can be read.
    """
    reader = csv.reader(
        (line + "\n" for line in lines),
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    try:
        return tuple(next(reader)), reader.line_num
    except (csv.Error, StopIteration):
        return (), 0


def _candidates(source: CsvSource, separator: re.Match[str] | None) -> tuple[str, ...]:
    if source.delimiter == "whitespace":
        return ("\t",)
    if source.delimiter is not None:
        return (source.delimiter,)
    return (separator[1],) if separator else DELIMITERS


def _find_header(
    lines: Sequence[str],
    n_skipped: int,
    schema: TableSchema,
    source: CsvSource,
    candidates: tuple[str, ...],
    quote: str | None,
) -> tuple[str, int]:
    """Delimiter, and number of lines above the header."""
    places = [
        i
        for i in range(max(n_skipped, source.skip_rows or 0), len(lines))
        if lines[i].strip() and not (source.comment and lines[i].startswith(source.comment))
    ][: 1 if source.skip_rows is not None else MOST_TITLE_LINES]

    def score(choice: tuple[str, int]) -> tuple[int, int, int]:
        delimiter, place = choice
        names, _ = parse_record(lines[place:], delimiter, quote)
        return count_matches(schema, source, names), len(names), -place

    choices = [(delimiter, place) for delimiter in candidates for place in places]
    if not choices:
        return candidates[0], len(lines)
    best = max(choices, key=score)
    if score(best)[0]:
        return best
    # No line names anything: then the delimiter that cuts most lines alike tells most.
    delimiter = max(candidates, key=lambda d: _evenness(_widths(lines, d, quote)))
    return delimiter, places[0]


def _widths(lines: Sequence[str], delimiter: str, quote: str | None) -> Counter[int]:
    """How many of the lines have how many fields."""
    filled = islice((line for line in lines if line.strip()), SAMPLE_LINES)
    return Counter(len(parse_record([line], delimiter, quote)[0]) for line in filled)


def _evenness(widths: Counter[int]) -> int:
    return max((n for width, n in widths.items() if width > 1), default=0)


def _notes(
    file: str,
    source: CsvSource,
    delimiter: str,
    has_separator_line: bool,
    lines: Sequence[str],
    header_line: int | None,
) -> tuple[ReadNote, ...]:
    notes = []
    if source.delimiter is None:
        sign = SIGN_NAMES.get(delimiter, delimiter)
        name = "separator_line" if has_separator_line else "detected_delimiter"
        notes.append(ReadNote(name, "fixed", file, sign))
    above = lines[has_separator_line : (header_line or 1) - 1]
    n_titles = sum(1 for line in above if line.strip())
    if source.skip_rows is None and n_titles:
        notes.append(ReadNote("skipped_title_rows", "fixed", file, f"{n_titles}", n_titles))
    return tuple(notes)
