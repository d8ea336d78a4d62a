from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from analysis.params import ParamsError, Quarter, load_params

from .review import BASE, REVIEW, problems_of, replaced, write_review

ROOT = Path(__file__).parents[2]


def test_review_over_base_over_defaults(tmp_path):
    params = load_params(write_review(tmp_path))
    assert params.review.company.in_language("zh") == "灯笼茶"
    assert params.quarter == Quarter(2026, 3)
    assert params.rfm.window_months == 24  # from base.yml
    assert params.report.formats == ("html", "pdf", "docx", "pptx")  # the default
    assert params.value.discount_rate is None
    assert params.cleaning.exported_on == date(2026, 10, 5)
    assert params.sources.transactions.paths == (tmp_path / "orders.csv",)
    assert params.sources.transactions.columns == {
        "order_id": ("shop", "number"),
        "amount": "net",
    }
    assert list(params.sources.given) == ["transactions"]


def test_maps_merge_and_lists_replace(tmp_path):
    base = BASE + "review: {company: {en: Other}, languages: [zh], quarter: 2020Q1}\n"
    review = replaced("    en: Lantern Tea\n", "")
    params = load_params(write_review(tmp_path, review, base))
    assert params.review.company.en == "Other"
    assert params.review.languages == ("en", "zh")
    assert params.review.quarter == "2026Q3"


def test_paths_start_from_the_file_that_names_them(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "old.csv").touch()
    source = "sources: {transactions: {format: csv, location: old.csv}}\n"
    (shared / "base.yml").write_text(source, encoding="utf-8")
    review = replaced("base.yml", "shared/base.yml")
    review = review[: review.index("sources:")]
    params = load_params(write_review(tmp_path, review))
    assert params.sources.transactions.paths == (shared / "old.csv",)


def test_all_problems_at_once_in_order(tmp_path):
    review = replaced("name: lantern", "nane: lantern").replace("0.42", "42").replace("CNY", "cny")
    review = review.replace("orders.csv", "order.csv")
    base = BASE.replace("24", "0")
    path = write_review(tmp_path, review, base)
    problems = problems_of(path, "accounts.key_accounts=many")
    assert [(os.path.basename(p.file), p.line, p.key) for p in problems] == [
        ("review.yml", 2, "review.name"),
        ("review.yml", 3, "review.nane"),
        ("review.yml", 9, "review.currency"),
        ("review.yml", 13, "sources.transactions.location"),
        ("review.yml", 21, "value.margin"),
        ("base.yml", 2, "rfm.window_months"),
        ("--set", None, "accounts.key_accounts"),
    ]


