"""Read what a stage folder says about the report: options, metadata, values, document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from analysis.report.checks import RenderError
from analysis.report.shortcodes import Expansion

FENCE = "---"
# What Quarto would take from a front matter and the embedded renderer would not.
FRONT_MATTER = {"lang", "title", "subtitle"}


@dataclass(frozen=True)
class StagedDocument:
    """A document with the files beside it.

    Attributes
    ----------
    stage
        The stage folder.
    name
        The file name of the document in it.
    """

    stage: Path
    name: str

    @property
    def stem(self) -> str:
        """The name without ``.qmd``; results are named after it."""
        return self.name.removesuffix(".qmd")

    @cached_property
    def project(self) -> dict[str, Any]:
        """The Quarto project's options."""
        return self._read("_quarto.yml")

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What ``{{< meta >}}``, conditions and the templates see."""
        return self._read("_review.yml") | self._parts[0]

    @cached_property
    def lines(self) -> list[str]:
        """The document as written, front matter included."""
        path = self.stage / self.name
        if not path.is_file():
            raise RenderError(f"{path}: there is no such document")
        return path.read_text(encoding="utf-8").splitlines()

    def place_of(self, token: str) -> str:
        """Return the document or section and the line in which a text first stands."""
        sections = sorted(self.stage.glob("_*.qmd"))
        for path in (self.stage / self.name, *sections):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if token and token in line:
                    return f"{path.name}, line {number}"
        return self.name

    def expanded(self) -> str:
        """Return the body with includes and values in place.

        Raises
        ------
        RenderError
            With every shortcode that cannot be expanded, see `Expansion.expand`.
        """
        _, body_starts = self._parts
        expansion = Expansion(self.stage, self._read("_variables.yml"), self.metadata)
        return expansion.expand(self.lines[body_starts:], self.name, body_starts + 1)

    def quoted(self) -> str:
        """Return the texts that came from data, with the escapes of Markdown undone."""
        tables = sorted((self.stage / "tables").glob("*.md"))
        files = [self.stage / "_variables.yml", self.stage / "_review.yml", *tables]
        texts = (path.read_text(encoding="utf-8") for path in files if path.is_file())
        return re.sub(r"\\+(\W)", r"\1", "\n".join(texts))

    @cached_property
    def _parts(self) -> tuple[dict[str, Any], int]:
        """The front matter, and how many lines it takes."""
        if self.lines[:1] != [FENCE]:
            return {}, 0
        if FENCE not in self.lines[1:]:
            raise RenderError(f"{self.name}, line 1: the front matter is not closed by ---")
        end = self.lines.index(FENCE, 1)
        front = self._parse("\n".join(self.lines[1:end]), self.name)
        if unknown := sorted(set(front) - FRONT_MATTER):
            raise RenderError(
                f"{self.name}, line 1: {', '.join(unknown)} cannot stand in the front matter of a "
                f"review ({', '.join(sorted(FRONT_MATTER))} can); options belong into _quarto.yml"
            )
        return front, end + 1

    def _read(self, name: str) -> dict[str, Any]:
        path = self.stage / name
        if not path.is_file():
            raise RenderError(f"{path}: the stage lacks this file")
        return self._parse(path.read_text(encoding="utf-8"), name)

    @staticmethod
    def _parse(text: str, name: str) -> dict[str, Any]:
        try:
            content = _load(text)
        except YAMLError as error:
            raise RenderError(f"{name}: not valid YAML: {error}") from error
        if not isinstance(content, dict):
            raise RenderError(f"{name}: not a map of names to values")
        return content


def _load(text: str) -> Any:
    """Read YAML; the runner's own files are JSON, which is YAML that is read much faster."""
    try:
        return json.loads(text)
    except ValueError:
        return YAML(typ="safe").load(text) or {}
