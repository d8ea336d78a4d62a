"""What of a review goes out of its folder again: the workbook, the CRM's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from analysis.params.fields import Location, Section, fault, unique
from analysis.params.locations import ANY_TEXT, path_of

Crm = Literal["salesforce", "hubspot", "zoho", "fxiaoke"]


def _one_file(location: str) -> str:
    if ANY_TEXT in location:
        raise fault("one file is needed here; a name with * may mean several.")
    return location


OneFile = Annotated[Location, AfterValidator(_one_file)]
# A header goes into a file of typed columns: nothing in it may look like a formula.
Header = Annotated[str, StringConstraints(pattern=r"^[\p{L}\p{N}_][\p{L}\p{N}_ .]{0,79}$")]


class Exports(Section):
    """The key-account workbook and what goes back into other systems."""

    names: bool = Field(
        default=True,
        description="true (the key-account workbook and the BI tables name customers and those "
        "who look after them) or false (ids alone)",
    )
    last_workbook: OneFile | None = Field(
        default=None,
        description="last quarter's key_accounts.<language>.xlsx with what people filled in; its "
        "path starts from this file's folder",
    )
    crm: Annotated[tuple[Crm, ...], AfterValidator(unique)] | None = Field(
        default=None,
        strict=False,
        description="a list of the CRMs that get a file: salesforce, hubspot, zoho, fxiaoke; "
        "absent: those whose presets the sources use",
    )
    key_columns: dict[Crm, Header] = Field(
        default={},
        description="a map: CRM, then the column by which it finds a customer, such as "
        "{salesforce: Customer_No__c}: letters, digits, _, . and blanks",
    )
    last_crm: dict[Crm, OneFile] = Field(
        default={},
        description="a map: CRM, then last quarter's exports/crm_<CRM>.csv, with which the new one "
        "is compared",
    )

    @property
    def files(self) -> Iterator[tuple[str, Path]]:
        """Each file that it names, by its key below ``exports``."""
        if self.last_workbook:
            yield "last_workbook", path_of(self.last_workbook)
        for system, location in self.last_crm.items():
            yield f"last_crm.{system}", path_of(location)
