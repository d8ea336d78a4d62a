"""From a CRM's export to the contract's table: ids, dates, truth values, stages and shares."""

from datetime import date
from functools import cache

import pytest
from tests.presets.exports import EXPECTED, EXPORTS
from tests.presets.test_exports import load_source

from analysis import cleaning, sources
from analysis.schemas import TABLES

SETTINGS = cleaning.CleaningSettings(as_of=date(2026, 12, 31), currency="CNY")


@pytest.fixture(scope="module")
def clean_export(connection, store, tmp_path_factory):
    """Read and clean everything that one CRM exports in one form, once."""

    @cache
    def clean(crm, form):
        folder = tmp_path_factory.mktemp("export")
        tables = [table for crm_, form_, table in EXPORTS if (crm_, form_) == (crm, form)]
        raw = {
            table: sources.read_table(
                connection, TABLES[table], load_source(folder, crm, form, table), folder / table
            )
            for table in tables
        }
        cleaned = cleaning.clean_tables(raw, SETTINGS, store)
        return {
            table: cleaned[table].kept.order_by("source_row").to_pyarrow().to_pylist()
            for table in tables
        }

    return clean


@pytest.mark.parametrize(("crm", "form", "table"), EXPORTS)
def test_an_export_becomes_the_table_of_the_contract(clean_export, crm, form, table):
    expected = EXPECTED[crm, table]
    # Lists of fxiaoke name a customer where its API has an id.
    has_ids = (crm, form) != ("fxiaoke", "labels")
    names = [name for name in expected[0] if has_ids or not TABLES[table][name].is_id]
    found = [{name: row[name] for name in names} for row in clean_export(crm, form)[table]]
    assert found == [{name: row[name] for name in names} for row in expected]


@pytest.mark.parametrize("form", ["labels", "api"])
@pytest.mark.parametrize("crm", ["salesforce", "hubspot", "zoho", "fxiaoke"])
def test_tables_of_one_export_know_each_others_customers(clean_export, crm, form):
    tables = clean_export(crm, form)
    known = {row["customer_id"] for row in tables["customers"]}
    assert len(known) == 2
    assert {row["customer_id"] for rows in tables.values() for row in rows} == known
