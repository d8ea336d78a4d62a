"""Data that are sound and still carry little: the review says what cannot be known, and why."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from tests.bad_input.case import Found, Outcome, case

ROOT = Path(__file__).parents[2]
FIRST_DAY = date(2025, 1, 1)
PARAMS = """
extends: {base}
review:
  name: little
  company: Little
  quarter: {quarter}
  languages: [en]
  currency: USD
sources:
  transactions: {{format: csv, location: orders.csv, delimiter: ",", encoding: utf-8}}
report:
  formats: [html]
  renderer: embedded
"""

Order = tuple[str, int, float]
"""Customer, days after the first day, and amount."""


def review(folder: Path, orders: Iterable[Order], name: str, quarter: str = "2026Q3") -> Found:
    """Make the review of these orders, and tell what it says of one published number."""
    lines = [
        f"{number},{customer},{FIRST_DAY + timedelta(day)},{amount}"
        for number, (customer, day, amount) in enumerate(orders, start=1)
    ]
    text = "\n".join(["order_id,customer_id,order_date,amount", *lines]) + "\n"
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    params = folder / "little.yml"
    base = Path("params") / "base.yml"
    (folder / "base.yml").write_text((ROOT / base).read_text(encoding="utf-8"), encoding="utf-8")
    params.write_text(PARAMS.format(base="base.yml", quarter=quarter), encoding="utf-8")
    command = [sys.executable, "-m", "analysis.cli", "report", "--params", str(params)]
    done = subprocess.run(
        [*command, "--out", str(folder / "out")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        return Found(Outcome.STOP, done.stderr)
    run = folder / "out" / "little"
    assert (run / "review.en.html").stat().st_size > 10_000
    result = json.loads((run / "results.json").read_text(encoding="utf-8"))[name]
    if result["value"] is None:
        return Found(Outcome.RENDER, f"{name}: not computed, {result['note']}")
    return Found(Outcome.RENDER, f"{name}: {result['value']}")


def customers(n: int) -> list[str]:
    return [f"C{number}" for number in range(n)]


@case(74, "no customer", Outcome.RENDER, "customers.total: 0")
def no_customer(folder: Path) -> Found:
    return review(folder, [("", day, 10) for day in (0, 300, 600)], "customers.total")


@case(75, "one customer", Outcome.RENDER, "not computed", "customers")
def one_customer(folder: Path) -> Found:
    return review(folder, [("C1", day, 10) for day in (0, 300, 600)], "value.portfolio.clv_12m")


@case(76, "all bought once", Outcome.RENDER, "not computed", "customers")
def all_bought_once(folder: Path) -> Found:
    orders = [(name, 5 * place, 10) for place, name in enumerate(customers(120))]
    return review(folder, orders, "value.portfolio.clv_12m")


@case(77, "all customers of one age", Outcome.RENDER, "value.portfolio.clv_12m")
def all_of_one_age(folder: Path) -> Found:
    """Everybody first bought on the same day; when and how often they came back differs."""
    orders = [
        (name, 0 if repeat == 0 else 30 * repeat + place, 10 + place % 7)
        for place, name in enumerate(customers(120))
        for repeat in range(1 + place % 6)
    ]
    return review(folder, orders, "value.portfolio.clv_12m", quarter="2025Q3")


@case(78, "everybody spends the same", Outcome.RENDER, "not computed", "spend")
def all_spend_alike(folder: Path) -> Found:
    orders = [
        (name, place + 40 * repeat, 10)
        for place, name in enumerate(customers(120))
        for repeat in range(1 + place % 6)
    ]
    return review(folder, orders, "value.gamma_gamma.p", quarter="2025Q4")


@case(79, "a quarter without orders", Outcome.RENDER, "revenue.quarter: 0")
def empty_quarter(folder: Path) -> Found:
    """Orders before and after the quarter, none in it."""
    orders = [
        (name, day + place % 9, 10 + place % 5)
        for place, name in enumerate(customers(80))
        for day in (10, 200, 300, 660)
    ]
    return review(folder, orders, "revenue.quarter")


@case(80, "a quarter outside the data", Outcome.STOP, "2031Q1", "Choose a quarter from 2025Q1")
def outside_quarter(folder: Path) -> Found:
    return review(folder, [("C1", 0, 10)], "revenue.quarter", quarter="2031Q1")
