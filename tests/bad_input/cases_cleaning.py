"""Cases 40 to 79: rows that can be read and do not mean what they seem to."""

from datetime import date
from pathlib import Path

from tests.bad_input.case import Found, Outcome, case

from analysis import cleaning, engine
from analysis.cleaning import Cleaned, CleaningSettings
from analysis.locales import Words
from analysis.params.source_models import CsvSource
from analysis.schemas import TABLES
from analysis.sources import SourceError, read_table

ORDERS = "order_id,customer_id,order_date,amount"
BOUGHT = "1,c,2026-01-02,10"
EXPORTED_ON = date(2026, 10, 5)
GRAVITY = {
    "quarantined": Outcome.QUARANTINE,
    "fixed": Outcome.FIX,
    "warned": Outcome.WARN,
    "counted": Outcome.ACCEPT,
}


def clean(
    folder: Path,
    *lines: str,
    header: str = ORDERS,
    shows: str = "amount",
    table: str = "transactions",
    scales: dict[str, tuple[float, float]] | None = None,
    **declared: object,
) -> Found:
    """Clean a file beside some orders, and tell the gravest thing that came of it.

    The message has each reason with file and line, and what was kept of the column ``shows``.
    """
    files = {"transactions": (ORDERS, [BOUGHT], {}), table: (header, list(lines), declared)}
    connection = engine.connect(folder / "spill")
    numbers = iter(range(1000))
    settings = CleaningSettings(
        date(2026, 9, 30), "CNY", EXPORTED_ON, scales=scales or {}, outlier_multiple=100
    )
    try:
        raw_tables = {}
        for name, (head, rows, extra) in files.items():
            path = folder / f"{name}.csv"
            path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
            source = CsvSource.model_validate(
                {"format": "csv", "location": str(path), "delimiter": ",", **extra}
            )
            raw_tables[name] = read_table(connection, TABLES[name], source, folder / "scratch")
        cleaned = cleaning.clean_tables(
            raw_tables,
            settings,
            lambda name, rows: connection.create_table(f"t{next(numbers)}", rows, temp=True),
        )
        return _tell(cleaned[table], shows)
    except SourceError as error:
        return Found(Outcome.STOP, str(error))
    finally:
        connection.disconnect()


def _tell(cleaned: Cleaned, shows: str) -> Found:
    words = Words("en", "CNY")
    cleaning.tally_outcomes(cleaned)
    reasons = cleaning.tally_reasons(cleaned)
    named = [
        f"{words(f'rule.{row.rule}')} ({row.rows} rows, {row.amount} CNY)"
        for row in reasons.itertuples()
    ]
    kept = cleaned.kept.order_by("source_row").to_pyarrow()[shows].to_pylist()
    effects = set(reasons["outcome"])
    gravest = next((found for effect, found in GRAVITY.items() if effect in effects), None)
    message = "; ".join([*named, f"kept {shows}: {', '.join(map(str, kept))}"])
    return Found(gravest or Outcome.ACCEPT, message)


def as_declared(found: Found) -> Found:
    """What was read as the params declare it: fixed, though no row deviates from that."""
    return Found(Outcome.FIX if found.outcome == Outcome.ACCEPT else found.outcome, found.message)


def read_ids(folder: Path, *ids: str) -> Found:
    """Orders of customers with these ids."""
    lines = [f"{n},{text},2026-01-0{n},5" for n, text in enumerate(ids, 1)]
    return clean(folder, *lines, shows="customer_id")


def read_amounts(folder: Path, *texts: str, **declared: object) -> Found:
    """Orders of these amounts."""
    return clean(folder, *(f'{n},c,2026-01-02,"{t}"' for n, t in enumerate(texts)), **declared)


def read_days(folder: Path, *texts: str, **declared: object) -> Found:
    """Orders on these days."""
    lines = [f"{n},c,{text},5" for n, text in enumerate(texts)]
    return clean(folder, *lines, shows="order_date", **declared)


@case(40, "leading zeros in an id", Outcome.ACCEPT, "kept customer_id: 007, 7")
def leading_zeros(folder: Path) -> Found:
    return read_ids(folder, "007", "7")


@case(41, "123.0 as an id", Outcome.ACCEPT, "kept customer_id: 123.0, 123")
def decimal_point_in_id(folder: Path) -> Found:
    return read_ids(folder, "123.0", "123")


@case(42, "ids beyond 2^53", Outcome.ACCEPT, "9007199254740993, 9007199254740992")
def large_ids(folder: Path) -> Found:
    return read_ids(folder, "9007199254740993", "9007199254740992")


