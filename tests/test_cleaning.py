"""Cleaning: each rule at its edge, all reasons of a row, and rows and money that add up."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import cleaning, engine, sources
from analysis.params.source_models import ParquetSource
from analysis.schemas import TRANSACTIONS

AS_OF, EXPORTED_ON = date(2026, 9, 30), date(2026, 10, 5)
HEADER = "order_id,customer_id,order_date,amount"
PURCHASE = "1,c,2026-01-01,100"


def table(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines, ""])


def judged(cleaned) -> list[tuple[str, list[str]]]:
    """Outcome and reasons of each row, in the file's order."""
    found = cleaned.table.order_by("source_row").select("outcome", "reasons")
    return [tuple(row.values()) for row in found.to_pyarrow().to_pylist()]


def column_of(rows, name: str) -> list:
    return rows.order_by("source_row").to_pyarrow()[name].to_pylist()


AT_THE_EDGE = {
    # rule: (outcome, a line that meets it, one that just does not); both follow PURCHASE
    "missing_order_id": ("quarantined", " ,c,2026-01-05,5", "0,c,2026-01-05,5"),
    "missing_customer_id": ("quarantined", '2," ",2026-01-05,5', "2,0,2026-01-05,5"),
    "missing_order_date": ("quarantined", "2,c,,5", "2,c,2026-01-05,5"),
    "missing_amount": ("quarantined", "2,c,2026-01-05,", "2,c,2026-01-05,0"),
    "unreadable_order_date": ("quarantined", "2,c,2026-02-29,5", "2,c,2026-02-28,5"),
    "unreadable_amount": ("quarantined", "2,c,2026-01-05,1O", "2,c,2026-01-05,10"),
    "unreadable_is_return": ("quarantined", "2,c,2026-01-05,5,perhaps", "2,c,2026-01-05,5,no"),
    "future_order_date": ("quarantined", "2,c,2026-10-06,5", "2,c,2026-10-05,5"),
    "after_as_of": ("excluded", "2,c,2026-10-01,5", "2,c,2026-09-30,5"),
    "positive_return": ("quarantined", "2,c,2026-01-05,0.01,yes", "2,c,2026-01-05,-0.01,yes"),
    "zero_amount": ("kept", "2,c,2026-01-05,0.00", "2,c,2026-01-05,0.0001"),
    "return": ("kept", "2,c,2026-01-05,-0.01", "2,c,2026-01-05,0.01"),
    "duplicate_row": ("kept", PURCHASE, "2,c,2026-01-01,100"),
    "return_before_purchase": ("quarantined", "2,c,2025-12-31,-5", "2,c,2026-01-01,-5"),
}


@pytest.mark.parametrize("rule", AT_THE_EDGE)
def test_each_rule_at_its_edge(clean, rule):
    outcome, meets, just_not = AT_THE_EDGE[rule]
    lines, header = [PURCHASE, meets, just_not], HEADER
    if rule in ("unreadable_is_return", "positive_return"):
        lines[0], header = f"{PURCHASE},", f"{HEADER},is_return"
    _, met, unmet = judged(clean(table(*lines, header=header), AS_OF, EXPORTED_ON))
    assert met[0] == outcome
    assert rule in met[1]
    assert rule not in unmet[1]


def test_every_rule_is_tested_at_its_edge(clean):
    assert {rule.name for rule in clean(table(), AS_OF, EXPORTED_ON).rules} == set(AT_THE_EDGE)


def test_rows_that_meet_no_rule_are_kept_without_a_reason(clean):
    assert judged(clean(table(PURCHASE))) == [("kept", [])]


def test_a_row_carries_all_its_reasons_in_the_order_of_the_rules(clean):
    found = judged(clean(table(",,2026-02-30,", ",c,,1O", "1,,2026-01-01,0")))
    assert found == [
        (
            "quarantined",
            ["missing_order_id", "missing_customer_id", "missing_amount", "unreadable_order_date"],
        ),
        ("quarantined", ["missing_order_id", "missing_order_date", "unreadable_amount"]),
        ("quarantined", ["missing_customer_id", "zero_amount"]),
    ]


def test_the_gravest_reason_decides(clean):
    found = judged(clean(table("1,c,2027-01-01,5"), AS_OF, EXPORTED_ON))
    assert found == [("quarantined", ["future_order_date", "after_as_of"])]


