"""A preset and a location are enough to read what a CRM exports."""

import csv

import pytest
from tests.presets.exports import EXPECTED, EXPORTS, FOLDER

from analysis.params import load_params
from analysis.params.presets import preset_names, preset_tables
from analysis.params.source_models import Source
from analysis.schemas import TABLES

REVIEW = """\
review: {name: crm, quarter: 2026Q3, languages: [en], company: Lantern, currency: CNY}
sources:
"""
STAGES = '{"593899990": Won, "593899991": Lost, "593899995": Qualified}'
TRANSACTIONS = "  transactions: {format: csv, location: orders.csv}\n"


def load_source(folder, crm: str, form: str, table: str) -> Source:
    """What a review makes of two lines: a preset and a location."""
    source = f"  {table}:\n    preset: {crm}\n    location: {FOLDER / crm / form / table}.csv\n"
    if (crm, table) == ("hubspot", "opportunities"):
        source += f"    values: {{stage: {STAGES}}}\n"
    (folder / "orders.csv").touch()
    path = folder / "review.yml"
    path.write_text(REVIEW + source + TRANSACTIONS * (table != "transactions"), encoding="utf-8")
    return load_params(path).sources.given[table]


@pytest.mark.parametrize(("crm", "form", "table"), EXPORTS)
def test_columns_are_found_by_their_header(tmp_path, crm, form, table):
    source = load_source(tmp_path, crm, form, table)
    (path,) = source.paths
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    found = {
        name
        for name in (*TABLES[table].names, *source.only)
        if any(set(parts) <= set(header) for parts in source.candidates(name))
    }
    assert set(TABLES[table].required) | set(source.only) <= found
    assert {name for row in EXPECTED[crm, table] for name in row} <= found


def test_every_table_of_every_preset_has_an_export():
    known = {(name, table) for name in preset_names() for table in preset_tables(name)}
    assert known == {(crm, table) for crm, _, table in EXPORTS} == set(EXPECTED)
