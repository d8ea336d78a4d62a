"""Tables: what a cell says, on which side, and that it stays text."""

import pandas as pd
import pytest

from analysis import tables
from analysis.locales import Words
from analysis.results import Result
from analysis.schemas import SECTION_INPUTS
from analysis.tables import setting
from analysis.value import Check
from analysis.value.health import PARTS

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


def parameters_of(**models):
    return {
        f"value.{model}.{name}": Result(value, "parameter")
        for model in tables.PARAMETER_SYMBOLS
        for name in tables.PARAMETER_SYMBOLS[model]
        for value in [models.get(model, {}).get(name)]
    }


def test_parameters_of_the_chosen_model_are_explained():
    results = parameters_of(bgnbd={"alpha": 4.4136}, paretonbd={"beta": 11.67})
    rows = tables.table_parameters(results, "bgnbd", 7, words=EN).rows
    assert rows[1] == ("BG/NBD", "α", "scale of purchase rates, in units of 7 days", "4.4136")
    assert {row[0] for row in rows} == {"BG/NBD", "Gamma-Gamma"}
    pareto = tables.table_parameters(results, "paretonbd", 7, words=EN).rows
    assert pareto[3][1:] == ("β", "scale of rates of leaving, in units of 7 days", "11.6700")
    past = tables.table_parameters(results, "naive", 7, words=EN).rows
    assert {row[0] for row in past} == {"Gamma-Gamma"}


def test_reasons_are_joined_as_each_language_joins_them():
    watched = pd.DataFrame(
        {
            "customer_id": ["C1"],
            "segment": ["loyal"],
            "value_at_risk": [50.0],
            "clv_12m": [70.0],
            "p_alive": [0.4],
            "days_since_last_order": [90],
            "reasons": ["low_p_alive;overdue;complaint;"],
        }
    )
    english, chinese = (tables.table_watched(watched, words=words).rows[0] for words in (EN, ZH))
    assert english[-1] == "inactive, overdue, complaint"
    assert chinese[-1] == "低活跃、逾期、投诉"


def test_each_check_tells_verdict_and_consequence():
    checks = (Check("drift", 0.1, 70), Check("contract", 0.01, 60), Check("season", None, 0))
    rows = tables.table_checks(checks, words=EN).rows
    assert [row[1:4] for row in rows] == [
        ("10.0%", "70", "in doubt"),
        ("1.0%", "60", "holds"),
        ("–", "0", "too few data"),
    ]
    assert rows[0][4] == "Part of the change in value is the model's"
    assert rows[1][4] == "none"


def test_the_model_card_fills_in_published_numbers():
    names = {name for names in tables.CARD_ITEMS.values() for name in names}
    results = {name: Result(None, "ratio") for name in names}
    results["value.chosen.model"] = Result("model.mbgnbd", "label")
    results["value.portfolio.clv_12m"] = Result(5000.0, "money", low=4000.0, high=6500.0)
    for words in (EN, ZH):
        card = dict(tables.table_model_card(results, 7, words=words).rows)
        assert "MBG/NBD" in card[words("card.model.title")]
        assert all(money in card[words("card.uncertainty.title")] for money in ("5,000", "6,500"))
        assert not any("{" in text for text in card.values())


def test_health_names_all_customers_and_the_points():
    health = pd.DataFrame(
        {
            "segment": ["loyal", "all", "weight"],
            "customers": [3, 3, None],
            "health": [70.4, 70.4, 100.0],
            **{part: [50.0, 50.0, 20.0] for part in PARTS},
        }
    )
    rows = tables.table_health(health, words=EN).rows
    assert [row[0] for row in rows] == ["Loyal", "All customers", "Points"]
    assert rows[2][1:4] == ("–", "100", "20")


@pytest.mark.parametrize("name", ["客" * 190 + "001", "a" * 197 + "001", "שלום" * 50 + "001"])
def test_a_name_without_end_keeps_its_beginning_and_its_end(name):
    frame = pd.DataFrame({"customer_id": [name, "C1"]})
    table = setting.set_table(frame, [setting.Column("customer_id", None)], EN)
    (shown,), (other,) = table.rows
    assert len(shown) == setting.MOST_LETTERS
    assert shown.startswith(name[:20])
    assert shown.endswith("…" + name[-15:])
    assert other == "C1"


def test_a_run_in_which_no_line_can_break_is_shortened_and_a_sentence_is_not():
    sentence = "They were late again, and nobody rang. " * 5
    chinese = "又迟到了而且没有人打电话" * 20
    table = setting.Table(("A",), (False,), ((sentence,), (chinese,), ("x" * 41,), ("x" * 40,)))
    lines = [line.strip("| ") for line in table.to_markdown().splitlines()[2:]]
    assert lines[0].replace("\\", "") == sentence.strip()
    assert lines[1] == chinese
    assert lines[2] == "x" * 24 + "…" + "x" * 15
    assert lines[3] == "x" * 40
