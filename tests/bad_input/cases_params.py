"""Bad params: cases 81 to 90. Each stops before anything starts, at its file, line and key."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr
from pathlib import Path

from tests.bad_input.case import Found, Outcome, case

from analysis.cli import EXIT_BAD_PARAMS, main

PARAMS = """\
review:
  name: lantern
  company: Lantern Tea
  quarter: 2026Q3
  languages: [en]
  currency: CNY
sources:
  transactions:
    format: csv
    location: orders.csv
value:
  margin: 0.42
"""
LAUGHS = 'laughs: &a ["ha"]\n' + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def report(folder: Path, text: str) -> Found:
    """Ask for a review with these params; no file may be left behind."""
    (folder / "orders.csv").write_text("order_id,customer_id,order_date,amount\n", "utf-8")
    path = folder / "review.yml"
    path.write_text(text, encoding="utf-8")
    before = sorted(os.listdir(folder))
    with redirect_stderr(io.StringIO()) as said:
        code = main(["report", "--params", str(path), "--out", str(folder / "out")])
    stopped = code == EXIT_BAD_PARAMS and sorted(os.listdir(folder)) == before
    return Found(Outcome.STOP if stopped else Outcome.ACCEPT, said.getvalue())


def changed(folder: Path, old: str, new: str) -> Found:
    """Ask for a review with one thing changed in sound params."""
    assert PARAMS.count(old) == 1
    return report(folder, PARAMS.replace(old, new))


@case(
    81,
    "broken YAML",
    Outcome.STOP,
    "review.yml, line 5: this is not YAML",
    "a list that opens with [ does not close",
)
def broken_yaml(folder: Path) -> Found:
    return changed(folder, "[en]", "[en")


@case(82, "a list for params", Outcome.STOP, "review.yml, line 1:", "A params file needs keys")
def a_list(folder: Path) -> Found:
    return report(folder, "- review\n- sources\n")


@case(83, "empty params", Outcome.STOP, "review.yml, line 1:", "the file is empty")
def empty_params(folder: Path) -> Found:
    return report(folder, "")


@case(
    84,
    "a mistyped key",
    Outcome.STOP,
    "review.yml, line 10, sources.transactions.loction: this key is not known here.",
    'Did you mean "location"?',
    "line 8, sources.transactions.location: this key is missing.",
)
def mistyped_key(folder: Path) -> Found:
    return changed(folder, "location:", "loction:")


@case(
    85,
    "a value of the wrong type",
    Outcome.STOP,
    'review.yml, line 12, value.margin: "42%" does not fit here.',
    "a number is needed, without quotation marks",
    "42 % is 0.42",
)
def wrong_type(folder: Path) -> Found:
    return changed(folder, "0.42", '"42%"')


@case(
    86,
    "values that YAML 1.1 reads as something else: 0123, 12:30:00, NO, a key twice",
    Outcome.STOP,
    "line 2, review.name: 0123 can be read as more than one number. Write",
    'line 4, review.quarter: "12:30:00" does not fit here.',
    'line 5, review.languages: "NO" does not fit here.',
    "line 7, review.currency: this key stands here twice (first on line 6). Keep one.",
)
def yaml_surprises(folder: Path) -> Found:
    text = PARAMS.replace("lantern", "0123").replace("2026Q3", "12:30:00").replace("en]", "NO]")
    return report(folder, text.replace("sources:", "  currency: USD\nsources:"))


@case(
    87,
    "../ in an output name",
    Outcome.STOP,
    'review.yml, line 2, review.name: "../../lantern" does not fit here.',
    "Allowed: a folder name",
)
def path_in_a_name(folder: Path) -> Found:
    return changed(folder, "name: lantern", "name: ../../lantern")


@case(
    88,
    "{q.__class__} in a name that is filled in elsewhere",
    Outcome.STOP,
    'review.yml, line 2, review.name: "{q.__class__}" does not fit here.',
    "Allowed: a folder name",
)
def template_in_a_name(folder: Path) -> Found:
    return changed(folder, "name: lantern", 'name: "{q.__class__}"')


@case(
    89,
    "a YAML bomb",
    Outcome.STOP,
    'review.yml, line 14, b: an anchor ("&…") is not allowed here.',
    "Write the value out",
)
def yaml_bomb(folder: Path) -> Found:
    return report(folder, PARAMS + LAUGHS)


@case(
    90,
    "code in a key",
    Outcome.STOP,
    "review.yml, line 12, value.__import__('os').system('touch pwned'): this key is not known",
    "Known keys: discount_rate, margin, time_unit_days.",
)
def code_in_a_key(folder: Path) -> Found:
    return changed(folder, "  margin:", "  \"__import__('os').system('touch pwned')\":")
