"""The quality of small tables, counted by hand."""

import pytest
from tests.cleaning.tables import orders, raw_table, settings

from analysis import cleaning, quality
from analysis.params import FiscalCalendar, Quarter

ORDERS = orders(
    ("1", "c", "2026-08-01", "10"),
    ("2", "c", "2026-08-02", "20"),
    ("2", "c", "2026-08-02", "20"),
    ("3", None, "2026-08-03", "70"),
    ("4", "c", "2026-10-01", "5"),
    ("5", "d", "2026-05-04", "broken"),
    ("6", "d", "2026-05-04", "40"),
    ("7", "c", "2026-05-05", "30"),
    channel=["web", "web", "web", "web", "web", "shop", "shop", "shop"],
)
COMPLAINTS = raw_table(
    "complaints",
    {
        "complaint_id": ["t1", "t2", "t3", "t4"],
        "customer_id": ["c", "c", "stranger", "d"],
        "opened_at": ["2026-02-10", "2026-02-11", "2026-02-12", "2026-02-30"],
        "closed_at": ["2026-02-20", "2026-02-01", None, None],
    },
)
SETTINGS = settings(stale_after_days=92)


@pytest.fixture(scope="module")
def cleaned(store):
    raw_tables = {raw.schema.name: raw for raw in (ORDERS, COMPLAINTS)}
    return cleaning.clean_tables(raw_tables, SETTINGS, store)


@pytest.fixture(scope="module")
def assessed(cleaned):
    return quality.assess(cleaned, SETTINGS)


def test_rows_of_each_table_add_up(assessed):
    rows = assessed.rows.set_index("table")
    parts = rows[["kept", "fixed", "quarantined", "excluded"]].sum(axis=1)
    assert (parts == rows["read"]).all()
    assert rows.loc["transactions"].to_dict() == {
        "read": 8, "kept": 5, "fixed": 0, "quarantined": 2, "excluded": 1,
    }  # fmt: skip


def test_scores_of_the_orders(assessed):
    scores = assessed.scores.set_index("table").loc["transactions"]
    # One id of 8 · 4 required values is missing; one amount of 8 · 5 − 1 values is unreadable.
    assert scores["completeness"] == pytest.approx(31 / 32)
    assert scores["validity"] == pytest.approx(38 / 39)
    assert scores["uniqueness"] == pytest.approx(7 / 8)
    assert scores["timeliness"] == 1
    assert (scores["score"], scores["grade"]) == (pytest.approx(7 / 8), "E")


def test_scores_of_the_complaints(assessed):
    scores = assessed.scores.set_index("table").loc["complaints"]
    assert scores["validity"] == pytest.approx(13 / 14)
    # One was closed before it was opened, one is of a stranger.
    assert scores["consistency"] == pytest.approx(2 / 4)
    # The newest is of 12 February: 230 days before the end of September.
    assert scores["timeliness"] == pytest.approx(92 / 230)


def test_empty_optional_columns_cost_nothing_but_their_own_completeness(assessed):
    columns = assessed.columns.set_index(["table", "column"])
    assert columns.loc[("complaints", "closed_at"), "completeness"] == pytest.approx(2 / 4)
    assert assessed.scores.set_index("table").loc["complaints", "completeness"] == 1


def test_defects_name_money_and_customers(assessed):
    defects = assessed.defects.set_index(["table", "rule"])
    missing = defects.loc[("transactions", "missing_customer_id")]
    assert (missing["rows"], missing["amount"], missing["customers"]) == (1, 70.0, 0)
    assert ("transactions", "after_as_of") not in defects.index
    assert defects["amount"].xs("complaints").isna().all()


def test_defects_of_this_quarter_beside_the_last(cleaned):
    calendar = FiscalCalendar(1, "end")
    this = Quarter.parse("2026Q3", calendar)
    trend = quality.compare_defects(cleaned, this.shift(-1), this).set_index("table")
    orders_ = trend.loc["transactions"]
    assert (orders_["rows_last"], orders_["flawed_last"]) == (3, 1)
    assert (orders_["rows_this"], orders_["flawed_this"]) == (4, 2)
    assert orders_["verdict"] == "no_evidence"
    assert "complaints" not in trend.index  # no row of either quarter


def test_published_numbers(assessed):
    results = quality.quality_results(assessed)
    assert results["quality.transactions.rows_read"].value == 8
    assert results["quality.transactions.amount_read"].value == 195.0
    assert results["quality.transactions.reasons.duplicate_row"].value == 1
    assert results["quality.complaints.rows_quarantined"].value == 2
    assert "quality.complaints.amount_read" not in results
    assert results["quality.grade"].value == "E"


def test_channels_overlap(cleaned):
    channels = quality.overlap_channels(cleaned["transactions"].kept).set_index("channel")
    assert channels["customers"].to_dict() == {"shop": 2, "web": 1}
    assert channels["shared"].to_dict() == {"shop": 1, "web": 1}
    without = quality.overlap_channels(cleaned["transactions"].kept.drop("channel"))
    assert without.empty
    assert quality.channel_results(without)["channels.count"].value is None


def test_tables_match(cleaned):
    matches = quality.match_tables(cleaning.kept_tables(cleaned)).set_index("table")
    row = matches.loc["complaints"]
    # Kept are the complaints of c and of a stranger; buyers are c and d.
    assert (row["customers"], row["buyers"]) == (2, 1)
    assert (row["match_rate"], row["coverage"]) == (0.5, 0.5)


def test_every_table_of_the_contract_is_listed(assessed):
    inputs = quality.list_inputs({"transactions": ORDERS, "complaints": COMPLAINTS}, assessed)
    given = inputs[inputs["is_given"]]
    assert given["table"].tolist() == ["transactions", "complaints"]
    assert len(inputs) == 13