def test_text_of_a_problem(tmp_path, monkeypatch):
    write_review(tmp_path, REVIEW + "rfm:\n  window_month: 12\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError) as caught:
        load_params("review.yml")
    assert str(caught.value) == (
        "review.yml, line 23, rfm.window_month: this key is not known here. "
        'Did you mean "window_months"? '
        "Known keys: custom_map, cut, fixed_cut, frequency, map, window_months."
    )


def test_header_list_must_hold_the_columns(tmp_path):
    header = "header: [shop, nummer, order_date, client, net]\n    delimiter"
    problems = problems_of(write_review(tmp_path, replaced("delimiter", header)))
    key = "sources.transactions.columns"
    assert [(p.line, p.key, p.suggestion) for p in problems] == [
        (16, f"{key}.customer_id", None),
        (17, f"{key}.order_id", "nummer"),
    ]


def test_files_in_the_demo_folder_need_not_exist_yet(tmp_path):
    review = replaced("orders.csv", "made/orders.csv")
    demo = "demo: {seed: 1, customers: 60, folder: made}\n"
    params = load_params(write_review(tmp_path, review + demo))
    assert params.demo.folder == str(tmp_path / "made")
    assert params.sources.transactions.location == str(tmp_path / "made" / "orders.csv")
    other = demo.replace("made", "mad")
    assert len(problems_of(write_review(tmp_path, review + other))) == 1


def test_parquet_knows_no_delimiter(tmp_path):
    path = write_review(tmp_path, replaced("format: csv", "format: parquet"))
    (problem,) = problems_of(path)
    assert (problem.line, problem.key) == (14, "sources.transactions.delimiter")
    assert "columns" in problem.allowed
    assert "delimiter" not in problem.allowed


# overrides


def test_overrides(tmp_path, monkeypatch):
    path = write_review(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "new.csv").touch()
    monkeypatch.chdir(elsewhere)
    params = load_params(
        path,
        [
            "review.quarter=2026Q4",
            "cleaning.exported_on=2027-01-05",
            "review.languages=[zh]",
            "value.margin=",
            "rfm.window_months=6",
            "rfm.window_months=7",
            "sources.transactions.location=new.csv",
            "review.company=NO",
        ],
    )
    assert params.review.quarter == "2026Q4"
    assert params.cleaning.exported_on == date(2027, 1, 5)
    assert params.review.languages == ("zh",)
    assert params.value.margin is None
    assert params.rfm.window_months == 7
    assert params.sources.transactions.paths == (elsewhere / "new.csv",)
    assert params.review.company.en == "NO"


@pytest.mark.parametrize(
    ("override", "key", "words"),
    [
        ("rfm.window_month=12", "rfm.window_month", 'Did you mean "window_months"?'),
        ("rfm.window_months=twelve", "rfm.window_months", "whole number"),
        ("rfm.window_months=012", "rfm.window_months", "more than one number"),
        ("rfm.window_months", "rfm.window_months", "section.key=value"),
        ("=1", "", "section.key=value"),
        ("rfm..x=1", "rfm..x", "section.key=value"),
        ("review.name=[", "review.name", "not YAML"),
        ("review.name=../x", "review.name", "a folder name"),
        ("review.name=*x", "review.name", "alias"),
        ("review.company={en: a, en: b}", "review.company.en", "twice"),
        ("extends=base.yml", "extends", "only a params file"),
        (".".join("a" * 50) + "=1", "…", "too long"),
        ("demo.seed=1", "demo.folder", "missing"),
    ],
)
def test_overrides_refused(tmp_path, override, key, words):
    problems = problems_of(write_review(tmp_path), override)
    found = [p for p in problems if key in p.key and words in str(p)]
    assert found
    assert {(p.file, p.line) for p in problems} == {("--set", None)}


# files that are none


def test_no_such_file_lists_what_there_is(tmp_path):
    write_review(tmp_path)
    (problem,) = problems_of(tmp_path / "reviev.yml")
    assert problem.suggestion == "review.yml"
    assert "base.yml, review.yml." in problem.allowed
    (problem,) = problems_of(tmp_path / "none" / "x.yml")
    assert problem.allowed.endswith("none.")


def test_a_folder(tmp_path):
    (problem,) = problems_of(tmp_path)
    assert "folder" in problem.message


def test_too_large(tmp_path):
    (problem,) = problems_of(write_review(tmp_path, "#" * 1_000_001))
    assert "1 MB" in problem.message


def test_not_utf8(tmp_path):
    path = write_review(tmp_path)
    path.write_bytes("a: 1\nb: 灯笼\n".encode("gb18030"))
    (problem,) = problems_of(path)
    assert problem.line == 2
    assert "UTF-8" in problem.message


def test_byte_order_mark_and_crlf(tmp_path):
    path = write_review(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + REVIEW.replace("\n", "\r\n").encode())
    assert load_params(path).review.name == "lantern"


def test_values_are_shortened_and_escaped(tmp_path):
    path = write_review(tmp_path, replaced("CNY", '"\\e[31m' + "x" * 500 + '\\u202e"'))
    (problem,) = problems_of(path)
    assert problem.message.startswith('"\\x1b[31mxxx')
    assert problem.message.isprintable()
    assert len(problem.message.split('"')[1]) <= 60


# the files of this repository


@pytest.mark.parametrize("name", ["demo", "cdnow"])
def test_repository_files_load(name):
    params = load_params(ROOT / "params" / f"{name}.yml")
    assert params.review.name == name


def test_base_restates_the_defaults(tmp_path):
    for name in ("base.yml", "playbook.yml"):
        shutil.copy(ROOT / "params" / name, tmp_path)
    review, _own = (ROOT / "params" / "cdnow.yml").read_text(encoding="utf-8").split("\nvalue:\n")
    (tmp_path / "review.yml").write_text(review, encoding="utf-8")
    params = load_params(tmp_path / "review.yml")
    base_only = ("fiscal_year", "cleaning", "rfm", "segmentation", "value", "accounts", "report")
    for section in base_only:
        assert getattr(params, section) == type(params).model_fields[section].default


def test_cdnow():
    params = load_params(ROOT / "params" / "cdnow.yml")
    source = params.sources.transactions
    (path,) = source.paths
    assert path.name == "CDNOW_sample.txt"
    assert path.is_file()
    assert source.columns["order_id"] == ("sample_id", "order_date")
    assert (params.value.margin, params.value.discount_rate) == (None, None)
    assert (params.quarter.first_day, params.quarter.last_day) == (
        date(1997, 7, 1),
        date(1997, 9, 30),
    )


def test_loads_fast_and_light():
    code = """
import sys, time
started = time.perf_counter()
from analysis.params import load_params
load_params("params/cdnow.yml")
took = time.perf_counter() - started
heavy = {"pandas", "numpy", "ibis", "duckdb", "lifetimes", "matplotlib"} & set(sys.modules)
assert not heavy, heavy
assert took < 2, took
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
