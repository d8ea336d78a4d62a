"""A sentence never contradicts its number: over random results, in both languages."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from analysis.inference import Z
from analysis.locales import Words
from analysis.params.owner_models import Owners
from analysis.results import Result
from analysis.story import STRIP, tell_story
from analysis.story.decisions import REQUESTS
from analysis.story.findings import BAD_FACTS, GOOD_FACTS
from analysis.story.leads import LEADS
from analysis.tables import show_headline, show_statements, show_strip, table_kpis
from analysis.tables.story import fill

EN, ZH = Words("en", "CNY"), Words("zh", "CNY")
BOTH = (EN, ZH)
RISING = {"en": ("rose", "▲"), "zh": ("上升", "升至", "▲")}
FALLING = {"en": ("fell", "▼"), "zh": ("下降", "降至", "▼")}
UNITS = {
    "active_customers": "customers", "retention": "ratio", "revenue": "money", "nps": "points",
    "clv": "money", "value_at_risk": "money", "top10_share": "ratio", "overdue": "money",
}  # fmt: skip
SIZES = {"customers": 5000, "ratio": 1, "money": 5e6, "points": 100}
RULES = (*GOOD_FACTS, *BAD_FACTS, *REQUESTS, *(rule for rules in LEADS.values() for rule in rules))
FACTS = {name for rule in RULES for _, name in rule.figures}
LABELS = {
    "satisfaction.themes.praised": ("label", ["theme.price", "theme.quality"]),
    "satisfaction.themes.blamed": ("label", ["theme.price", "theme.quality"]),
    "segments.largest_by_revenue.segment": ("label", ["segment.loyal", "segment.new"]),
    "quality.grade": ("text", ["A", "D"]),
}


@st.composite
def numbers(draw, unit: str, signed: bool = False):
    size = SIZES.get(unit, 1000)
    value = draw(st.floats(-size if signed else 0, size))
    return round(value) if unit in ("customers", "count") else value


@st.composite
def results(draw):
    """Published numbers of which any may be missing, or lack its interval."""
    found = {}
    for indicator in STRIP:
        unit = UNITS[indicator.name]
        if draw(st.booleans()) or draw(st.booleans()):
            found[indicator.value] = Result(draw(numbers(unit)), unit)
        else:
            found[indicator.value] = Result(None, unit, note="needs something")
        change = draw(numbers(unit, signed=True))
        error = draw(st.sampled_from([0.0, 0.1, 0.3, 0.45, 1.0])) * max(abs(change), 1e-6)
        ends = {"low": change - Z * error, "high": change + Z * error}
        kind = draw(st.integers(0, 5))
        if kind == 0:
            found[indicator.change] = Result(None, unit, note="needs orders before the quarter")
        elif kind == 1:
            found[indicator.change] = Result(change, unit)
        elif kind > 1:
            found[indicator.change] = Result(change, unit, n=draw(st.integers(0, 999)), **ends)
    for name in sorted(FACTS - found.keys()):
        if draw(st.booleans()):
            if name in LABELS:
                unit, values = LABELS[name]
                found[name] = Result(draw(st.sampled_from(values)), unit)
            else:
                unit = "ratio" if name.endswith(("share", "open")) else "customers"
                unit = (
                    "money" if name.endswith(("revenue", "realised", "overdue", "risk")) else unit
                )
                found[name] = Result(draw(numbers(unit)), unit)
    for kind in ("win_back_voucher", "优惠券"):
        if draw(st.booleans()):
            effect = draw(numbers("ratio", signed=True))
            spread = draw(st.floats(0, 1))
            ends = {"low": effect - spread, "high": effect + spread}
            found[f"actions.{kind}.effect"] = Result(effect, "ratio", **ends)
            verdict = draw(st.sampled_from(["worked", "harmed", "no_evidence", "too_few"]))
            found[f"actions.{kind}.verdict"] = Result(f"effect.{verdict}", "label")
    return found


def expected_verdicts(found) -> dict[str, str]:
    """Benjamini and Hochberg by SciPy, over what can be compared."""
    known = {}
    for indicator in STRIP:
        value, change = found.get(indicator.value), found.get(indicator.change)
        is_known = value and value.value is not None and change and change.low is not None
        if is_known and change.low <= change.value <= change.high:
            error = (change.high - change.low) / (2 * Z)
            p = 2 * norm.sf(abs(change.value) / error) if error else 1.0
            known[indicator.name] = (change, p)
    if not known:
        return {}
    adjusted = false_discovery_control([p for _, p in known.values()])
    return {
        name: ("up" if change.value > 0 else "down") if q <= 0.05 else "no_evidence"
        for (name, (change, _)), q in zip(known.items(), adjusted, strict=True)
    }


@settings(max_examples=150, deadline=None)
@given(results())
def test_verdicts_are_those_of_the_numbers(found):
    told = tell_story(found)
    expected = expected_verdicts(found)
    for kpi in told.kpis:
        verdict = expected.get(kpi.indicator.name)
        if kpi.verdict != verdict:  # a change that no print can show is none
            assert kpi.verdict == "no_evidence"
            change = found[kpi.indicator.change]
            shown = Words("en", "CNY").signed(change.value, change.unit)
            assert re.sub(r"[^1-9]", "", shown) in ("", "1", "5"), shown


@settings(max_examples=150, deadline=None)
@given(results())
def test_directions_in_words_are_those_of_the_numbers(found):
    told = tell_story(found)
    for words in BOTH:
        leads = [lead for lead in told.leads.values() if lead is not None]
        for statement in (*told.wins, *told.problems, *leads):
            text = fill(statement, words)
            if statement.key.startswith("action_"):
                continue
            if statement.key in ("rose", "fell"):
                indicator = next(i for i in STRIP if i.name == statement.subject)
                change = found[indicator.change]
                assert (change.value > 0) == (statement.key == "rose")
                assert change.low > 0 or change.high < 0
                right, wrong = RISING[words.language], FALLING[words.language]
                right, wrong = (right, wrong) if change.value > 0 else (wrong, right)
                assert any(word in text for word in right), text
                assert not any(word in text for word in wrong), text
                assert words.format(found[indicator.value].value, UNITS[indicator.name]) in text
                assert words.size(change.value, change.unit) in text
            else:
                assert not any(w in text for w in (*RISING["en"], *FALLING["en"])), text
        for action in told.actions:
            kind = action.subject.removeprefix("action_")
            effect, given = found[f"actions.{kind}.effect"], found[f"actions.{kind}.verdict"]
            worked, harmed = effect.low > 0, effect.high < 0
            assert (action.key == "action_worked") == (worked and given.value == "effect.worked")
            assert (action.key == "action_harmed") == (harmed and given.value == "effect.harmed")
            assert words.named("action_type", kind) in fill(action, words)


@settings(max_examples=150, deadline=None)
@given(results())
def test_wins_are_good_and_problems_are_bad(found):
    told = tell_story(found)
    good = {rule.key for rule in GOOD_FACTS} | {"action_worked"}
    bad = {rule.key for rule in BAD_FACTS} | {"action_harmed"}
    by_name = {indicator.name: indicator for indicator in STRIP}
    for statements, is_win in ((told.wins, True), (told.problems, False)):
        assert len(statements) <= 3
        assert len({statement.subject for statement in statements}) == len(statements)
        for statement in statements:
            if statement.key in ("rose", "fell"):
                is_up = statement.key == "rose"
                assert (is_up == by_name[statement.subject].is_good) == is_win
            else:
                assert statement.key in (good if is_win else bad)


@settings(max_examples=150, deadline=None)
@given(results())
def test_every_number_on_page_one_is_published(found):
    """Whatever digits a sentence shows belong to a number that was published."""
    told = tell_story(found)
    for words in BOTH:
        known = set()
        for result in found.values():
            for value in (result.value, result.low, result.high, result.n):
                if isinstance(value, int | float):
                    known |= {words.format(value, result.unit), words.signed(value, result.unit)}
                    known |= {words.size(value, result.unit), words.decimal(abs(value), 1)}
                    known |= {words.decimal(abs(value) * 100, 1)}
        numbers = set(re.findall(r"[\d.,]*\d", " ".join(known)))
        leads = [lead for lead in told.leads.values() if lead is not None]
        for statement in (*told.wins, *told.problems, *told.open_decisions, *told.actions, *leads):
            text = fill(statement, words).replace("95%", "").replace(words("kpi.clv"), "")
            assert set(re.findall(r"[\d.,]*\d", text)) <= numbers, text


@settings(max_examples=150, deadline=None)
@given(results())
def test_the_headline_agrees_with_the_strip(found):
    told = tell_story(found)
    better = [kpi for kpi in told.kpis if kpi.is_good]
    worse = [kpi for kpi in told.kpis if kpi.is_good is False]
    kind = told.headline.kind
    assert (kind in ("good", "mixed")) == bool(better)
    assert (kind in ("weak", "mixed")) == bool(worse)
    for words in BOTH:
        line = repr(show_headline(told.headline, "2026Q2", words=words))
        assert "\n" not in line
        for kpi in (*better, *worse):
            clause = words(f"kpi_in_text.{kpi.indicator.name}")
            rising = words("clause.rose", kpi=clause, now="|").partition("|")[0]
            falling = words("clause.fell", kpi=clause, now="|").partition("|")[0]
            assert (falling if kpi.verdict == "up" else rising) not in line
        if not better and not worse:
            assert not any(word in line for word in (*RISING["en"], *FALLING["en"], "升至", "降至"))


@settings(max_examples=80, deadline=None)
@given(results())
def test_whatever_is_missing_is_said(found):
    told = tell_story(found)
    for words in BOTH:
        strip = repr(show_strip(told.kpis, "2026Q2", words=words)).splitlines()
        table = table_kpis(told.kpis, words=words)
        assert len(strip) == len(table.rows) == len(STRIP)
        for kpi, line, row in zip(told.kpis, strip, table.rows, strict=True):
            assert not re.search(r"\bnan\b|None|inf\b", line), line
            if found[kpi.indicator.value].value is None:
                assert words(f"kpi_needs.{kpi.indicator.name}") in line
                assert row[1] == "–"
            elif kpi.change is None:
                assert words("trend.unknown") in line
        for kind in ("wins", "problems", "decisions", "actions"):
            shown = show_statements(getattr(told, kind), kind, Owners(), words=words)
            assert shown.to_markdown().strip()


def test_no_results_at_all_make_a_page_that_says_so():
    told = tell_story({})
    assert told.headline.kind == "unknown"
    assert not (*told.wins, *told.problems, *told.open_decisions, *told.actions)
    assert not any(told.leads.values())
    for words in BOTH:
        assert words("headline.unknown") in repr(show_headline(told.headline, "x", words=words))
        assert words("none_stated.wins") in repr(show_statements([], "wins", Owners(), words=words))


@pytest.mark.parametrize("words", BOTH, ids=["en", "zh"])
def test_every_rule_has_words_for_its_figures(words):
    for rule in RULES:
        marks = {place: f"<{place}>" for place, _ in rule.figures}
        text = words(f"statement.{rule.key}", **marks)
        assert all(mark in text for mark in marks.values()), rule.key
        assert words(f"owner.{rule.area}")


def test_errors_in_the_interval_are_no_comparison():
    """An interval that does not hold its change tells nothing that could be judged."""
    found = {
        "revenue.quarter": Result(5.0, "money"),
        "compared.revenue": Result(9.0, "money", low=-3.0, high=2.0),
    }
    kpi = next(k for k in tell_story(found).kpis if k.indicator.name == "revenue")
    assert (kpi.change, kpi.verdict) == (None, None)
