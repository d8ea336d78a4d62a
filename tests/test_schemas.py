"""The data contract, and the params that point at it."""

import ibis
import pytest

from analysis.params.source_tables import Sources
from analysis.schemas import SECTION_INPUTS, TABLES

SCHEMAS = list(TABLES.values())


def test_params_name_the_tables_of_the_contract():
    assert list(Sources.model_fields) == list(TABLES)
    needed = [name for name, field in Sources.model_fields.items() if field.is_required()]
    assert needed == ["transactions"]


def test_sections_are_made_of_tables_of_the_contract():
    assert {schema.name for tables in SECTION_INPUTS.values() for schema in tables} <= set(TABLES)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_columns_are_typed_described_and_named_once(schema):
    assert len(set(schema.names)) == len(schema.names)
    assert all(ibis.dtype(column.dtype) and column.meaning for column in schema.columns)
    ids = [column for column in schema.columns if column.name.endswith("_id")]
    assert all(column.dtype == "string" for column in ids)
    assert set(schema.key) <= set(schema.names)
