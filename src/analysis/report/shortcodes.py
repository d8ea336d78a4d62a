"""Quarto's shortcodes, as far as the review uses them, expanded in the text of the document.

Quarto expands them itself and prints ``?var:…`` for a key that it does not know; here everything
that cannot be expanded is an error that names document and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.report.checks import RenderError

SHORTCODE = re.compile(r"\{\{<\s*(?P<call>[^<>{}]*?)\s*>\}\}")
ALONE = re.compile(rf"\s*{SHORTCODE.pattern}\s*")
CODE_CELL = re.compile(r"\s*(?:`{3,}|~{3,})\s*\{+\s*(?P<language>\w+)")
# Quarto reads a callout's title as Markdown after it has undone the escapes of a value in it.
VALUE_IN_TITLE = re.compile(r'title="[^"]*\{\{<')
SECTION_SUFFIX = ".qmd"
PAGE_BREAK = ("", "::: {.pagebreak}", ":::", "")
SUPPORTED = "include, meta, pagebreak and var"


@dataclass
class Expansion:
    """Expands a document; collects every problem before it raises.

    Parameters
    ----------
    stage
        The folder that includes are read from, and never left.
    variables, metadata
        The nested maps behind ``var`` and ``meta``; texts are Markdown, escaped already.
    """

    stage: Path
    variables: Mapping[str, Any]
    metadata: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)
    including: list[str] = field(default_factory=list)

    def expand(self, lines: Iterable[str], document: str, first_line: int = 1) -> str:
        """Return the text with includes and values in place.

        Raises
        ------
        RenderError
            With one line for each unknown key, unknown shortcode, code cell, or include that is
            missing, outside the stage, inside itself or not alone on its line.
        """
        expanded = list(self._lines(lines, document, first_line))
        if self.problems:
            raise RenderError("\n".join(self.problems))
        return "\n".join(expanded) + "\n"

    def _lines(self, lines: Iterable[str], origin: str, first: int = 1) -> Iterable[str]:
        for number, line in enumerate(lines, first):
            where = f"{origin}, line {number}"
            if cell := CODE_CELL.match(line):
                self._refuse(
                    where,
                    f"a review executes nothing; {cell['language']} cells belong into notebooks/",
                )
            call = alone["call"].split() if (alone := ALONE.fullmatch(line)) else []
            if call[:1] == ["include"]:
                yield from self._included(call[1:], where)
            elif call == ["pagebreak"]:
                yield from PAGE_BREAK
            else:
                yield self._values(line, where)

    def _included(self, names: list[str], where: str) -> Iterable[str]:
        path = (self.stage / " ".join(names)).resolve()
        if not path.is_relative_to(self.stage.resolve()):
            self._refuse(where, f"include {' '.join(names)} leaves the stage folder")
        elif not path.is_file():
            self._refuse(where, f"include {' '.join(names)}: there is no such file")
        else:
            name = path.relative_to(self.stage.resolve()).as_posix()
            lines = path.read_text(encoding="utf-8").splitlines()
            if path.suffix == SECTION_SUFFIX:
                yield from self._section(lines, name, where)
            else:
                # Tables hold what came from data, which never includes anything.
                yield from (
                    self._values(line, f"{name}, line {number}")
                    for number, line in enumerate(lines, 1)
                )

    def _section(self, lines: list[str], name: str, where: str) -> Iterable[str]:
        if name in self.including:
            self._refuse(where, f"include {name}: the file includes itself")
            return
        self.including.append(name)
        yield from self._lines(lines, name)
        self.including.pop()

    def _values(self, line: str, where: str) -> str:
        if VALUE_IN_TITLE.search(line):
            self._refuse(where, "a value cannot stand in a title; put it into the text below")
        if "{{{<" in line:
            self._refuse(where, "a shortcode in three braces is not supported")
            return line
        expanded = SHORTCODE.sub(lambda match: self._value(match["call"], where), line)
        if "{{<" in SHORTCODE.sub("", line):
            self._refuse(where, "a shortcode that is not closed on its line")
        return expanded

    def _value(self, call: str, where: str) -> str:
        name, *arguments = call.split() or [""]
        if name in ("include", "pagebreak"):
            self._refuse(where, f"{{{{< {name} >}}}} must stand alone on its line")
        elif name not in ("var", "meta"):
            self._refuse(where, f"unknown shortcode {name!r}; supported are {SUPPORTED}")
        elif len(arguments) != 1:
            self._refuse(where, f"{{{{< {name} >}}}} takes one key")
        else:
            source = self.variables if name == "var" else self.metadata
            return self._look_up(source, name, arguments[0], where)
        return ""

    def _look_up(self, source: Mapping[str, Any], name: str, key: str, where: str) -> str:
        value: Any = source
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self._refuse(
                where,
                f"unknown {name} key {key!r}; see "
                f"{'_variables.yml' if name == 'var' else '_review.yml'}",
            )
            return ""
        if "\n" in str(value):
            self._refuse(where, f"the text of {name} key {key!r} has more than one line")
        return str(value)

    def _refuse(self, where: str, problem: str) -> None:
        self.problems.append(f"{where}: {problem}")
