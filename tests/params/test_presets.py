"""Presets lie below what a review says of a source, and fit the contract."""

from __future__ import annotations

import pytest

from analysis.params import load_params
from analysis.params.presets import preset_names, preset_tables
from analysis.params.source_models import CsvSource
from analysis.params.source_tables import table_faults
from analysis.schemas import TABLES

from .review import REVIEW, problems_of, replaced, write_review

PRESETS = [(name, table) for name in preset_names() for table in preset_tables(name)]

UP_TO_FORMAT = REVIEW[: REVIEW.index("    format: csv")]


def loaded(folder, source: str, table: str = "customers"):
    """Load a review with one more source, in which only the location is given."""
    review = REVIEW.replace(
        "sources:\n", f"sources:\n  {table}: {{{source}, location: orders.csv}}\n"
    )
    return getattr(load_params(write_review(folder, review)).sources, table)


def test_the_four_systems_have_presets():
    assert preset_names() == ["fxiaoke", "hubspot", "salesforce", "salesforce_won", "zoho"]


@pytest.mark.parametrize(("name", "table"), PRESETS)
def test_a_preset_fits_the_contract_of_its_table(name, table):
    described = preset_tables(name)[table].plain()
    source = CsvSource.model_validate({**described, "location": "/export.csv"})
    schema = TABLES[table]
    assert table_faults(schema, source) == {}
    assert set(schema.required) <= set(source.aliases)
    assert set(source.values) | set(source.percent) <= set(source.aliases)


@pytest.mark.parametrize(("name", "table"), PRESETS)
def test_a_location_is_all_that_a_review_adds(tmp_path, name, table):
    review = (
        REVIEW[: REVIEW.index("    format: csv")]
        + f"    preset: {name}\n    location: orders.csv\n"
    )
    review = review.replace("  transactions:", f"  {table}:", 1)
    if table != "transactions":
        review += "  transactions: {format: csv, location: orders.csv}\n"
    source = getattr(load_params(write_review(tmp_path, review)).sources, table)
    assert source.preset == name
    assert source.format == "csv"
    assert source.candidates(TABLES[table].required[0])[0] != (TABLES[table].required[0],)


def test_what_stands_beside_a_preset_has_precedence(tmp_path):
    source = loaded(
        tmp_path, 'preset: hubspot, delimiter: ";", encoding: gb18030, date_format: "%d/%m/%Y"'
    )
    assert (source.delimiter, source.encoding, source.date_format) == (
        ";",
        "gb18030",
        ("%d/%m/%Y",),
    )


def test_a_column_of_ones_own_is_none_of_the_preset(tmp_path):
    source = loaded(tmp_path, "preset: salesforce, columns: {consent_marketing: Newsletter}")
    assert source.candidates("consent_marketing") == (("Newsletter",),)
    assert "consent_marketing" not in source.values  # the preset turns opt-out into consent
    assert "birthday" in source.aliases


def test_stages_of_a_portal_lie_over_the_preset(tmp_path):
    stages = (
        'preset: hubspot, values: {stage: {"593899995": Qualified}, is_won: {"true-true": "false"}}'
    )
    source = loaded(tmp_path, stages, "opportunities")
    assert source.values["stage"] == {"593899995": "Qualified"}
    assert source.values["is_won"]["true-true"] == "false"
    assert source.values["is_won"]["true-false"] == "false"


def test_all_rows_count_where_a_review_says_so(tmp_path):
    review = UP_TO_FORMAT + "    preset: hubspot\n    location: orders.csv\n    only: {}\n"
    source = load_params(write_review(tmp_path, review)).sources.transactions
    assert source.only == {}
    assert "hs_is_closed_won" not in source.aliases


def test_another_format_takes_what_it_can_use(tmp_path):
    source = loaded(tmp_path, "preset: fxiaoke, format: excel, sheet: 客户")
    assert (source.format, source.sheet, source.time_zone) == ("excel", "客户", "Asia/Shanghai")


def test_a_mistake_beside_an_unknown_preset_is_found_as_well(tmp_path):
    text = "  customers: {preset: pipedrive, location: none.csv, columns: {nme: Name}}\n"
    problems = problems_of(write_review(tmp_path, replaced("sources:\n", f"sources:\n{text}")))
    assert [problem.key.removeprefix("sources.customers.") for problem in problems] == [
        "preset",
        "columns.nme",
        "location",
    ]