def test_without_the_day_of_export_no_order_is_too_late(clean):
    assert judged(clean(table("1,c,2027-01-01,5"), AS_OF)) == [("excluded", ["after_as_of"])]


def test_the_day_of_export_may_come_before_the_end_of_the_quarter(clean):
    found = judged(clean(table("1,c,2026-09-29,5", "2,c,2026-09-30,5"), AS_OF, date(2026, 9, 29)))
    assert found == [("kept", []), ("quarantined", ["future_order_date"])]


@pytest.mark.parametrize(("duplicates", "outcome"), [("keep", "kept"), ("exclude", "excluded")])
def test_copies_after_the_first_are_duplicates(clean, duplicates, outcome):
    lines = [PURCHASE, "2,c,2026-01-01,100", PURCHASE.replace(",c", ", c "), PURCHASE]
    found = judged(clean(table(*lines), duplicates=duplicates))
    copy = (outcome, ["duplicate_row"])
    assert found == [("kept", []), ("kept", []), copy, copy]


def test_rejected_rows_are_not_compared(clean):
    found = judged(clean(table(*["1,c,2026-10-01,5"] * 2), duplicates="exclude"))
    assert found == [("excluded", ["after_as_of"])] * 2


@pytest.mark.parametrize(
    ("lines", "is_too_early"),
    [
        (["1,c,2026-01-02,9", "2,c,2026-01-01,-9"], True),
        (["1,c,2026-01-01,9", "2,c,2026-01-01,-9"], False),
        (["1,other,2026-01-01,9", "2,c,2026-01-01,-9"], True),
        (["1,c,2026-10-01,9", "2,c,2026-01-01,-9"], True),  # the purchase is after the review
        (["1,c,2026-01-01,x", "2,c,2026-01-01,-9"], True),  # and here it was rejected
        (["1,c,2026-01-01,-9", "2,c,2026-01-02,-9"], True),  # a return is no purchase
        (["1,c,2026-01-01,0", "2,c,2026-01-02,-9"], False),
    ],
)
def test_a_return_needs_an_earlier_purchase(clean, lines, is_too_early):
    assert ("return_before_purchase" in judged(clean(table(*lines)))[1][1]) == is_too_early


def test_a_return_is_flagged_or_negative(clean):
    rows = [("5", "", False), ("5", "F", False), ("0", "true", True), ("-5", "", True),
            ("-5", "no", True), ("-5", "1", True)]  # fmt: skip
    lines = [f"{n},c,2026-01-01,{amount},{flag}" for n, (amount, flag, _) in enumerate(rows)]
    kept = clean(table(*lines, header=f"{HEADER},is_return")).kept
    assert column_of(kept, "is_return") == [is_return for *_, is_return in rows]


@pytest.mark.parametrize(
    ("dialect", "readings"),
    [
        (
            {},
            {
                "12.5": "12.5",
                "+12.5": "12.5",
                "-.5": "-0.5",
                " 12 ": "12",
                "1e3": "1000",
                "0.00005": "0.0001",
                "99999999999999.9999": "99999999999999.9999",
                "100000000000000": None,
                "12,5": None,
                "1 000": None,
                "(5)": None,
                "¥5": None,
                "５": None,
                "inf": None,
                "nan": None,
            },
        ),
        ({"decimal": ","}, {"12,5": "12.5", "-1": "-1", "12.5": None, "1,2,3": None}),
        (
            {"thousands": ","},
            {
                "1,234.5": "1234.5",
                "-1,234,567": "-1234567",
                "12,34,567": "1234567",
                "1234.5": "1234.5",
                "12,50": None,
                "1,2345": None,
                "1.5,000": None,
            },
        ),
        ({"decimal": ",", "thousands": "."}, {"1.234,5": "1234.5", "12.50": None}),
        ({"decimal": ",", "thousands": " "}, {"1 234,5": "1234.5", "12 50": None}),
        ({"thousands": "'"}, {"1'234.5": "1234.5"}),
    ],
)
def test_amounts_are_read_as_declared_or_not_at_all(read, dialect, readings):
    lines = [f"1;c;2026-01-01;{text}" for text in readings]
    raw = read(table(*lines, header=HEADER.replace(",", ";")), delimiter=";", **dialect)
    assert column_of(cleaning.cast_columns(raw), "amount") == [
        None if amount is None else Decimal(amount) for amount in readings.values()
    ]


