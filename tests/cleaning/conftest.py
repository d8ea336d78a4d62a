"""What the tests of cleaning share: tables given as lists, cleaned on one engine."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.cleaning.tables import column_of, settings

from analysis import cleaning
from analysis.cleaning import Cleaned
from analysis.cleaning.casting import type_table
from analysis.sources import RawTable


@pytest.fixture(scope="session")
def clean_all(store) -> Callable[..., dict[str, Cleaned]]:
    """Clean raw tables together, with settings given by keyword."""

    def clean_all(*tables: RawTable, **changed: Any) -> dict[str, Cleaned]:
        raw_tables = {raw.schema.name: raw for raw in tables}
        return cleaning.clean_tables(raw_tables, settings(**changed), store)

    return clean_all


@pytest.fixture(scope="session")
def clean_one(clean_all) -> Callable[..., Cleaned]:
    """Clean one table beside others, and return it: the first."""

    def clean_one(raw: RawTable, *others: RawTable, **changed: Any) -> Cleaned:
        return clean_all(raw, *others, **changed)[raw.schema.name]

    return clean_one


@pytest.fixture(scope="session")
def read_column(store) -> Callable[..., list[Any]]:
    """Type a raw table, without judging it, and return one column."""

    def read_column(raw: RawTable, name: str, **changed: Any) -> list[Any]:
        return column_of(store("typed", type_table(raw, settings(**changed))), name)

    return read_column
