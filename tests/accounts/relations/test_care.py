"""The care calendar: whom it wishes well, whom it may name, and that it is the same each time."""

from datetime import date
from decimal import Decimal

import ibis
import pandas as pd
import pytest
from icalendar import Calendar
from tests.accounts.relations.tables import AS_OF, QUARTER, day, make_table

from analysis.accounts import care_calendar, funnel
from analysis.locales import Words
from analysis.params.relations_models import Care
from analysis.schemas import CUSTOMERS, OPPORTUNITIES

EN, ZH = Words("en", "CNY"), Words("zh", "CNY")
COMING = QUARTER.shift(1)


def customer(name, birthday, consent=True, **more):
    return {
        "customer_id": name,
        "name": f"Name of {name}",
        "birthday": birthday and date.fromisoformat(birthday),
        "consent_marketing": consent,
        **more,
    }


def looked_after(*ids):
    return ibis.memtable(
        {
            "customer_id": list(ids),
            "owner": ["Ann"] * len(ids),
            "tier": ["high"] * len(ids),
            "clv_12m": [float(n) for n in range(len(ids))],
        },
        schema={
            "customer_id": "string", "owner": "string", "tier": "string", "clv_12m": "float64",
        },
    )  # fmt: skip


def won(customer_id, closed):
    return {
        "opportunity_id": f"D{customer_id}{closed}",
        "customer_id": customer_id,
        "stage": "Won",
        "amount": Decimal(10),
        "created_at": date(2025, 1, 1),
        "closed_at": date.fromisoformat(closed),
        "is_won": True,
    }


def days_of(customers, deals=(), months=12, country=None, quarter=COMING, language="en"):
    master = make_table(CUSTOMERS, customers)
    contacts = looked_after(*(c["customer_id"] for c in customers if c["customer_id"] != "x"))
    judged = funnel.judge_deals(make_table(OPPORTUNITIES, deals), AS_OF)
    return care_calendar.gather_days(
        care_calendar.find_birthdays(contacts, master, quarter),
        care_calendar.find_renewals(judged, contacts, master, months, quarter),
        care_calendar.list_holidays(country, quarter, language),
    )


def listed(days):
    return [(row.kind, str(row.day), row.customer_id) for row in days.events.itertuples()]


def test_birthdays_of_the_quarter_with_consent():
    days = days_of(
        [
            customer("a", "1980-10-01"),
            customer("b", "1990-12-31"),
            customer("c", "1990-09-30"),
            customer("d", "1970-01-01"),
            customer("e", "1985-11-11", consent=False),
            customer("f", "1985-11-11", consent=None),
            customer("g", None),
            customer("x", "1985-11-12"),  # whom nobody looks after
        ]
    )
    assert listed(days) == [("birthday", "2026-10-01", "a"), ("birthday", "2026-12-31", "b")]
    assert days.without_consent == 2


@pytest.mark.parametrize(("quarter", "day_of_wishes"), [(2, "2027-02-28"), (6, "2028-02-29")])
def test_who_was_born_on_a_leap_day(quarter, day_of_wishes):
    days = days_of([customer("a", "1992-02-29")], quarter=QUARTER.shift(quarter))
    assert listed(days) == [("birthday", day_of_wishes, "a")]


def test_renewals_follow_won_deals():
    deals = [
        won("a", "2025-10-31"),
        won("a", "2025-10-31"),
        won("b", "2025-09-30"),
        won("c", "2026-10-02"),
    ]
    deals[1]["opportunity_id"] = "twice"
    customers = [customer("a", None, consent=False), customer("b", None), customer("c", None)]
    assert listed(days_of(customers, deals)) == [("renewal", "2026-10-31", "a")]
    assert days_of(customers, deals).events["name"].isna().all()  # no consent, no name
    assert listed(days_of(customers, deals, months=None)) == []


def test_holidays_stand_on_their_first_day():
    found = care_calendar.list_holidays("CN", QUARTER.shift(2), "zh")
    assert dict(zip(found["name"], map(str, found["day"]), strict=True)) == {
        "元旦": "2027-01-01", "农历除夕": "2027-02-05", "春节": "2027-02-06",
    }  # fmt: skip
    names = set(care_calendar.list_holidays("CN", COMING, "en")["name"])
    assert names == {"National Day"}
    assert set(care_calendar.list_holidays("DE", COMING, "zh")["name"])  # in its own language


