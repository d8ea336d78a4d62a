"""What a rendered report must never show, and the error that says so."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Text that came from data may look like some of these, never like the others.
LEFTOVERS = (
    (re.compile(r"\?(?:var|meta|env):[\w.-]*"), "a value that the run did not publish", True),
    (re.compile(r"\?@[\w-]*"), "a reference to nothing", True),
    (re.compile(r"(?<![A-Za-z0-9.])@(?:fig|tbl|sec)-[\w-]*"), "a reference left as text", True),
    (re.compile(r"^:::+", re.MULTILINE), "a block that is opened or closed once too often", True),
    (re.compile("\ufffd"), "a sign that was broken", True),
    (re.compile(r"\{\{<|>\}\}"), "a shortcode left as text", False),
    (re.compile(r"\bNaN\b|\bnan\s?%"), "a number that is none", False),
)
CONTEXT = 40


class RenderError(Exception):
    """The report cannot be printed; the message says where, and what to do about it."""


def check_rendered(text: str, quoted: str = "") -> None:
    """Raise if a rendered text shows something that only a broken report shows.

    Parameters
    ----------
    text
        The plain text of a rendered report, see `html_text` and `typst_text`.
    quoted
        Text that came from data and was escaped. What stands there may stand in the report: a
        customer may well have written ``?@fig-x``. This does not hold for shortcodes, which
        Quarto would expand even so (the escape puts a word joiner into them), nor for NaN.

    Raises
    ------
    RenderError
        Naming each leftover with the words around it. Look for it in the document or the table,
        and publish the value, or mend the name, that it asks for.
    """
    problems = []
    for pattern, meaning, may_be_data in LEFTOVERS:
        for match in pattern.finditer(text):
            if may_be_data and match.group() in quoted:
                continue
            around = text[max(0, match.start() - CONTEXT) : match.end() + CONTEXT]
            problems.append(f"  {meaning}: … {' '.join(around.split())} …")
    if problems:
        raise RenderError("\n".join(["the rendered report shows", *dict.fromkeys(problems)]))


class _TextCollector(HTMLParser):
    """Collect what a reader sees or hears: text, alternative texts and titles."""

    SPOKEN = ("alt", "title")
    SILENT = ("style", "script")
    BLOCKS = frozenset(("p", "div", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "figcaption"))

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n")
        for name, value in attrs:
            # Quarto leaves an unfinished alt on the div around a figure, where nobody reads it.
            if value and name in self.SPOKEN and (name != "alt" or tag == "img"):
                self.parts.append(f" {value} ")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def html_text(html: str) -> str:
    """Return the text that a reader of an HTML page sees or hears, one block a line."""
    collector = _TextCollector()
    collector.feed(html)
    collector.close()
    lines = (" ".join(line.split()) for line in "".join(collector.parts).splitlines())
    return "\n".join(line for line in lines if line)


def typst_text(source: str) -> str:
    r"""Return Typst source with its escapes undone, so that ``?\@fig-x`` reads ``?@fig-x``."""
    return re.sub(r"\\(\W)", r"\1", source)
