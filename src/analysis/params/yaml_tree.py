"""Read YAML 1.2 into values which remember where they stand.

The text is read through ruamel.yaml's events rather than into finished objects. That keeps each
value's line, coerces nothing, and never expands an alias, so a small file stays small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from analysis.params.entries import Entry, Place, Scalar, join_key
from analysis.params.problems import Problem, escape, shorten

# A review needs four levels and a few dozen values. The limits stop files made to exhaust memory.
MAX_DEPTH = 12
MAX_EVENTS = 10_000
MAX_LINES = 20_000
MAX_DIGITS = 20


class UnusableTextError(Exception):
    """Reading cannot go on: the message says why, in plain words."""

    def __init__(self, line: int, message: str) -> None:
        self.line, self.message = line, message


def read_yaml(text: str, place: Place, key: str = "") -> tuple[Entry | None, list[Problem]]:
    """Read one YAML document.

    Parameters
    ----------
    text
        YAML 1.2.
    place
        Where the text stands. With a line of None (an override), values have no line either.
    key
        Dotted key under which the text stands, for problems.

    Returns
    -------
    entry, problems
        The entry is None where the text is no YAML at all. Any problem makes the text unusable;
        an entry is still given, so that problems in the rest can be reported as well.
    """
    reader = _Reader(text, place, key)
    try:
        if text.count("\n") > MAX_LINES:
            raise UnusableTextError(1, "the file has far too many lines.")
        return reader.read(), reader.problems
    except UnusableTextError as error:
        reader.report(error.line, key, error.message)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reader.report(line, key, "an invisible control character stands here. Delete it.")
    except YAMLError as error:
        reader.report(*_in_plain_words(error, key))
    return None, reader.problems


class _Reader:
    """Turns ruamel.yaml's events into entries, and collects what we refuse."""

    def __init__(self, text: str, place: Place, key: str) -> None:
        # A fresh loader for each text: a %YAML directive would change the next one's rules.
        # Without plug_ins=[] it would search the disk for plug-ins.
        self._yaml = YAML(typ="rt", plug_ins=[])
        self._events = self._counted(self._yaml.parse(text))
        self._place = place
        self._key = key
        self.problems: list[Problem] = []

    def read(self) -> Entry:
        root = Entry(None, self._at(1))
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                self._check_document(event, documents)
            elif not isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                root = self._entry(event, self._key, 1, depth=0)
        return root

    def report(self, line: int, key: str, message: str, suggestion: str | None = None) -> None:
        place = self._at(line)
        self.problems.append(Problem(place.file, place.line, key, message, suggestion=suggestion))

    def _at(self, line: int) -> Place:
        return Place(
            self._place.file, None if self._place.line is None else line, self._place.folder
        )

    @staticmethod
    def _counted(events: Iterator[Any]) -> Iterator[Any]:
        for count, event in enumerate(events):
            if count > MAX_EVENTS:
                raise UnusableTextError(_line(event), "the file holds far too many values.")
            yield event

    def _check_document(self, event: Any, documents: int) -> None:
        if documents > 1:
            raise UnusableTextError(
                _line(event), 'a line "---" starts a second document. Keep only one.'
            )
        if event.version is not None or event.tags:
            raise UnusableTextError(1, 'lines that begin with "%" are not used here. Delete them.')

    def _entry(self, event: Any, key: str, line: int, depth: int) -> Entry:
        """Build the value that starts with an event; ``line`` is its key's."""
        if depth > MAX_DEPTH:
            raise UnusableTextError(_line(event), "values are nested far too deeply here.")
        self._refuse_indirection(event, key)
        if isinstance(event, ScalarEvent):
            return Entry(self._scalar(event, key, line), self._at(line))
        if isinstance(event, SequenceStartEvent):
            return Entry(list(self._items(key, depth)), self._at(line))
        if isinstance(event, MappingStartEvent):
            return Entry(self._map(key, depth), self._at(line))
        return Entry(None, self._at(line))

    def _items(self, key: str, depth: int) -> Iterator[Entry]:
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                return
            yield self._entry(event, key, _line(event), depth + 1)

    def _map(self, key: str, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        lines: dict[str, int] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            line = _line(event)
            name = self._name(event, key, depth)
            path = key if name is None else join_key(key, name)
            entry = self._entry(next(self._events), path, line, depth + 1)
            if name is None:
                continue
            if name in entries:
                first = f" (first on line {lines[name]})" if self._place.line else ""
                self.report(line, path, f"this key stands here twice{first}. Keep one.")
                continue
            lines[name] = line
            entries[name] = entry
        return entries

    def _name(self, event: Any, key: str, depth: int) -> str | None:
        """Return a key, or None where something else stands in its place."""
        if isinstance(event, ScalarEvent):
            self._refuse_indirection(event, join_key(key, event.value))
            return str(event.value)
        self._entry(event, key, _line(event), depth + 1)  # reads past the list or map
        self.report(_line(event), key, "a key must be a word; a list, map or alias stands here.")
        return None

    def _refuse_indirection(self, event: Any, key: str) -> None:
        line = _line(event)
        if isinstance(event, AliasEvent):
            what, sign = "an alias", "*"
        elif event.anchor is not None:
            what, sign = "an anchor", "&"
        elif getattr(event, "tag", None) is not None:
            what, sign = "a tag", "!"
        else:
            return
        advice = f'Write the value out; text that begins with "{sign}" needs quotation marks.'
        self.report(line, key, f'{what} ("{sign}…") is not allowed here. {advice}')

    def _scalar(self, event: Any, key: str, line: int) -> Scalar:
        text = str(event.value)
        if not event.implicit[0]:  # in quotation marks, or a block of text
            return text
        tag = self._yaml.resolver.resolve(ScalarNode, text, (True, False))
        kind = str(tag).rpartition(":")[2]
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "timestamp":
            return _date_or_text(text)
        if kind in ("int", "float"):
            number = _number(text)
            if number is None:
                self.report(
                    line,
                    key,
                    f"{shorten(text)} can be read as more than one number. Write a number with "
                    "plain digits (12, 0.5), or text in quotation marks.",
                )
            return number
        return text


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _date_or_text(text: str) -> date | str:
    # A date with a time of day, or one that no calendar has, stays text and fails where it is used.
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number(text: str) -> int | float | None:
    """Return the number, or None where YAML 1.1 and 1.2 would read two different ones."""
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", text):
        return int(text) if len(text) <= MAX_DIGITS else None
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?", text):
        return float(text)
    special = {".inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
    return special.get(text.lower().lstrip("+"))


# What ruamel.yaml says, and what that means to somebody who never heard of tokens.
_PLAIN_WORDS = {
    "found character '\\t'": "a tab stands here. Use spaces only.",
    "mapping values are not allowed": "a second colon on one line, or a line indented too far. "
    "Text that holds a colon needs quotation marks.",
    "could not find expected ':'": "this line is no key with a colon after it.",
    "expected ',' or ']'": "a list that opens with [ does not close with ].",
    "expected ',' or '}'": "braces that open with { do not close with }.",
    "unexpected end of stream": "a quotation mark that opens here never closes.",
    "did not find expected key": "this line does not fit the lines above it.",
    "expected <block end>": "this line does not fit the lines above it: check its indentation.",
    "unknown escape character": 'a "\\" in double quotation marks has a meaning of its own. '
    "Use single quotation marks.",
    "cannot start any token": "this character cannot begin a value. "
    "Put the text in quotation marks.",
}

_LEFT_OPEN = (
    "unexpected end of stream",
    "find expected ':'",
    "expected ',' or ']'",
    "expected ',' or '}'",
)


def _in_plain_words(error: YAMLError, key: str) -> tuple[int, str, str]:
    """Return line, key and message for text that is no YAML."""
    if not isinstance(error, MarkedYAMLError):
        return 1, key, "this is not YAML."
    said = str(error.problem)
    # What is left open is noticed further down but mended where it begins.
    is_open = any(sign in said for sign in _LEFT_OPEN)
    mark = (is_open and error.context_mark) or error.problem_mark
    words = next((words for sign, words in _PLAIN_WORDS.items() if sign in said), None)
    words = words or f"{shorten(escape(said))}."
    if mark is None:
        return 1, key, f"this is not YAML: {words}"
    return int(mark.line) + 1, key, f"this is not YAML from column {mark.column + 1} on: {words}"
