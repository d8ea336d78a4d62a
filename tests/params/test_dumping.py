from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.params import dump_params, load_params
from analysis.params.models import Params
from analysis.schemas import OPPORTUNITIES, TRANSACTIONS

from .review import replaced, write_review

ROOT = Path(__file__).parents[2]

letters = st.characters(exclude_categories=("Cc", "Cs"))
words = st.one_of(
    st.text(letters, min_size=1, max_size=20).filter(str.strip),
    st.sampled_from(["NO", "0123", "1_000", "12:30:00", "2026-10-05", "null", "~", "{a}", "*a",
                     "&a", "!x", "%a", "- a", "a: b", "# a", "1e3", ".inf", "true", "=", "<<"]),
)  # fmt: skip
characters = st.sampled_from([";", "\t", "|", ":", "#", " ", "\u00a0", "\\", "*", "%"])
names = words | st.lists(words, min_size=1, max_size=3, unique=True)
date_formats = st.sampled_from(
    ["%Y-%m-%d", "%d/%m/%y", "%Y%m%d", "%Y年%m月%d日", "iso", "epoch_ms", "excel"]
)


@st.composite
def sources(draw, schema):
    """A source of any format whose names are those of the table."""
    columns = st.sampled_from(schema.names)
    ids = st.sampled_from([name for name in schema.names if schema[name].is_id] or schema.names)
    only = draw(st.dictionaries(words, words | st.lists(words, min_size=1), max_size=2))
    source = {
        "columns": draw(st.dictionaries(columns, words, max_size=3)),
        "aliases": draw(st.dictionaries(columns, st.lists(names, min_size=1), max_size=2)),
        "only": only,
        "values": draw(st.dictionaries(columns, st.dictionaries(words, words, max_size=1))),
        "percent": draw(st.lists(columns, max_size=2, unique=True)),
        "ids": draw(st.sampled_from(["text", "salesforce", "zoho"])),
        "date_format": draw(st.lists(date_formats, min_size=1, max_size=2)),
        "time_zone": draw(st.sampled_from([None, "Asia/Shanghai", "UTC"])),
        "thousands": draw(st.none() | characters),
        "decimal": draw(st.sampled_from([".", ","])),
    }
    if any(schema[name].is_id for name in schema.names):
        source["columns"] |= draw(st.dictionaries(ids, names, max_size=1))
    return source | draw(st.sampled_from([csv, excel, parquet, sql]))(draw)


def csv(draw):
    delimiter = draw(st.none() | characters | st.just("whitespace"))
    return {
        "format": "csv",
        "location": ["/orders.csv", "/data/*.csv"],
        "delimiter": delimiter,
        "encoding": draw(st.sampled_from([None, "utf-8", "gb18030"])),
        "quote": draw(st.sampled_from([None, '"', "'"])),
        "skip_rows": draw(st.none() | st.integers(0, 1000)),
    }


def excel(draw):
    return {"format": "excel", "location": "/orders.xlsx", "sheet": draw(st.none() | words)}


def parquet(draw):
    return {"format": "parquet", "location": "package:lifetimes/datasets/orders.parquet"}


def sql(draw):
    what = draw(st.sampled_from(["table", "query"]))
    return {"format": "sql", "url": "CRM_DATABASE_URL", what: draw(words)}


texts = words | st.fixed_dictionaries({"en": words, "zh": words})
shares = st.floats(0, 1, exclude_min=True)
params_values = st.fixed_dictionaries(
    {
        "review": st.fixed_dictionaries(
            {
                "name": st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,40}\Z"),
                "quarter": st.from_regex(r"\A20[0-2][0-9]Q[1-4]\Z"),
                "languages": st.sampled_from([("en",), ("zh",), ("zh", "en")]),
                "company": texts,
                "currency": st.sampled_from(["CNY", "USD", "EUR"]),
                "confidentiality": st.none() | texts,
            }
        ),
        "fiscal_year": st.fixed_dictionaries(
            {"first_month": st.integers(1, 12), "named_after": st.sampled_from(["start", "end"])}
        ),
        "sources": st.fixed_dictionaries(
            {"transactions": sources(TRANSACTIONS)},
            optional={"opportunities": sources(OPPORTUNITIES)},
        ),
        "cleaning": st.fixed_dictionaries({"exported_on": st.none() | st.just(date(2033, 2, 28))}),
        "surveys": st.fixed_dictionaries(
            {
                "scales": st.dictionaries(
                    words, st.sampled_from([(0.0, 10.0), (1.0, 5.0)]), max_size=2
                )
            }
        ),
        "privacy": st.fixed_dictionaries(
            {"key": st.sampled_from([None, "env:KEY", "file:/k/key"])}
        ),
        "value": st.fixed_dictionaries({"margin": st.none() | shares, "discount_rate": shares}),
        "report": st.fixed_dictionaries(
            {"formats": st.sampled_from([("pdf",), ("html",), ("pdf", "html")])}
        ),
        "demo": st.none()
        | st.fixed_dictionaries(
            {
                "seed": st.integers(0, 2**32 - 1),
                "customers": st.integers(50, 200_000),
                "folder": words.map(lambda word: "/made/" + word.replace("/", "-")),
            }
        ),
    }
)