@pytest.mark.parametrize(
    ("date_format", "readings"),
    [
        (
            "%Y-%m-%d",
            {
                "2026-9-3": date(2026, 9, 3),
                " 2026-09-03 ": date(2026, 9, 3),
                "9999-12-31": date(9999, 12, 31),
                "26-09-03": None,
                "1900-01-01": None,
                "infinity": None,
                "46268": None,
                "2026-09-03 23:59": None,
                "2026/09/03": None,
            },
        ),
        ("%d/%m/%Y", {"03/09/2026": date(2026, 9, 3), "09/13/2026": None}),
        ("%d.%m.%y", {"03.09.26": date(2026, 9, 3)}),
        ("%Y%m%d", {"20260903": date(2026, 9, 3), "20260931": None}),
        ("%Y年%m月%d日", {"2026年9月3日": date(2026, 9, 3)}),
        ("%Y-%m-%d %H:%M", {"2026-09-03 23:59": date(2026, 9, 3), "2026-09-03": None}),
    ],
)
def test_dates_are_read_as_declared_or_not_at_all(read, date_format, readings):
    raw = read(table(*(f"1,c,{text},5" for text in readings)), date_format=date_format)
    found = column_of(cleaning.cast_columns(raw), "order_date")
    assert found == list(readings.values())


def test_parquet_columns_that_cannot_be_cast_are_quarantined(connection, tmp_path):
    columns = {
        "order_id": [1, 2, 3, 4],
        "customer_id": ["c", "c", "c", "c"],
        "order_date": ["2026-01-01", "2026-01-02", "20260103", "2026-01-04"],
        "amount": [1.5, float("nan"), 2.0, 1e30],
    }
    pq.write_table(pa.table(columns), tmp_path / "orders.parquet")
    source = ParquetSource(format="parquet", location=str(tmp_path / "orders.parquet"))
    raw = sources.read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")
    assert judged(cleaning.clean_transactions(raw, AS_OF, None, "keep")) == [
        ("kept", []),
        ("quarantined", ["unreadable_amount"]),
        ("quarantined", ["unreadable_order_date"]),
        ("quarantined", ["unreadable_amount"]),
    ]


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.float64()])
def test_parquet_numbers_are_no_dates(connection, tmp_path, kind):
    columns = {"order_id": [1], "customer_id": [1], "amount": [1]}
    days = {"order_date": pa.array([20260103], kind)}
    pq.write_table(pa.table(columns | days), tmp_path / "orders.parquet")
    source = ParquetSource(format="parquet", location=str(tmp_path / "orders.parquet"))
    raw = sources.read_table(connection, TRANSACTIONS, source, tmp_path / "scratch")
    found = judged(cleaning.clean_transactions(raw, AS_OF, None, "keep"))
    assert found == [("quarantined", ["unreadable_order_date"])]


def test_kept_rows_are_typed_and_carry_no_judgement(clean):
    kept = clean(table(PURCHASE, ",c,2026-01-01,5")).kept
    assert dict(kept.schema().items()) == {
        "source_row": ibis.dtype("int64"),
        "order_id": ibis.dtype("string"),
        "customer_id": ibis.dtype("string"),
        "order_date": ibis.dtype("date"),
        "amount": ibis.dtype("decimal(18, 4)"),
        "is_return": ibis.dtype("boolean"),
    }
    assert kept.count().execute() == 1


DIRTY = """\
1,c,2026-01-01,0.10
2,c,2026-01-02,0.20
2,c,2026-01-02,0.20
3,,2026-01-03,0.70
4,c,2026-10-01,5
5,c,2026-01-04,broken
6,d,2026-01-04,-1
"""


def test_tally_of_outcomes(clean):
    tally = cleaning.tally_outcomes(clean(f"{HEADER}\n{DIRTY}", duplicates="exclude"))
    assert tally.index.to_list() == ["read", "kept", "quarantined", "excluded"]
    assert tally["rows"].to_list() == [7, 2, 3, 2]
    assert [str(amount) for amount in tally["amount"]] == ["5.2000", "0.3000", "-0.3000", "5.2000"]


def test_tally_of_a_file_without_rows(clean):
    cleaned = clean(HEADER)
    assert (cleaning.tally_outcomes(cleaned) == 0).all(axis=None)
    assert cleaning.tally_reasons(cleaned).empty


