"""What of a review goes out of its folder again: the workbook, the CRM's files."""

from __future__ import annotations

from pydantic import Field

from analysis.params.fields import Section


class Exports(Section):
    """The key-account workbook and what goes back into other systems."""

    names: bool = Field(
        default=True,
        description="true (the key-account workbook shows names of customers and of those who "
        "look after them) or false (ids alone)",
    )
