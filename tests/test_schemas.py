"""The data contract, and the params that point at it."""

import ibis
import pytest

from analysis.params.source_models import REQUIRED_COLUMNS, TransactionColumns
from analysis.schemas import SECTION_INPUTS, TRANSACTIONS

SCHEMAS = [TRANSACTIONS, *(schema for schemas in SECTION_INPUTS.values() for schema in schemas)]


def test_params_name_the_columns_of_the_contract():
    assert tuple(TransactionColumns.model_fields) == TRANSACTIONS.names
    assert TRANSACTIONS.required == REQUIRED_COLUMNS


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_columns_are_typed_described_and_named_once(schema):
    assert len(set(schema.names)) == len(schema.names)
    assert all(ibis.dtype(column.dtype) and column.meaning for column in schema.columns)
    ids = [column for column in schema.columns if column.name.endswith("_id")]
    assert all(column.dtype == "string" for column in ids)
