"""A small company whose customers answered, with a truth that the tests know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest

from analysis.params import Quarter
from analysis.schemas import TableSchema

QUARTER = Quarter.parse("2026Q3")


def make_table(schema: TableSchema, rows: Iterable[dict[str, object]]) -> ir.Table:
    """Rows of an input table; columns that a row does not name are empty."""
    types = ibis.schema({column.name: column.dtype for column in schema.columns})
    return ibis.memtable(pa.Table.from_pylist(list(rows), schema=types.to_pyarrow()))


def questionnaire(
    response: str, customer: str | None, day: date | None, scores: dict[str, float], **more: object
) -> list[dict[str, object]]:
    """One questionnaire as survey rows, an answer a row."""
    base = {"response_id": response, "customer_id": customer, "date": day, **more}
    return [base | {"item": item, "score": float(score)} for item, score in scores.items()]


@pytest.fixture(scope="session")
def profile_of() -> Callable[..., ir.Table]:
    """Profiles of customers: id → segment, or None for one who is not active."""

    def make(segments: dict[str, str | None], **more: list[str | None]) -> ir.Table:
        columns = {
            "customer_id": list(segments),
            "is_active": [segment is not None for segment in segments.values()],
            "segment": [segment or "inactive" for segment in segments.values()],
            **more,
        }
        strings = dict.fromkeys(("customer_id", "segment", *more), "string")
        return ibis.memtable(columns, schema=ibis.schema(strings | {"is_active": "boolean"}))

    return make


@dataclass(frozen=True)
class Company:
    """600 customers in two segments; the loyal answer more often and are happier."""

    surveys: list[dict[str, object]]
    segments: dict[str, str | None]
    regions: list[str | None]


@pytest.fixture(scope="session")
def company() -> Company:
    rng = np.random.default_rng(8)
    surveys, segments, regions = [], {}, []
    for number in range(600):
        customer = f"C{number:03d}"
        segments[customer] = "loyal" if number < 200 else "new"
        regions.append(["north", "south", None][number % 3])
        is_loyal = number < 200
        for back in (0, 1):
            if rng.random() < (0.8 if is_loyal else 0.3):
                day = QUARTER.shift(-back).first_day + timedelta(int(rng.integers(90)))
                nps = int(np.clip(rng.normal(9 if is_loyal else 6.5, 1.8), 0, 10).round())
                scores = {"nps": nps, "csat": 1 + min(4, nps // 2), "delivery": 1 + nps % 5}
                surveys += questionnaire(f"R{number}-{back}", customer, day, scores, channel="web")
    return Company(surveys, segments, regions)
