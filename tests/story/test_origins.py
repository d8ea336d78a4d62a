"""Every number of page one leads to its table, rows, cell and input."""

import re
from dataclasses import replace

from analysis.locales import Words
from analysis.params.owner_models import Owners
from analysis.results import Result
from analysis.schemas import TABLES
from analysis.story import STRIP, tell_story, trace_origins
from analysis.story.decisions import REQUESTS
from analysis.story.findings import BAD_FACTS, GOOD_FACTS
from analysis.story.leads import LEADS
from analysis.story.origins import TABLES as BEHIND
from analysis.story.origins import tables_of
from analysis.tables import show_statements, show_strip, table_origins

EN, ZH = Words("en", "CNY"), Words("zh", "CNY")
RESULTS = {
    "revenue.quarter": Result(1200.0, "money", source="01_cleaning#3"),
    "compared.revenue": Result(200.0, "money", low=100.0, high=300.0, source="02_segmentation#9"),
    "credit.overdue": Result(50.0, "money", source="06_relations#4"),
    "satisfaction.themes.praised": Result("theme.price", "label", source="04_satisfaction#5"),
    "satisfaction.themes.praised_share": Result(0.8, "ratio", source="04_satisfaction#5"),
    "quality.transactions.rows_used": Result(900, "rows"),
    "quality.receivables.rows_used": Result(30, "rows"),
}
INPUTS = {
    "transactions": f"orders.csv:{'a1' * 32}",
    "receivables": "a database",
    "surveys": f"one.csv:{'b' * 64} two.csv:{'c' * 64}",
}
TOLD = tell_story(RESULTS)


def origins():
    found = trace_origins(TOLD, RESULTS, INPUTS, INPUTS)
    return {origin.figure.name: origin for origin in found}


def test_a_number_is_traced_to_table_rows_cell_and_hash():
    found = origins()["compared.revenue"]
    assert (found.tables, found.rows) == (("transactions",), (900,))
    assert (found.digests, found.source) == (("a1a1a1a1a1a1",), "02_segmentation#9")


def test_several_files_are_counted_and_a_database_has_no_hash():
    assert origins()["satisfaction.themes.praised_share"].digests == ("2 ×",)
    assert origins()["satisfaction.themes.praised_share"].rows == (None,)
    assert origins()["credit.overdue"].digests == ("",)
    for words, name in ((EN, "database"), (ZH, "数据库")):
        rows = table_origins(list(origins().values()), words=words).rows
        assert name in {row[-1] for row in rows}


def test_each_number_stands_once_and_in_the_order_of_the_page():
    names = [origin.figure.name for origin in trace_origins(TOLD, RESULTS, INPUTS, INPUTS)]
    assert len(set(names)) == len(names)
    assert names[:2] == ["revenue.quarter", "compared.revenue"]


def test_every_link_of_page_one_leads_to_a_row():
    values = {row[1] for row in table_origins(list(origins().values()), words=EN).rows}
    page = show_strip(TOLD.kpis, "2026Q2", words=EN).to_markdown()
    lists = (TOLD.wins, TOLD.problems, TOLD.decisions)
    for kind, statements in zip(("wins", "problems", "decisions"), lists, strict=True):
        page += show_statements(statements, kind, Owners(), words=EN).to_markdown()
    linked = re.findall(r"\[((?:[^][\\]|\\.)+)\]\(#tbl-origins\)", page)
    assert len(linked) >= 7
    for text in linked:
        plain = text.replace("\\", "").lstrip("+−")
        assert " to " in plain or any(plain in value for value in values), plain


def test_every_number_that_page_one_may_show_has_its_tables():
    leads = (rule for rules in LEADS.values() for rule in rules)
    rules = (*GOOD_FACTS, *BAD_FACTS, *REQUESTS, *leads)
    names = {name for rule in rules for _, name in rule.figures}
    names |= {name for indicator in STRIP for name in (indicator.value, indicator.change)}
    assert [name for name in names if not tables_of(name)] == []
    assert {table for tables in BEHIND.values() for table in tables} <= set(TABLES)


def test_what_came_from_data_stays_text():
    action = replace(
        TOLD.wins[0], key="action_worked", words={"action": ("action_type", "a](x) {{< b")},
        figures={"effect": TOLD.wins[0].figures["by"], "interval": TOLD.wins[0].figures["by"]},
    )  # fmt: skip
    shown = show_statements([action], "actions", Owners(), words=EN).to_markdown()
    assert "a\\]\\(x\\)" in shown
    assert "{{<" not in shown
