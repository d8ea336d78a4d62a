"""Tables: what a cell says, on which side, and that it stays text."""

import pandas as pd
import pytest

from analysis import tables
from analysis.locales import Words
from analysis.results import Result
from analysis.schemas import SECTION_INPUTS

EN, ZH = Words("en", "USD"), Words("zh", "CNY")


@pytest.fixture
def segments() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": ["champion", "inactive"],
            "customers": [1234, 0],
            "customer_share": [1.0, 0.0],
            "revenue": [98765.4, 0.0],
            "revenue_share": [1.0, 0.0],
            "average_order": [80.045, float("nan")],
            "days_since_last_order": [7, None],
        }
    )


def test_cells_are_written_in_their_units(segments):
    champion, inactive = tables.table_segments(segments, words=EN).rows
    assert champion == ("Champions", "1,234", "100.0%", "$98,765", "100.0%", "$80.04", "7")
    assert inactive == ("Inactive", "0", "0.0%", "$0.00", "0.0%", "–", "–")


def test_both_languages_hold_the_same_numbers(segments):
    rows = tables.table_segments(segments, words=ZH).rows
    assert rows[0] == ("冠军客户", "1,234", "100.0%", "¥98,765", "100.0%", "¥80.04", "7")


def test_numbers_stand_to_the_right(segments):
    lines = tables.table_segments(segments, words=EN).to_markdown().splitlines()
    assert lines[1] == "| :--- | ---: | ---: | ---: | ---: | ---: | ---: |"
    assert len(lines) == 4


@pytest.mark.parametrize("hostile", ["a | b", "<b>x</b>", "=1+1", "[x](y)", "a\n\n# b"])
def test_text_from_data_stays_in_its_cell(hostile):
    table = tables.Table(("Name",), (False,), ((hostile,),))
    lines = table.to_markdown().splitlines()
    assert len(lines) == 3
    assert "<b>" not in lines[2].replace("\\<", "")
    assert lines[2].count("|") - lines[2].count("\\|") == 2
    assert "<b>" not in table._repr_html_()


def test_a_table_reads_well_as_text(segments):
    first, second, _ = repr(tables.table_segments(segments, words=EN)).splitlines()
    assert first.index("Customers") + len("Customers") == second.index("1,234") + len("1,234")


def test_needs_name_the_tables_and_their_required_columns():
    rows = tables.table_inputs(SECTION_INPUTS["satisfaction"], words=EN).rows
    assert rows[0] == ("Surveys", "surveys", "response_id, date, item, score")


def test_results_are_listed_by_name_also_where_missing():
    results = {"a.b": Result(0.5, "ratio"), "a.c": Result(None, "money", note="needs x")}
    assert tables.table_results(results, words=EN).rows == (("a.b", "50.0%"), ("a.c", "–"))


def test_parameters_are_explained():
    results = {name: Result(None, "parameter") for name in tables.PARAMETER_SYMBOLS}
    results["value.bgnbd.alpha"] = Result(4.4136, "parameter")
    alpha = tables.table_parameters(results, 7, words=EN).rows[1]
    assert alpha == ("α", "scale of purchase rates, in units of 7 days", "4.4136")
