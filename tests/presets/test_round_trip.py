"""From a CRM's export to the contract's table: ids, dates, truth values, stages and shares."""

from datetime import date

import pytest
from tests.presets.exports import EXPECTED, EXPORTS
from tests.presets.test_exports import load_source

from analysis import cleaning, sources
from analysis.schemas import TABLES

SETTINGS = cleaning.CleaningSettings(as_of=date(2026, 12, 31), currency="CNY")


@pytest.fixture
def clean_export(connection, store, tmp_path):
    """Read and clean exports of one CRM in one form."""

    def clean(crm, form, *tables):
        raw = {
            table: sources.read_table(
                connection,
                TABLES[table],
                load_source(tmp_path, crm, form, table),
                tmp_path / "scratch" / table,
            )
            for table in tables
        }
        cleaned = cleaning.clean_tables(raw, SETTINGS, store)
        return {name: rows_of(cleaned[name].kept) for name in tables}

    return clean


def rows_of(table):
    return table.order_by("source_row").to_pyarrow().to_pylist()


@pytest.mark.parametrize(("crm", "form", "table"), EXPORTS)
def test_an_export_becomes_the_table_of_the_contract(clean_export, crm, form, table):
    rows = clean_export(crm, form, table)[table]
    expected = EXPECTED[crm, table]
    # Lists of fxiaoke name a customer where its API has an id.
    is_shared = [name for name in expected[0] if (crm, form) != ("fxiaoke", "labels") or
                 not TABLES[table][name].is_id]  # fmt: skip
    assert [{name: row[name] for name in is_shared} for row in rows] == [
        {name: row[name] for name in is_shared} for row in expected
    ]


@pytest.mark.parametrize("form", ["labels", "api"])
@pytest.mark.parametrize("crm", ["salesforce", "hubspot", "zoho", "fxiaoke"])
def test_tables_of_one_export_know_each_others_customers(clean_export, crm, form):
    rows = clean_export(crm, form, "customers", "transactions", "opportunities")
    known = {row["customer_id"] for row in rows["customers"]}
    assert {row["customer_id"] for row in rows["transactions"]} <= known
    assert {row["customer_id"] for row in rows["opportunities"]} == known
