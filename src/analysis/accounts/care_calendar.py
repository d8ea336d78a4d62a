"""The care calendar: birthdays, holidays and renewals of the coming quarter, as an iCalendar file.

It goes to those who look after customers, never into the report. A birthday, and a customer's
name, stand in it only with the customer's consent to marketing; the year of birth never does.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

import holidays
import ibis
import ibis.expr.types as ir
import pandas as pd
from icalendar import Calendar, Event

from analysis.locales import Words
from analysis.params import Quarter
from analysis.params.relations_models import Care
from analysis.params.texts import Language
from analysis.results import Result, missing, number

BIRTHDAY, HOLIDAY, RENEWAL = "birthday", "holiday", "renewal"
MOST_EVENTS = 2_000
"""Customers of each kind that the calendar holds: the most valuable ones."""
COLUMNS = ("kind", "day", "customer_id", "name", "owner", "tier")
HOLIDAY_LANGUAGES = {"en": ("en_US", "en_GB", "en"), "zh": ("zh_CN", "zh")}
NO_BIRTHDAYS = "needs birthday and consent_marketing in the table customers"
NO_COUNTRY = "needs accounts.care.country"
NO_RENEWALS = "needs accounts.care.renewal_months, and won deals in the table opportunities"


@dataclass(frozen=True)
class CareDays:
    """What stands in the calendar.

    Attributes
    ----------
    events : DataFrame
        One row an event, by day: :data:`COLUMNS`. ``name`` is empty without consent, the customer
        is empty for holidays, whose ``name`` is what they are called.
    without_consent : int
        Birthdays in the quarter that are left out for lack of consent.
    left_out : int
        Events of customers beyond the two thousand most valuable.
    """

    events: pd.DataFrame
    without_consent: int
    left_out: int


def find_birthdays(contacts: ir.Table, master: ir.Table, quarter: Quarter) -> ir.Table:
    """Birthdays in a quarter, of those who are looked after.

    Parameters
    ----------
    contacts : ibis table
        From :func:`analysis.accounts.follow_ups.plan_contacts`.
    master : ibis table
        The table ``customers``: ``customer_id``, ``name``, ``birthday``, ``consent_marketing``.
    quarter : Quarter
        The quarter of the calendar. Who was born on 29 February is wished well on the 28th in
        other years.

    Returns
    -------
    ibis table
        ``customer_id``, ``name``, ``owner``, ``tier``, ``clv_12m``, ``day``, ``has_consent``.
    """
    born = master.filter(master.birthday.notnull()).select(
        "customer_id", "name", "birthday", "consent_marketing"
    )
    rows = contacts.select("customer_id", "owner", "tier", "clv_12m").join(born, "customer_id")
    days = pd.date_range(quarter.first_day, quarter.last_day)
    wished = pd.DataFrame({"day": days.date, "month": days.month, "of_month": days.day})
    shifted = wished[(days.month == 2) & (days.day == 28) & ~days.is_leap_year]
    wished = pd.concat([wished, shifted.assign(of_month=29)], ignore_index=True)
    calendar = ibis.memtable(wished, schema={"day": "date", "month": "int64", "of_month": "int64"})
    rows = rows.mutate(
        month=rows.birthday.month().cast("int64"), of_month=rows.birthday.day().cast("int64")
    )
    found = rows.join(calendar, ["month", "of_month"])
    return found.select(
        "customer_id",
        "name",
        "owner",
        "tier",
        "clv_12m",
        "day",
        has_consent=found.consent_marketing.fill_null(False),
    )


def find_renewals(
    deals: ir.Table, contacts: ir.Table, master: ir.Table, months: int | None, quarter: Quarter
) -> ir.Table:
    """Won deals whose renewal falls into a quarter, one row a customer and day.

    Parameters
    ----------
    deals : ibis table
        From :func:`analysis.accounts.funnel.judge_deals`.
    contacts, master : ibis table
        As in :func:`find_birthdays`.
    months : int or None
        Months from the day of winning to the renewal; None: no renewals.
    quarter : Quarter
        The quarter of the calendar.

    Returns
    -------
    ibis table
        As :func:`find_birthdays`.
    """
    won = deals.filter(deals.state == "won")
    day = (won.closed_at + ibis.interval(months=months or 0)).cast("date")
    due = won.select("customer_id", day=day).distinct()
    due = due.filter(due.day.between(quarter.first_day, quarter.last_day) & (months is not None))
    known = master.select("customer_id", "name", "consent_marketing")
    looked_after = contacts.select("customer_id", "owner", "tier", "clv_12m")
    rows = due.join(known, "customer_id").left_join(looked_after, "customer_id")
    return rows.select(
        "customer_id",
        "name",
        "owner",
        "tier",
        "clv_12m",
        "day",
        has_consent=rows.consent_marketing.fill_null(False),
    )


def list_holidays(country: str | None, quarter: Quarter, language: Language) -> pd.DataFrame:
    """The public holidays of a country in a quarter, each on its first day.

    Parameters
    ----------
    country : str or None
        ISO 3166 code; None: no holidays.
    quarter : Quarter
        The quarter of the calendar.
    language : Language
        Names are in it where the library knows them so, else in the country's own.

    Returns
    -------
    DataFrame
        One row a holiday: ``day``, ``name``. Days off that only stand in for a weekend are none.
    """
    if country is None:
        return pd.DataFrame({"day": [], "name": []})
    years = range(quarter.first_day.year, quarter.last_day.year + 1)
    plain = holidays.country_holidays(country, years=years, observed=False)
    spoken = [name for name in HOLIDAY_LANGUAGES[language] if name in plain.supported_languages]
    named = holidays.country_holidays(
        country, years=years, observed=False, language=spoken[0] if spoken else None
    )
    label = getattr(named, "substituted_label", None)
    stands_in = named.tr(label).partition("%s")[0] if label else None
    days = [
        (day, name)
        for day, name in sorted(named.items())
        if quarter.first_day <= day <= quarter.last_day
        and not (stands_in and name.startswith(stands_in))
    ]
    return pd.DataFrame(days, columns=["day", "name"]).drop_duplicates("name", ignore_index=True)


def gather_days(birthdays: ir.Table, renewals: ir.Table, feasts: pd.DataFrame) -> CareDays:
    """Put birthdays (with consent), renewals and holidays together.

    Parameters
    ----------
    birthdays : ibis table
        From :func:`find_birthdays`.
    renewals : ibis table
        From :func:`find_renewals`.
    feasts : DataFrame
        From :func:`list_holidays`.
    """
    wished = birthdays.filter(birthdays.has_consent)
    parts, left_out = [feasts.assign(kind=HOLIDAY)], 0
    for kind, rows in ((BIRTHDAY, wished), (RENEWAL, renewals)):
        order = [ibis.desc("clv_12m", nulls_first=False), "customer_id", "day"]
        named = rows.mutate(name=rows.has_consent.ifelse(rows.name, None))
        parts.append(named.order_by(order).limit(MOST_EVENTS).to_pandas().assign(kind=kind))
        left_out += max(0, rows.count().execute() - MOST_EVENTS)
    filled = [part for part in parts if len(part)]
    events = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    events = events.reindex(columns=list(COLUMNS))
    events["day"] = pd.to_datetime(events["day"]).dt.date
    events = events.sort_values(["day", "kind", "customer_id"], ignore_index=True)
    without = birthdays.filter(~birthdays.has_consent).count().execute()
    return CareDays(events, int(without), int(left_out))


def write_calendar(days: CareDays, review: str, as_of: date, words: Words) -> bytes:
    """The calendar as an iCalendar file (RFC 5545): equal days give equal bytes.

    Parameters
    ----------
    days : CareDays
        From :func:`gather_days`.
    review : str
        The review's name, a part of each event's id: the next run's file replaces the events.
    as_of : date
        The as-of date, which stands for the time of writing.
    words : Words
        The calendar's language.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Customer Review Kit//care calendar//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", words("care.title"))
    stamp = datetime.combine(as_of, time(), UTC)
    for row in days.events.astype(object).where(days.events.notna(), None).itertuples():
        event = Event()
        key = f"{review}|{row.kind}|{row.customer_id or row.name}|{row.day}"
        event.add("uid", f"{sha256(key.encode()).hexdigest()[:32]}@customer-review-kit")
        event.add("dtstamp", stamp)
        event.add("dtstart", row.day)
        event.add("dtend", row.day + timedelta(days=1))
        event.add("summary", _summary(row.kind, row.customer_id, row.name, words))
        if row.customer_id:
            event.add(
                "description",
                words(
                    "care.description",
                    owner=words.named("level_of_care", row.owner or "nobody"),
                    tier=words.named("level_of_care", row.tier or "unknown"),
                ),
            )
        event.add("categories", [words(f"care.{row.kind}")])
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def care_results(days: CareDays, care: Care, has_birthdays: bool) -> dict[str, Result]:
    """Published: how many ``care.birthdays``, ``.holidays``, ``.renewals`` the calendar holds.

    And ``care.without_consent`` (birthdays left out for lack of it) and ``care.left_out``.
    """
    counts = days.events["kind"].value_counts()
    known = {
        BIRTHDAY: (has_birthdays, NO_BIRTHDAYS),
        HOLIDAY: (care.country is not None, NO_COUNTRY),
        RENEWAL: (care.renewal_months is not None, NO_RENEWALS),
    }
    results = {
        f"care.{kind}s": number(int(counts.get(kind, 0)), "count")
        if is_known
        else missing("count", needs)
        for kind, (is_known, needs) in known.items()
    }
    return results | {
        "care.without_consent": number(days.without_consent, "customers")
        if has_birthdays
        else missing("customers", NO_BIRTHDAYS),
        "care.left_out": number(days.left_out, "count"),
    }


def has_birthdays(master: ir.Table) -> bool:
    """Whether the customers' table tells any birthday and any consent."""
    known = master.agg(birthdays=master.birthday.count(), consents=master.consent_marketing.count())
    row = known.to_pyarrow().to_pylist()[0]
    return bool(row["birthdays"] and row["consents"])


def _summary(kind: str, customer: str | None, name: str | None, words: Words) -> str:
    if customer is None:
        return str(name)
    shown = words("care.named", name=name, customer=customer) if name else customer
    return words(f"care.summary.{kind}", customer=shown)
