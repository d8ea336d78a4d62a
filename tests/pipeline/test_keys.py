"""What a step depends on: files, values, and a key that nobody can guess."""

from pathlib import Path

import pytest

from analysis.params import load_params
from analysis.pipeline.hashing import FileFacts
from analysis.pipeline.inputs import input_files, key_mark, settings
from analysis.pipeline.keys import DATABASE, hash_input, notebook_ingredients
from analysis.pipeline.steps import STEPS

ROOT = Path(__file__).parents[2]
KEY = "a key that is long enough for pseudonyms"


def load(*overrides: str):
    return load_params(ROOT / "params/cdnow.yml", overrides)


@pytest.fixture
def facts(tmp_path):
    return FileFacts(tmp_path / "facts.json")


def test_every_file_of_a_table_counts(tmp_path, facts):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    params = load(f"sources.transactions.location={tmp_path}/*.csv")
    assert [path.name for path in input_files(params)["transactions"]] == ["a.csv", "b.csv"]
    before = hash_input(params, "transactions", facts)
    assert before.startswith("a.csv:")
    assert " b.csv:" in before
    (tmp_path / "b.csv").write_text("changed")
    assert hash_input(params, "transactions", facts) != before


def test_a_database_has_no_hash(monkeypatch, facts):
    monkeypatch.setenv("CRM", "sqlite:///crm.db")
    params = load("sources.surveys={format: sql, url: CRM, table: answers}")
    assert hash_input(params, "surveys", facts) == DATABASE


def test_settings_hold_no_place_of_this_machine():
    told = settings(load(), ("sources", "review", "rfm"))
    assert told["rfm.window_months"] == "12"
    assert not [key for key in told if key.endswith("location")]


def test_another_key_of_pseudonyms_is_another_ingredient(monkeypatch, facts):
    monkeypatch.setenv("REVIEW_KEY", KEY)
    params = load("privacy={pseudonymise: true, key: 'env:REVIEW_KEY'}")
    marks = []
    for key in (KEY, KEY + "!", KEY):
        monkeypatch.setenv("REVIEW_KEY", key)
        ingredients = notebook_ingredients(STEPS[0], params, ROOT / "notebooks", {}, facts)
        assert KEY not in str(ingredients)
        marks.append(ingredients["key"])
    assert marks[0] == marks[2] != marks[1]


def test_without_pseudonyms_there_is_no_mark():
    assert key_mark(load()) == ""
