"""Words: the same keys and placeholders in both languages, a word for every name, and numbers."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from ruamel.yaml import YAML
from tests.cleaning.tables import EXPORTED_ON, raw_table, settings

from analysis import charts, cleaning
from analysis.accounts import credit, follow_ups, funnel
from analysis.cleaning import Effect, Outcome
from analysis.locales import BABEL_LOCALES, Words
from analysis.schemas import TABLES
from analysis.segment_maps import MAPS
from analysis.segmentation import classes, clusters, concentration, migration, tiers
from analysis.segmentation.sensitivity import VARIANTS

SEGMENTS = {segment for segment_map in MAPS.values() for segment in segment_map.segments}
SRC = Path(charts.__file__).parents[1]
LOCALES = SRC / "locales"
ONLY = {"Kind": "x"}
EN, ZH = Words("en", "USD"), Words("zh", "CNY")


def entries(language: str) -> dict[str, str]:
    """Every text of a language under its dotted key."""

    def flat(branch: dict, prefix: str = "") -> dict[str, str]:
        found = {}
        for key, value in branch.items():
            found |= (
                flat(value, f"{prefix}{key}.")
                if isinstance(value, dict)
                else {f"{prefix}{key}": value}
            )
        return found

    found: dict[str, str] = {}
    for file in sorted((LOCALES / language).glob("*.yml")):
        more = flat(YAML(typ="safe", pure=True).load(file))
        assert not found.keys() & more.keys(), f"{file.name} repeats what another file says"
        found |= more
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def keys_in_code() -> set[str]:
    """Keys that the package asks for by a constant: ``words("axis.quarter")``."""
    calls = (
        node
        for path in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("words", "self")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    )
    return {call.args[0].value for call in calls}


def label_keys() -> set[str]:
    """Keys of the words that segmentation asks for by what it found."""
    schemes = classes.SCHEMES | tiers.tier_schemes()
    schemes["cluster"] = tuple(f"c{n}" for n in range(1, clusters.MOST_CLUSTERS + 1))
    states = {aim for segment_map in MAPS.values() for aim in segment_map.aims.values()}
    return {
        *(f"label.{scheme}.{label}" for scheme, labels in schemes.items() for label in labels),
        *(f"scheme.{scheme}" for scheme in schemes if scheme != "cluster"),
        *(f"state.{state}" for state in (*states, migration.NEWCOMER, migration.ABSENT)),
        *(f"movement.{kind}" for kind in (*migration.MOVES, "stayed", "newcomer", "rebinned")),
        *(f"variant.{name}" for name in (*VARIANTS, *(f"map_{name}" for name in MAPS))),
        *(f"hhi_band.{band}" for _, band in concentration.HHI_BANDS),
        *(f"cluster_grade.{grade}" for grade in ("strong", "reasonable", "weak", "none")),
    }


def relation_keys() -> set[str]:
    """Keys of the words that the tables of relations ask for by what was found."""
    cared_for = (*tiers.TIERS, follow_ups.STRATEGIC, follow_ups.NOBODY, "other")
    return {
        *(f"bucket.{bucket}" for bucket in (*credit.BUCKETS, credit.CREDITS)),
        *(f"credit_reason.{reason}" for reason in credit.REASONS),
        *(f"level_of_care.{level}" for level in cared_for),
        f"stage.{funnel.DECIDED_LATER}",
    }


def test_both_languages_have_the_same_keys():
    assert entries("en").keys() == entries("zh").keys()
    assert set(BABEL_LOCALES) == {path.parent.name for path in LOCALES.glob("*/*.yml")}


def test_both_languages_fill_in_the_same_values():
    english, chinese = entries("en"), entries("zh")
    assert {key: placeholders(text) for key, text in english.items()} == {
        key: placeholders(text) for key, text in chinese.items()
    }


@pytest.mark.parametrize("language", BABEL_LOCALES)
def test_no_text_is_empty_or_says_two_things_alike(language):
    texts = entries(language)
    assert all(isinstance(text, str) and text.strip() == text != "" for text in texts.values())
    for group in ("segment", "rule", "outcome"):
        alike = [text for key, text in texts.items() if key.startswith(f"{group}.")]
        assert len(set(alike)) == len(alike), group


@pytest.fixture(scope="module")
def rules(store) -> set[str]:
    """Names of all rules: those of tables that have every column of the contract."""
    raw_tables = {
        name: raw_table(name, {column: [None] for column in (*schema.names, "only_0")}, only=ONLY)
        for name, schema in TABLES.items()
    }
    cleaned = cleaning.clean_tables(raw_tables, settings(exported_on=EXPORTED_ON), store)
    return {rule.name for one in cleaned.values() for rule in one.rules}


def test_every_name_in_the_code_has_words(rules):
    names = {
        *(f"rule.{rule}" for rule in rules),
        *(f"outcome.{outcome}" for outcome in ("read", *Outcome, *Effect)),
        *(f"segment.{name}" for name in SEGMENTS),
        *label_keys(),
        *relation_keys(),
        *(f"input.{name}" for name in TABLES),
    }
    in_code = keys_in_code()
    assert "axis.quarter" in in_code
    assert names | in_code <= entries("en").keys()


def test_every_rule_outcome_and_segment_in_words_is_in_the_code(rules):
    known = {
        "rule": rules | {"merged_id"},  # looked for only where there are spellings to merge
        "outcome": {"read", *map(str, Outcome), *map(str, Effect)},
        "segment": SEGMENTS,
    }
    for group, names in known.items():
        words = {key.split(".")[1] for key in entries("en") if key.startswith(f"{group}.")}
        assert words == names, group


def test_levels_of_a_breakdown_are_worded_or_stay_as_they_are():
    assert EN.named("tier", "potential") == "Potential"
    assert ZH.named("tier", "potential") == "潜力"
    assert EN.named("segment", "at_risk") == "At risk"
    assert EN.named("region", "North") == "North"


def test_words_are_filled_in():
    assert EN("unit.days", value="7") == "7 days"
    assert ZH("axis.revenue", currency="CNY") == "收入（CNY）"
    # A value is no template.
    assert EN("unit.days", value="{currency}") == "{currency} days"


def test_unknown_words_are_an_error():
    with pytest.raises(KeyError):
        EN("segment.nobody")


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (1234567, "customers", "1,234,567", "1,234,567"),
        (0, "rows", "0", "0"),
        (3, "orders", "3", "3"),
        (3.14159, "orders", "3.1", "3.1"),
        (0.4567, "ratio", "45.7%", "45.7%"),
        (-0.05, "ratio", "−5.0%", "−5.0%"),
        (4.41360, "parameter", "4.4136", "4.4136"),
        (-9582.4292, "log_likelihood", "−9,582.43", "−9,582.43"),
        (30, "days", "30 days", "30 天"),
        (date(2026, 9, 30), "date", "2026-09-30", "2026-09-30"),
        (pd.Timestamp(2026, 9, 30), "date", "2026-09-30", "2026-09-30"),
        ("segment.loyal", "label", "Loyal", "忠诚客户"),
        (None, "money", "–", "–"),
        (float("nan"), "ratio", "–", "–"),
        (pd.NaT, "date", "–", "–"),
        (Decimal("NaN"), "money", "–", "–"),
        (12.345, "money", "$12.34", "¥12.34"),
        (Decimal("-99.99"), "money", "−$99.99", "−¥99.99"),
        (12345.6, "money", "$12,346", "¥12,346"),
        (-12345.6, "money", "−$12,346", "−¥12,346"),
        (1_234_567, "money", "$1.23M", "¥123.46万"),
        (-2_500_000_000, "money", "−$2.5B", "−¥25亿"),
    ],
)
def test_numbers_are_written_as_each_language_does(value, unit, en, zh):
    assert (EN.format(value, unit), ZH.format(value, unit)) == (en, zh)


@pytest.mark.parametrize(
    ("currency", "en", "zh"),
    [
        ("USD", "$5,000", "US$5,000"),
        ("CNY", "CN¥5,000", "¥5,000"),
        ("EUR", "€5,000", "€5,000"),
        ("CHF", "CHF 5,000", "CHF 5,000"),
        ("JPY", "¥5,000", "JP¥5,000"),
    ],
)
def test_money_carries_its_currency(currency, en, zh):
    written = tuple(Words(language, currency).money(5000) for language in ("en", "zh"))
    assert tuple(text.replace("\xa0", " ") for text in written) == (en, zh)


def test_money_of_an_axis_is_short():
    assert [EN.short_money(v) for v in (0, 950, 12_300)] == ["$0", "$950", "$12.3K"]
    assert ZH.short_money(12_300) == "¥1.2万"
    assert [ZH.short_money(v) for v in (0.5, 2785.1368)] == ["¥0.5", "¥2,785"]


def test_dates_in_full():
    day = date(2026, 9, 30)
    assert (EN.date(day), ZH.date(day)) == ("September 30, 2026", "2026年9月30日")
