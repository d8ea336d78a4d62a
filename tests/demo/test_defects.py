"""Each planted defect is found where it is said to be, by checks that know only the files."""

import pandas as pd
import pytest

from analysis.demo.defects import DEFECTS

NBSP = "\u00a0"
AS_OF, EXPORTED_ON = "2026-09-30", "2026-10-05"


def day(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.str[:10], errors="coerce", format="%Y-%m-%d")


def no_number(texts: pd.Series) -> pd.Series:
    return (texts != "") & pd.to_numeric(texts, errors="coerce").isna()


def no_day(texts: pd.Series) -> pd.Series:
    return (texts != "") & day(texts).isna()


def canonical(ids: pd.Series) -> pd.Series:
    return ids.str.replace(NBSP, " ").str.strip().str.upper()


def before_any_purchase(rows: pd.DataFrame) -> pd.Series:
    is_return = rows["is_return"] == "true"
    sales = rows[~is_return & ~no_day(rows["order_date"])]
    first = day(sales["order_date"]).groupby(canonical(sales["customer_id"])).min()
    return is_return & (day(rows["order_date"]) < canonical(rows["customer_id"]).map(first))


def contradicting(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby(["customer_id", "type"])["holdout"].transform("nunique") > 1


def overdrawn(rows: pd.DataFrame) -> pd.Series:
    in_time = rows[rows["date"] <= AS_OF].sort_values("date", kind="stable")
    points = pd.to_numeric(in_time["points"], errors="coerce")
    return (
        points.groupby(in_time["customer_id"]).cumsum().lt(0).reindex(rows.index, fill_value=False)
    )


CHECKS = {
    "missing_order_id": lambda t: t["order_id"] == "",
    "missing_customer_id": lambda t: t["customer_id"] == "",
    "future_order_date": lambda t: day(t["order_date"]) > EXPORTED_ON,
    "zero_amount": lambda t: pd.to_numeric(t["amount"], errors="coerce") == 0,
    "duplicate_row": lambda t: t.duplicated(),
    "return_before_purchase": before_any_purchase,
    "id_in_lower_case": lambda t: t["customer_id"].str.startswith("c"),
    "id_with_blanks": lambda t: t["customer_id"].str.startswith(" "),
    "id_with_nbsp": lambda t: t["customer_id"].str.endswith(NBSP),
    "closed_before_created": lambda t: day(t["closed_at"]) < day(t["created_at"]),
    "closed_before_opened": lambda t: day(t["closed_at"]) < day(t["opened_at"]),
    "paid_before_issued": lambda t: day(t["paid_at"]) < day(t["issued_at"]),
    "off_scale_score": lambda t: pd.to_numeric(t["score"], errors="coerce") > 10,
    "text_score": lambda t: no_number(t["score"]),
    "duplicate_response": lambda t: t.duplicated(["response_id", "item"]),
    "held_out_and_treated": contradicting,
    "negative_balance": overdrawn,
}


def check_of(kind: str, known: set[str]):
    if kind in ("orphan", "unknown_respondent"):
        return lambda t: (t["customer_id"] != "") & ~canonical(t["customer_id"]).isin(known)
    if kind.startswith("unreadable_"):
        column = kind.removeprefix("unreadable_")
        return lambda t: (no_number if column in ("amount", "points") else no_day)(t[column])
    return CHECKS[kind]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.table}-{defect.kind}")
def test_a_defect_is_where_it_is_said_to_be_and_nowhere_else(read_rows, defects, truth, defect):
    known = set(read_rows("customers")["customer_id"])
    rows = read_rows(defect.table)
    found = check_of(defect.kind, known)(rows)
    planted = defects.query("table == @defect.table and kind == @defect.kind")
    assert sorted(rows.index[found.fillna(False)]) == sorted(planted["source_row"])
    expected = defect.rows * (2 if defect.on == "both" else 1)
    assert len(planted) == truth["defects"][defect.table][defect.kind]["rows"] == expected


def test_each_defect_has_rows_of_its_own(defects):
    assert not defects.duplicated(["table", "source_row"]).any()
