"""What stands on each page of the Word report and on each slide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PAGE_WORDS = {"en": ("Page ", " of ", ""), "zh": ("第 ", " / ", " 页")}
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Running:
    """What stands on each page or slide, as plain text.

    Attributes
    ----------
    title, company, quarter, confidentiality, run_id : str
        Empty where there is none.
    page : tuple of str
        What stands before, between and behind the page's number and the number of pages.
    """

    title: str
    company: str
    quarter: str
    confidentiality: str
    run_id: str
    page: tuple[str, str, str]

    @property
    def head(self) -> str:
        """Company and quarter."""
        return "  ·  ".join(text for text in (self.company, self.quarter) if text)

    @property
    def foot(self) -> str:
        """Title and run."""
        return "  ·  ".join(text for text in (self.title, self.run_id) if text)

    @property
    def slide_foot(self) -> str:
        """What stands at the foot of a slide, which has no head."""
        texts = (self.company, self.quarter, self.confidentiality, self.run_id)
        return "  ·  ".join(text for text in texts if text)

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Running:
        """What a document's metadata say, which are Markdown with escapes."""
        plain = {
            key: _ESCAPE.sub(r"\1", str(metadata.get(key) or ""))
            for key in ("title", "company", "quarter", "confidentiality", "run_id")
        }
        return cls(**plain, page=PAGE_WORDS[str(metadata.get("lang", "en"))[:2]])
