"""What is rendered, by what, and how it looks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from analysis.params.fields import Section, unique
from analysis.params.owner_models import Owners

Format = Literal["html", "pdf", "docx", "pptx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx", "pptx")


class Report(Section):
    """What is rendered, and by what."""

    formats: Annotated[tuple[Format, ...], AfterValidator(unique)] = Field(
        default=FORMATS,
        min_length=1,
        strict=False,
        description="a list of html, pdf, docx, pptx, or some of them",
    )
    renderer: Literal["auto", "quarto", "embedded"] = Field(
        default="auto", description="auto (Quarto where it is installed), quarto or embedded"
    )
    owners: Owners = Field(
        default=Owners(), description="a map: area of the company, then who answers for it"
    )