@case(43, "1.23E+05 as an id", Outcome.QUARANTINE, "customer id cannot be read (1 rows")
def scientific_id(folder: Path) -> Found:
    return read_ids(folder, "1.23E+05", "c")


@case(44, "12E5 as an id", Outcome.ACCEPT, "kept customer_id: 12E5, 1200000")
def id_like_a_number(folder: Path) -> Found:
    return read_ids(folder, "12E5", "1200000")


@case(45, "NA and null as ids", Outcome.ACCEPT, "kept customer_id: NA, null")
def ids_like_nothing(folder: Path) -> Found:
    return read_ids(folder, "NA", "null")


@case(46, "blanks and capitals in an id", Outcome.FIX, "another spelling (1 rows", "c1, c1, c1, c1")
def spellings(folder: Path) -> Found:
    return read_ids(folder, "c1", "C1", " c1 ", "c1\u00a0", "c1")


@case(47, "no id", Outcome.QUARANTINE, "no customer id (1 rows", "kept customer_id: c")
def missing_id(folder: Path) -> Found:
    return read_ids(folder, "", "c")


@case(48, "duplicate rows", Outcome.WARN, "copy of an earlier row (1 rows, 10.0000 CNY)")
def duplicate_rows(folder: Path) -> Found:
    return clean(folder, BOUGHT, BOUGHT)


@case(49, "two rows for one customer", Outcome.STOP, "line 2", "line 3", "Keep one row for each")
def duplicate_masters(folder: Path) -> Found:
    return clean(folder, "c,Ann", "c,Bo", header="customer_id,name", table="customers")


@case(50, "decimal comma", Outcome.FIX, "kept amount: 9.5000, 1234.5000")
def decimal_comma(folder: Path) -> Found:
    undeclared = read_amounts(folder, "9,50")
    assert undeclared.outcome == Outcome.QUARANTINE
    return as_declared(read_amounts(folder, "9,50", "1234,5", decimal=","))


@case(51, "thousands", Outcome.FIX, "kept amount: 1234.5000, 12.0000")
def thousands(folder: Path) -> Found:
    undeclared = read_amounts(folder, "1,234.50")
    assert undeclared.outcome == Outcome.QUARANTINE
    return as_declared(read_amounts(folder, "1,234.50", "12", thousands=","))


@case(52, "currency sign", Outcome.FIX, "currency sign", "kept amount: 9.5000, 9.5000")
def currency_sign(folder: Path) -> Found:
    foreign = read_amounts(folder, "$9.50")
    assert foreign.outcome == Outcome.QUARANTINE
    return read_amounts(folder, "¥9.50", "9.50 元")


@case(53, "full-width digits", Outcome.FIX, "kept amount: 9.5000")
def wide_digits(folder: Path) -> Found:
    return read_amounts(folder, "９．５０")


@case(54, "(9.50) for -9.50", Outcome.FIX, "brackets", "kept amount: 20.0000, -9.5000")
def brackets(folder: Path) -> Found:
    return read_amounts(folder, "20", "(9.50)")


@case(55, "inf and 1e400", Outcome.QUARANTINE, "amount cannot be read (3 rows", "kept amount: 5")
def infinite(folder: Path) -> Found:
    return read_amounts(folder, "inf", "1e400", "NaN", "5")


@case(56, "1.9 as a whole number", Outcome.QUARANTINE, "points cannot be read (1 rows")
def cut_number(folder: Path) -> Found:
    header = "customer_id,date,points"
    lines = ["c,2026-01-02,1.9", "c,2026-01-02,2"]
    return clean(folder, *lines, header=header, table="loyalty", shows="points")


@case(57, "returns", Outcome.ACCEPT, "return (1 rows, -4.0000 CNY)", "kept amount: 10.0000, -4")
def returns(folder: Path) -> Found:
    return clean(folder, BOUGHT, "1,c,2026-01-03,-4")


@case(58, "refund without a sale", Outcome.QUARANTINE, "return without an earlier purchase")
def refund(folder: Path) -> Found:
    return clean(folder, BOUGHT, "2,d,2026-01-03,-4")


@case(59, "zero price", Outcome.WARN, "amount is zero (1 rows")
def zero_price(folder: Path) -> Found:
    return clean(folder, BOUGHT, "2,c,2026-01-03,0")


