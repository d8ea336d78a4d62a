from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.params import dump_params, load_params
from analysis.params.models import Params
from analysis.params.source_models import REQUIRED_COLUMNS, TransactionColumns

from .review import write_review

ROOT = Path(__file__).parents[2]

letters = st.characters(exclude_categories=("Cc", "Cs"))
words = st.one_of(
    st.text(letters, min_size=1, max_size=20).filter(str.strip),
    st.sampled_from(["NO", "0123", "1_000", "12:30:00", "2026-10-05", "null", "~", "{a}", "*a",
                     "&a", "!x", "%a", "- a", "a: b", "# a", "1e3", ".inf", "true", "=", "<<"]),
)  # fmt: skip
characters = st.sampled_from([";", "\t", "|", ":", "#", " ", "\u00a0", "\\", "*", "%"])
optional_words = st.none() | words
columns = st.builds(
    TransactionColumns,
    order_id=st.none() | words | st.lists(words, min_size=1, max_size=3, unique=True).map(tuple),
    customer_id=optional_words,
    order_date=optional_words,
    amount=optional_words,
    product=optional_words,
)


@st.composite
def sources(draw):
    named = draw(columns)
    source = {"location": "/orders.csv", "columns": named}
    if draw(st.booleans()):
        return source | {"format": "parquet"}
    needed = {name: (name,) for name in REQUIRED_COLUMNS} | named.mapping()
    header = tuple(dict.fromkeys(column for group in needed.values() for column in group))
    return source | {
        "format": "csv",
        "header": draw(st.sampled_from([True, header])),
        "delimiter": draw(characters | st.just("whitespace")),
        "thousands": draw(st.none() | characters),
        "quote": draw(st.sampled_from([None, '"', "'"])),
        "decimal": draw(st.sampled_from([".", ","])),
        "date_format": draw(st.sampled_from(["%Y-%m-%d", "%d/%m/%y", "%Y%m%d", "%Y年%m月%d日"])),
    }


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
        "sources": st.fixed_dictionaries({"transactions": sources()}),
        "cleaning": st.fixed_dictionaries({"exported_on": st.none() | st.just(date(2033, 2, 28))}),
        "value": st.fixed_dictionaries({"margin": st.none() | shares, "discount_rate": shares}),
        "report": st.fixed_dictionaries(
            {"formats": st.sampled_from([("pdf",), ("html",), ("pdf", "html")])}
        ),
        "demo": st.none()
        | st.fixed_dictionaries(
            {
                "seed": st.integers(0, 2**32 - 1),
                "customers": st.integers(50, 10**6),
                "folder": words.map(lambda word: "/made/" + word.replace("/", "-")),
            }
        ),
    }
)


@settings(max_examples=60, deadline=None)
@given(params_values)
def test_dump_and_load_gives_equal_params(values):
    with TemporaryDirectory() as folder:
        orders = Path(folder, "data", "orders.csv")
        orders.parent.mkdir()
        orders.touch()
        values["sources"]["transactions"]["location"] = str(orders)
        params = Params.model_validate(values)
        path = Path(folder, "out", "params.yml")
        path.parent.mkdir()
        path.write_text(dump_params(params, path.parent), encoding="utf-8", newline="\n")
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
