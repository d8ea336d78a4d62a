"""A demo company, which is invented: its orders are generated before they are read.

Customers buy as BG/NBD says and spend as Gamma-Gamma says; the file has the faults that exports
have, a known number of each.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from analysis.params.models import Demo

HISTORY_DAYS = 912
"""Two and a half years before the as-of date."""
DAYS_AFTER = 5
"""The export was made a few days after the quarter ended."""

PRODUCTS = (
    ("Longjing green tea", "Tea"),
    ("Dianhong black tea", "Tea"),
    ("Aged white tea cake", "Tea"),
    ("Gaiwan set", "Teaware"),
    ("Celadon cup", "Teaware"),
    ("Bamboo tray", "Home"),
    ("Linen runner", "Home"),
)
CHANNELS = ("shop", "web", "wechat")
COLUMNS = (
    "order_id", "customer_id", "order_date", "amount", "quantity", "product", "category", "channel",
)  # fmt: skip

BUYING = {"r": 0.55, "alpha": 45.0, "a": 0.7, "b": 2.6}  # days
SPENDING = {"p": 5.0, "q": 4.5, "v": 260.0}  # CNY
RETURN_SHARE = 0.03


@dataclass(frozen=True)
class Faults:
    """How many faulty lines the export has, by kind."""

    missing_customer_id: int = 12
    unreadable_order_date: int = 5
    unreadable_amount: int = 7
    future_order_date: int = 3
    zero_amount: int = 15
    duplicate_row: int = 20


FAULTS = Faults()

Line = list[str]


def write_company(demo: Demo, as_of: date) -> Path:
    """Write the demo company's export as CSV files with the contract's column names.

    Parameters
    ----------
    demo : Demo
        Seed, number of customers and folder. Equal seeds give equal bytes.
    as_of : date
        Last day of the quarter under review.

    Returns
    -------
    Path
        The folder.
    """
    rng = np.random.default_rng(demo.seed)
    lines = [
        line
        for customer in range(1, demo.customers + 1)
        for line in _customer_lines(f"C{customer:05d}", rng, as_of)
    ]
    lines.sort(key=lambda line: (line[2], line[0]))
    lines = _with_faults(lines, rng, as_of)
    folder = Path(demo.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "transactions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
    return folder


def _customer_lines(customer: str, rng: Generator, as_of: date) -> Iterator[Line]:
    """The order lines of one customer from their first purchase on."""
    start = as_of - timedelta(HISTORY_DAYS)
    # Most customers joined early; each later quarter brought a few more.
    first = rng.triangular(0, 0, HISTORY_DAYS * 0.97)
    mean_spend = SPENDING["p"] * SPENDING["v"] / rng.gamma(SPENDING["q"], 1.0)
    for number, day in enumerate(_purchase_days(first, rng), start=1):
        spend = rng.gamma(SPENDING["p"], mean_spend / SPENDING["p"])
        order = f"{customer[1:]}-{number:03d}"
        yield from _order_lines(order, customer, start + timedelta(day), spend, rng, as_of)


def _purchase_days(first: float, rng: Generator) -> Iterator[int]:
    """Days of purchases after the start of the history, until the customer leaves."""
    rate = rng.gamma(BUYING["r"], 1 / BUYING["alpha"])
    p_leave = rng.beta(BUYING["a"], BUYING["b"])
    day, last = first, -1
    while day <= HISTORY_DAYS + DAYS_AFTER:
        if int(day) > last:
            yield int(day)
        last = int(day)
        if day > first and rng.random() < p_leave:
            return
        day += rng.exponential(1 / rate)


def _order_lines(
    order: str, customer: str, day: date, spend: float, rng: Generator, as_of: date
) -> Iterator[Line]:
    """One to three lines of an order, and now and then a return a few days later."""
    shares = rng.dirichlet(np.ones(rng.integers(1, 4)))
    channel = CHANNELS[rng.integers(len(CHANNELS))]
    for share in shares:
        product, category = PRODUCTS[rng.integers(len(PRODUCTS))]
        amount = max(round(spend * share, 2), 1.0)
        quantity = int(rng.integers(1, 4))
        line = [order, customer, day.isoformat(), f"{amount:.2f}", str(quantity)]
        yield [*line, product, category, channel]
        back = day + timedelta(int(rng.integers(2, 15)))
        if rng.random() < RETURN_SHARE and back <= as_of:
            line[2:5] = [back.isoformat(), f"-{amount:.2f}", f"-{quantity}"]
            yield [*line, product, category, channel]


def _with_faults(lines: list[Line], rng: Generator, as_of: date) -> list[Line]:
    """Plant the faults, each on sales of its own, all dated before the as-of date."""
    faulty = [line.copy() for line in lines]
    sales = [
        n
        for n, line in enumerate(lines)
        if not line[3].startswith("-") and line[2] <= as_of.isoformat()
    ]
    chosen = iter(rng.choice(sales, size=sum(vars(FAULTS).values()), replace=False))
    for _ in range(FAULTS.missing_customer_id):
        faulty[next(chosen)][1] = ""
    for _ in range(FAULTS.unreadable_order_date):
        faulty[next(chosen)][2] = "2026-02-30"
    for _ in range(FAULTS.unreadable_amount):
        faulty[next(chosen)][3] = "12,5o"
    for _ in range(FAULTS.future_order_date):
        faulty[next(chosen)][2] = (as_of + timedelta(400)).isoformat()
    for _ in range(FAULTS.zero_amount):
        faulty[next(chosen)][3] = "0.00"
    copied = sorted(int(next(chosen)) for _ in range(FAULTS.duplicate_row))
    for n in reversed(copied):
        faulty.insert(n + 1, faulty[n].copy())
    return faulty