@settings(max_examples=40, deadline=None)
@given(params_values)
def test_dump_and_load_gives_equal_params(values):
    params = Params.model_validate(values)
    with TemporaryDirectory() as folder, patch("analysis.params.loading.missing_inputs") as missing:
        missing.return_value = []  # the files and variables do not exist
        path = Path(folder, "params.yml")
        path.write_text(dump_params(params, folder), encoding="utf-8", newline="\n")
        assert load_params(path) == params


@pytest.mark.parametrize("name", ["demo", "cdnow"])
def test_repository_files_survive(name, tmp_path):
    params = load_params(ROOT / "params" / f"{name}.yml")
    path = tmp_path / "params.yml"
    path.write_text(dump_params(params, tmp_path), encoding="utf-8")
    assert load_params(path) == params


def test_text(tmp_path):
    params = load_params(write_review(tmp_path))
    text = dump_params(params, tmp_path / "reports" / "out")
    assert "extends" not in text
    assert "location: ../../orders.csv\n" in text
    assert "window_months: 24\n" in text
    assert "company:\n    en: Lantern Tea\n    zh: 灯笼茶\n" in text
    assert "discount_rate" not in text


def test_absent_quote_is_kept(tmp_path):
    path = write_review(tmp_path)
    params = load_params(path, ["sources.transactions.quote=null"])
    path.write_text(dump_params(params, tmp_path), encoding="utf-8")
    assert load_params(path).sources.transactions.quote is None


def test_package_locations_are_unchanged(tmp_path):
    text = dump_params(load_params(ROOT / "params" / "cdnow.yml"), tmp_path)
    assert "location: package:lifetimes/datasets/CDNOW_sample.txt\n" in text


PRESET = """\
    preset: salesforce_won
    location: [orders.csv]
    encoding: null
    only: {}
    columns: {category: Product Line}
"""


def test_what_stands_beside_a_preset_survives(tmp_path):
    review = replaced('    format: csv\n    location: orders.csv\n    delimiter: ";"\n', PRESET)
    review = review.replace("    columns:\n      order_id: [shop, number]\n      amount: net\n", "")
    params = load_params(write_review(tmp_path, review))
    source = params.sources.transactions
    assert (source.preset, source.only, source.ids) == ("salesforce_won", {}, "salesforce")
    assert "category" not in source.aliases
    (tmp_path / "out").mkdir()
    path = tmp_path / "out" / "params.yml"
    path.write_text(dump_params(params, tmp_path / "out"), encoding="utf-8")
    assert load_params(path) == params


def test_a_key_file_is_found_from_elsewhere(tmp_path):
    (tmp_path / "key").write_text("k" * 32, encoding="utf-8")
    privacy = "privacy: {pseudonymise: true, key: file:key}\n"
    params = load_params(write_review(tmp_path, replaced("value:\n", privacy + "value:\n")))
    assert params.privacy.key == f"file:{tmp_path / 'key'}"
    assert "key: file:../key\n" in dump_params(params, tmp_path / "out")


def test_last_quarters_files_are_found_from_elsewhere(tmp_path):
    added = "exports: {last_workbook: orders.csv, last_crm: {zoho: orders.csv}}\nvalue:"
    params = load_params(write_review(tmp_path, replaced("value:", added)))
    elsewhere = tmp_path / "run"
    elsewhere.mkdir()
    copy = elsewhere / "params.yml"
    copy.write_text(dump_params(params, elsewhere), encoding="utf-8")
    assert "last_workbook: ../orders.csv" in copy.read_text(encoding="utf-8")
    assert load_params(copy) == params
