"""Review files with one mistake each: every one is refused at its file, line and key."""

from __future__ import annotations

import pytest

from .review import BASE, REVIEW, problems_of, replaced, write_review

# what stood there, what stands there, line, key, words of the problem
MUTATIONS = [
    # mistyped keys
    ("\nreview:", "\nreveiw:", 2, "reveiw", 'Did you mean "review"?'),
    ("extends:", "extend:", 1, "extend", 'Did you mean "extends"?'),
    ("  quarter:", "  quater:", 7, "review.quater", 'Did you mean "quarter"?'),
    ("  margin:", "  Margin:", 21, "value.Margin", 'Did you mean "margin"?'),
    ("  exported_on:", "  export_on:", 19, "cleaning.export_on", "duplicates, exported_on"),
    ("    delimiter:", "    delimeter:", 14, "sources.transactions.delimeter", "delimiter"),
    ("      amount:", "      ammount:", 17, "sources.transactions.columns.ammount", '"amount"'),
    ("  transactions:", "  transaction:", 11, "sources.transaction", 'mean "transactions"?'),
    ("  transactions:", "  customers:", 10, "sources.transactions", "missing"),
    ("    zh: 灯", "    fr: 灯", 6, "review.company.fr", "Known keys: en, zh."),
    # missing keys
    ("  name: lantern\n", "", 2, "review.name", "missing"),
    ("  currency: CNY\n", "", 2, "review.currency", "missing"),
    ("    format: csv\n", "", 11, "sources.transactions.format", "csv, excel"),
    ("    location: orders.csv\n", "", 11, "sources.transactions.location", "missing"),
    ("    zh: 灯笼茶\n", "", 4, "review.company.zh", "review.languages"),
    # wrong types
    ("margin: 0.42", 'margin: "0.42"', 21, "value.margin", "without quotation marks"),
    ("margin: 0.42", "margin: 42%", 21, "value.margin", '"42%" does not fit'),
    ("margin: 0.42", "margin: true", 21, "value.margin", "true does not fit"),
    ("name: lantern", "name: 2026", 3, "review.name", "quotation marks to make it text"),
    ("name: lantern", "name: [lantern]", 3, "review.name", "a list does not fit"),
    ("en: Lantern Tea", "en: 2026-10-05", 5, "review.company.en", "quotation marks"),
    ("[en, zh]", "en", 8, "review.languages", "square brackets: [en]"),
    ("[en, zh]", "{en: zh}", 8, "review.languages", "a map does not fit"),
    ("amount: net", "amount: 3", 17, "sources.transactions.columns.amount", "quotation marks"),
    ("amount: net", "amount: [net, tax]", 17, "sources.transactions.columns.amount", "list"),
    ("[shop, number]", "[shop, 1]", 16, "sources.transactions.columns.order_id", "each of them"),
    ("2026-10-05", '"2026-10-05"', 19, "cleaning.exported_on", "a date is needed"),
    ("2026-10-05", "2026-02-30", 19, "cleaning.exported_on", "does not fit"),
    ("2026-10-05", "2026-10-05T08:00:00", 19, "cleaning.exported_on", "does not fit"),
    ("value:\n  margin: 0.42", "value: 0.42", 20, "value", "keys are needed below"),
    ("value:\n  margin: 0.42", "value:\n  - margin: 0.42", 20, "value", "a list stands here"),
    ("value:\n  margin: 0.42", "value:", 20, "value", "empty"),
    # wrong ranges and choices
    ("margin: 0.42", "margin: 0", 21, "value.margin", "above 0"),
    ("margin: 0.42", "margin: 42", 21, "value.margin", "42 % is 0.42"),
    ("margin: 0.42", "margin: .nan", 21, "value.margin", "nan does not fit"),
    ("margin: 0.42", "margin: 1e999", 21, "value.margin", "does not fit"),
    ("margin: 0.42", "discount_rate: -0.1", 21, "value.discount_rate", "from 0 to 1"),
    ("margin: 0.42", "time_unit_days: 7.0", 21, "value.time_unit_days", "whole days"),
    ("margin: 0.42", "holdout_quarters: 0", 21, "value.holdout_quarters", "1 to 8"),
    ("margin: 0.42", "watch_below: 50", 21, "value.watch_below", "below 1"),
    ("margin: 0.42", "lost_below: 0.6", 21, "value.lost_below", "at most watch_below"),
    ("margin: 0.42", "overdue_ratio: 0.5", 21, "value.overdue_ratio", "1 to 20"),
    ("margin: 0.42", "health_weights: {value: 30}", 21, "value.health_weights", "sum to 120"),
    ("value:\n", "accounts:\n  holdout: {share: 0.6}\nvalue:\n", 21, "accounts.holdout.share",
     "a fifth is 0.2"),
    ("value:\n", "accounts:\n  holdout: {seed: -1}\nvalue:\n", 21, "accounts.holdout.seed",
     "from 0 on"),
    ("2026Q3", "2026Q5", 7, "review.quarter", '"2026Q3"'),
    ("2026Q3", "Q3 2026", 7, "review.quarter", '"2026Q3"'),
    ("[en, zh]", "[en, zn]", 8, "review.languages", '"zn" does not fit'),
    ("[en, zh]", "[en, en]", 8, "review.languages", "twice"),
    ("[en, zh]", "[]", 8, "review.languages", "en, zh, or both"),
    ("CNY", "RMB", 9, "review.currency", 'Did you mean "CNY"?'),
    ("CNY", "cny", 9, "review.currency", 'Did you mean "CNY"?'),
    ("CNY", "ZZZ", 9, "review.currency", "ISO 4217"),
    ("format: csv", "format: xlsx", 12, "sources.transactions.format", "csv, excel"),
    ("format: csv", "format: CSV", 12, "sources.transactions.format", 'Did you mean "csv"?'),
    ('delimiter: ";"', 'delimiter: ";;"', 14, "sources.transactions.delimiter", "one character"),
    ('delimiter: ";"', "encoding: gbk", 14, "sources.transactions.encoding", "gb18030"),
    ('delimiter: ";"', "date_format: YYYY-MM-DD", 14, "sources.transactions.date_format", "%Y"),
    ('delimiter: ";"', "decimal: '.'\n    thousands: '.'", 15, "sources.transactions.thousands",
     "decimal sign"),
    ('delimiter: ";"', "quote: ','", 14, "sources.transactions.quote", "delimiter"),
    ('delimiter: ";"', "header: false", 14, "sources.transactions.header", "true, or a list"),
    ('delimiter: ";"', "header: []", 14, "sources.transactions.header", "column names"),
    ("2026-10-05", "2025-10-05", 19, "cleaning.exported_on", "older than the quarter"),
    ("value:\n", "report: {owners: {sale: Wu}}\nvalue:\n", 20, "report.owners.sale", '"sales"'),
    ("value:\n", "report: {owners: {sales: {en: Wu}}}\nvalue:\n", 20, "report.owners", "zh"),
    # YAML 1.1 surprises
    ("name: lantern", "name: NO", 3, "review.name", '"NO" does not fit'),
    ("2026Q3", "12:30:00", 7, "review.quarter", '"12:30:00" does not fit'),
    ("margin: 0.42", "time_unit_days: 07", 21, "value.time_unit_days", "more than one number"),
    ("margin: 0.42", "margin: 0.4_2", 21, "value.margin", "more than one number"),
    ('delimiter: ";"', "header: yes", 14, "sources.transactions.header", "true, or a list"),
    ("  currency: CNY", "  name: other\n  currency: CNY", 9, "review.name", "twice"),
    ("value:", "<<: {value: {margin: 1}}\nvalue:", 20, "<<", "not known"),
    ("\nreview:", "\n%YAML 1.1\n---\nreview:", 3, "", "second document"),
    # indirection
    ("name: lantern", "name: &n lantern", 3, "review.name", "anchor"),
    ("name: lantern", "name: *n", 3, "review.name", "alias"),
    ("name: lantern", "name: !!str 1", 3, "review.name", "tag"),
    ("name: lantern", "name: !!python/name:os.system x", 3, "review.name", "tag"),
    # code and traversal
    ("  margin:", "  '{q.__class__}':", 21, "value.{q.__class__}", "not known"),
    ("  margin:", "  {q.__class__}:", 21, "value", "a key must be a word"),
    ("  margin:", '  "a: b\\n import os":', 21, "value.a: b\\n import os", "not known"),
    ("name: lantern", "name: ../../etc", 3, "review.name", "a folder name"),
    ("name: lantern", "name: a/b", 3, "review.name", "a folder name"),
    ("name: lantern", 'name: "a\\0"', 3, "review.name", "a folder name"),
    ("name: lantern", 'name: "a\\n"', 3, "review.name", "a folder name"),
    ("name: lantern", "name: '{q.__class__}'", 3, "review.name", "a folder name"),
    ("name: lantern", "name: -rf", 3, "review.name", "a folder name"),
    ("name: lantern", f"name: {'x' * 42}", 3, "review.name", "1 to 41"),
    ("name: lantern", f"name: {'x' * 90_000}", 3, "review.name", "…"),
    ("en: Lantern Tea", 'en: "a\\nb"', 5, "review.company.en", '"a\\nb" does not fit'),
    ("en: Lantern Tea", 'en: " "', 5, "review.company.en", "does not fit"),
    # locations
    ("orders.csv", "order.csv", 13, "sources.transactions.location", 'mean "orders.csv"?'),
    ("orders.csv", "none/orders.csv", 13, "sources.transactions.location", "folder does not"),
    ("orders.csv", ".", 13, "sources.transactions.location", "is a folder"),
    ("orders.csv", '""', 13, "sources.transactions.location", "empty"),
    ("orders.csv", '"a\\0b"', 13, "sources.transactions.location", "control characters"),
    ("orders.csv", "package:lifetimes/../x", 13, "sources.transactions.location", '".."'),
    ("orders.csv", "package:lifetimes", 13, "sources.transactions.location", "is written"),
    ("orders.csv", "package:a.b/c", 13, "sources.transactions.location", "is written"),
    ("orders.csv", "package:no_such_one/c", 13, "sources.transactions.location", "not installed"),
    ("orders.csv", "package:lifetimes/datasets/CDNOW_samples.txt", 13,
     "sources.transactions.location", '"package:lifetimes/datasets/CDNOW_sample.txt"'),
    ("orders.csv", '"../*/orders.csv"', 13, "sources.transactions.location", "not in its folder"),
    ("orders.csv", '"order_*.csv"', 13, "sources.transactions.location", "no file's name fits"),
    ("orders.csv", "[orders.csv, order.csv]", 13, "sources.transactions.location", "orders.csv"),
    ("orders.csv", "[]", 13, "sources.transactions.location", "empty"),
    ("orders.csv", "[orders.csv, 2026]", 13, "sources.transactions.location", "written as text"),
    # tables, columns and values
    ('delimiter: ";"', "values: {chanel: {a: b}}", 14, "sources.transactions.values.chanel",
     'Did you mean "channel"?'),
    ('delimiter: ";"', "values: {channel: {A: b, a: c}}", 14,
     "sources.transactions.values.channel.A", "count as equal"),
    ('delimiter: ";"', "values: {is_return: {R: true}}", 14,
     "sources.transactions.values.is_return.R", "make it text"),
    ('delimiter: ";"', "aliases: {ammount: [a]}", 14, "sources.transactions.aliases.ammount",
     'Did you mean "amount"?'),
    ('delimiter: ";"', "aliases: {amount: a}", 14, "sources.transactions.aliases.amount",
     "square brackets"),
    ('delimiter: ";"', "only: {status: [a, 1]}", 14, "sources.transactions.only.status", "text"),
    ('delimiter: ";"', "percent: [share]", 14, "sources.transactions.percent", "no such column"),
    ('delimiter: ";"', "ids: hubspot", 14, "sources.transactions.ids", "salesforce"),
    ('delimiter: ";"', "time_zone: Asia/Shanhai", 14, "sources.transactions.time_zone",
     'Did you mean "Asia/Shanghai"?'),
    ('delimiter: ";"', "time_zone: ../etc", 14, "sources.transactions.time_zone", "no time zone"),
    ('delimiter: ";"', "date_format: [iso, epoch]", 14, "sources.transactions.date_format",
     '"epoch" does not describe'),
    ('delimiter: ";"', "skip_rows: -1", 14, "sources.transactions.skip_rows", "0 to 1000"),
    ('delimiter: ";"', "comment: '##'", 14, "sources.transactions.comment", "one character"),
    ('delimiter: ";"', "sheet: Orders", 14, "sources.transactions.sheet", "not known"),
    # presets
    ("format: csv", "preset: salesfroce", 12, "sources.transactions.preset",
     'Did you mean "salesforce"?'),
    ("  transactions:", "  receivables: {preset: hubspot, location: orders.csv}\n  transactions:",
     11, "sources.receivables.preset", "It has customers"),
    # databases
    ("format: csv\n    location: orders.csv\n    delimiter", "format: sql\n    url", 13,
     "sources.transactions.url", "name of an environment variable"),
    ("format: csv\n    location: orders.csv\n    delimiter: \";\"",
     "format: sql\n    table: orders\n    url: postgresql://me:secret@db/crm", 14,
     "sources.transactions.url", "may hold a password"),
    ("format: csv\n    location: orders.csv\n    delimiter: \";\"",
     "format: sql\n    url: NO_SUCH_DATABASE_URL", 13, "sources.transactions.url", "is not set"),
    ("format: csv\n    location: orders.csv\n    delimiter: \";\"",
     "format: sql\n    url: HOME", 11, "sources.transactions.table", "unless there is a query"),
    ("format: csv\n    location: orders.csv\n    delimiter: \";\"",
     "format: sql\n    url: HOME\n    table: a\n    query: b", 15, "sources.transactions.query",
     "Keep one"),
    # surveys, cleaning and privacy
    ("value:", "surveys: {scales: {nps: [10, 0]}}\nvalue:", 20, "surveys.scales.nps",
     "lowest score must come first"),
    ("value:", "surveys: {scales: {nps: [0, 10, 5]}}\nvalue:", 20, "surveys.scales.nps",
     "lowest and highest"),
    ("value:", "surveys: {scales: {nps: 10}}\nvalue:", 20, "surveys.scales.nps", "[0, 10]"),
    ("  exported_on:", "  stale_after_days: 0\n  exported_on:", 19, "cleaning.stale_after_days",
     "1 to 3660"),
    ("  exported_on:", "  outlier_multiple: 1\n  exported_on:", 19, "cleaning.outlier_multiple",
     "above 1"),
    ("value:", "privacy: {pseudonymise: true}\nvalue:", 20, "privacy.key", "key is needed"),
    ("value:", "privacy: {pseudonymise: true, key: env:NO_SUCH_KEY}\nvalue:", 20, "privacy.key",
     "is not set"),
    ("value:", "privacy: {pseudonymise: true, key: file:none.key}\nvalue:", 20, "privacy.key",
     "cannot be read"),
    ("value:", "privacy: {pseudonymise: true, key: file:orders.csv}\nvalue:", 20, "privacy.key",
     "shorter than 16"),
    ("value:", "privacy: {key: 8f14e45fceea167a5a36dedd4bea2543}\nvalue:", 20, "privacy.key",
     "env:NAME"),
    # exports
    ("value:", "exports: {names: yes}\nvalue:", 20, "exports.names", "true"),
    ("value:", "exports: {last_workbook: order.csv}\nvalue:", 20, "exports.last_workbook",
     'mean "orders.csv"?'),
    ("value:", "exports: {last_workbook: orders*.csv}\nvalue:", 20, "exports.last_workbook",
     "one file"),
    ("value:", "exports: {crm: [salesfroce]}\nvalue:", 20, "exports.crm",
     'Did you mean "salesforce"?'),
    ("value:", "exports: {crm: [zoho, zoho]}\nvalue:", 20, "exports.crm", "twice"),
    ("value:", "exports: {key_columns: {sap: No}}\nvalue:", 20, "exports.key_columns.sap",
     "salesforce"),
    ("value:", "exports: {key_columns: {zoho: =No}}\nvalue:", 20, "exports.key_columns.zoho",
     "letters, digits"),
    ("value:", "exports: {last_crm: {zoho: none.csv}}\nvalue:", 20, "exports.last_crm.zoho",
     "no such file"),
    # demo
    ("value:", "demo: {seed: -1, customers: 60, folder: x}\nvalue:", 20, "demo.seed", "from 0 on"),
    ("value:", "demo: {seed: 1, customers: 49, folder: x}\nvalue:", 20, "demo.customers", "50"),
    ("value:", "demo: {seed: 1, customers: 60, folder: package:a/b}\nvalue:", 20, "demo.folder",
     "inside a package"),
    # structure
    ("extends: base.yml", "extends: bass.yml", 1, "extends", 'Did you mean "base.yml"?'),
    ("extends: base.yml", "extends: [base.yml, 7]", 1, "extends", "such as base.yml"),
    ("extends: base.yml", "extends:", 1, "extends", "such as base.yml"),
    (REVIEW, "- review\n- sources\n", 1, "", "holds a list"),
    (REVIEW, "", 1, "", "is empty"),
    (REVIEW, "# only a note\n", 1, "", "is empty"),
    (REVIEW, "review\n", 1, "", "holds no keys"),
    (REVIEW, "{}", 1, "review", "missing"),
    ("  name: lantern", "\tname: lantern", 3, "", "tab"),
    ("en: Lantern Tea", "en: Lantern: Tea", 5, "", "colon"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), MUTATIONS)
def test_refused_at_its_place(tmp_path, old, new, line, key, words):
    path = write_review(tmp_path, replaced(old, new))
    problems = problems_of(path)
    found = [p for p in problems if (p.file, p.line, p.key) == (str(path), line, key)]
    assert len(found) == 1, problems
    assert words in str(found[0])
    assert len(str(found[0])) < 700


def test_enough_of_them():
    assert len(MUTATIONS) >= 100


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("window_months: 24", "window_month: 24", 2, "rfm.window_month"),
        ("key_accounts: 30", "key_accounts: 0", 5, "accounts.key_accounts"),
        ("rfm:", "rfm: &r", 1, "rfm"),
        ("rfm:", "extends: other.yml\nrfm:", 1, "extends"),
        (BASE, "- a", 1, ""),
        (BASE, "a: [", 1, ""),
    ],
)
def test_refused_in_the_file_that_brought_it(tmp_path, old, new, line, key):
    path = write_review(tmp_path, base=replaced(old, new, BASE))
    places = [(p.file, p.line, p.key) for p in problems_of(path)]
    assert places == [(str(tmp_path / "base.yml"), line, key)]