def test_tally_of_reasons_counts_a_row_under_each(clean):
    reasons = cleaning.tally_reasons(clean(f"{HEADER}\n{DIRTY}", duplicates="exclude"))
    assert [tuple(row) for row in reasons.itertuples(index=False)] == [
        ("missing_customer_id", "quarantined", 1, Decimal("0.7")),
        ("unreadable_amount", "quarantined", 1, Decimal(0)),
        ("after_as_of", "excluded", 1, Decimal(5)),
        ("return", "kept", 1, Decimal(-1)),
        ("duplicate_row", "excluded", 1, Decimal("0.2")),
        ("return_before_purchase", "quarantined", 1, Decimal(-1)),
    ]


def test_published_numbers_are_those_of_the_tallies(clean):
    cleaned = clean(f"{HEADER}\n{DIRTY}")
    results = cleaning.quality_results(
        cleaning.tally_outcomes(cleaned), cleaning.tally_reasons(cleaned)
    )
    values = {name.removeprefix("quality.transactions."): r.value for name, r in results.items()}
    assert values == {
        "rows_read": 7,
        "amount_read": 5.2,
        "rows_kept": 3,
        "amount_kept": 0.5,
        "rows_quarantined": 3,
        "amount_quarantined": -0.3,
        "rows_excluded": 1,
        "amount_excluded": 5.0,
        "reasons.missing_customer_id": 1,
        "reasons.unreadable_amount": 1,
        "reasons.after_as_of": 1,
        "reasons.return": 1,
        "reasons.duplicate_row": 1,
        "reasons.return_before_purchase": 1,
    }


@pytest.mark.parametrize("lost", [{"outcome": "lost"}, {"outcome": None}])
def test_a_row_that_vanishes_stops_the_run(clean, lost):
    cleaned = clean(table(PURCHASE))
    broken = replace(cleaned, table=cleaned.table.mutate(outcome=ibis.literal(*lost.values())))
    with pytest.raises(cleaning.ConservationError, match="1 rows were read, 0 came out"):
        cleaning.tally_outcomes(broken)


