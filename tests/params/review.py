"""A complete review and helpers; every test of this package changes something in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.params import ParamsError, Problem, load_params

# Line numbers matter: tests name them.
REVIEW = """\
extends: base.yml
review:
  name: lantern
  company:
    en: Lantern Tea
    zh: 灯笼茶
  quarter: 2026Q3
  languages: [en, zh]
  currency: CNY
sources:
  transactions:
    format: csv
    location: orders.csv
    delimiter: ";"
    columns:
      order_id: [shop, number]
      amount: net
cleaning:
  exported_on: 2026-10-05
value:
  margin: 0.42
"""

BASE = """\
rfm:
  window_months: 24
  frequency: order_days
accounts:
  key_accounts: 30
"""


def write_review(folder: Path, review: str = REVIEW, base: str | None = BASE) -> Path:
    """Write a review, what it extends, and the file that it names."""
    (folder / "orders.csv").touch()
    if base is not None:
        (folder / "base.yml").write_text(base, encoding="utf-8")
    path = folder / "review.yml"
    path.write_text(review, encoding="utf-8")
    return path


def replaced(old: str, new: str, text: str = REVIEW) -> str:
    """Replace what occurs exactly once."""
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    return text.replace(old, new)


def problems_of(path: Path, *overrides: str) -> tuple[Problem, ...]:
    """Return why a file is refused; its text never shows Python's own words."""
    with pytest.raises(ParamsError) as caught:
        load_params(path, overrides)
    text = str(caught.value)
    assert len(text.splitlines()) == len(caught.value.problems)
    for word in ("Traceback", "pydantic", "NoneType", "Input should", "object at 0x"):
        assert word not in text
    return caught.value.problems