@case(60, "outlier", Outcome.WARN, "far larger than other order lines (1 rows, 99999.0000 CNY)")
def outlier(folder: Path) -> Found:
    ordinary = [f"{n},c,2026-01-02,{n % 7 + 1}" for n in range(150)]
    return clean(folder, *ordinary, "x,c,2026-01-02,99999")


@case(61, "mixed currencies without rates", Outcome.STOP, "USD", "2026-01-03", "sources.fx_rates")
def mixed_currencies(folder: Path) -> Found:
    return clean(folder, f"{BOUGHT},CNY", "2,c,2026-01-03,5,USD", header=f"{ORDERS},currency")


@case(62, "Excel's numbers for days", Outcome.FIX, "kept order_date: 2026-01-02")
def excel_days(folder: Path) -> Found:
    assert read_days(folder, "46024").outcome == Outcome.QUARANTINE
    return as_declared(read_days(folder, "46024", date_format="excel"))


@case(63, "day and month can be swapped", Outcome.QUARANTINE, "order date cannot be read (1 rows")
def ambiguous_days(folder: Path) -> Found:
    declared = read_days(folder, "03/04/2026", date_format="%d/%m/%Y")
    assert declared.message.endswith("kept order_date: 2026-04-03")
    return read_days(folder, "03/04/2026", "13/04/2026", date_format=["%d/%m/%Y", "%m/%d/%Y"])


@case(64, "several forms of dates", Outcome.FIX, "kept order_date: 2026-01-02, 2026-01-03")
def mixed_forms(folder: Path) -> Found:
    assert read_days(folder, "2026-01-02", "03.01.2026").outcome == Outcome.QUARANTINE
    forms = ["%Y-%m-%d", "%d.%m.%Y"]
    return as_declared(read_days(folder, "2026-01-02", "03.01.2026", date_format=forms))


@case(65, "several time zones", Outcome.FIX, "kept order_date: 2026-01-03, 2026-01-02")
def mixed_zones(folder: Path) -> Found:
    moments = ("2026-01-02T23:00:00+00:00", "2026-01-02T23:00:00+08:00")
    assert read_days(folder, *moments, date_format="iso").outcome == Outcome.QUARANTINE
    declared = {"date_format": "iso", "time_zone": "Asia/Shanghai"}
    return as_declared(read_days(folder, *moments, **declared))


@case(66, "years of two digits", Outcome.FIX, "kept order_date: 2026-01-02")
def short_years(folder: Path) -> Found:
    assert read_days(folder, "26-01-02").outcome == Outcome.QUARANTINE
    return as_declared(read_days(folder, "26-01-02", date_format="%y-%m-%d"))


@case(67, "30 February", Outcome.QUARANTINE, "order date cannot be read (1 rows, 5.0000 CNY)")
def no_day(folder: Path) -> Found:
    return read_days(folder, "2026-02-30", "2026-02-28")


@case(68, "a day in the future", Outcome.QUARANTINE, "order date after the export (1 rows")
def future_day(folder: Path) -> Found:
    return read_days(folder, "2026-10-06", "2026-02-28")


@case(69, "the year 9999", Outcome.QUARANTINE, "order date cannot be read (1 rows")
def placeholder_day(folder: Path) -> Found:
    return read_days(folder, "9999-12-31", "2026-02-28")


def survey(folder: Path, *lines: str) -> Found:
    """Answers of (response, customer, day, score) on a scale from 0 to 10."""
    return clean(
        folder,
        *(line.replace("|", ",nps,") for line in lines),
        header="response_id,customer_id,date,item,score",
        table="surveys",
        shows="score",
        scales={"nps": (0, 10)},
    )


@case(70, "score off the scale", Outcome.QUARANTINE, "score off the scale", "kept score: 10")
def off_scale(folder: Path) -> Found:
    return survey(folder, "1,c,2026-01-02|11", "2,c,2026-01-02|10")


@case(71, "score in words", Outcome.QUARANTINE, "score cannot be read", "kept score: 9")
def score_in_words(folder: Path) -> Found:
    return survey(folder, "1,c,2026-01-02|very good", "2,c,2026-01-02|9")


@case(72, "duplicate response", Outcome.QUARANTINE, "has the same key (1 rows", "kept score: 9")
def duplicate_response(folder: Path) -> Found:
    return survey(folder, "1,c,2026-01-02|9", "1,c,2026-01-03|1")


@case(73, "unknown respondent", Outcome.QUARANTINE, "respondent without orders", "kept score: 9")
def unknown_respondent(folder: Path) -> Found:
    return survey(folder, "1,x,2026-01-02|1", "2,,2026-01-02|9")