def expected_judgement(rows: list[tuple[str, ...]], duplicates: str) -> list[tuple[str, set[str]]]:
    """The rules once more, row by row in plain Python."""

    def day_of(text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def money_of(text: str) -> Decimal | None:
        try:
            return Decimal(text)
        except InvalidOperation:
            return None

    found = []
    for order, customer, day, amount, flag in rows:
        is_return = flag == "yes" or (money_of(amount) or 0) < 0
        reasons = {
            "missing_order_id": not order,
            "missing_customer_id": not customer,
            "missing_order_date": not day,
            "missing_amount": not amount,
            "unreadable_order_date": day and day_of(day) is None,
            "unreadable_amount": amount and money_of(amount) is None,
            "unreadable_is_return": flag == "perhaps",
            "future_order_date": day_of(day) and day_of(day) > EXPORTED_ON,
            "after_as_of": day_of(day) and day_of(day) > AS_OF,
            "positive_return": flag == "yes" and (money_of(amount) or 0) > 0,
            "zero_amount": money_of(amount) == 0,
            "return": is_return,
        }
        found.append({name for name, is_met in reasons.items() if is_met})
    rejecting = {rule for rule, (outcome, *_) in AT_THE_EDGE.items() if outcome != "kept"}
    kept = [not reasons & rejecting for reasons in found]
    first_purchase: dict[str, str] = {}
    for row, reasons, is_kept in zip(rows, found, kept, strict=True):
        if is_kept and "return" not in reasons:
            first_purchase[row[1]] = min(row[2], first_purchase.get(row[1], row[2]))
    seen = set()
    for row, reasons, is_kept in zip(rows, found, kept, strict=True):
        if is_kept and row in seen:
            reasons.add("duplicate_row")
        if is_kept and "return" in reasons and row[2] < first_purchase.get(row[1], "9999"):
            reasons.add("return_before_purchase")
        seen |= {row} if is_kept else set()
    excluding = {"after_as_of"} | ({"duplicate_row"} if duplicates == "exclude" else set())
    quarantining = rejecting - {"after_as_of"}
    return [
        (
            "quarantined"
            if reasons & quarantining
            else "excluded"
            if reasons & excluding
            else "kept",
            reasons,
        )
        for reasons in found
    ]


dirty_rows = st.tuples(
    st.sampled_from(["1", "2", "2", ""]),
    st.sampled_from(["a", "b", "b", ""]),
    st.sampled_from(
        ["2026-01-01", "2026-01-02", "2026-02-30", "", "x"]
        + [str(day + timedelta(n)) for day in (AS_OF, EXPORTED_ON) for n in (0, 1)]
    ),
    st.sampled_from(["5", "5.0001", "-5", "0", "-0.0000", "", "x", "0.1"]),
    st.sampled_from(["", "", "", "yes", "no", "perhaps"]),
)


@settings(settings.get_profile("engine"), max_examples=5)
@given(
    rows=st.lists(dirty_rows, min_size=20, max_size=150),
    duplicates=st.sampled_from(["keep", "exclude"]),
)
def test_dirty_tables_are_judged_as_in_plain_python_and_add_up(clean, rows, duplicates):
    content = table(*map(",".join, rows), header=f"{HEADER},is_return")
    cleaned = clean(content, AS_OF, EXPORTED_ON, duplicates)
    found = judged(cleaned)
    assert [(outcome, set(reasons)) for outcome, reasons in found] == expected_judgement(
        rows, duplicates
    )
    tally = cleaning.tally_outcomes(cleaned)
    money = [Decimal(row[3]) for row in rows if row[3] not in ("", "x")]
    assert tally.loc["read"].to_list() == [len(rows), sum(money)]
    assert (tally.loc[["kept", "quarantined", "excluded"]].sum() == tally.loc["read"]).all()


def rejects_of(connection, cleaned, raw, folder) -> list[dict[str, str]]:
    """The rows of rejects.csv as a spreadsheet would see them."""
    rejects = sources.count_lines(raw, cleaned.rejects)
    path = folder / "rejects.csv"
    engine.write_csv(connection, cleaning.describe_rejects(rejects, raw.file_name), path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rejects_name_the_line_and_show_what_stood_there(connection, read, tmp_path):
    lines = ["", '1,"two\nlines",2026-01-01,5', ",c,2026-02-30,5", "", "2,c,2026-10-01,7"]
    raw = read(table(*lines))
    cleaned = cleaning.clean_transactions(raw, AS_OF, None, "keep")
    assert rejects_of(connection, cleaned, raw, tmp_path) == [
        {
            "file": "orders.csv",
            "line": "5",
            "outcome": "quarantined",
            "reasons": "missing_order_id; unreadable_order_date",
            "order_id": "",
            "customer_id": "c",
            "order_date": "2026-02-30",
            "amount": "5",
        },
        {
            "file": "orders.csv",
            "line": "7",
            "outcome": "excluded",
            "reasons": "after_as_of",
            "order_id": "2",
            "customer_id": "c",
            "order_date": "2026-10-01",
            "amount": "7",
        },
    ]


def test_no_spreadsheet_takes_a_reject_for_a_formula(connection, read, tmp_path):
    shown = {
        "=1+1": "'=1+1",
        "+cmd": "'+cmd",
        "-2+3": "'-2+3",
        "@SUM(A1)": "'@SUM(A1)",
        "\t=1": "'=1",
        "＝1": "'＝1",
        "-5": "-5",
        "+8613800000000": "+8613800000000",
        "a=1": "a=1",
        "'=1": "'=1",
    }
    raw = read(table(*(f'1,"{text}",2026-02-30,5' for text in shown)))
    cleaned = cleaning.clean_transactions(raw, AS_OF, None, "keep")
    rejects = rejects_of(connection, cleaned, raw, tmp_path)
    assert [row["customer_id"] for row in rejects] == list(shown.values())


def test_a_file_name_is_no_formula_either(connection, read, tmp_path):
    raw = read(table(",c,2026-01-01,5"), name="=1+1.csv")
    cleaned = cleaning.clean_transactions(raw, AS_OF, None, "keep")
    assert rejects_of(connection, cleaned, raw, tmp_path)[0]["file"] == "'=1+1.csv"


def test_a_stored_judgement_is_the_same(connection, clean, tmp_path):
    cleaned = clean(f"{HEADER}\n{DIRTY}")
    engine.write_parquet(connection, cleaned.table, tmp_path / "judged.parquet")
    stored = cleaned.stored_as(engine.read_parquet(connection, tmp_path / "judged.parquet"))
    assert judged(stored) == judged(cleaned)
    pd.testing.assert_frame_equal(cleaning.tally_outcomes(stored), cleaning.tally_outcomes(cleaned))
