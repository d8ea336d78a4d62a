"""Days and moments are read in the declared forms, or not at all."""

from datetime import date, datetime

import pyarrow as pa
import pytest
from tests.cleaning.tables import judged, orders, raw_table

FORMS = [
    (
        {},
        {
            "2026-9-3": date(2026, 9, 3),
            " 2026-09-03 ": date(2026, 9, 3),
            "２０２６-０９-０３": date(2026, 9, 3),
            "2026-02-30": None,
            "9999-12-31": None,
            "2199-12-31": date(2199, 12, 31),
            "26-09-03": None,
            "1900-01-01": None,
            "infinity": None,
            "46268": None,
            "2026-09-03 23:59": None,
            "2026/09/03": None,
        },
    ),
    ({"date_format": "%d/%m/%Y"}, {"03/09/2026": date(2026, 9, 3), "09/13/2026": None}),
    ({"date_format": "%d.%m.%y"}, {"03.09.26": date(2026, 9, 3)}),
    ({"date_format": "%Y%m%d"}, {"20260903": date(2026, 9, 3), "20260931": None}),
    ({"date_format": "%Y年%m月%d日"}, {"2026年9月3日": date(2026, 9, 3)}),
    (
        {"date_format": ("%Y-%m-%d", "%d.%m.%Y")},
        {"2026-09-03": date(2026, 9, 3), "03.09.2026": date(2026, 9, 3), "09/03/2026": None},
    ),
    # The third of September or the ninth of March: nobody knows.
    (
        {"date_format": ("%d/%m/%Y", "%m/%d/%Y")},
        {"03/09/2026": None, "03/03/2026": date(2026, 3, 3), "13/09/2026": date(2026, 9, 13)},
    ),
    (
        {"date_format": "epoch_ms"},
        {"1788393600000": date(2026, 9, 3), "-1": None, "x": None, "9" * 30: None},
    ),
    ({"date_format": "epoch_s"}, {"1788393599": date(2026, 9, 2)}),
    (
        {"date_format": "epoch_s", "time_zone": "Asia/Shanghai"},
        {"1788393599": date(2026, 9, 3)},
    ),
    ({"date_format": "excel"}, {"46268": date(2026, 9, 3), "46268.75": date(2026, 9, 3)}),
    (
        {"date_format": "iso"},
        {
            "2026-09-03": date(2026, 9, 3),
            "2026-09-03 23:59": date(2026, 9, 3),
            "2026-09-03T23:59:59.123Z": date(2026, 9, 3),
            "2026-09-03T23:59:00.000+0000": date(2026, 9, 3),
            "2026-09-03T23:59:00+08:00": None,
            "2026/09/03": None,
            "20260903": None,
        },
    ),
    (
        {"date_format": "iso", "time_zone": "Asia/Shanghai"},
        {
            "2026-09-03T23:59:00Z": date(2026, 9, 4),
            "2026-09-03T23:59:00+08:00": date(2026, 9, 3),
            "2026-09-03T23:59:00-0500": date(2026, 9, 4),
            "2026-09-03T23:59:00": date(2026, 9, 3),
        },
    ),
    (
        {"date_format": "%Y-%m-%dT%H:%M:%S%z", "time_zone": "Asia/Shanghai"},
        {"2026-09-03T16:00:00Z": date(2026, 9, 4), "2026-09-03T16:00:00+0800": date(2026, 9, 3)},
    ),
    ({"date_format": "%Y-%m-%dT%H:%M:%S%z"}, {"2026-09-03T16:00:00+0800": None}),
]


@pytest.mark.parametrize(("declared", "readings"), FORMS)
def test_days_are_read_as_declared_or_not_at_all(read_column, declared, readings):
    raw = orders(*(("1", "c", text, "5") for text in readings), **declared)
    assert read_column(raw, "order_date") == list(readings.values())


def test_moments_keep_their_time(read_column):
    raw = raw_table(
        "complaints",
        {"complaint_id": ["1"], "customer_id": ["c"], "opened_at": ["2026-09-03T10:30:00Z"]},
        date_format="iso",
        time_zone="Asia/Shanghai",
    )
    assert read_column(raw, "opened_at") == [datetime(2026, 9, 3, 18, 30)]


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.float64()])
def test_typed_numbers_are_no_days_unless_declared(clean_one, kind):
    raw = raw_table(
        "transactions",
        {
            "order_id": ["1"],
            "customer_id": ["c"],
            "order_date": pa.array([20260103], kind),
            "amount": ["1"],
        },
    )
    assert judged(clean_one(raw)) == [("quarantined", ["unreadable_order_date"])]


def test_typed_days_and_moments_are_taken_as_they_are(read_column):
    moments = pa.array([datetime(2026, 1, 2, 20)], pa.timestamp("us", "UTC"))
    columns = {"order_id": ["1"], "customer_id": ["c"], "amount": ["1"]}
    utc, day = {"order_date": moments}, {"order_date": pa.array([date(2026, 1, 2)])}
    zone = {"time_zone": "Asia/Shanghai"}
    readings = [
        (raw_table("transactions", columns | utc), date(2026, 1, 2)),
        (raw_table("transactions", columns | utc, **zone), date(2026, 1, 3)),
        (raw_table("transactions", columns | day, **zone), date(2026, 1, 2)),
    ]
    for raw, expected in readings:
        assert read_column(raw, "order_date") == [expected]