def test_days_off_in_place_of_a_weekend_are_no_holidays():
    found = care_calendar.list_holidays("CN", QUARTER.shift(-2), "zh")
    assert "休息日" not in "".join(found["name"])
    assert {"元旦", "春节"} <= set(found["name"])


CUSTOMERS_HERE = [
    customer("a", "1980-10-20"),
    customer("b", "1990-10-20", consent=False),
    customer("c", None),
]
DEALS_HERE = [won("b", "2025-11-05"), won("c", "2025-11-05")]
CUSTOMERS_HERE[2]["name"] = "Hostile\nEND:VCALENDAR; = , \\ \r\nBEGIN:VEVENT"


def written(words=EN, customers=CUSTOMERS_HERE, deals=DEALS_HERE):
    days = days_of(customers, deals, country="CN")
    return care_calendar.write_calendar(days, "demo", AS_OF, words)


def test_the_file_can_be_read_and_says_who_and_when():
    calendar = Calendar.from_ical(written())
    events = {str(e["summary"]): e for e in calendar.walk("VEVENT")}
    birthday = events["Birthday: Name of a (a)"]
    assert birthday.decoded("dtstart") == day("10-20")
    assert birthday.decoded("dtend") == day("10-21")
    assert str(birthday["description"]) == "Owner: Ann. Tier: High value."
    assert "Renewal due: b" in events
    assert "National Day" in events
    assert len(events) == 4


def test_no_name_without_consent_and_no_year_of_birth():
    content = written().decode()
    assert "Name of b" not in content
    assert "1980" not in content
    assert "1990" not in content


def test_a_hostile_name_stays_one_line_of_text():
    calendar = Calendar.from_ical(written())
    events = calendar.walk("VEVENT")
    assert len(events) == 4
    (summary,) = (str(e["summary"]) for e in events if "Hostile" in str(e["summary"]))
    assert "END:VCALENDAR; = , \\" in summary
    assert written().decode().count("\r\nEND:VCALENDAR") == 1


def test_equal_days_give_equal_bytes():
    turned = written(customers=CUSTOMERS_HERE[::-1], deals=DEALS_HERE[::-1])
    again = written()
    assert again == written()
    assert sorted(turned.splitlines()) == sorted(again.splitlines())
    uids = [line for line in again.splitlines() if line.startswith(b"UID")]
    assert len(set(uids)) == len(uids) == 4
    assert written(ZH).count(b"UID") == 4


def test_what_is_published():
    days = days_of(CUSTOMERS_HERE, DEALS_HERE, country="CN")
    results = care_calendar.care_results(days, Care(country="CN", renewal_months=12), True)
    assert {name: r.value for name, r in results.items()} == {
        "care.birthdays": 1, "care.holidays": 1, "care.renewals": 2, "care.without_consent": 1,
        "care.left_out": 0,
    }  # fmt: skip
    nothing = care_calendar.care_results(days_of([]), Care(), False)
    assert nothing["care.birthdays"].note == care_calendar.NO_BIRTHDAYS
    assert nothing["care.holidays"].note == care_calendar.NO_COUNTRY
    assert nothing["care.renewals"].note == care_calendar.NO_RENEWALS


def test_birthdays_need_consent_to_be_known():
    known = make_table(CUSTOMERS, [customer("a", "1980-10-20")])
    assert care_calendar.has_birthdays(known)
    unknown = make_table(CUSTOMERS, [customer("a", "1980-10-20", consent=None)])
    assert not care_calendar.has_birthdays(unknown)


def test_a_very_long_calendar_holds_the_most_valuable(monkeypatch):
    monkeypatch.setattr(care_calendar, "MOST_EVENTS", 2)
    days = days_of([customer(c, "1980-10-20") for c in "abc"])
    assert [c for _, _, c in listed(days)] == ["b", "c"]
    assert days.left_out == 1


def test_an_empty_calendar_is_a_calendar():
    content = care_calendar.write_calendar(days_of([]), "demo", AS_OF, EN)
    assert Calendar.from_ical(content).walk("VEVENT") == []
    assert pd.isna(days_of([]).events["kind"]).sum() == 0
